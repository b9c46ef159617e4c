"""Public keys of DKIM, as they stand in the DNS (RFC 6376 §3.6, RFC 8301 §3.2, RFC 8463 §4)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from blog.mailroom.authentication.tags import read_tags, without_space

_RECORD_CHARACTERS = 8 * 1024
_SMALLEST_RSA, _LARGEST_RSA = 1024, 8192


class UnusableKey(Exception):
    """No signature can be checked with that record; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its `kind` as `k=` writes it, and the flags of `t=` (`y` testing, `s` no subdomains)."""

    kind: str
    public: rsa.RSAPublicKey | ed25519.Ed25519PublicKey
    flags: frozenset[str]

    @property
    def is_too_short(self) -> bool:
        """Whether it can be broken with little effort (RFC 8301 §3.2)."""
        return isinstance(self.public, rsa.RSAPublicKey) and self.public.key_size < _SMALLEST_RSA

    def has_signed(self, data: bytes, signature: bytes) -> bool:
        """Whether the signature over the canonical header is by this key."""
        try:
            if isinstance(self.public, rsa.RSAPublicKey):
                self.public.verify(signature, data, padding.PKCS1v15(), SHA256())
            else:
                # RFC 8463 §3: it signs the digest, not the data.
                self.public.verify(signature, hashlib.sha256(data).digest())
        except InvalidSignature:
            return False
        return True


def read_key(records: tuple[str, ...]) -> Key:
    """The key in the TXT records of a selector. Raises UnusableKey.

    RFC 6376 §3.6.2.2 leaves open which of several records counts; here it is none.
    """
    found = [tags for tags in map(_tags, records) if tags is not None]
    if len(found) != 1:
        raise UnusableKey("several-keys" if found else "no-key")
    tags = found[0]
    if not tags["p"]:
        raise UnusableKey("key-revoked")
    if "sha256" not in _listed(tags.get("h", "sha256")):
        raise UnusableKey("key-for-other-hashes")
    if not {"*", "email"} & set(_listed(tags.get("s", "*"))):
        raise UnusableKey("key-for-other-services")
    kind = tags.get("k", "rsa").lower()
    return Key(kind, _public(kind, tags["p"]), frozenset(_listed(tags.get("t", ""))))


def _tags(record: str) -> dict[str, str] | None:
    """The tags of a record that is one of a key."""
    tags = read_tags(record) if len(record) <= _RECORD_CHARACTERS else None
    if tags is None or "p" not in tags:
        return None
    # The version need not be there; where it is, it comes first.
    return tags if "v" not in tags or next(iter(tags.items())) == ("v", "DKIM1") else None


def _listed(value: str) -> list[str]:
    return [each.strip().lower() for each in value.split(":")]


def _public(kind: str, encoded: str) -> rsa.RSAPublicKey | ed25519.Ed25519PublicKey:
    try:
        data = base64.b64decode(without_space(encoded), validate=True)
        if kind == "ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(data)
        key = load_der_public_key(data) if kind == "rsa" else None
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        raise UnusableKey("key-unreadable") from None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size > _LARGEST_RSA:
        raise UnusableKey("key-unsupported")
    return key
