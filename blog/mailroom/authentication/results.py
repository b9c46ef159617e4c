"""What was found out about who sent a message: plain values, which travel as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeVar, cast

CHECKER_VERSION = 1
"""Goes up with every change after which a stored message could be judged differently."""


class SenderClass(StrEnum):
    """What we know of the address in From.

    `aligned`: its domain vouches for the message. `unaligned`: it does not. `unknown`: it may, but the DNS did not
    answer.
    """

    ALIGNED = "aligned"
    UNALIGNED = "unaligned"
    UNKNOWN = "unknown"


class SpfResult(StrEnum):
    """RFC 7208 §2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class DkimResult(StrEnum):
    """RFC 8601 §2.7.1. `policy`: we do not accept signatures of that sort, whether they are right or not."""

    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    POLICY = "policy"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class DmarcResult(StrEnum):
    """RFC 8601 §2.7.1 and RFC 9989 §5.3. `none`: the domain has no record, nor has any above it."""

    NONE = "none"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    TEMPERROR = "temperror"


class AlignmentMode(StrEnum):
    """RFC 9989 §4.7: the same domain, or one of the same organization."""

    STRICT = "s"
    RELAXED = "r"


class Why(StrEnum):
    """Reasons for the class, for whoever reads the page. Stable."""

    DKIM_ALIGNED = "dkim-aligned"
    SPF_ALIGNED = "spf-aligned"
    REPORTED_ALIGNED = "reported-aligned"
    NO_FROM = "no-from"
    SEVERAL_FROM = "several-from"
    ODD_FROM = "odd-from"
    UNUSABLE_DOMAIN = "unusable-domain"
    HEADER_TOO_LARGE = "header-too-large"
    NOT_SIGNED = "not-signed"
    SIGNATURE_NOT_ACCEPTED = "signature-not-accepted"
    SIGNED_BY_OTHERS = "signed-by-others"
    SENT_FROM_ELSEWHERE = "sent-from-elsewhere"
    SENT_FOR_OTHERS = "sent-for-others"
    PEER_UNKNOWN = "peer-unknown"
    NO_SPF = "no-spf"
    DKIM_UNANSWERED = "dkim-unanswered"
    SPF_UNANSWERED = "spf-unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfCheck:
    """SPF of `domain`, which is that of MAIL FROM, or of HELO (`scope` "helo") for the null sender.

    `reason` is a short code, empty for most results. `is_uncertain`: a question was not answered on the way, so that
    the result might have been another.
    """

    result: SpfResult
    domain: str = ""
    scope: str = "mailfrom"
    reason: str = ""
    is_uncertain: bool = False

    def to_json(self) -> dict[str, object]:
        """The same as a dict that `json.dumps` takes."""
        return {
            "result": self.result.value,
            "domain": self.domain,
            "scope": self.scope,
            "reason": self.reason,
            "is_uncertain": self.is_uncertain,
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """What `to_json` gave, back again. ValueError on anything else."""
        fields = _mapping(value)
        return cls(
            result=SpfResult(_text(fields, "result")),
            domain=_text(fields, "domain"),
            scope=_text(fields, "scope"),
            reason=_text(fields, "reason"),
            is_uncertain=_flag(fields, "is_uncertain"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """One DKIM signature: `domain` (d=) and `selector` (s=), empty where unreadable; `reason` is a short code."""

    domain: str
    selector: str
    result: DkimResult
    reason: str = ""

    def to_json(self) -> dict[str, object]:
        """The same as a dict that `json.dumps` takes."""
        return {
            "domain": self.domain,
            "selector": self.selector,
            "result": self.result.value,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """What `to_json` gave, back again. ValueError on anything else."""
        fields = _mapping(value)
        return cls(
            domain=_text(fields, "domain"),
            selector=_text(fields, "selector"),
            result=DkimResult(_text(fields, "result")),
            reason=_text(fields, "reason"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcCheck:
    """DMARC of the domain in From.

    `organizational_domain`: as the walk up the tree finds it. `policy` ("none", "quarantine", "reject") is what the
    owner asks for this very domain, `found_at` the domain whose record says so; both empty without a record.
    `is_testing`: the record has `t=y`. It informs only: the class comes from alignment.
    """

    result: DmarcResult
    organizational_domain: str = ""
    policy: str = ""
    found_at: str = ""
    adkim: AlignmentMode = AlignmentMode.RELAXED
    aspf: AlignmentMode = AlignmentMode.RELAXED
    is_testing: bool = False

    def to_json(self) -> dict[str, object]:
        """The same as a dict that `json.dumps` takes."""
        return {
            "result": self.result.value,
            "organizational_domain": self.organizational_domain,
            "policy": self.policy,
            "found_at": self.found_at,
            "adkim": self.adkim.value,
            "aspf": self.aspf.value,
            "is_testing": self.is_testing,
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """What `to_json` gave, back again. ValueError on anything else."""
        fields = _mapping(value)
        return cls(
            result=DmarcResult(_text(fields, "result")),
            organizational_domain=_text(fields, "organizational_domain"),
            policy=_text(fields, "policy"),
            found_at=_text(fields, "found_at"),
            adkim=AlignmentMode(_text(fields, "adkim")),
            aspf=AlignmentMode(_text(fields, "aspf")),
            is_testing=_flag(fields, "is_testing"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderCheck:
    """All that was found out. `from_domain` in A-labels, empty when none counts; `why` explains the class."""

    sender_class: SenderClass
    from_domain: str
    spf: SpfCheck
    dkim: tuple[SignatureCheck, ...]
    dmarc: DmarcCheck
    why: tuple[Why, ...]

    @property
    def is_worth_retrying(self) -> bool:
        """Whether the class may become another when the DNS answers."""
        return self.sender_class is SenderClass.UNKNOWN

    def to_json(self) -> dict[str, object]:
        """The same as a dict that `json.dumps` takes."""
        return {
            "sender_class": self.sender_class.value,
            "from_domain": self.from_domain,
            "spf": self.spf.to_json(),
            "dkim": [each.to_json() for each in self.dkim],
            "dmarc": self.dmarc.to_json(),
            "why": [each.value for each in self.why],
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """What `to_json` gave, back again. ValueError on anything else."""
        fields = _mapping(value)
        return cls(
            sender_class=SenderClass(_text(fields, "sender_class")),
            from_domain=_text(fields, "from_domain"),
            spf=SpfCheck.from_json(fields.get("spf")),
            dkim=tuple(SignatureCheck.from_json(each) for each in _list(fields, "dkim")),
            dmarc=DmarcCheck.from_json(fields.get("dmarc")),
            why=tuple(Why(_typed(each, str, "why")) for each in _list(fields, "why")),
        )


_T = TypeVar("_T")


def _typed(value: object, kind: type[_T], name: str) -> _T:
    if not isinstance(value, kind):
        raise ValueError(f"{name} is not of type {kind.__name__}")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], _typed(value, dict, "a result"))


def _text(fields: Mapping[str, object], name: str) -> str:
    return _typed(fields.get(name), str, name)


def _flag(fields: Mapping[str, object], name: str) -> bool:
    return _typed(fields.get(name), bool, name)


def _list(fields: Mapping[str, object], name: str) -> list[object]:
    return cast(list[object], _typed(fields.get(name), list, name))
