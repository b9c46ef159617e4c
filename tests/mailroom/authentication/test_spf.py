"""SPF by the letter of RFC 7208: one line for each rule, in a zone of its own."""

import pytest

from blog.mailroom.authentication.resolver import Questions
from blog.mailroom.authentication.results import SpfCheck
from blog.mailroom.authentication.spf import check_spf
from tests.mailroom.authentication.zones import ZoneFile

REVERSE = "10.2.0.192.in-addr.arpa"
V4, V6 = "192.0.2.10", "2001:db8::10"
CHAIN = "".join(f"s{n}.example.org TXT v=spf1 include:s{n + 1}.example.org ~all\n" for n in range(1, 12))


def spf(
    zone: str, peer: str = V4, sender: str | None = "pietje@example.org", helo: str = "h.example.org"
) -> SpfCheck:
    return check_spf(peer, envelope_sender=sender, helo=helo, questions=Questions(ZoneFile(zone)))


def record(text: str, *more: str) -> str:
    return "\n".join([f"example.org TXT {text}", *more])


@pytest.mark.parametrize(
    ("zone", "result"),
    [
        ("", "none"),
        (record("something else"), "none"),
        (record("v=spf10 +all"), "none"),
        (record("v=spf1"), "neutral"),
        (record("V=SPF1 +ALL"), "pass"),
        (record("v=spf1 -all"), "fail"),
        (record("v=spf1 ~all"), "softfail"),
        (record("v=spf1 ?all"), "neutral"),
        (record("v=spf1   all  "), "pass"),
        (record("v=spf1 -all +all"), "fail"),
        (record("v=spf1 ip4:192.0.2.10 -all"), "pass"),
        (record("v=spf1 ip4:192.0.2.99/24 -all"), "pass"),
        (record("v=spf1 ip4:192.0.2.99/25 -all"), "pass"),
        (record("v=spf1 ip4:192.0.2.128/25 -all"), "fail"),
        (record("v=spf1 ip4:0.0.0.0/0 -all"), "pass"),
        (record("v=spf1 -ip4:192.0.2.10 +all"), "fail"),
        (record("v=spf1 ip6:2001:db8::/32 -all"), "fail"),
        (record("v=spf1 a -all", "example.org A 192.0.2.10"), "pass"),
        (record("v=spf1 a -all", "example.org A 192.0.2.11"), "fail"),
        (record("v=spf1 a/28 -all", "example.org A 192.0.2.1"), "pass"),
        (record("v=spf1 a//0 -all", "example.org A 192.0.2.1"), "fail"),
        (record("v=spf1 a:mail.example.net/0//0 -all", "mail.example.net A 203.0.113.1"), "pass"),
        (record("v=spf1 mx -all", "example.org MX mx.example.net", "mx.example.net A 192.0.2.10"), "pass"),
        (record("v=spf1 mx:other.example/28 -all", "other.example MX a.example", "a.example A 192.0.2.1"), "pass"),
        (record("v=spf1 mx -all", *[f"example.org MX m{n}.example" for n in range(10)]), "fail"),
        (record("v=spf1 mx -all", *[f"example.org MX m{n}.example" for n in range(11)]), "permerror"),
        (record("v=spf1 include:a.example -all", "a.example TXT v=spf1 ip4:192.0.2.10 -all"), "pass"),
        (record("v=spf1 include:a.example ~all", "a.example TXT v=spf1 -all"), "softfail"),
        (record("v=spf1 -include:a.example ~all", "a.example TXT v=spf1 +all"), "fail"),
        (record("v=spf1 include:a.example +all"), "permerror"),
        (record("v=spf1 include:a.example +all", "a.example TXT v=spf1 nonsense"), "permerror"),
        (record("v=spf1 include:a.example +all", "a.example TXT SILENCE"), "temperror"),
        (record("v=spf1 ip4:192.0.2.10 include:a.example -all", "a.example TXT SILENCE"), "pass"),
        (record("v=spf1 redirect=a.example", "a.example TXT v=spf1 a -all", "a.example A 192.0.2.10"), "pass"),
        (record("v=spf1 redirect=a.example ?all", "a.example TXT v=spf1 +all"), "neutral"),
        (record("v=spf1 redirect=a.example"), "permerror"),
        (record("v=spf1 redirect=a.example redirect=a.example", "a.example TXT v=spf1 +all"), "permerror"),
        (record("v=spf1 exp=e.example exp=e.example +all"), "permerror"),
        (record("v=spf1 exp=why.example.net -all"), "fail"),
        (record("v=spf1 later=%{d}/x +all"), "pass"),
        (record("v=spf1 later=%{r} +all"), "permerror"),
        (record("v=spf1 exists:%{ir}.%{v}.%{d} -all", "10.2.0.192.in-addr.example.org A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{l}.%{o}.x.%{h} -all", "pietje.example.org.x.h.example.org A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{s}.a.example -all", "pietje@example.org.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{d1}.a.example -all", "org.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{d1r}.a.example -all", "example.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{l1re}.a.example -all"), "permerror"),
        (record("v=spf1 exists:%{l1r=}.a.example -all", "pietje.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%%.%{d} -all", "%.example.org A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:a%-b.%{d} -all", "a%20b.example.org A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{S}.a.example -all", "pietje%40example.org.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{c}.a.example +all"), "permerror"),
        (record("v=spf1 exists:%{d0}.a.example +all"), "permerror"),
        (record("v=spf1 exists:%x.a.example +all"), "permerror"),
        (record("v=spf1 exists +all"), "permerror"),
        (record("v=spf1 include:localhost +all"), "permerror"),
        (record("v=spf1 include:a.example.123 +all"), "permerror"),
        (record("v=spf1 ptr -all", f"{REVERSE} PTR m.example.org", "m.example.org A 192.0.2.10"), "pass"),
        (record("v=spf1 ptr -all", f"{REVERSE} PTR m.example.org", "m.example.org A 192.0.2.11"), "fail"),
        (record("v=spf1 ptr -all", f"{REVERSE} PTR badexample.org", "badexample.org A 192.0.2.10"), "fail"),
        (record("v=spf1 ptr:a.example -all", f"{REVERSE} PTR a.example", "a.example A 192.0.2.10"), "pass"),
        (record("v=spf1 ptr -all", *[f"10.2.0.192.in-addr.arpa PTR n{n}.example.org" for n in range(11)],
                "n10.example.org A 192.0.2.10"), "fail"),
        (record("v=spf1 exists:%{p}.a.example -all", "10.2.0.192.in-addr.arpa PTR m.example.org",
                "m.example.org A 192.0.2.10", "m.example.org.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 exists:%{p}.a.example -all", "unknown.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 +all", "example.org TXT v=spf1 -all"), "permerror"),
        (record("v=spf1 +all nonsense"), "permerror"),
        (record("v=spf1 all:example.org"), "permerror"),
        (record("v=spf1 ip4 +all"), "permerror"),
        (record("v=spf1 ip4:192.0.2 +all"), "permerror"),
        (record("v=spf1 ip4:192.0.2.0/33 +all"), "permerror"),
        (record("v=spf1 ip4:192.0.2.0/024 +all"), "permerror"),
        (record("v=spf1 ip4:2001:db8:: +all"), "permerror"),
        (record("v=spf1 ip6:192.0.2.1 +all"), "permerror"),
        (record("v=spf1 ip6:2001:db8::%1 +all"), "permerror"),
        (record("v=spf1 a/33 +all"), "permerror"),
        (record("v=spf1 a//129 +all"), "permerror"),
        (record("v=spf1 a: +all"), "permerror"),
        (record("v=spf1 a:b.example/ +all"), "permerror"),
        (record("v=spf1\t+all"), "none"),
        (record("v=spf1 include:s3.example.org +all") + "\n" + CHAIN + "s12.example.org TXT v=spf1 -all", "pass"),
        (record("v=spf1 include:s2.example.org +all") + "\n" + CHAIN + "s12.example.org TXT v=spf1 -all", "permerror"),
        (record("v=spf1 include:example.org +all"), "permerror"),
        (record("v=spf1 redirect=example.org"), "permerror"),
        (record("v=spf1" + " exists:e.example" * 10 + " +all", "e.example A 127.0.0.2"), "pass"),
        (record("v=spf1 a:n1.example a:n2.example +all"), "pass"),
        (record("v=spf1 a:n1.example a:n2.example a:n3.example +all"), "permerror"),
        (record("SILENCE"), "temperror"),
    ],
)  # fmt: skip
def test_a_record(zone: str, result: str) -> None:
    assert spf(zone).result.value == result


