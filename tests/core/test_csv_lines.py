"""Lines of CSV: RFC 4180, and nothing in them that a spreadsheet would carry out."""

import csv

import pytest

from blog.core.csv_lines import csv_line


def test_it_keeps_commas_quotes_and_lines_within_their_cell() -> None:
    line = csv_line(["a,b", 'say "yes"', "one\ntwo", None, 3])
    assert line == '"a,b","say ""yes""","one\ntwo",,3\r\n'
    assert next(csv.reader([line])) == ["a,b", 'say "yes"', "one\ntwo", "", "3"]


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("https://evil.example")',
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\ufeff=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH PLUS SIGN}1",
        "\N{FULLWIDTH HYPHEN-MINUS}1",
        "\N{FULLWIDTH COMMERCIAL AT}1",
    ],
)
def test_it_makes_formulas_inert(cell: str) -> None:
    assert next(csv.reader([csv_line([cell])], strict=True))[0].startswith("'")


@pytest.mark.parametrize("cell", ["a=1", "Jan-Willem", "2026-11-26T12:00:00Z", '{"role": "editor"}', ""])
def test_it_leaves_the_rest_as_it_is(cell: str) -> None:
    assert next(csv.reader([csv_line([cell, "x"])])) == [cell, "x"]
