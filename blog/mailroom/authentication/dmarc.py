"""DMARC: whose organization a domain belongs to, and what its owner asks for (RFC 9989)."""

from typing import NamedTuple

from blog.mailroom.authentication.domains import may_be_related
from blog.mailroom.authentication.registries import is_registry
from blog.mailroom.authentication.resolver import Questions, RecordType, TemporaryFailure, TooManyQuestions
from blog.mailroom.authentication.results import AlignmentMode, DmarcCheck, DmarcResult
from blog.mailroom.authentication.tags import read_tags

_RECORD_CHARACTERS = 8 * 1024
_POLICIES = ("none", "quarantine", "reject")
_LONGEST_CLIMB = 7


class _Record(NamedTuple):
    domain: str
    tags: dict[str, str]

    @property
    def labels(self) -> int:
        return self.domain.count(".") + 1


class AuthorDomain:
    """The domain in From, and which other domains may vouch for it. `domain` in A-labels."""

    def __init__(self, domain: str, questions: Questions) -> None:
        self.domain = domain
        self._questions = questions
        self._records: list[_Record] | None
        try:
            self._records = _walk(domain, questions)
        except TemporaryFailure:
            self._records = None
        self._policy = _policy_record(domain, self._records or [])

    def is_aligned(self, identifier: str, method: str) -> bool:
        """Whether a domain that `method` ("dkim" or "spf") has authenticated vouches for this one (RFC 9989 §4.4).

        Raises TemporaryFailure when it may, and the DNS does not answer.
        """
        if identifier == self.domain:
            return True
        if not may_be_related(identifier, self.domain):
            return False
        if self._records is None:
            raise TemporaryFailure
        if self._mode("adkim" if method == "dkim" else "aspf") is AlignmentMode.STRICT:
            return False
        try:
            theirs = _walk(identifier, self._questions)
        except TooManyQuestions:
            return False
        return _organizational(identifier, theirs) == _organizational(self.domain, self._records)

    def report(self, *, is_aligned: bool) -> DmarcCheck:
        """What the owner asks for, beside whether somebody vouches."""
        if self._records is None:
            result = DmarcResult.PASS if is_aligned else DmarcResult.TEMPERROR
            return DmarcCheck(result=result)
        organizational = _organizational(self.domain, self._records)
        if self._policy is None:
            return DmarcCheck(result=DmarcResult.NONE, organizational_domain=organizational)
        return DmarcCheck(
            result=DmarcResult.PASS if is_aligned else DmarcResult.FAIL,
            organizational_domain=organizational,
            policy=_policy(self.domain, self._policy),
            found_at=self._policy.domain,
            adkim=self._mode("adkim"),
            aspf=self._mode("aspf"),
            is_testing=self._policy.tags.get("t", "n").lower() == "y",
        )

    def _mode(self, tag: str) -> AlignmentMode:
        value = self._policy.tags.get(tag, "r").lower() if self._policy else "r"
        return AlignmentMode.STRICT if value == "s" else AlignmentMode.RELAXED


def _walk(domain: str, questions: Questions) -> list[_Record]:
    """The records from a domain up to the root, at most eight questions (RFC 9989 §4.10)."""
    records: list[_Record] = []
    labels = domain.split(".")
    steps = [labels] + [labels[-size:] for size in range(min(len(labels) - 1, _LONGEST_CLIMB), 0, -1)]
    for step in steps:
        name = ".".join(step)
        record = _record(name, questions.ask(f"_dmarc.{name}", RecordType.TXT))
        if record is not None:
            records.append(record)
            if _psd(record) in ("y", "n"):
                break
    return records


def _record(domain: str, texts: tuple[str, ...]) -> _Record | None:
    """The DMARC record among the TXT records of a name; none when there are several."""
    found = [tags for tags in map(_tags, texts) if tags is not None]
    return _Record(domain, found[0]) if len(found) == 1 else None


def _tags(text: str) -> dict[str, str] | None:
    # The version comes first, and it is case-sensitive (RFC 9989 §4.7).
    tags = read_tags(text) if len(text) <= _RECORD_CHARACTERS and text.lstrip().startswith("v") else None
    return tags if tags and next(iter(tags.items())) == ("v", "DMARC1") else None


def _psd(record: _Record) -> str:
    return record.tags.get("psd", "u").lower()


def _organizational(domain: str, records: list[_Record]) -> str:
    """The organizational domain that a walk from `domain` has found (RFC 9989 §4.10.2)."""
    for record in records:
        if _psd(record) == "n":
            return record.domain
        if _psd(record) == "y" and record.domain != domain:
            return ".".join(domain.split(".")[-record.labels - 1 :])
    # Stricter than the RFC: a registry with a record that forgot its psd=y is nobody's organization, else everybody in
    # it could speak for everybody else.
    below_registries = [record for record in records if not is_registry(record.domain)]
    return below_registries[-1].domain if below_registries else domain


def _policy_record(domain: str, records: list[_Record]) -> _Record | None:
    """The record that counts: the domain's own, else its organization's, else that of the suffix (RFC 9989 §4.10.1)."""
    by_domain = {record.domain: record for record in records}
    organizational = _organizational(domain, records)
    suffix = records[-1] if records and _psd(records[-1]) == "y" else None
    return by_domain.get(domain) or by_domain.get(organizational) or suffix


def _policy(domain: str, record: _Record) -> str:
    """What the owner asks for mail of that domain. A record that says nothing readable asks for nothing."""
    tag = "p" if record.domain == domain or "sp" not in record.tags else "sp"
    value = record.tags.get(tag, "none").lower()
    return value if value in _POLICIES else "none"
