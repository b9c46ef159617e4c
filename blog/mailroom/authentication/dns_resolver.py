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

from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure

SECONDS_A_TRY = 2.0
# One domain whose servers are dead must not use up the time for all others.
_TRIES = 2
SECONDS_A_MESSAGE = 5.0
# Waited in vain in all, before messages get less: a minute, which takes ten to fill up again.
_MOST_IN_VAIN = 60.0
_FILLED_A_SECOND = 0.1
# One message may use up an eighth of what is left, and has this long in any case: enough for who answers at all.
_SHARE = 8.0
_SHORTEST = 0.5
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


class Patience:
    """How long the next message may wait, for all messages of a process.

    Time that was waited in vain is spent from what fills up again slowly. So name servers that are silent, or made so
    on purpose, soon cost each message half a second and no more: they are asked again later, and the queue goes on.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._left, self._at = _MOST_IN_VAIN, now()

    def seconds(self) -> float:
        """The time for one message: five seconds, and less when much was waited in vain lately."""
        with self._lock:
            self._fill_up()
            return max(_SHORTEST, min(SECONDS_A_MESSAGE, self._left / _SHARE))

    def spend(self, seconds: float) -> None:
        """So long nobody answered."""
        with self._lock:
            self._fill_up()
            self._left = max(0.0, self._left - seconds)

    def _fill_up(self) -> None:
        now = self._now()
        self._left = min(_MOST_IN_VAIN, self._left + (now - self._at) * _FILLED_A_SECOND)
        self._at = now


class DnsResolver:
    """A `Resolver` for one message: its time begins when it is made, so make a new one for the next.

    `servers`: addresses of name servers and their port, else what the machine is configured for. `patience` is shared
    by the messages of a process and says how much time there is, unless `deadline` does.
    """

    def __init__(
        self,
        servers: tuple[str, ...] = (),
        *,
        port: int = 53,
        deadline: Deadline | None = None,
        patience: Patience | None = None,
        seconds_a_try: float = SECONDS_A_TRY,
    ) -> None:
        self._patience = patience or Patience()
        self._deadline = deadline or Deadline(self._patience.seconds())
        self._seconds_a_question = _TRIES * seconds_a_try
        self._stub = _stub(servers, port, seconds_a_try)

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """As `Resolver.ask`."""
        left = min(self._deadline.left, self._seconds_a_question)
        if not left or self._stub is None:
            raise TemporaryFailure
        try:
            # Each label as it is: a backslash means itself here.
            labels = [label.encode("ascii") for label in name.split(".")]
            question = dns.name.Name([*labels, b""])
        except (dns.exception.DNSException, UnicodeError):
            return ()
        begun = time.monotonic()
        try:
            answer = self._stub.resolve(
                question, kind.value, lifetime=left, search=False, raise_on_no_answer=False
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.YXDOMAIN):
            return ()
        except (dns.exception.DNSException, OSError):
            self._patience.spend(time.monotonic() - begun)
            raise TemporaryFailure from None
        return _texts(kind, list(answer.rrset or ()))


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
