from datetime import UTC, datetime

import pytest
from flask.testing import FlaskCliRunner

from blog.core.db import session
from blog.moderation.queries import decisions_on
from tests.factories.accounts import make_person
from tests.factories.discussions import make_thread

BY = "mo@example.org"


def test_threads_mode_closes_and_opens(runner: FlaskCliRunner) -> None:
    make_person(role="moderator", email=BY, name="Mo")
    thread = make_thread()
    number = str(thread.id)
    until = ["--until", "2099-01-02T12:30+01:00"]
    closing = runner.invoke(
        args=["threads", "mode", number, "closed", "--by", "Mo@Example.org", "--reason", "Enough.", *until]
    )
    assert (closing.exit_code, closing.stderr) == (0, "")
    session.refresh(thread)
    assert (thread.is_closed, thread.mode_by_name) == (True, "Mo")
    assert thread.mode_until == datetime(2099, 1, 2, 11, 30, tzinfo=UTC)
    opening = runner.invoke(args=["threads", "mode", number, "open", "--by", BY, "--reason", "Calm."])
    assert (opening.exit_code, opening.stderr) == (0, "")
    assert [decision.act for decision in decisions_on(thread.id)] == ["reopen_thread", "close_thread"]


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2099-01-02T12:30", datetime(2099, 1, 2, 11, 30, tzinfo=UTC)),
        ("2099-07-02", datetime(2099, 7, 1, 22, 0, tzinfo=UTC)),
        ("2099-01-02T11:30Z", datetime(2099, 1, 2, 11, 30, tzinfo=UTC)),
    ],
)
def test_threads_mode_reads_moments_in_the_zone_of_the_site(
    runner: FlaskCliRunner, typed: str, instant: datetime
) -> None:
    make_person(role="editor", email=BY)
    thread = make_thread()
    args = ["threads", "mode", str(thread.id), "closed", "--by", BY, "--reason", "x", "--until", typed]
    assert runner.invoke(args=args).exit_code == 0
    session.refresh(thread)
    assert thread.mode_until == instant


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"--by": "nobody@example.org"}, "Error: Nobody here has the address nobody@example.org."),
        ({"--by": "reader@example.org"}, "Error: You may not do this."),
        ({"--reason": " "}, "Error: This reason cannot be used.\nreason: Give a reason"),
        ({"--until": "soon"}, "Error: soon is not a moment in ISO 8601"),
        ({"--until": "0001-01-01T00:00"}, "Error: 0001-01-01T00:00 is not a moment in ISO 8601"),
        ({"--until": "2001-01-01"}, "until: This moment has passed"),
        ({"id": "99999"}, "Error: There is no debate 99999."),
        ({"mode": "open"}, "Error: This debate is open already."),
    ],
)
def test_threads_mode_says_what_is_wrong(runner: FlaskCliRunner, change: dict[str, str], told: str) -> None:
    make_person(role="moderator", email=BY)
    make_person(email="reader@example.org")
    thread = make_thread()
    given = {"id": str(thread.id), "mode": "closed", "--by": BY, "--reason": "Enough.", **change}
    options = [
        word for name in ("--by", "--reason", "--until") if name in given for word in (name, given[name])
    ]
    result = runner.invoke(args=["threads", "mode", given["id"], given["mode"], *options])
    assert result.exit_code == 1
    assert told in result.stderr
    assert decisions_on(thread.id) == []


def test_threads_mode_takes_no_end_for_an_open_debate(runner: FlaskCliRunner) -> None:
    make_person(role="moderator", email=BY)
    thread = make_thread()
    args = ["threads", "mode", str(thread.id), "open", "--by", BY, "--reason", "x", "--until", "2099-01-01"]
    result = runner.invoke(args=args)
    assert (result.exit_code, "--until goes with closing" in result.stderr) == (1, True)