@pytest.mark.parametrize(
    ("zone", "result"),
    [
        (record("v=spf1 ip6:2001:db8::/64 -all"), "pass"),
        (record("v=spf1 ip4:0.0.0.0/0 -all"), "fail"),
        (record("v=spf1 a -all", "example.org AAAA 2001:db8::10", "example.org A 192.0.2.10"), "pass"),
        (record("v=spf1 a/0//127 -all", "example.org AAAA 2001:db8::11"), "pass"),
        (record("v=spf1 a//128 -all", "example.org AAAA 2001:db8::11"), "fail"),
        (record("v=spf1 mx +all", *[f"example.org MX m{n}.example" for n in range(4)]), "pass"),
        (record("v=spf1 exists:%{i}.%{v}.a.example -all",
                f"{'.'.join('20010db8' + '0' * 22 + '10')}.ip6.a.example A 127.0.0.2"), "pass"),
        (record("v=spf1 ptr -all", f"{'.'.join(reversed('20010db8' + '0' * 22 + '10'))}.ip6.arpa PTR m.example.org",
                "m.example.org AAAA 2001:db8::10"), "pass"),
    ],
)  # fmt: skip
def test_a_record_for_a_peer_of_version_6(zone: str, result: str) -> None:
    assert spf(zone, V6).result.value == result


