"""How a winner is called in public: initials until they agree on a name, and never an address."""

import re
import unicodedata

MAX_NAME_LENGTH = 80
_MAX_INITIALS = 4
_PARTS = re.compile(r"[\s.\-–_,;:/()\[\]\"“”„«»]+")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def initials_of(name: str, address: str) -> str:
    """The initials shown for somebody who mailed as `name` from `address`.

    Those of the capitalised parts ("Piet van den Berg" is P.B.); of all parts when none is capitalised. A
    name that is an address counts as none: then it is the first letter of the address, or a question mark.
    """
    letters = [] if "@" in name else _initial_letters(name)
    if not letters:
        letters = [character for character in address.partition("@")[0] if character.isalnum()][:1]
    return "".join(f"{letter.upper()}." for letter in letters[:_MAX_INITIALS]) or "?"


def signing_name(name: str, address: str) -> str:
    """With which name somebody signs who mailed as `name` from `address`, as far as that tells."""
    return address.partition("@")[0] if not name or "@" in name else name


def tidy_name(text: str) -> str:
    """A name as typed, in one line, without invisible and direction characters (they could disguise it)."""
    visible = "".join(
        " " if unicodedata.category(character) in _INVISIBLE else character
        for character in unicodedata.normalize("NFC", text)
    )
    return " ".join(visible.split())


def _initial_letters(name: str) -> list[str]:
    surname, comma, given = name.partition(",")
    ordered = f"{given} {surname}" if comma and given.strip() else name
    parts = [letters for part in _PARTS.split(ordered) if (letters := _letters(part))]
    capitalised = [part for part in parts if part[0].isupper() or not _has_case(part[0])]
    return [part[0] for part in capitalised or parts]


def _letters(part: str) -> str:
    """What is left of a part from its first letter on: "'t" begins with a t."""
    return "".join(character for character in part if character.isalpha())


def _has_case(character: str) -> bool:
    return character.lower() != character.upper()
