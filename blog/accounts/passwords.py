"""Password hashes: Argon2id (RFC 9106), with the parameters of `app.config["PASSWORD_HASHING"]`.

A hash costs tens of milliseconds by design, so a check never runs inside a unit of work: on SQLite it would
keep every other writer waiting.
"""

import secrets
import unicodedata
from functools import lru_cache
from typing import TypedDict, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import lazy_gettext as _

from blog.accounts.values import checked_password
from blog.accounts.weak_passwords import is_common
from blog.core.config import current_settings
from blog.core.errors import InvalidInput


class HashingParameters(TypedDict):
    """What one hash costs. `memory_cost` is in KiB."""

    memory_cost: int
    time_cost: int
    parallelism: int


# OWASP Password Storage Cheat Sheet; ASVS 5.0, 11.4.2.
PARAMETERS: HashingParameters = {"memory_cost": 19456, "time_cost": 2, "parallelism": 1}


def hashed(password: str) -> str:
    """The hash of a new password, with its parameters and salt in it."""
    return _hasher().hash(_composed(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one of `password_hash`; it takes as long when there is no hash at all."""
    hasher = _hasher()
    # Made before it is needed, so that the first unknown address costs no more than a known one.
    stand_in = _stand_in(hasher)
    try:
        right = hasher.verify(password_hash or stand_in, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None


def checked(password: str, *about: str) -> str:
    """A new password: 10 to 200 characters, and none of those that are tried first. Raises `InvalidInput` (`password`).

    `about` is what is known of its owner: their name and address make no password.
    """
    typed = checked_password(password)
    if is_common(typed, [current_settings().site_name, *about]):
        message = _(
            "This is one of the passwords that are tried first. Take a few words that have nothing to do with "
            "each other, or with you."
        )
        raise InvalidInput(message, {"password": message})
    return typed


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


def random_password() -> str:
    """A password that nobody has to think of: 120 bits."""
    return secrets.token_urlsafe(15)


def _composed(password: str) -> str:
    """One byte sequence for one text: keyboards differ in how they compose accents (NFC)."""
    return unicodedata.normalize("NFC", password)


def _hasher() -> PasswordHasher:
    parameters = cast("HashingParameters", current_app.config["PASSWORD_HASHING"])
    return _hasher_with(parameters["memory_cost"], parameters["time_cost"], parameters["parallelism"])


@lru_cache(maxsize=4)
def _hasher_with(memory_cost: int, time_cost: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=memory_cost, time_cost=time_cost, parallelism=parallelism)


@lru_cache(maxsize=4)
def _stand_in(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe(15))
