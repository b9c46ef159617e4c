"""Of how many winners pages and mails speak, and in which language they name verdicts."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.prizes import decline_prize
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.emails import receipt_letter
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.values import Judgement
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry, token_of
from tests.support.prizes import announce, claim

pytestmark = pytest.mark.usefixtures("app")

SLUG = "small-challenge"
DESK = f"/desk/challenges/{SLUG}"


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    return sign_in(make_person(role="editor", language="en"))


def judge(editor: Actor, entry: Entry, judgement: Judgement) -> None:
    """Somebody gives a verdict."""
    with unit_of_work():
        judge_entry(editor, entry, judgement, "because")


def with_prizes(count: int) -> Challenge:
    """A challenge with so many prizes."""
    challenge = make_challenge(slug=SLUG)
    with unit_of_work():
        session.execute(sa.delete(Prize))
        for rank in range(1, count + 1):
            session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
    return session.get_one(Challenge, challenge.id)


@pytest.mark.parametrize("count", [1, 2])
def test_a_receipt_says_how_many_win(count: int) -> None:
    entry = make_entry(with_prizes(count))
    text = receipt_letter(session.get_one(Entry, entry.id), current_settings()).text
    assert ("The first correct answer wins." in text) == (count == 1)
    assert ("The first 2 correct answers win." in text) == (count == 2)
    assert ("If yours is the first correct one, you hear from us." in text) == (count == 1)
    assert ("If yours wins, you hear from us." in text) == (count == 2)


@pytest.mark.parametrize("count", [1, 2])
def test_the_desk_says_how_many_are_told(editor: FlaskClient, count: int) -> None:
    challenge = with_prizes(count)
    judge_as = make_person(role="editor").actor
    for number in range(count):
        judge(judge_as, make_entry(challenge, from_address=f"reader{number}@example.org"), Judgement.CORRECT)
    asked = editor.get(DESK).text
    assert ("the winner is told by mail and has 10 days to claim the prize" in asked) == (count == 1)
    assert ("the winners are told by mail and have 10 days to claim their prizes" in asked) == (count == 2)
    told = editor.post(f"{DESK}/announce", follow_redirects=True).text
    assert ("The winner is told by mail. Until they have claimed the prize" in told) == (count == 1)
    assert ("The winners are told by mail. Until they have claimed their prizes" in told) == (count == 2)


def test_the_only_winner_after_one_who_declined_is_not_the_next_of_anything(client: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG)
    first, second = (make_entry(challenge, from_address=f"reader{number}@example.org") for number in range(2))
    editor = make_person(role="editor").actor
    judge(editor, second, Judgement.CORRECT)
    code = announce(first, by=editor)
    with unit_of_work():
        decline_prize(token_of(first), code)
    with unit_of_work():
        announce_winner(editor, session.get_one(Challenge, challenge.id))
    claim(second)
    page = client.get(f"/challenges/{SLUG}").text
    assert "Entry 2 of 2 was the first correct answer whose sender took the prize." in page
    assert "next correct answer" not in page


def test_the_page_of_the_rule_names_verdicts_in_the_language_of_its_reader(
    app: Flask, sign_in: SignIn
) -> None:
    challenge = make_challenge(slug=SLUG)
    judge(make_person(role="editor").actor, make_entry(challenge), Judgement.INCORRECT)
    editor = sign_in(make_person(role="editor", language="nl"))
    tried = {
        "kind": "exact",
        "answer": "42",
        "mode": "decides",
        "accepted": "42",
        "rejected": "41",
        "try": "1",
    }
    page = editor.post(f"{DESK}/rule", data=tried).text
    rows = page.partition('id="tried-title"')[2]
    assert "incorrect" not in rows
    assert ">fout<" in rows
