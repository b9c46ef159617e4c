"""To whose organization a domain belongs, and what that costs (RFC 9989 §4.10)."""

import pytest

from blog.mailroom.authentication.dmarc import AuthorDomain
from blog.mailroom.authentication.resolver import Questions, RecordType
from tests.mailroom.authentication.zones import ZoneFile


def asked_for(domain: str, zone_text: str = "") -> list[str]:
    zone = ZoneFile(zone_text)
    AuthorDomain(domain, Questions(zone))
    assert {kind for _, kind in zone.asked} <= {RecordType.TXT}
    return [name.removeprefix("_dmarc.") for name, _ in zone.asked]


def test_the_walk_goes_up_to_the_top() -> None:
    assert asked_for("a.b.example.org") == ["a.b.example.org", "b.example.org", "example.org", "org"]


def test_a_long_name_is_leapt_up_and_costs_eight_questions() -> None:
    ten = "a.b.c.d.e.f.g.h.example.org"
    assert asked_for(ten) == [
        ten,
        "d.e.f.g.h.example.org",
        "e.f.g.h.example.org",
        "f.g.h.example.org",
        "g.h.example.org",
        "h.example.org",
        "example.org",
        "org",
    ]


@pytest.mark.parametrize("labels", [8, 9, 40, 120])
def test_no_name_costs_more_than_eight(labels: int) -> None:
    assert len(asked_for(".".join(["a"] * labels))) == 8


@pytest.mark.parametrize("mark", ["y", "n", "Y"])
def test_the_walk_ends_at_a_mark(mark: str) -> None:
    zone = f"_dmarc.example.org TXT v=DMARC1; psd={mark}"
    assert asked_for("a.b.example.org", zone) == ["a.b.example.org", "b.example.org", "example.org"]


@pytest.mark.parametrize(
    ("zone", "organization"),
    [
        ("", "a.b.example.org"),
        ("_dmarc.b.example.org TXT v=DMARC1", "b.example.org"),
        ("_dmarc.b.example.org TXT v=DMARC1\n_dmarc.example.org TXT v=DMARC1", "example.org"),
        ("_dmarc.b.example.org TXT v=DMARC1;psd=n\n_dmarc.example.org TXT v=DMARC1", "b.example.org"),
        ("_dmarc.b.example.org TXT v=DMARC1;psd=u\n_dmarc.example.org TXT v=DMARC1", "example.org"),
        ("_dmarc.example.org TXT v=DMARC1; psd=y", "b.example.org"),
        ("_dmarc.org TXT v=DMARC1; psd=y\n_dmarc.a.b.example.org TXT v=DMARC1", "example.org"),
        ("_dmarc.a.b.example.org TXT v=DMARC1; psd=y", "a.b.example.org"),
        ("_dmarc.org TXT v=DMARC1", "a.b.example.org"),
        ("_dmarc.example.org TXT v=DMARC1; p=none; p=none", "a.b.example.org"),
        ("_dmarc.example.org TXT p=none; v=DMARC1", "a.b.example.org"),
    ],
)
def test_the_organization(zone: str, organization: str) -> None:
    domain = AuthorDomain("a.b.example.org", Questions(ZoneFile(zone)))
    assert domain.report(is_aligned=False).organizational_domain == organization


@pytest.mark.parametrize(
    ("domain", "record", "organization"),
    [
        ("shop.example.co.uk", "co.uk", "shop.example.co.uk"),
        ("shop.example.com.br", "com.br", "shop.example.com.br"),
        ("shop.example.co.uk", "example.co.uk", "example.co.uk"),
        # Names of two letters are sold below countries, not below these.
        ("shop.co.com", "co.com", "co.com"),
        ("shop.example.uk", "example.uk", "example.uk"),
    ],
)
def test_a_registry_that_forgot_its_mark_is_nobodys_organization(
    domain: str, record: str, organization: str
) -> None:
    author = AuthorDomain(domain, Questions(ZoneFile(f"_dmarc.{record} TXT v=DMARC1; p=none")))
    assert author.report(is_aligned=False).organizational_domain == organization


@pytest.mark.parametrize(
    ("zone", "policy", "found_at"),
    [
        ("", "", ""),
        ("_dmarc.a.example.org TXT v=DMARC1; p=reject; sp=none", "reject", "a.example.org"),
        ("_dmarc.example.org TXT v=DMARC1; p=reject; sp=none", "none", "example.org"),
        ("_dmarc.example.org TXT v=DMARC1; p=reject", "reject", "example.org"),
        ("_dmarc.example.org TXT v=DMARC1; p=perhaps", "none", "example.org"),
        ("_dmarc.example.org TXT v=DMARC1", "none", "example.org"),
        ("_dmarc.example.org TXT v=DMARC1; p=reject; psd=y", "reject", "example.org"),
    ],
)
def test_the_policy(zone: str, policy: str, found_at: str) -> None:
    found = AuthorDomain("a.example.org", Questions(ZoneFile(zone))).report(is_aligned=False)
    assert (found.policy, found.found_at) == (policy, found_at)
