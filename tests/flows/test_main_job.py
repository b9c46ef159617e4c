"""The main job, from the article to the winner and the end of the debate, as its people live it."""

import json
import re
import smtplib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from werkzeug.test import TestResponse

from blog.core.db import session
from blog.discussions.models import Comment
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.flows.story import ARTICLE, COMMENTS, FIRST, OUT_OF_OFFICE, SECOND, THIRD
from tests.support.jobs import run_due_jobs
from tests.support.mail_door import mail, open_mail_door

ARTICLE_PATH = "/articles/luisteren-is-geen-wachten"
DESK_PATH = "/desk/challenges/luistervraag"
ANSWER_ADDRESS = "luistervraag@answers.example.org"


def test_the_main_job(
    app: Flask, client: FlaskClient, runner: FlaskCliRunner, sign_in: SignIn, tmp_path: Path
) -> None:
    editor = sign_in(make_person(name="Eva Smit", role="editor", email="eva@example.org", language="en"))
    reader = sign_in(make_person(name="Sander Vos", language="en"))
    moderator = sign_in(make_person(name="Mila Hendriks", role="moderator", language="en"))

    an_editor_publishes(runner, tmp_path)
    the_page_shows_all_of_it(client)
    a_reader_comments_answers_edits_and_deletes(reader)
    people_mail_their_answers(app, client)
    each_of_them_has_a_receipt()
    the_editor_judges_and_announces(editor, runner)
    the_winner_is_told_and_chooses_a_name(client)
    a_moderator_closes_the_thread(moderator, reader, client)


def an_editor_publishes(runner: FlaskCliRunner, folder: Path) -> None:
    article, comments = folder / "article.md", folder / "comments.json"
    article.write_text(ARTICLE, encoding="utf-8")
    comments.write_text(json.dumps(COMMENTS), encoding="utf-8")

    published = runner.invoke(
        args=["articles", "import", str(article), "--publish", "--by", "eva@example.org"]
    )
    imported = runner.invoke(args=["comments", "import", str(comments)])

    assert (published.exit_code, published.stderr) == (0, "")
    assert (imported.exit_code, imported.stderr) == (0, "")


def the_page_shows_all_of_it(client: FlaskClient) -> None:
    page = client.get(ARTICLE_PATH, headers={"Accept-Language": "nl"})

    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    body = _main(page)
    assert "Vraag tien verkopers of zij goed luisteren" in body
    for heading in ("Wie is er aan het woord", "Wat je mist", "Hoe het anders kan", "Gedrag"):
        assert re.search(rf"<h2[^>]*>\s*{heading}\s*</h2>", body), heading
    assert "Het boek “Eerst de vraag”" in body
    assert f"mailto:{ANSWER_ADDRESS}" in body
    assert (
        body.index("Hoe het anders kan") < body.index("Ik denk er nog over na") < body.index("Schrijf drie")
    )
    for comment in COMMENTS["comments"]:
        assert str(_field(comment, "body")) in body
    assert session.scalars(sa.select(Comment.depth).order_by(Comment.external_id)).all() == [0, 1, 0, 2, 0]


def a_reader_comments_answers_edits_and_deletes(reader: FlaskClient) -> None:
    thread_path = _thread_path(reader)
    posted = reader.post(
        f"{thread_path}/comments", data={"body": "Mijn eerste gedachte."}, follow_redirects=True
    )
    comment_id = _comment_saying("Mijn eerste gedachte.")
    answered = reader.post(
        f"/c/{comment_id}/answer", data={"body": "Ik antwoord mezelf."}, follow_redirects=True
    )
    answer_id = _comment_saying("Ik antwoord mezelf.")
    edited = reader.post(
        f"/c/{answer_id}/edit", data={"body": "Ik verbeter mezelf.", "revision": "1"}, follow_redirects=True
    )
    deleted = reader.post(f"/c/{comment_id}/delete", follow_redirects=True)

    assert [page.status_code for page in (posted, answered, edited, deleted)] == [200, 200, 200, 200]
    shown = _main(reader.get(ARTICLE_PATH))
    assert "Mijn eerste gedachte." not in shown
    assert "Ik antwoord mezelf." not in shown
    assert "Ik verbeter mezelf." in shown
    # The tombstone stays while the answer hangs below it, and goes with it.
    assert f'id="comment-{comment_id}"' in shown
    reader.post(f"/c/{answer_id}/delete")
    assert f'id="comment-{comment_id}"' not in _main(reader.get(ARTICLE_PATH))


def people_mail_their_answers(app: Flask, client: FlaskClient) -> None:
    with open_mail_door(app) as port, smtplib.SMTP("127.0.0.1", port, timeout=30) as door:
        said = [
            mail(door, ANSWER_ADDRESS, FIRST, "anja@example.org"),
            mail(door, ANSWER_ADDRESS, SECOND, "bram@example.org"),
            mail(door, ANSWER_ADDRESS, OUT_OF_OFFICE, ""),
            mail(door, ANSWER_ADDRESS, THIRD, "chantal@example.org"),
        ]
        door.mail("stranger@example.org")
        unknown = door.rcpt("nobody@answers.example.org")

    assert [code for code, _text in said] == [250, 250, 250, 250]
    assert [text.split(" sha256=")[0] for _code, text in said] == [
        f"2.0.0 entry {number} of luistervraag" for number in (1, 2, 3, 4)
    ]
    assert unknown[0] == 550
    run_due_jobs()
    assert "4 entries" in _words(_main(client.get(ARTICLE_PATH)))


