"""Lines of CSV (RFC 4180) that do nothing when a spreadsheet opens them."""

import csv
import io
from collections.abc import Iterable

# A cell that begins with one of these is a formula to some spreadsheet (OWASP, CSV Injection), also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_FULL_WIDTH = ("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")


def csv_line(cells: Iterable[object]) -> str:
    """One line with its end. None is an empty cell; text that could be a formula gets an apostrophe before it."""
    line = io.StringIO()
    csv.writer(line).writerow([_inert(cell) for cell in cells])
    return line.getvalue()


def _inert(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    # Spaces before it are skipped by some of them.
    begins = cell.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA + _FULL_WIDTH)
    return f"'{cell}" if begins else cell
