"""Secrets that entrants and winners carry."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

# Without letters and digits that look alike.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUP = 4
_GROUPS = 3
CONFIRM_PREFIX = "confirm."
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


def receipt_token(secret_key: str, *, challenge_id: int, number: int, sha256: str) -> str:
    """The secret in the address of an entry's receipt: 256 bits, safe in a URL.

    Derived by HMAC-SHA-256 (RFC 2104) from what never changes about the entry, so that a later mail can name
    it again while only its digest is stored.
    """
    subject = f"rejoinder receipt {challenge_id} {number} {sha256}"
    mac = hmac.digest(secret_key.encode(), subject.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def confirm_mailbox(secret_key: str, entry_id: int) -> str:
    """The local part of the address at which an entry is confirmed: small letters and digits, which all programs keep.

    80 bits of an HMAC (RFC 2104), checked when a mail is announced for it: nobody makes one up.
    """
    mac = hmac.digest(secret_key.encode(), f"rejoinder confirm {entry_id}".encode(), hashlib.sha256)
    return f"{CONFIRM_PREFIX}{entry_id}.{base64.b32encode(mac[:10]).decode().lower()}"


def entry_in_mailbox(secret_key: str, local_part: str) -> int | None:
    """Which entry is confirmed at this address; None for any other."""
    entry_id = entry_named_in(local_part)
    if entry_id is None:
        return None
    expected = confirm_mailbox(secret_key, entry_id)
    return entry_id if hmac.compare_digest(expected.encode(), local_part.encode()) else None


def entry_named_in(local_part: str) -> int | None:
    """Which entry an address says that it confirms, whether or not we have given that address to anybody."""
    number = local_part.removeprefix(CONFIRM_PREFIX).partition(".")[0]
    return int(number) if local_part.startswith(CONFIRM_PREFIX) and _NUMBER.fullmatch(number) else None


def confirm_code(secret_key: str, entry_id: int) -> str:
    """The code that confirms an entry: the same in every letter about it, so that none of them ever goes stale.

    Derived by HMAC-SHA-256 (RFC 2104), as the address is; of its 256 bits the code takes 59.
    """
    mac = hmac.digest(secret_key.encode(), f"rejoinder code {entry_id}".encode(), hashlib.sha256)
    rest, letters = int.from_bytes(mac), list[str]()
    for _position in range(_GROUP * _GROUPS):
        rest, letter = divmod(rest, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return _in_groups(letters)


def new_code() -> str:
    """A code to be typed from a mail: 59 bits in groups (`K7QM-2XRD-9HFW`)."""
    return _in_groups([secrets.choice(_ALPHABET) for _position in range(_GROUP * _GROUPS)])


def normal_code(typed: str) -> str:
    """A code as typed, in the form in which it was made: case, spaces and hyphens do not matter."""
    letters = [character for character in typed.upper() if character.isalnum()]
    return _in_groups(letters[: _GROUP * _GROUPS + 1])


def _in_groups(letters: Sequence[str]) -> str:
    return "-".join("".join(letters[start : start + _GROUP]) for start in range(0, len(letters), _GROUP))