def each_of_them_has_a_receipt() -> None:
    receipts = session.execute(
        sa.select(OutboxMessage.recipient, OutboxMessage.in_reply_to, OutboxMessage.is_automatic).order_by(
            OutboxMessage.id
        )
    ).all()

    assert [tuple(row) for row in receipts] == [
        ("anja@example.org", "<anja@example.org>", True),
        ("bram@example.org", "<bram@example.org>", True),
        ("chantal@example.org", "<chantal@example.org>", True),
    ]


def the_editor_judges_and_announces(editor: FlaskClient, runner: FlaskCliRunner) -> None:
    desk = editor.get(DESK_PATH)
    entry = editor.get(f"{DESK_PATH}/entries/2")
    assert "Waar moet u nog over nadenken?" in entry.text
    for name in ("Anja", "Bram", "Chantal", "anja@example.org", "bram@example.org", "chantal@example.org"):
        assert name not in desk.text + entry.text

    _judge(editor, 4, "correct")
    assert _outcome(runner) == {"candidate": None, "waiting_for": [1, 2], "final": False}
    refused = editor.post(f"{DESK_PATH}/announce")
    assert refused.status_code == 422
    assert re.search(r"\b1\b.*\b2\b", _words(refused.text))
    assert re.search(r"\b4\b.*\b1\b.*\b2\b", _words(_main(editor.get(DESK_PATH))))

    _judge(editor, 1, "incorrect")
    assert _outcome(runner) == {"candidate": None, "waiting_for": [2], "final": False}
    _judge(editor, 2, "correct")
    assert _outcome(runner) == {"candidate": 2, "waiting_for": [], "final": True}

    shown = _shown(runner)
    assert [(each["number"], each["verdict"], each["eligible"]) for each in shown["entries"]] == [
        (1, "incorrect", True),
        (2, "correct", True),
        (3, None, False),
        (4, "correct", True),
    ]
    assert shown["entries"][2]["why_not"] == "automatic"
    assert editor.post(f"{DESK_PATH}/announce", follow_redirects=True).status_code == 200
    assert editor.post(f"{DESK_PATH}/announce").status_code == 409
    run_due_jobs()


def the_winner_is_told_and_chooses_a_name(client: FlaskClient) -> None:
    told = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.is_automatic.is_(False)).order_by(OutboxMessage.id)
    ).all()
    assert [message.recipient for message in told] == ["bram@example.org"]
    shown = _words(_main(client.get(ARTICLE_PATH)))
    assert "the result is being verified" in shown
    assert "B.d.G." not in shown
    assert "B.G." not in shown

    receipt = re.search(r"/receipts/[\w.-]+", told[0].text)
    code = re.search(r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}[ -][0-9A-Z]{4}\b", told[0].text)
    assert receipt is not None
    assert code is not None
    # A machine that opens links changes nothing.
    assert client.get(receipt.group()).status_code == 200
    agreed = client.post(
        receipt.group(), data={"shown_as": "name", "display_name": "Bram uit Zwolle", "code": code.group()}
    )

    assert agreed.status_code == 303
    assert "Bram uit Zwolle" in _main(client.get(ARTICLE_PATH))
    run_due_jobs()
    results = sa.select(OutboxMessage.recipient).where(OutboxMessage.cause.startswith("result:"))
    assert set(session.scalars(results)) == {"anja@example.org", "chantal@example.org"}


def a_moderator_closes_the_thread(moderator: FlaskClient, reader: FlaskClient, client: FlaskClient) -> None:
    thread_id = session.scalars(sa.select(Comment.thread_id)).first()
    closed = moderator.post(
        f"/moderation/threads/{thread_id}/close",
        data={"reason": "Het gaat niet meer over het artikel.", "until": "2099-01-31T18:00"},
    )
    assert closed.status_code in {302, 303}

    answered = _comment_saying("Samen zoeken naar de reden helpt.")
    refused = reader.post(f"/c/{answered}/answer", data={"body": "Toch nog dit."})

    assert refused.status_code in {403, 409, 422}
    words = _words(refused.text)
    assert "Mila Hendriks" in words
    assert "Het gaat niet meer over het artikel." in words
    assert "2099" in words
    assert "Toch nog dit." in words
    page = _main(client.get(ARTICLE_PATH))
    for comment in COMMENTS["comments"]:
        assert str(_field(comment, "body")) in page
    assert "Toch nog dit." not in page


def _judge(editor: FlaskClient, number: int, judgement: str) -> None:
    answer = editor.post(
        f"{DESK_PATH}/entries/{number}", data={"judgement": judgement, "reason": "Vanwege de vraag."}
    )
    assert answer.status_code == 303


def _shown(runner: FlaskCliRunner) -> dict[str, Any]:
    result = runner.invoke(args=["challenges", "show", "luistervraag", "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def _outcome(runner: FlaskCliRunner) -> dict[str, object]:
    shown = _shown(runner)
    return {name: shown[name] for name in ("candidate", "waiting_for", "final")}


def _comment_saying(text: str) -> int:
    return session.scalars(sa.select(Comment.id).where(Comment.body == text)).one()


def _thread_path(browser: FlaskClient) -> str:
    found = re.search(r'href="(/debates/\d+)-', browser.get(ARTICLE_PATH).text)
    assert found is not None
    return found.group(1)


def _main(page: TestResponse) -> str:
    return page.text.partition("<main")[2]


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def _field(comment: object, name: str) -> object:
    assert isinstance(comment, Mapping)
    return comment[name]  # pyright: ignore[reportUnknownVariableType]
