"""The resolver against a name server on this machine that answers, denies, fails, stays silent and cuts off."""

import socket
import threading
from collections.abc import Generator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from blog.mailroom.authentication.dns_resolver import Deadline, DnsResolver, Silences
from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure

LOOPBACK = "127.0.0.1"
LONG = "x" * 250
ANSWERS = {
    ("two.example.", "TXT"): ['"v=spf1 " "-all"', '"caf\\233"'],
    ("four.example.", "A"): ["192.0.2.1", "192.0.2.2"],
    ("six.example.", "AAAA"): ["2001:db8::1"],
    ("mail.example.", "MX"): ["20 second.example.", "10 first.example."],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["host.example."],
    ("long.example.", "TXT"): [f'"{number} {LONG}"' for number in range(10)],
    ("a\\\\b.example.", "TXT"): ['"a backslash"'],
}


class NameServer:
    """Speaks UDP and TCP on one port, and counts the questions for each name."""

    def __init__(self) -> None:
        self.udp, self.tcp = self._bound()
        self.port: int = self.udp.getsockname()[1]
        self.asked: list[tuple[str, str]] = []
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self.udp.close()
        self.tcp.close()

    def _bound(self) -> tuple[socket.socket, socket.socket]:
        while True:
            tcp = socket.create_server((LOOPBACK, 0))
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                tcp.close()
                udp.close()
            else:
                return udp, tcp

    def _serve_udp(self) -> None:
        while True:
            try:
                wire, client = self.udp.recvfrom(65535)
            except OSError:
                return
            answer = self._answer(wire, "udp")
            if answer is not None:
                self.udp.sendto(answer, client)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                wire = stream.read(int.from_bytes(stream.read(2)))
                answer = self._answer(wire, "tcp") or b""
                stream.write(len(answer).to_bytes(2) + answer)

    def _answer(self, wire: bytes, way: str) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(), question.rdtype.name
        self.asked.append((name, way))
        if name.startswith("silent"):
            return None
        answer = dns.message.make_response(query)
        if name.startswith("failing"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name.startswith("absent"):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif name.startswith("long") and way == "udp":
            answer.flags |= dns.flags.TC
        elif name.startswith("alias"):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", "four.example."))
            answer.answer.append(dns.rrset.from_text("four.example.", 60, "IN", "A", "192.0.2.1"))
        elif (name, kind) in ANSWERS:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *ANSWERS[name, kind]))
        return answer.to_wire(max_size=65535)


@pytest.fixture(scope="module")
def server() -> Generator[NameServer]:
    """A name server for all tests here."""
    server = NameServer()
    yield server
    server.close()


@pytest.fixture
def resolver(server: NameServer) -> DnsResolver:
    """A resolver that asks it."""
    return DnsResolver((LOOPBACK,), port=server.port)


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("two.example", RecordType.TXT, ("v=spf1 -all", "café")),
        ("four.example", RecordType.A, ("192.0.2.1", "192.0.2.2")),
        ("alias.example", RecordType.A, ("192.0.2.1",)),
        ("six.example", RecordType.AAAA, ("2001:db8::1",)),
        ("mail.example", RecordType.MX, ("first.example", "second.example")),
        ("1.2.0.192.in-addr.arpa", RecordType.PTR, ("host.example",)),
        ("a\\b.example", RecordType.TXT, ("a backslash",)),
        ("four.example", RecordType.AAAA, ()),
        ("absent.example", RecordType.TXT, ()),
        ("a..example", RecordType.A, ()),
        ("a" * 64 + ".example", RecordType.A, ()),
        (".".join(["a" * 60] * 5), RecordType.A, ()),
        ("café.example", RecordType.A, ()),
    ],
)
def test_what_is_answered(resolver: DnsResolver, name: str, kind: RecordType, found: tuple[str, ...]) -> None:
    assert sorted(resolver.ask(name, kind)) == sorted(found)
    if kind is RecordType.MX:
        assert resolver.ask(name, kind) == found


