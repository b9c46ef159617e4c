"""Time stamps of an authority over a digest of ours (RFC 3161): what it signs was there at that time, whatever we say.

An outsider needs neither us nor this code for a stamp: with its token in a file, `openssl ts -verify` says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, ObjectIdentifier, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from blog.challenges.ledger.asking import AskingFailed, ask

# All of it, from the name of the host to the last byte.
ANSWER_SECONDS = 10.0
# So much earlier than what it is over a stamp may be: clocks differ. Earlier than that nobody can have seen it.
SKEW = timedelta(minutes=5)
_QUERY_TYPE = "application/timestamp-query"
_REPLY_TYPE = "application/timestamp-reply"
_SHA256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
# The tag of the certificates in a SignedData (RFC 5652, section 5.1).
_CERTIFICATES = 0xA0


class TimestampFailed(Exception):
    """There is no time stamp. Says why in few words that may be shown: nothing of the address or of the answer."""


class StampTooEarly(TimestampFailed):
    """The stamp is earlier than what it is over: one of two clocks is wrong. Of anything else it says nothing."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority vouches for.

    `token` is its whole answer as it came (TimeStampResp in DER), as `openssl ts -verify -in` takes it. `stamped_at` is
    aware, in UTC, in whole seconds: a fraction is left out. `policy` is the object identifier, with dots, of the terms
    under which the authority stamps.
    """

    token: bytes
    stamped_at: datetime
    policy: str


def request_timestamp(url: str, digest: bytes, *, ca: Path | None, seconds: float = ANSWER_SECONDS) -> Stamp:
    """Ask the authority at `url`, over http or https, to stamp `digest`, a SHA-256.

    The answer has to be granted, to be about this digest and this question (its nonce), and to bring certificates, so
    that it can be checked by itself. With `ca`, a file of trusted root certificates in PEM, its signature is checked,
    too, and that its certificate is for time stamps and leads to one of them; certificates between the two that the
    authority does not send may be in the same file. WITHOUT `ca` NO SIGNATURE IS CHECKED: who is on the way to the
    authority could have made up the stamp, as whoever checks it later with the authority's root would find.

    Takes `seconds` at most. Raises `TimestampFailed`.
    """
    roots = _trusted(ca) if ca is not None else None
    request = _request()
    try:
        answer = ask(
            url,
            _query(request, digest),
            content_type=_QUERY_TYPE,
            answer_type=_REPLY_TYPE,
            seconds=seconds,
        )
    except AskingFailed as failure:
        raise TimestampFailed(str(failure)) from None
    try:
        return _checked(answer, digest, request, roots)
    except TimestampFailed:
        raise
    except VerificationError:
        raise TimestampFailed("its signature does not lead to a trusted certificate") from None
    except Exception:
        # Bytes of a stranger: the libraries that read them have many words for what they do not understand.
        raise TimestampFailed("the answer is no time stamp") from None


def authority_of(url: str) -> str:
    """What an authority is called in pages and logs: its host, without the login that an address may hold."""
    return urlsplit(url).hostname or ""


def _trusted(ca: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(ca.read_bytes())
    except (OSError, ValueError):
        raise TimestampFailed("the file of trusted certificates cannot be read") from None


def _request() -> TimeStampRequest:
    """A question with a new nonce that asks for certificates. What it is about comes in later."""
    builder = TimestampRequestBuilder().data(b"-").hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def _query(request: TimeStampRequest, digest: bytes) -> bytes:
    """The question in DER, about `digest`: the library would only take what it was made from, and hash that."""
    if len(digest) != sha256().digest_size:
        raise ValueError("the digest is no SHA-256")
    return request.as_bytes().replace(request.message_imprint.message, digest, 1)


def _checked(
    answer: bytes, digest: bytes, request: TimeStampRequest, roots: Sequence[Certificate] | None
) -> Stamp:
    """What an answer says, when it is one to this question (RFC 3161, section 2.2)."""
    response = decode_timestamp_response(_with_sorted_certificates(answer))
    if response.status != PKIStatus.GRANTED:
        raise TimestampFailed(f"it refuses, with status {response.status}")
    said = response.tst_info
    if said.message_imprint.hash_algorithm != _SHA256 or said.message_imprint.message != digest:
        raise TimestampFailed("the stamp is for something else")
    if said.nonce != request.nonce:
        raise TimestampFailed("the stamp answers another question")
    if not response.signed_data.certificates:
        raise TimestampFailed("the stamp comes without a certificate")
    if roots is not None:
        _check_signature(response, digest, roots)
    return Stamp(answer, said.gen_time, said.policy.dotted_string)


def _check_signature(response: TimeStampResponse, digest: bytes, roots: Sequence[Certificate]) -> None:
    """Raise `VerificationError` unless a root vouches for who has signed, at the time of the stamp."""
    VerifierBuilder(roots=list(roots)).build().verify(response, digest)


def _with_sorted_certificates(answer: bytes) -> bytes:
    """The same answer with its certificates in the order of a set in DER (X.690, section 11.6).

    The library insists on it; OpenSSL, and with it many an authority, sends them as they come. No signature covers
    them, and no length changes. What is no such answer stays as it is, for the library to refuse.
    """
    try:
        _status, token = _elements(answer, slice(0, len(answer)), within=0x30)
        _type, content = _elements(answer, token, within=0x30)
        (signed,) = _elements(answer, content, within=0xA0)
        fields = _elements(answer, signed, within=0x30)
        (certificates,) = (field for field in fields if answer[field.start] == _CERTIFICATES)
        each = _elements(answer, certificates, within=_CERTIFICATES)
    except (IndexError, ValueError):
        return answer
    ordered = b"".join(sorted(answer[certificate] for certificate in each))
    return answer[: certificates.stop - len(ordered)] + ordered + answer[certificates.stop :]


def _elements(der: bytes, whole: slice, *, within: int) -> list[slice]:
    """Where the elements of a constructed value are, which has the tag `within` and is all of `whole`.

    Raises `ValueError` or `IndexError` for anything else.
    """
    start, stop = _content(der, whole.start)
    if der[whole.start] != within or stop != whole.stop:
        raise ValueError("another value")
    found: list[slice] = []
    while start < stop:
        _first, end = _content(der, start)
        found.append(slice(start, end))
        start = end
    if start != stop:
        raise ValueError("the last element is longer than what holds it")
    return found


def _content(der: bytes, start: int) -> tuple[int, int]:
    """Where the content of the value at `start` begins and ends, by its length (X.690, section 8.1.3)."""
    length, begin = der[start + 1], start + 2
    if length >= 0x80:
        begin += length & 0x7F
        length = int.from_bytes(der[start + 2 : begin])
    return begin, begin + length