@pytest.mark.parametrize(
    ("zone", "is_uncertain"),
    [
        (record("v=spf1 ptr -all", f"{REVERSE} PTR SILENCE"), True),
        (record("v=spf1 ptr ip4:192.0.2.10 -all", "10.2.0.192.in-addr.arpa PTR SILENCE"), False),
        (record("v=spf1 a -all", "example.org A SILENCE"), True),
        (record("v=spf1 -all"), False),
    ],
)
def test_a_result_is_uncertain_when_an_answer_could_have_made_it_another(
    zone: str, is_uncertain: bool
) -> None:
    assert spf(zone).is_uncertain is is_uncertain


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        (record("v=spf1 nonsense"), "syntax"),
        (record("v=spf1 include:example.org"), "too-many-lookups"),
        (record("v=spf1 include:a.example"), "nothing-included"),
        (record("v=spf1 a:b.example a:c.example a:d.example"), "too-many-void-lookups"),
        (record("v=spf1 +all", "example.org TXT v=spf1"), "several-records"),
        (record("v=spf1 mx", *[f"example.org MX m{n}.example" for n in range(11)]), "too-many-hosts"),
        (record("SILENCE"), "unanswered"),
        (record("v=spf1 -all"), ""),
    ],
)
def test_the_reason_is_said(zone: str, reason: str) -> None:
    assert spf(zone).reason == reason


def test_a_long_expansion_is_cut_from_the_left() -> None:
    name = "b" * 61
    zone = record(
        "v=spf1 exists:%{l}.%{l}.%{l}.%{l}.a.example -all", f"{name}.{name}.{name}.a.example A 127.0.0.2"
    )
    assert spf(zone, sender=f"{name}@example.org").result.value == "pass"


def test_a_sender_without_a_local_part_is_the_postmaster() -> None:
    zone = record("v=spf1 exists:%{l}.a.example -all", "postmaster.a.example A 127.0.0.2")
    assert spf(zone, sender="@example.org").result.value == "pass"


def test_the_null_sender_asks_for_the_host() -> None:
    zone = "h.example.org TXT v=spf1 exists:%{s}.a.example\npostmaster@h.example.org.a.example A 127.0.0.2"
    found = spf(zone, sender="")
    assert (found.result.value, found.domain, found.scope) == ("pass", "h.example.org", "helo")