def test_an_answer_that_is_cut_off_is_asked_for_again_over_tcp(
    resolver: DnsResolver, server: NameServer
) -> None:
    assert len(resolver.ask("long.example", RecordType.TXT)) == 10
    assert [way for name, way in server.asked if name == "long.example."] == ["udp", "tcp"]


def test_a_failure_is_temporary(resolver: DnsResolver) -> None:
    with pytest.raises(TemporaryFailure):
        resolver.ask("failing.example", RecordType.TXT)


def test_silence_is_temporary_and_asked_about_twice(server: NameServer) -> None:
    resolver = DnsResolver((LOOPBACK,), port=server.port, seconds_a_try=0.3)
    with pytest.raises(TemporaryFailure):
        resolver.ask("silent.example", RecordType.TXT)
    assert server.asked.count(("silent.example.", "udp")) == 2


def test_once_time_is_up_nobody_is_asked(server: NameServer) -> None:
    seconds = iter([0.0, 9.9, 10.0])
    resolver = DnsResolver((LOOPBACK,), port=server.port, deadline=Deadline(10, now=lambda: next(seconds)))
    assert resolver.ask("four.example", RecordType.A)
    asked = len(server.asked)
    with pytest.raises(TemporaryFailure):
        resolver.ask("four.example", RecordType.A)
    assert len(server.asked) == asked


def test_a_machine_without_a_name_server_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unconfigured(*_: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", unconfigured)
    with pytest.raises(TemporaryFailure):
        DnsResolver().ask("four.example", RecordType.A)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_who_is_silent_is_asked_in_passing_for_ten_minutes_and_nobody_else_is() -> None:
    clock = Clock()
    silences = Silences(clock)
    silences.note_silence("example.org")
    assert silences.is_expected("example.org")
    assert not silences.is_expected("example.com")
    clock.seconds = 599
    assert silences.is_expected("example.org")
    clock.seconds = 600
    assert not silences.is_expected("example.org")


def test_who_answers_after_all_is_asked_as_before() -> None:
    silences = Silences(Clock())
    silences.note_silence("example.org")
    silences.note_answer("example.org")
    assert not silences.is_expected("example.org")


def test_where_nobody_answers_at_all_no_message_waits_long() -> None:
    silences = Silences(Clock())
    for number in range(7):
        silences.note_silence(f"silent{number}.example")
    assert not silences.is_expected("example.org")
    silences.note_silence("silent7.example")
    assert silences.is_expected("example.org")
    silences.note_answer("example.com")
    assert not silences.is_expected("example.org")


def test_one_domain_again_and_again_is_not_everybody() -> None:
    silences = Silences(Clock())
    for _turn in range(20):
        silences.note_silence("silent.example")
    assert not silences.is_expected("example.org")


def test_a_domain_that_is_silent_is_asked_one_thing_and_other_messages_know(server: NameServer) -> None:
    silences = Silences(Clock())
    first = DnsResolver((LOOPBACK,), port=server.port, silences=silences, seconds_a_try=0.1)
    for name in ("silent.quiet.example", "silent.s1._domainkey.quiet.example", "silent.mail.quiet.example"):
        with pytest.raises(TemporaryFailure):
            first.ask(name, RecordType.TXT)
    assert {name for name, _way in server.asked if name.endswith(".quiet.example.")} == {
        "silent.quiet.example."
    }
    assert silences.is_expected("quiet.example")
    assert first.ask("four.example", RecordType.A)


def test_a_failure_that_comes_at_once_is_no_silence(server: NameServer) -> None:
    silences = Silences(Clock())
    resolver = DnsResolver((LOOPBACK,), port=server.port, silences=silences)
    with pytest.raises(TemporaryFailure):
        resolver.ask("failing.example", RecordType.TXT)
    assert not silences.is_expected("failing.example")
