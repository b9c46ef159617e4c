"""Who sent a mail: every case of the table, and what the check promises besides."""

import json

import pytest

from blog.mailroom.authentication.check import check_sender
from blog.mailroom.authentication.results import SenderCheck
from blog.mailroom.parser.reading import read_message
from tests.mailroom.authentication.cases import ALL, AT, CASES, ELSEWHERE, ONE, PEER, SENDER, Case
from tests.mailroom.authentication.signing import with_keys
from tests.mailroom.authentication.zones import ZoneFile


def check(case: Case, zone: ZoneFile | None = None) -> SenderCheck:
    return check_sender(
        case.mail(),
        from_address=case.from_address,
        envelope_sender=case.envelope,
        helo=case.helo,
        peer=case.peer,
        resolver=zone or ZoneFile(with_keys(case.zone)),
        at=AT,
        own_authserv_id=case.authserv_id,
    )


def test_the_table_has_a_name_for_each_case() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_who_sent_it(case: Case) -> None:
    found = check(case)
    results = tuple((each.result.value, each.reason) for each in found.dkim)
    assert {
        "class": found.sender_class.value,
        "spf": found.spf.result.value if case.spf else None,
        "dkim": results if case.dkim is not None else None,
        "dmarc": found.dmarc.result.value if case.dmarc else None,
        "why": tuple(why.value for why in found.why) if case.why else None,
    } == {
        "class": case.sender_class,
        "spf": case.spf,
        "dkim": case.dkim,
        "dmarc": case.dmarc,
        "why": case.why,
    }
    assert found.is_worth_retrying is (case.sender_class == "unknown")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_found_travels_as_json(case: Case) -> None:
    found = check(case)
    assert SenderCheck.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.sender_class == "aligned"], ids=lambda case: case.name
)
def test_the_parser_reads_the_same_sender_where_somebody_vouches_for_it(case: Case) -> None:
    assert read_message(case.mail()).from_address == case.from_address


def test_the_keys_of_the_json_are_stable() -> None:
    case = Case(name="", signatures=ONE, peer=PEER, sender_class="aligned")
    assert check(case).to_json() == {
        "sender_class": "aligned",
        "from_domain": "example.org",
        "spf": {
            "result": "pass",
            "domain": "example.org",
            "scope": "mailfrom",
            "reason": "",
            "is_uncertain": False,
        },
        "dkim": [{"domain": "example.org", "selector": "s1", "result": "pass", "reason": ""}],
        "dmarc": {
            "result": "pass",
            "organizational_domain": "example.org",
            "policy": "reject",
            "found_at": "example.org",
            "adkim": "r",
            "aspf": "r",
            "is_testing": False,
        },
        "why": ["dkim-aligned", "spf-aligned"],
    }


@pytest.mark.parametrize(
    "value", [None, [], {}, {"sender_class": "aligned"}, {"sender_class": "friend", "from_domain": ""}]
)
def test_other_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        SenderCheck.from_json(value)


def test_nothing_is_asked_twice() -> None:
    zone = ZoneFile(with_keys(ALL))
    check(Case(name="", signatures=(*ONE, *ONE), sender_class="aligned"), zone)
    assert set(zone.asked.values()) == {1}


def test_nobody_is_asked_about_a_mail_without_one_sender() -> None:
    zone = ZoneFile(ALL)
    check(Case(name="", sender="a@example.org, b@example.org", sender_class="unaligned"), zone)
    assert not zone.asked


def test_the_policy_for_parts_of_an_organization() -> None:
    zone = ZoneFile("_dmarc.example.org TXT v=DMARC1; p=none; sp=Quarantine; t=y")
    found = check_sender(
        Case(name="", sender="jan@news.example.org", sender_class="").mail(),
        from_address="jan@news.example.org",
        envelope_sender=SENDER,
        helo="",
        peer=ELSEWHERE,
        resolver=zone,
        at=AT,
    ).dmarc
    assert (found.policy, found.found_at, found.is_testing) == ("quarantine", "example.org", True)
    assert found.organizational_domain == "example.org"
