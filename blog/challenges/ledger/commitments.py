"""Commitments: something is fixed now, and shown later or never.

The salt is not optional: whoever knows that an answer is a short word would find it from its bare hash by trying.
"""

import hashlib
import secrets
from dataclasses import dataclass

from blog.challenges.ledger.canonical import Value, canonical

# So that no other hash of ours, of whatever it be, is ever one of these.
_DOMAIN = b"rejoinder commitment v1\n"
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Commitment:
    """What was fixed (`content`, in its canonical form), the salt that opens it, and the hash that stands for it."""

    content: bytes
    salt: bytes
    digest: bytes


def commitment_to(value: Value) -> Commitment:
    """Fix a value, with a salt of its own. Raises `ValueError` for what has no canonical form."""
    content, salt = canonical(value), secrets.token_bytes(SALT_BYTES)
    return Commitment(content, salt, commitment_hash(salt, content))


def commitment_hash(salt: bytes, content: bytes) -> bytes:
    """SHA-256 of our domain, the salt and the content: 32 bytes."""
    return hashlib.sha256(_DOMAIN + salt + content).digest()
