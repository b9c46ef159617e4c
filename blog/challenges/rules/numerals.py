"""Numbers in digits: "1.234,5", "1,234.5", "1 000" and what a point or comma in them can mean.

Dutch writes a decimal comma and groups thousands with points, English does the opposite. Telephones and calculators do
not care. So every numeral has the meaning of the language of the challenge, and the others that somebody may have had
in mind. Where not even the language decides, as for "1,000" in Dutch, it has no meaning of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_LONGEST = 50
_GROUP = 3
_DECIMAL_SIGNS = {"nl": ",", "en": "."}


@dataclass(frozen=True, slots=True)
class Numeral:
    """What digits with signs between them mean.

    `value` is None when nobody can tell; `others` is what else somebody may have meant. `written` is the one form in
    which it is compared as text: without groups, with a point, and as it came when nobody can tell.
    """

    written: str
    value: Fraction | None
    others: tuple[Fraction, ...] = ()


@lru_cache(maxsize=2048)
def numeral(text: str, language: str) -> Numeral:
    """What `text` means: ASCII digits with single points, commas or apostrophes between them (or before them)."""
    if len(text) > _LONGEST:
        return Numeral(text, None)
    signs = [character for character in text if not character.isdigit()]
    parts = text.replace(",", ".").replace("'", ".").split(".")
    if not signs:
        return _firm(text, "")
    if not parts[0]:
        return _firm("0", parts[1]) if len(parts) == 2 else Numeral(text, None)
    if "'" in signs:
        is_grouped = len(set(signs)) == 1 and _are_groups(parts)
        return _firm("".join(parts), "") if is_grouped else _unclear(text, parts)
    if len(signs) > 1:
        return _with_several_signs(text, signs, parts)
    return _with_one_sign(text, signs[0], parts, language)


def _with_several_signs(text: str, signs: Sequence[str], parts: Sequence[str]) -> Numeral:
    is_mixed = signs[-1] != signs[0]
    whole = parts[:-1] if is_mixed else parts
    if len(set(signs[:-1])) != 1 or not _are_groups(whole):
        return _unclear(text, parts)
    return _firm("".join(whole), parts[-1] if is_mixed else "")


def _with_one_sign(text: str, sign: str, parts: Sequence[str], language: str) -> Numeral:
    whole, behind = parts
    if not _are_groups(parts):
        return _firm(whole, behind)
    grouped, decimal = _firm(whole + behind, ""), _firm(whole, behind)
    if sign != _DECIMAL_SIGNS[language]:
        return Numeral(grouped.written, grouped.value, _values(decimal))
    if behind.endswith("0"):
        # Nobody needs the last zero of a fraction: perhaps these are thousands, as the other language writes them.
        return Numeral(text, None, _values(grouped, decimal))
    return Numeral(decimal.written, decimal.value, _values(grouped))


def _are_groups(parts: Sequence[str]) -> bool:
    """Whether parts can be thousands: three digits each, but for the first one, which does not begin with a zero."""
    first, *rest = parts
    return 0 < len(first) <= _GROUP and first[0] != "0" and all(len(part) == _GROUP for part in rest)


def _firm(whole: str, behind: str) -> Numeral:
    whole = whole.lstrip("0") or "0"
    behind = behind.rstrip("0")
    if len(behind) == _GROUP:
        # Three digits could be read as thousands when this text is read again.
        behind += "0"
    if not behind:
        return Numeral(whole, Fraction(int(whole)))
    return Numeral(f"{whole}.{behind}", Fraction(int(whole + behind), 10 ** len(behind)))


def _unclear(text: str, parts: Sequence[str]) -> Numeral:
    return Numeral(text, None, tuple(Fraction(part) for part in parts if part))


def _values(*numerals: Numeral) -> tuple[Fraction, ...]:
    return tuple(one.value for one in numerals if one.value is not None)
