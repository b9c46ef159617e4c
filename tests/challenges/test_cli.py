"""`flask challenges …`."""

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask.testing import FlaskCliRunner

from blog.accounts.models.audit import AuditRecord
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.values import ChallengeStatus, Ineligible
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.support.prizes import claim, send_letters

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)
BY = ("--by", "editor@example.org")
NOBODY_ASKED = {
    "asked_at": None,
    "letter": None,
    "due_at": None,
    "confirmed_at": None,
    "confirmed_by": None,
    "disowned_at": None,
}


@pytest.fixture(autouse=True)
def people(app: object) -> None:
    """An editor and a reader, known by address."""
    make_person(role="editor", email="editor@example.org")
    make_person(email="reader@example.org")


def run(runner: FlaskCliRunner, *words: str) -> Result:
    """Run `flask challenges …`."""
    result = runner.invoke(args=["challenges", *words])
    session.rollback()
    return result


def ok(runner: FlaskCliRunner, *words: str) -> str:
    """What a command prints that must succeed."""
    result = run(runner, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def shown(runner: FlaskCliRunner, slug: str) -> dict[str, object]:
    """What `challenges show SLUG --json` prints."""
    return json.loads(ok(runner, "show", slug, "--json"))


def test_show_prints_the_contract(runner: FlaskCliRunner) -> None:
    challenge = make_challenge(slug="small-challenge")
    make_entry(challenge, text="“Één”\n2", from_address="anna@example.org", received_at=NOON)
    make_entry(challenge, why_not=Ineligible.AUTOMATIC, from_address="away@example.org", received_at=NOON)
    make_entry(challenge, eligible=None, from_address="env@example.org", received_at=NOON)
    ok(runner, "judge", "small-challenge", "1", "unclear", "--reason", "Which?", *BY)
    assert shown(runner, "small-challenge") == {
        "slug": "small-challenge",
        "status": "open",
        "entries": [
            {
                "number": 1,
                "received_at": "2026-03-02T12:00:07+00:00",
                "from": "anna@example.org",
                "text": "“Één”\n2",
                "verdict": "unclear",
                "eligible": True,
                "why_not": None,
                **NOBODY_ASKED,
            },
            {
                "number": 2,
                "received_at": "2026-03-02T12:00:07+00:00",
                "from": "away@example.org",
                "text": "Forty-two.",
                "verdict": None,
                "eligible": False,
                "why_not": "automatic",
                **NOBODY_ASKED,
            },
            {
                "number": 3,
                "received_at": "2026-03-02T12:00:07+00:00",
                "from": "env@example.org",
                "text": "",
                "verdict": None,
                "eligible": None,
                "why_not": None,
                **NOBODY_ASKED,
            },
        ],
        "candidate": None,
        "waiting_for": [1, 3],
        "final": False,
        "unconfirmed": None,
        "over_limit": [],
        "judges": 1,
        "awards": [],
    }


def test_the_story_from_opening_to_the_winner(runner: FlaskCliRunner) -> None:
    challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
    assert "small-challenge@answers.example.org" in ok(runner, "open", "small-challenge", *BY)
    for _turn in range(3):
        make_entry(challenge)
    assert "Entry 3 is correct, but 1 and 2 are still waiting." in ok(
        runner, "judge", "small-challenge", "3", "correct", *BY
    )
    refused = run(runner, "announce", "small-challenge", *BY)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: Entry 3 is correct, but 1 and 2 are still waiting.\n"
    ok(runner, "judge", "small-challenge", "1", "incorrect", *BY, "--reason", "No.")
    ok(runner, "judge", "small-challenge", "2", "correct", *BY)
    assert (shown(runner, "small-challenge")["candidate"], shown(runner, "small-challenge")["final"]) == (
        2,
        True,
    )
    assert "Entry 2" in ok(runner, "announce", "small-challenge", *BY)
    assert shown(runner, "small-challenge")["status"] == "provisional"
    again = run(runner, "announce", "small-challenge", *BY)
    assert (again.exit_code, again.stderr) == (
        1,
        "Error: The winner of this challenge has been announced already.\n",
    )
    assert session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


def test_what_is_said_of_a_winner_holds_for_the_entry_that_was_named(runner: FlaskCliRunner) -> None:
    challenge = make_challenge(slug="small-challenge")
    for number in ("1", "2"):
        make_entry(challenge)
        ok(runner, "judge", "small-challenge", number, "correct", *BY)
    refused = run(runner, "announce", "small-challenge", "--entry", "2", *BY)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: Nobody was told: by now it would be entry 1, and not who was named.\n",
    )
    assert "Entry 1" in ok(runner, "announce", "small-challenge", "--entry", "1", *BY)
    declined = ("award", "small-challenge", "1", "declined", "--reason", "They wrote so.", *BY)
    for words in (
        (*declined, "--entry", "2"),
        ("new-code", "small-challenge", "1", "--entry", "2", *BY),
        ("tracking", "small-challenge", "1", "3S1", "--entry", "2", *BY),
    ):
        refused = run(runner, *words)
        assert (refused.exit_code, refused.stderr) == (
            1,
            "Error: Prize 1 is that of entry 1 by now. Nothing was done.\n",
        )
    assert ok(runner, *declined, "--entry", "1") == "Prize 1: entry 1, declined.\n"
    assert "Entry 2" in ok(runner, "announce", "small-challenge", *BY)


