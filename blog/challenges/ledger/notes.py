"""Signed checkpoints of a ledger: how large it is, and its root, in one small text (C2SP signed-note, tlog-checkpoint).

Whoever keeps such a text can prove later that the ledger was different, if it ever is.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from blog.challenges.ledger.canonical import instant_text

_ED25519 = b"\x01"
_SEED_BYTES = 32
_MAX_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of one ledger: its `origin` (`example.org/challenges/slug`), how many leaves, their root, and when."""

    origin: str
    size: int
    root: bytes
    at: datetime

    @property
    def text(self) -> str:
        """What is signed: three lines, and one of our own with the instant."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nat {instant_text(self.at)}\n"


def checkpoint_in(note: str) -> Checkpoint:
    """What a note of ours says; its signature is not looked at. Raises `ValueError` for anything else."""
    origin, size, root, at = note.partition("\n\n")[0].split("\n")
    instant = datetime.fromisoformat(at.removeprefix("at "))
    found = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), instant)
    if not note.startswith(f"{found.text}\n"):
        raise ValueError("not a checkpoint as we write them")
    return found


class Signer:
    """A key that signs checkpoints (Ed25519, RFC 8032), under the name of the site."""

    def __init__(self, name: str, seed: bytes) -> None:
        """Take the host of the site, and 32 secret bytes. Raises `ValueError` for a name that notes cannot have."""
        if not name or any(each.isspace() or each == "+" for each in name) or len(seed) != _SEED_BYTES:
            raise ValueError("a signer needs a name without spaces and plus signs, and 32 bytes")
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def verifier_key(self) -> str:
        """The public key as it is handed to others: `name+id+key` (C2SP signed-note, verifier keys)."""
        encoded = base64.b64encode(_ED25519 + self._public).decode()
        return f"{self.name}+{_key_id(self.name, self._public).hex()}+{encoded}"

    def sign(self, checkpoint: Checkpoint) -> str:
        """The checkpoint as a signed note. The same one always gives the same text."""
        text = checkpoint.text
        signature = _key_id(self.name, self._public) + self._key.sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(signature).decode()}\n"


def is_signed_by(note: str, verifier_key: str) -> bool:
    """Whether a note carries one signature, and a good one of that key; False for what is no note, or no key."""
    text, gap, line = note.rpartition("\n\n")
    if not gap or len(note) > _MAX_NOTE:
        return False
    try:
        name, key_id, public = _read_key(verifier_key)
        before = f"— {name} "
        if not (line.startswith(before) and line.endswith("\n")):
            return False
        given = base64.b64decode(line.removeprefix(before).removesuffix("\n"), validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(given[4:], f"{text}\n".encode())
    except (InvalidSignature, ValueError):
        return False
    return given[:4] == key_id


@cache
def signer_from(name: str, secret: str) -> Signer:
    """The signer of a site whose secret is this text: its seed is made by SHA-256, with a domain of its own."""
    return Signer(name, hashlib.sha256(b"rejoinder ledger key v1\n" + secret.encode()).digest())


def _read_key(verifier_key: str) -> tuple[str, bytes, bytes]:
    name, key_id, encoded = verifier_key.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    public = raw[1:]
    if raw[:1] != _ED25519 or _key_id(name, public).hex() != key_id:
        raise ValueError("not a key that we know how to use")
    return name, bytes.fromhex(key_id), public


def _key_id(name: str, public: bytes) -> bytes:
    """Four bytes that tell keys apart (C2SP signed-note, signature types)."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
