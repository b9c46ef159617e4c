"""DKIM signatures, checked by us and more strictly than RFC 6376 asks for (RFC 8301, RFC 8463).

What a signature vouches for must be the whole message with its From: one that covers part of the body (`l=`) or does
not cover From is worth nothing here, nor is one that anybody could have forged (SHA-1, short keys) or that has expired.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from blog.mailroom.authentication.canonical import BODY_FORMS, FIELD_FORMS, Form
from blog.mailroom.authentication.domains import ascii_domain, is_within
from blog.mailroom.authentication.fields import Field, Message
from blog.mailroom.authentication.keys import Key, UnusableKey, read_key
from blog.mailroom.authentication.resolver import Questions, RecordType, TemporaryFailure, TooManyQuestions
from blog.mailroom.authentication.results import DkimResult, SignatureCheck
from blog.mailroom.authentication.tags import read_tags, without_space

SIGNATURES = 10
"""How many signatures of one message are looked at. Mail that went through many hands has four or five."""

_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_KEY_KINDS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_FORMS = ("simple", "relaxed")
_TIME = re.compile(r"[0-9]{1,12}")
# The value of b= in the raw field: it is left out of what is signed, and all white space around it (RFC 6376 §3.7).
_OWN_VALUE = re.compile(rb"(?P<before>(?:\A[^:]*+:|;)[ \t\r\n]*+b[ \t\r\n]*+=)[^;]*+")


class _Refused(Exception):
    def __init__(self, result: DkimResult, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    """The field and what it says, its domains in A-labels."""

    field: Field
    domain: str
    agent_domain: str
    selector: str
    key_kind: str
    header_form: Form
    body_form: Form
    signed: tuple[str, ...]
    body_hash: bytes
    value: bytes


def check_signatures(message: Message, questions: Questions, at: datetime) -> tuple[SignatureCheck, ...]:
    """Every signature of a message that came in at `at`, from the top down, up to `SIGNATURES`, each once."""
    fields = list(dict.fromkeys(message.named("dkim-signature")))[:SIGNATURES]
    checker = _Checker(message, questions, at)
    return tuple(checker.check(field) for field in fields)


class _Checker:
    """Checks the signatures of one message; the digest of its body in each form is made once."""

    def __init__(self, message: Message, questions: Questions, at: datetime) -> None:
        self._message = message
        self._questions = questions
        self._at = at
        self._digests: dict[Form, bytes] = {}

    def check(self, field: Field) -> SignatureCheck:
        tags = read_tags(field.value.decode("utf-8", "replace")) or {}
        domain = ascii_domain(tags.get("d", "")) or ""
        selector = ascii_domain(tags.get("s", "")) or ""
        try:
            result, reason = self._verify(_read(field, tags, self._at))
        except _Refused as refused:
            result, reason = refused.result, refused.reason
        except UnusableKey as unusable:
            result, reason = DkimResult.PERMERROR, unusable.reason
        except TooManyQuestions:
            result, reason = DkimResult.PERMERROR, "too-many-questions"
        except TemporaryFailure:
            result, reason = DkimResult.TEMPERROR, "key-unanswered"
        return SignatureCheck(domain=domain, selector=selector, result=result, reason=reason)

    def _verify(self, signature: _Signature) -> tuple[DkimResult, str]:
        if self._digest(signature.body_form) != signature.body_hash:
            return DkimResult.FAIL, "body-changed"
        name = f"{signature.selector}._domainkey.{signature.domain}"
        key = read_key(self._questions.ask(name, RecordType.TXT))
        if key.kind != signature.key_kind:
            return DkimResult.PERMERROR, "key-of-other-kind"
        if not key.has_signed(self._signed_header(signature), signature.value):
            return DkimResult.FAIL, "header-changed"
        return _accepted(signature, key)

    def _digest(self, form: Form) -> bytes:
        if form not in self._digests:
            self._digests[form] = hashlib.sha256(BODY_FORMS[form](self._message.body)).digest()
        return self._digests[form]

    def _signed_header(self, signature: _Signature) -> bytes:
        """Fields of one name are signed from the bottom up. A name too many stands for a field that nobody may add."""
        form = FIELD_FORMS[signature.header_form]
        left: dict[str, list[Field]] = {}
        for field in self._message.fields:
            left.setdefault(field.name, []).append(field)
        chosen = [fields.pop() for name in signature.signed if (fields := left.get(name))]
        own = signature.field._replace(raw=_OWN_VALUE.sub(rb"\g<before>", signature.field.raw, count=1))
        return b"".join(form(field) for field in chosen) + form(own).removesuffix(b"\r\n")


def _accepted(signature: _Signature, key: Key) -> tuple[DkimResult, str]:
    """Whether a signature that is right counts, too."""
    if key.is_too_short:
        return DkimResult.POLICY, "short-key"
    if "s" in key.flags and signature.agent_domain != signature.domain:
        return DkimResult.PERMERROR, "no-subdomains"
    if "y" in key.flags:
        # RFC 6376 §3.6.1: a domain that is testing has to be treated as if it had not signed.
        return DkimResult.NEUTRAL, "testing"
    return DkimResult.PASS, ""


def _read(field: Field, tags: dict[str, str], at: datetime) -> _Signature:
    """What a signature says, refused where that alone makes it worthless: nothing is asked for it then."""
    if any(not tags.get(tag) for tag in _REQUIRED) or tags["v"] != "1":
        raise _Refused(DkimResult.PERMERROR, "malformed")
    domain, agent_domain = _domains(tags)
    selector = ascii_domain(tags["s"])
    if selector is None or "dns/txt" not in without_space(tags.get("q", "dns/txt")).lower().split(":"):
        raise _Refused(DkimResult.PERMERROR, "malformed")
    signed = tuple(without_space(tags["h"]).lower().split(":"))
    if "from" not in signed:
        raise _Refused(DkimResult.PERMERROR, "from-not-signed")
    if "l" in tags:
        raise _Refused(DkimResult.POLICY, "body-length")
    _refuse_expired(tags, at)
    header_form, body_form = _forms(tags.get("c", "simple/simple").lower())
    return _Signature(
        field=field,
        domain=domain,
        agent_domain=agent_domain,
        selector=selector,
        key_kind=_key_kind(tags["a"].lower()),
        header_form=header_form,
        body_form=body_form,
        signed=signed,
        body_hash=_bytes(tags["bh"]),
        value=_bytes(tags["b"]),
    )


def _domains(tags: dict[str, str]) -> tuple[str, str]:
    """The domain that signs, and that of the agent or user for whom it does (i=), which lies within."""
    domain = ascii_domain(tags["d"])
    agent = ascii_domain(tags["i"].rpartition("@")[2]) if "@" in tags.get("i", "") else domain
    if domain is None or agent is None or tags.get("i", "@").find("@") < 0:
        raise _Refused(DkimResult.PERMERROR, "malformed")
    if not is_within(agent, domain):
        raise _Refused(DkimResult.PERMERROR, "agent-outside-domain")
    return domain, agent


def _refuse_expired(tags: dict[str, str], at: datetime) -> None:
    times = {tag: tags[tag] for tag in ("t", "x") if tag in tags}
    if not all(_TIME.fullmatch(value) for value in times.values()):
        raise _Refused(DkimResult.PERMERROR, "malformed")
    if "x" not in times:
        return
    if int(times["x"]) <= int(times.get("t", "0")):
        raise _Refused(DkimResult.PERMERROR, "malformed")
    if int(times["x"]) < at.timestamp():
        raise _Refused(DkimResult.POLICY, "expired")


def _key_kind(algorithm: str) -> str:
    if algorithm == "rsa-sha1":
        raise _Refused(DkimResult.POLICY, "rsa-sha1")
    if algorithm not in _KEY_KINDS:
        raise _Refused(DkimResult.PERMERROR, "unknown-algorithm")
    return _KEY_KINDS[algorithm]


def _forms(value: str) -> tuple[Form, Form]:
    header, _, body = value.partition("/")
    body = body or "simple"
    if header not in _FORMS or body not in _FORMS:
        raise _Refused(DkimResult.PERMERROR, "malformed")
    return header, body


def _bytes(value: str) -> bytes:
    try:
        return base64.b64decode(without_space(value), validate=True)
    except (ValueError, binascii.Error):
        raise _Refused(DkimResult.PERMERROR, "malformed") from None
