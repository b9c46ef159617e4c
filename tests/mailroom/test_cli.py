import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from blog.challenges.models.entries import Entry
from blog.core.db import session
from blog.factory import create_app
from blog.mailroom.models import Delivery, DoorRefusal
from blog.mailroom.refusals import write_refusals
from tests.conftest import environment_for
from tests.factories.challenges import make_challenge
from tests.support.jobs import run_due_jobs
from tests.support.mail_door import settings_of
from tests.support.processes import ROOT, flask_command, free_port, process_environment
from tests.support.rows_of_ledgers import leaf_of

RAW = (
    b"From: Ann <ann@example.org>\r\nSubject: Answer\r\nMessage-ID: <1@example.org>\r\n"
    b"\r\nForty-two.\r\n\r\nOn Monday, Jan <j@example.org> wrote:\r\n> The question\r\n"
)


def test_receive_stores_a_message_from_standard_input(app: Flask, runner: FlaskCliRunner) -> None:
    make_challenge(slug="a-question")

    result = runner.invoke(
        args=["mail", "receive", "--to", "a-question@answers.example.org", "--from", "ann@example.org"],
        input=RAW,
    )

    delivery = session.scalars(sa.select(Delivery)).one()
    assert result.exit_code == 0
    assert result.stdout == f"entry 1 of a-question sha256={delivery.sha256} leaf={leaf_of(delivery.id)}\n"
    assert (delivery.raw, delivery.door, delivery.envelope_sender) == (RAW, "pipe", "ann@example.org")


def test_receive_knows_an_unknown_sender_from_the_null_sender(app: Flask, runner: FlaskCliRunner) -> None:
    make_challenge(slug="a-question")
    to = ["mail", "receive", "--to", "a-question@answers.example.org"]

    runner.invoke(args=to, input=RAW)
    runner.invoke(args=[*to, "--from", ""], input=RAW)
    run_due_jobs()

    entries = session.execute(
        sa.select(Delivery.envelope_sender, Entry.eligible, Entry.why_not)
        .join(Entry, Entry.delivery_id == Delivery.id)
        .order_by(Entry.number)
    ).all()
    assert [tuple(row) for row in entries] == [(None, True, None), ("", False, "automatic")]


def test_receive_answers_mail_servers_in_their_own_codes(app: Flask, runner: FlaskCliRunner) -> None:
    make_challenge(slug="a-question")
    to = ["mail", "receive", "--to"]

    unknown = runner.invoke(args=[*to, "nobody@answers.example.org"], input=RAW)
    too_large = runner.invoke(
        args=[*to, "a-question@answers.example.org"], input=b"x" * (5 * 1024 * 1024 + 1)
    )

    assert (unknown.exit_code, unknown.stderr) == (67, "Error: there is no such address here\n")
    assert too_large.exit_code == 65
    assert session.scalars(sa.select(Delivery.id)).all() == []


