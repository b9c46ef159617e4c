"""Secrets that entrants and winners carry."""

import base64
import hashlib
import hmac
import re
import secrets

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
    number = local_part.removeprefix(CONFIRM_PREFIX).partition(".")[0]
    if not local_part.startswith(CONFIRM_PREFIX) or not _NUMBER.fullmatch(number):
        return None
    expected = confirm_mailbox(secret_key, int(number))
    return int(number) if hmac.compare_digest(expected.encode(), local_part.encode()) else None


def new_code() -> str:
    """A code to be typed from a mail: 59 bits in groups (`K7QM-2XRD-9HFW`)."""
    letters = [secrets.choice(_ALPHABET) for _position in range(_GROUP * _GROUPS)]
    return "-".join("".join(letters[start : start + _GROUP]) for start in range(0, len(letters), _GROUP))


def normal_code(typed: str) -> str:
    """A code as typed, in the form in which it was made: case, spaces and hyphens do not matter."""
    letters = "".join(character for character in typed.upper() if character.isalnum())[: _GROUP * _GROUPS + 1]
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
