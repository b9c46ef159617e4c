"""Answers from the DNS, through dnspython, for as long as one message may wait for them."""

import threading
import time
from collections.abc import Callable
from typing import cast

import dns.exception
import dns.name
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from blog.mailroom.authentication.registries import registered_domain
from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure

SECONDS_A_TRY = 2.0
# One domain whose servers are dead must not use up the time for all others.
_TRIES = 2
SECONDS_A_MESSAGE = 5.0
# A domain whose servers were silent is asked only in passing for so long, and what else it is asked not at all.
_SILENT_FOR = 600.0
_IN_PASSING = 0.5
_MOST_SILENT = 1000
# When so many in a row were, it is not they.
_IN_A_ROW = 8
# What fits into one packet everywhere; what is longer is asked for again over TCP (RFC 9715).
_PACKET_BYTES = 1232


class Deadline:
    """The moment at which nobody waits any longer, `seconds` from now. `now` gives seconds that only go up."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._end = now() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, never below zero."""
        return max(0.0, self._end - self._now())


class Silences:
    """Which domains nobody answers for, as all messages of a process know it.

    Who has mail wait for silent name servers, on purpose or not, makes their own domain wait, and nobody else's: it is
    asked about again later. When one domain after the other is silent, our own way to the DNS is: then no message waits
    long, until somebody answers.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._in_a_row: set[str] = set()

    def is_expected(self, domain: str) -> bool:
        """Whether nobody will answer for a domain, as far as can be foreseen."""
        with self._lock:
            return len(self._in_a_row) >= _IN_A_ROW or self._until.get(domain, 0.0) > self._now()

    def note_silence(self, domain: str) -> None:
        """Nobody answered."""
        with self._lock:
            if len(self._until) >= _MOST_SILENT:
                self._until.clear()
            self._until[domain] = self._now() + _SILENT_FOR
            self._in_a_row.add(domain)

    def note_answer(self, domain: str) -> None:
        """Somebody did."""
        with self._lock:
            self._until.pop(domain, None)
            self._in_a_row.clear()


class DnsResolver:
    """A `Resolver` for one message: its time begins when it is made, so make a new one for the next.

    `servers`: addresses of name servers and their port, else what the machine is configured for. `silences` are shared
    by the messages of a process.
    """

    def __init__(
        self,
        servers: tuple[str, ...] = (),
        *,
        port: int = 53,
        deadline: Deadline | None = None,
        silences: Silences | None = None,
        seconds_a_try: float = SECONDS_A_TRY,
    ) -> None:
        self._silences = silences or Silences()
        # Of this message: who was silent once is not asked a second thing.
        self._silent: set[str] = set()
        self._deadline = deadline or Deadline(SECONDS_A_MESSAGE)
        self._seconds_a_question = _TRIES * seconds_a_try
        self._stub = _stub(servers, port, seconds_a_try)

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """As `Resolver.ask`."""
        domain = registered_domain(name)
        left = min(self._deadline.left, self._seconds_for(domain))
        if not left or self._stub is None:
            raise TemporaryFailure
        try:
            # Each label as it is: a backslash means itself here.
            labels = [label.encode("ascii") for label in name.split(".")]
            question = dns.name.Name([*labels, b""])
        except (dns.exception.DNSException, UnicodeError):
            return ()
        try:
            answer = self._stub.resolve(
                question, kind.value, lifetime=left, search=False, raise_on_no_answer=False
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.YXDOMAIN):
            self._silences.note_answer(domain)
            return ()
        except dns.exception.Timeout:
            self._note_silence(domain)
            raise TemporaryFailure from None
        except (dns.exception.DNSException, OSError):
            raise TemporaryFailure from None
        self._silences.note_answer(domain)
        return _texts(kind, list(answer.rrset or ()))

    def _seconds_for(self, domain: str) -> float:
        if domain in self._silent:
            return 0.0
        return _IN_PASSING if self._silences.is_expected(domain) else self._seconds_a_question

    def _note_silence(self, domain: str) -> None:
        # Where the time of the message ran out, the domain may have had too little of it.
        if self._deadline.left:
            self._silent.add(domain)
            self._silences.note_silence(domain)


def _stub(servers: tuple[str, ...], port: int, seconds_a_try: float) -> dns.resolver.Resolver | None:
    """What speaks to the name servers; None where the machine knows of none, and then nothing is ever answered."""
    try:
        stub = dns.resolver.Resolver(configure=not servers)
    except dns.exception.DNSException:
        return None
    if servers:
        stub.nameservers = list(servers)
        stub.port = port
    stub.timeout = seconds_a_try
    stub.use_edns(0, 0, _PACKET_BYTES)
    return stub


def _texts(kind: RecordType, records: list[dns.rdata.Rdata]) -> tuple[str, ...]:
    if kind is RecordType.TXT:
        return tuple(b"".join(each.strings).decode("latin-1") for each in cast(list[TXT], records))
    if kind is RecordType.MX:
        ordered = sorted(cast(list[MX], records), key=lambda each: each.preference)
        return tuple(_name(each.exchange) for each in ordered)
    if kind is RecordType.PTR:
        return tuple(_name(cast(dns.name.Name, getattr(each, "target"))) for each in records)  # noqa: B009
    return tuple(each.to_text() for each in records)


def _name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True)
