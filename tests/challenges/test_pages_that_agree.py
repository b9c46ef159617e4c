"""What pages of a challenge say beside each other is of one piece."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions.answer_rule import set_answer_rule
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.entries import entry_numbered
from blog.challenges.rules.kinds import Exact, Mode, Rule
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.samples import Sample
from blog.challenges.rules.tokens import Language
from blog.challenges.values import ChallengeStatus
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry, token_of
from tests.support.entrants import mail
from tests.support.prizes import win

SLUG = "a-question"
TYPED = {"text": "Forty-two.", "email": "piet@example.org", "name": "Piet", "submission_key": "a key"}


def receipt(client: FlaskClient, entry: Entry) -> str:
    """The page of a receipt."""
    return client.get(f"/receipts/{token_of(entry)}").text


def judged_by_rule(app: Flask) -> tuple[Entry, Entry]:
    """Two answers to a challenge whose rule decides: a wrong one, and one that has won."""
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    rule = Rule(Exact("42"), Options(Language.ENGLISH), Mode.DECIDES)
    samples = (Sample("forty-two", accepted=True), Sample("forty-one", accepted=False))
    editor = make_person(role="editor").actor
    with unit_of_work():
        set_answer_rule(editor, challenge, rule, samples)
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    for text in ("It is 41.", "The answer is forty-two!"):
        mail(app, f"reader{len(text)}@example.org", text=text)
    session.rollback()
    wrong, right = (entry_numbered(session.get_one(Challenge, challenge.id), number) for number in (1, 2))
    assert wrong is not None
    assert right is not None
    return wrong, right


def test_whom_a_rule_has_judged_reads_so_at_the_end_and_what_it_looked_for(
    app: Flask, client: FlaskClient
) -> None:
    wrong, right = judged_by_rule(app)
    by_rule = "A rule judged your answer, and no person: a program found nothing near to what it looked for."
    key = "The answer is: 42"
    for page in (receipt(client, wrong), client.get(f"/challenges/{SLUG}").text):
        assert by_rule not in page
        assert key not in page
    win(right)
    page = receipt(client, wrong)
    assert by_rule in page
    assert key in page
    assert "in the words of the judges" not in page
    assert by_rule not in receipt(client, right)


def test_the_right_answer_stands_with_the_result_and_leads_to_where_it_was_sealed(
    app: Flask, client: FlaskClient
) -> None:
    _wrong, right = judged_by_rule(app)
    win(right)
    page = client.get(f"/challenges/{SLUG}").text
    assert "The answer is: 42" in page
    assert f'href="/challenges/{SLUG}/ledger#key-title"' in page
    assert "The answer is: 42" in client.get(f"/challenges/{SLUG}/ledger").text


@pytest.mark.usefixtures("app")
def test_without_a_rule_no_page_speaks_of_one(client: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG)
    entry = make_entry(challenge)
    win(entry)
    for page in (receipt(client, entry), client.get(f"/challenges/{SLUG}").text):
        assert "The key to the answer" not in page


@pytest.mark.usefixtures("app")
def test_an_answer_that_came_too_late_can_be_copied_and_not_sent_again(client: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG)
    editor = make_person(role="editor").actor
    with unit_of_work():
        close_challenge(editor, challenge)
    refused = client.post(f"/challenges/{SLUG}/answer", data=TYPED)
    page = refused.text.partition("<main")[2].partition("</main>")[0]
    assert refused.status_code == 409
    assert page.count("takes no answers any more") == 1
    assert "Forty-two." in page
    assert "<form" not in page
    assert f'href="/challenges/{SLUG}"' in page
    # What is not right in it is told to nobody any more, either.
    unsound = client.post(f"/challenges/{SLUG}/answer", data=TYPED | {"email": "nobody"})
    page = unsound.text.partition("<main")[2].partition("</main>")[0]
    assert page.count("takes no answers any more") == 1
    assert "<form" not in page


@pytest.mark.usefixtures("app")
def test_beside_what_a_winner_has_chosen_stands_no_other_name(client: FlaskClient) -> None:
    entry = make_entry(make_challenge())
    code = win(entry)
    address = f"/receipts/{token_of(entry)}"
    assert "The result now shows: " in client.get(address).text
    data = {"shown_as": "name", "display_name": "", "code": code}
    refused = client.post(address, data=data)
    assert refused.status_code == 422
    assert "The result now shows: " not in refused.text


@pytest.mark.usefixtures("app")
def test_what_is_wrong_with_the_set_up_is_told_in_the_order_of_its_page(sign_in: SignIn) -> None:
    make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    wrong = {
        "rules_age": "x" * 50_000,
        "claim_days": "0",
        "attempts": "0",
        "value_2": "a lot",
        "value": "nothing",
        "title": "",
    }
    page = sign_in(make_person(role="editor")).post(f"/desk/challenges/{SLUG}", data=wrong).text
    summary = page.partition("form-errors__list")[2].partition("</ul>")[0]
    told = re.findall(r'<a href="#([^"]+)"', summary)
    on_page = [place for place in re.findall(r'\bid="([^"]+)"', page) if place in told]
    assert told == on_page
    assert set(told) == set(wrong)