def test_receive_lets_mail_wait_when_the_database_does_not_answer(tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    runner = create_app(environment_for(nowhere, tmp_path)).test_cli_runner()

    result = runner.invoke(args=["mail", "receive", "--to", "a-question@answers.example.org"], input=RAW)

    assert (result.exit_code, result.stderr) == (75, "Error: the database does not answer, try again later\n")


@pytest.mark.parametrize(
    ("words", "status"), [(("--to", "a-question@answers.example.org", "--form", "x"), 75), ((), 75)]
)
def test_receive_bounces_nothing_for_a_wrong_command_line(
    runner: FlaskCliRunner, words: tuple[str, ...], status: int
) -> None:
    result = runner.invoke(args=["mail", "receive", *words], input=RAW)

    assert result.exit_code == status
    assert "Error: " in result.stderr


def test_receive_bounces_nothing_for_a_fault_of_ours(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_challenge(slug="a-question")

    def fail(*_words: object) -> None:
        raise MemoryError

    monkeypatch.setattr("blog.mailroom.cli.accept", fail)
    result = runner.invoke(args=["mail", "receive", "--to", "a-question@answers.example.org"], input=RAW)

    assert result.exit_code == 75
    assert result.stderr.endswith("Error: the message could not be taken, try again later\n")


def test_receive_takes_an_address_that_is_no_text_for_an_unknown_one(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["mail", "receive", "--to", "\udcff@answers.example.org"], input=RAW)

    assert result.exit_code == 67


@pytest.mark.parametrize(("command", "status"), [("receive", 75), ("poll", 1)])
def test_receive_bounces_nothing_for_a_wrong_setting(app: Flask, command: str, status: int) -> None:
    done = subprocess.run(
        flask_command("mail", command, "--to", "a-question@answers.example.org"),
        input=RAW,
        capture_output=True,
        env=process_environment(settings_of(app) | {"MAIL_PORTT": "3"}),
        check=False,
    )

    assert done.returncode == status
    assert b"MAIL_PORTT" in done.stderr


@pytest.mark.parametrize("failure", [MemoryError(), ImportError("half a deploy")], ids=["memory", "import"])
def test_receive_bounces_nothing_when_the_site_cannot_be_started(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail() -> None:
        raise failure

    monkeypatch.setattr("blog.factory.create_app", fail)
    monkeypatch.setattr(sys, "argv", ["flask", "mail", "receive", "--to", "a-question@answers.example.org"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "app.py"))
    monkeypatch.setattr(sys, "argv", ["flask", "jobs", "work"])
    with pytest.raises(type(failure)):
        runpy.run_path(str(ROOT / "app.py"))

    assert end.value.code == 75


def test_receive_ends_well_when_nobody_hears_what_it_says(app: Flask) -> None:
    make_challenge(slug="a-question")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            flask_command("mail", "receive", "--to", "a-question@answers.example.org"),
            input=RAW,
            stdout=full,
            env=process_environment(settings_of(app)),
            check=False,
        )

    session.rollback()
    assert (done.returncode, session.scalars(sa.select(Delivery.raw)).all()) == (0, [RAW])


def test_receive_counts_what_it_refuses(runner: FlaskCliRunner, app: Flask) -> None:
    make_challenge(slug="a-question")
    write_refusals()
    to = ["mail", "receive", "--to"]
    runner.invoke(args=[*to, "nobody@answers.example.org"], input=RAW)
    runner.invoke(args=[*to, "a-question@answers.example.org"], input=b"x" * (5 * 1024 * 1024 + 1))

    session.rollback()
    counted = sa.select(DoorRefusal.why, DoorRefusal.total).where(DoorRefusal.door == "pipe")
    assert {tuple(row) for row in session.execute(counted)} == {("no-such-address", 1), ("too-large", 1)}


def test_parse_prints_what_is_read_and_stores_nothing(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.eml", tmp_path / "second.eml"
    first.write_bytes(RAW)
    second.write_bytes(b"Auto-Submitted: auto-replied\r\nFrom: x@example.org\r\n\r\nAway\r\n")

    result = runner.invoke(args=["mail", "parse", str(first), str(second), "--json"])

    one, two = json.loads(result.stdout)
    assert set(one) == {
        *("file", "from", "subject", "message_id", "text", "elided", "automatic", "defects"),
        *("automatic_reason", "kind", "from_name", "date", "in_reply_to", "references", "attachments"),
        *("charset", "readable"),
    }
    assert (one["file"], one["from"], one["subject"]) == (str(first), "ann@example.org", "Answer")
    assert (one["message_id"], one["text"].strip(), one["automatic"]) == (
        "<1@example.org>",
        "Forty-two.",
        False,
    )
    assert two["automatic"] is True
    assert session.scalars(sa.select(Delivery.id)).all() == []


def test_parse_says_which_file_cannot_be_read(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    result = runner.invoke(args=["mail", "parse", str(tmp_path / "none.eml"), "--json"])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "none.eml: cannot be read" in result.stderr


def test_parse_takes_any_file(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    contents = {
        "empty.eml": b"",
        "binary.eml": bytes(range(256)) * 1000,
        "two.mbox": b"From a@example.org x\nSubject: Een\n\nJa.\n\nFrom b@example.org x\nSubject: Twee\n\nNee.\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    paths = [str(tmp_path / name) for name in contents]

    result = runner.invoke(args=["mail", "parse", *paths, "--json"])

    reports = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [(report["file"], report["subject"]) for report in reports] == [
        (paths[0], ""),
        (paths[1], ""),
        (paths[2], "Een"),
        (paths[2], "Twee"),
    ]


def test_parse_refuses_what_is_no_message_in_one_line(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    large = tmp_path / "large.eml"
    with large.open("wb") as stream:
        stream.truncate(1 << 30)

    folder = runner.invoke(args=["mail", "parse", str(tmp_path)])
    sparse = runner.invoke(args=["mail", "parse", str(large)])

    assert (folder.exit_code, folder.stdout, folder.stderr) == (
        1,
        "",
        f"Error: {tmp_path}: is not a file; give the path of a raw message\n",
    )
    assert (sparse.exit_code, sparse.stdout, sparse.stderr) == (
        1,
        "",
        f"Error: {large}: is larger than 32 MiB; give the path of one raw message\n",
    )


@pytest.mark.parametrize("words", [["mail", "serve"], ["mail", "receive"], ["mail", "parse"]])
def test_every_command_explains_itself(runner: FlaskCliRunner, words: list[str]) -> None:
    result = runner.invoke(args=[*words, "--help"])

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
