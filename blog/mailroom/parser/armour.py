"""The armour that PGP puts around a signed text (RFC 9580 §7)."""

from typing import NamedTuple

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"


class Armour(NamedTuple):
    """Where the armour of a signed text begins, its text begins, its signature begins, and all of it ends."""

    start: int
    text: int
    mark: int
    end: int


def undo_escapes(lines: list[str]) -> Armour | None:
    """Find the armour that PGP puts around a signed text, and undo what it did to lines with a dash (RFC 9580
    §7.2), in place.
    """
    try:
        start = lines.index(_SIGNED)
        mark = lines.index(_SIGNATURE, start)
        end = lines.index(_SIGNATURE_END, mark)
    except ValueError:
        return None
    text = next(at for at in range(start, mark + 1) if not lines[at].strip() or at == mark)
    lines[text:mark] = [line.removeprefix("- ") for line in lines[text:mark]]
    return Armour(start, text, mark, end + 1)
