"""Mails signed for the tests, with canonical forms written line by line, unlike those that are under test."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNED = "from:to:subject:date:message-id"

# A key of 512 bits, which the library rightly refuses to make.
_SHORT_P = 0xF4AD3E7D3E5B4D2C3A0F1B2C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E6FCB
_SHORT_Q = 0xE1F2A3B4C5D6E7F8091A2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E70B9


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What one signature says. `more` are tags as they stand in the field, `key` the one that it is made with."""

    domain: str = "example.org"
    selector: str = "s1"
    algorithm: str = "rsa-sha256"
    forms: str | None = "relaxed/relaxed"
    signed: str = SIGNED
    key: str = "rsa"
    more: str = ""
    body_length: int | None = None


def sign(mail: bytes, signature: Signature) -> bytes:
    """The mail with a signature on top."""
    header_form, _, body_form = (signature.forms or "simple/simple").partition("/")
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    content = _body(body, body_form or "simple")[: signature.body_length]
    digest = hashlib.sha1 if signature.algorithm == "rsa-sha1" else hashlib.sha256
    tags = [
        "v=1",
        f"a={signature.algorithm}",
        *([f"c={signature.forms}"] if signature.forms else []),
        f"d={signature.domain}",
        f"s={signature.selector}",
        f"h={signature.signed}",
        *([signature.more] if signature.more else []),
        f"bh={base64.b64encode(digest(content).digest()).decode()}",
    ]
    unsigned = f"DKIM-Signature: {'; '.join(tags)};\r\n\tb=".encode()
    chosen: list[bytes] = []
    left = list(fields)
    for name in signature.signed.lower().encode().split(b":"):
        at = [i for i, field in enumerate(left) if field.split(b":")[0].strip().lower() == name.strip()]
        if at:
            chosen.append(left.pop(at[-1]))
    data = b"".join(_field(field, header_form) + b"\r\n" for field in chosen) + _field(unsigned, header_form)
    value = base64.b64encode(_SIGNERS[signature.key](data)).decode()
    folded = "\r\n\t ".join(value[i : i + 70] for i in range(0, len(value), 70))
    return unsigned + folded.encode() + b"\r\n" + mail


def _field(field: bytes, form: str) -> bytes:
    if form == "simple":
        return field
    name, _, value = field.partition(b":")
    return name.strip().lower() + b":" + b" ".join(re.split(rb"[ \t\r\n]+", value)).strip()


def _body(body: bytes, form: str) -> bytes:
    lines = body.split(b"\r\n")
    if form == "relaxed":
        lines = [b" ".join(re.split(rb"[ \t]+", line)).rstrip(b" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return b"\r\n" if form == "simple" else b""
    return b"\r\n".join(lines) + b"\r\n"


@cache
def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def _ed25519() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def _sign_rsa(data: bytes) -> bytes:
    return _rsa(2048).sign(data, padding.PKCS1v15(), hashes.SHA256())


def _sign_sha1(data: bytes) -> bytes:
    return _rsa(2048).sign(data, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303


def _sign_1024(data: bytes) -> bytes:
    return _rsa(1024).sign(data, padding.PKCS1v15(), hashes.SHA256())


def _sign_512(data: bytes) -> bytes:
    """PKCS #1 v1.5 by hand (RFC 8017 §9.2)."""
    info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (64 - 3 - len(info)) + b"\x00" + info
    exponent = pow(65537, -1, (_SHORT_P - 1) * (_SHORT_Q - 1))
    return pow(int.from_bytes(padded), exponent, _SHORT_P * _SHORT_Q).to_bytes(64)


def _sign_ed25519(data: bytes) -> bytes:
    return _ed25519().sign(hashlib.sha256(data).digest())


_SIGNERS: dict[str, Callable[[bytes], bytes]] = {
    "rsa": _sign_rsa,
    "rsa-sha1": _sign_sha1,
    "rsa-1024": _sign_1024,
    "rsa-512": _sign_512,
    "ed25519": _sign_ed25519,
}


@cache
def published() -> dict[str, str]:
    """What stands for each key in a zone, and its value of p=."""
    short = rsa.RSAPublicNumbers(65537, _SHORT_P * _SHORT_Q).public_key()
    return {
        "KEY_RSA_1024": _encoded(_rsa(1024).public_key()),
        "KEY_RSA_512": _encoded(short),
        "KEY_RSA_PKCS1": base64.b64encode(
            _rsa(2048).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        ).decode(),
        "KEY_RSA": _encoded(_rsa(2048).public_key()),
        "KEY_ED25519": base64.b64encode(_ed25519().public_key().public_bytes_raw()).decode(),
    }


def _encoded(key: rsa.RSAPublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def with_keys(zone: str) -> str:
    """A zone with the public keys where their names stand."""
    for name, value in published().items():
        zone = zone.replace(name, value)
    return zone