def test_after_the_announcement_it_says_who_won_and_that_nothing_waits(runner: FlaskCliRunner) -> None:
    challenge = make_challenge(slug="small-challenge")
    first, _second = (
        make_entry(challenge, from_address="anna@example.org", received_at=NOON) for _turn in range(2)
    )
    assert json.loads(ok(runner, "list", "--json"))[0]["waiting"] == 2
    ok(runner, "judge", "small-challenge", "1", "correct", *BY)
    # The second is not needed while the first one stands.
    assert json.loads(ok(runner, "list", "--json"))[0]["waiting"] == 0
    ok(runner, "announce", "small-challenge", *BY)
    assert json.loads(ok(runner, "list", "--json"))[0]["waiting"] == 0
    assert "2 entries, 0 waiting" in ok(runner, "list")
    send_letters()
    *lines, last = ok(runner, "show", "small-challenge").splitlines()
    assert last.startswith("Prize 1: entry 1 has been told that it has won, and can claim it until ")
    assert lines == [
        "small-challenge  the result is being verified  A small challenge",
        "   1  2026-03-02T12:00:07+00:00  [correct]  Forty-two.",
        "   2  2026-03-02T12:00:07+00:00  [not needed any more]  Forty-two.",
    ]
    claim(session.get_one(Entry, first.id))
    assert ok(runner, "show", "small-challenge").splitlines()[-2:] == [
        "Prize 1: entry 1, claimed.",
        "Entry 1 has won.",
    ]


def test_closing_by_hand_and_by_time_shows(runner: FlaskCliRunner) -> None:
    make_challenge(slug="by-hand")
    make_challenge(slug="by-time", closes_at=datetime(2020, 1, 1, tzinfo=UTC))
    ok(runner, "close", "by-hand", *BY)
    listed = json.loads(ok(runner, "list", "--json"))
    assert [(row["slug"], row["status"], row["entries"], row["waiting"]) for row in listed] == [
        ("by-hand", "closed", 0, 0),
        ("by-time", "closed", 0, 0),
    ]
    assert ok(runner, "list").splitlines()[0].startswith("by-hand  closed  0 entries")


@pytest.mark.parametrize(
    ("given", "closes_at"),
    [
        ("2099-07-01T17:00", datetime(2099, 7, 1, 15, tzinfo=UTC)),
        ("2099-07-01T17:00:30+00:00", datetime(2099, 7, 1, 17, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_closing_time_without_an_offset_is_in_the_sites_zone(
    runner: FlaskCliRunner, given: str, closes_at: datetime
) -> None:
    make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
    ok(runner, "open", "small-challenge", "--closes", given, *BY)
    assert session.scalar(sa.select(Challenge.closes_at)) == closes_at


@pytest.mark.parametrize(
    "words",
    [
        ("open", "small-challenge", "--closes", "tomorrow", *BY),
        ("open", "small-challenge", "--closes", "2020-01-01", *BY),
        ("open", "unknown", *BY),
        ("open", "small-challenge", "--by", "reader@example.org"),
        ("open", "small-challenge", "--by", "stranger@example.org"),
        ("close", "small-challenge", *BY),
        ("show", "unknown"),
        ("show", "unknown", "--json"),
        ("judge", "small-challenge", "1", "correct", *BY),
        ("judge", "small-challenge", "0", "correct", *BY),
        ("judge", "small-challenge", str(10**30), "correct", *BY),
        ("announce", "small-challenge", *BY),
    ],
)
def test_a_refusal_is_one_line_on_stderr_and_changes_nothing(
    runner: FlaskCliRunner, words: tuple[str, ...]
) -> None:
    challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
    result = run(runner, *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1
    now = session.get_one(Challenge, challenge.id)
    assert (now.status, now.closes_at, session.scalar(sa.select(sa.func.count(Verdict.id)))) == (
        "draft",
        None,
        0,
    )


def test_a_reader_and_an_unclear_verdict_without_reason_are_refused(runner: FlaskCliRunner) -> None:
    make_entry(make_challenge(slug="small-challenge"))
    for words in (("correct", "--by", "reader@example.org"), ("unclear", *BY)):
        assert run(runner, "judge", "small-challenge", "1", *words).exit_code == 1
    assert session.scalar(sa.select(sa.func.count(Verdict.id))) == 0


def test_show_in_words_names_every_entry_and_how_far_it_is(runner: FlaskCliRunner) -> None:
    challenge = make_challenge(slug="small-challenge")
    text = "Line one\nand two, Piet van den Berg"
    make_entry(challenge, text=text, from_address="anna@example.org", received_at=NOON)
    lines = ok(runner, "show", "small-challenge").splitlines()
    assert lines == [
        "small-challenge  open  A small challenge",
        "   1  2026-03-02T12:00:07+00:00  [waiting]  Line one and two, ▒▒▒",
        "No entry is correct yet; 1 is still waiting.",
    ]


def test_show_in_words_leaves_out_how_somebody_signs(runner: FlaskCliRunner) -> None:
    make_entry(make_challenge(slug="small-challenge"), text="42\n\nGroet,\nPiet", received_at=NOON)
    assert "42 Groet, ▒▒▒\n" in ok(runner, "show", "small-challenge")


def test_who_sent_what_is_shown_before_the_decision_only_on_demand_and_written_down(
    runner: FlaskCliRunner,
) -> None:
    challenge = make_challenge(slug="small-challenge")
    make_entry(challenge, from_address="anna@example.org")
    acts = sa.select(AuditRecord.act, AuditRecord.door)
    assert "anna@example.org" not in ok(runner, "show", "small-challenge")
    assert session.execute(acts).all() == []
    assert "anna@example.org" in ok(runner, "show", "small-challenge", "--senders")
    assert [tuple(row) for row in session.execute(acts)] == [("senders shown", "command line")]
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.FINAL
    assert "anna@example.org" in ok(runner, "show", "small-challenge")
