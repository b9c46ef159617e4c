"""The pages of a prize: what a winner does on their receipt, and what the desk sees and does."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions.amendments import amending
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge, open_challenge
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.prizes import mark_declined, mark_sent
from blog.challenges.actions.terms import decide_terms
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.jobs import expire_prizes
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.queries.outcomes import Told
from blog.challenges.terms import words_of
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement, PrizeWords
from blog.challenges.words.receipts import receipt_words
from blog.core import clock
from blog.core.config import WebhookLogin, current_settings
from blog.core.db import session, unit_of_work
from blog.mailroom.doors.terms import terms_of
from blog.mailroom.models import OutboxMessage
from blog.mailroom.values import Door, OutboxState
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry, token_of
from tests.support.prizes import announce, claim, code_of, send_letters, win
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRIZES = "/desk/challenges/small-challenge/prizes"


@pytest.fixture
def entry(app: object) -> Entry:
    """The only entry of a challenge, whose sender was told that they have won."""
    made = make_entry(make_challenge(slug="small-challenge"), from_address="piet@example.org")
    announce(made)
    return made


@pytest.fixture
def code(entry: Entry) -> str:
    """The code that was mailed to them."""
    return code_of(entry)


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    return sign_in(make_person(role="editor", language="en"))


def step() -> str:
    """How far the only prize has come."""
    session.rollback()
    return session.scalars(sa.select(Award.step)).one()


def ids_of(page: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', page)


def tracking_in(page: str) -> str:
    """What stands in the field in which the tracking of the prize of entry 1 is put right."""
    field = re.search(r'<input[^>]*id="tracking-1-tracking"[^>]*>', page)
    assert field is not None
    value = re.search(r'value="([^"]*)"', field[0])
    assert value is not None
    return value[1]


class TestTheReceiptOfAWinner:
    def post(self, client: FlaskClient, entry: Entry, act: str = "", **data: str) -> int:
        return client.post(f"/receipts/{token_of(entry)}{act}", data=data).status_code

    def test_it_claims_with_a_name_and_an_address_that_it_never_shows_again(
        self, client: FlaskClient, entry: Entry, code: str
    ) -> None:
        page = client.get(f"/receipts/{token_of(entry)}").text
        assert "Claim your prize" in page
        assert len(ids_of(page)) == len(set(ids_of(page)))
        address = {"address": "Piet\r\nKade 1", "shown_as": "initials"}
        assert self.post(client, entry, code="WRONG", **address) == 422
        assert self.post(client, entry, code=code, **address) == 303
        assert (step(), session.scalar(sa.select(Award.address))) == ("claimed", "Piet\nKade 1")
        page = client.get(f"/receipts/{token_of(entry)}").text
        assert "The editors know where to send it." in page
        assert "Kade" not in page

    def test_a_decline_that_the_desk_has_noted_is_told_with_its_reason(
        self, client: FlaskClient, entry: Entry
    ) -> None:
        editor = make_person(role="editor").actor
        with unit_of_work():
            mark_declined(editor, entry.challenge, 1, "They have <b>telephoned</b>.")
        page = client.get(f"/receipts/{token_of(entry)}").text
        assert "The editors have noted that you do not want the prize." in page
        assert "They have &lt;b&gt;telephoned&lt;/b&gt;." in page
        assert "Write to the editors at once" in page

    @pytest.mark.parametrize(
        ("shown_as", "shown"), [("number", "entry 1"), ("initials", "P.B."), ("bogus", "entry 1")]
    )
    def test_the_result_shows_what_the_winner_chose(
        self, client: FlaskClient, entry: Entry, code: str, shown_as: str, shown: str
    ) -> None:
        status = self.post(client, entry, code=code, shown_as=shown_as)
        if shown_as == "bogus":
            assert (status, step()) == (422, "notified")
            return
        page = client.get("/challenges/small-challenge").text
        assert f'<strong class="result__name">{shown}</strong>' in page

    def test_with_another_prize_to_claim_the_result_comes_later(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        with unit_of_work():
            for rank in (1, 2):
                session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
        first, second = make_entry(challenge), make_entry(challenge)
        judge = make_person(role="editor").actor
        with unit_of_work():
            judge_entry(judge, second, Judgement.CORRECT)
        code = announce(first)
        form = {"code": code, "shown_as": "number", "address": "Kade 1"}
        page = client.post(f"/receipts/{token_of(first)}", data=form, follow_redirects=True).text
        assert "The result shows it once the challenge is over." in page
        assert "from now on" not in page

    def test_an_answer_of_somebody_who_lost_a_prize_reads_why_it_does_not_win(
        self, client: FlaskClient
    ) -> None:
        judgement, before_the_winner, told = Judgement.CORRECT, 2, Told({3: 1}, lost=[1], over_limit=())
        challenge = make_challenge()
        entries = [make_entry(challenge) for _turn in range(4)]
        words = receipt_words(entries[before_the_winner - 1], judgement, told, None)
        assert words.startswith("Your answer is correct too. It has no prize of its own")
        later = receipt_words(entries[3], judgement, told, None)
        assert later == "Your answer is correct too, but entry 3 was earlier."

    def test_without_an_address_it_asks_for_one(self, client: FlaskClient, entry: Entry, code: str) -> None:
        assert self.post(client, entry, code=code, shown_as="initials") == 303
        page = client.get(f"/receipts/{token_of(entry)}").text
        assert "We do not know yet where to send it" in page

    def test_each_step_has_a_heading_of_its_own(
        self, client: FlaskClient, editor: FlaskClient, entry: Entry, code: str
    ) -> None:
        def headings() -> list[str]:
            page = client.get(f"/receipts/{token_of(entry)}").text.partition("<details")[0]
            return re.findall(r"<h2[^>]*>([^<]+)", page)

        decline = "Would you rather not have it?"
        assert headings() == ["Claim your prize", decline]
        assert self.post(client, entry, code=code, shown_as="initials") == 303
        assert headings() in (
            ["Where shall we send your prize?"],
            ["Where shall we send your prize?", decline],
        )
        assert self.post(client, entry, code=code, shown_as="initials", address="Kade 1") == 303
        assert headings()[0] == "How the result names you"
        editor.post(f"{PRIZES}/1/sent", data={"tracking": "3SABCD"})
        assert headings() == ["Your prize is on its way", "How the result names you"]
        assert self.post(client, entry, "/received", code=code) == 303
        assert headings() == ["Your prize has come", "How the result names you"]

    @pytest.mark.parametrize("act", ["", "/decline", "/received", "/name"])
    def test_opening_any_of_its_addresses_changes_nothing(
        self, client: FlaskClient, entry: Entry, code: str, act: str
    ) -> None:
        for method in (client.get, client.head):
            method(f"/receipts/{token_of(entry)}{act}?code={code}&shown_as=initials")
        assert step() == "notified"

    def test_it_declines_with_the_code_and_says_so(
        self, client: FlaskClient, entry: Entry, code: str
    ) -> None:
        assert self.post(client, entry, "/decline", code="") == 422
        assert self.post(client, entry, "/decline", code=code) == 303
        page = client.get(f"/receipts/{token_of(entry)}").text
        assert "You did not want the prize." in page
        assert "Claim your prize" not in page
        # Whoever sends the old page again is led back, and told why.
        assert self.post(client, entry, code=code, shown_as="initials") == 303
        assert step() == "declined"

    def test_whose_time_is_over_is_told_so_kindly(self, client: FlaskClient) -> None:
        with time_machine.travel(NOON, tick=False):
            late = make_entry(make_challenge())
            code = announce(late)
            send_letters()
        with time_machine.travel(NOON + timedelta(days=10, seconds=1), tick=False):
            assert self.post(client, late, code=code, shown_as="initials") == 422
            expire_prizes({})
            page = client.get(f"/receipts/{token_of(late)}").text
        assert "Your prize was not claimed before 12 March 2026 at 13:00" in page

    def test_it_says_when_the_prize_is_on_its_way_and_takes_the_word_that_it_has_come(
        self, client: FlaskClient, entry: Entry, code: str
    ) -> None:
        claim(entry)
        assert self.post(client, entry, "/received", code=code) == 409
        assert self.post(client, entry, "/decline", code=code) == 409
        editor = make_person(role="editor").actor
        with unit_of_work():
            mark_sent(editor, entry.challenge, 1, "3S <b>1</b>")
        page = client.get(f"/receipts/{token_of(entry)}").text
        assert "You can follow it with this: 3S &lt;b&gt;1&lt;/b&gt;" in page
        assert self.post(client, entry, "/received", code=code) == 303
        assert step() == "received"

    def test_a_correct_answer_that_came_later_can_have_its_name_on_the_roll(
        self, client: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="small-challenge")
        first, later = make_entry(challenge), make_entry(challenge, from_name="Cora Vos")
        editor = make_person(role="editor").actor
        with unit_of_work():
            judge_entry(editor, later, Judgement.CORRECT)
        assert self.post(client, later, "/name", shown_as="name", display_name="Cora") == 404
        win(first)
        roll = client.get("/challenges/small-challenge").text.partition("Roll of honour")[2]
        assert "Cora" not in roll
        assert self.post(client, later, "/name", shown_as="name", display_name="x@example.org") == 422
        assert self.post(client, later, "/name", shown_as="name", display_name="Cora <i>V.</i>") == 303
        assert "Cora &lt;i&gt;V.&lt;/i&gt;" in client.get("/challenges/small-challenge").text
        receipt = client.get(f"/receipts/{token_of(later)}").text
        assert "It stands on the roll of honour, with this name: Cora &lt;i&gt;V.&lt;/i&gt;" in receipt
        assert "Would you like" not in receipt
        assert self.post(client, later, "/name", shown_as="number") == 303
        receipt = client.get(f"/receipts/{token_of(later)}").text
        assert "It stands on the roll of honour, by its number alone." in receipt


class TestTheDesk:
    def test_only_who_handles_the_prize_sees_who_it_is_and_where_they_live(
        self, entry: Entry, sign_in: SignIn, client: FlaskClient
    ) -> None:
        claim(entry, address="Kade 1\n1234 AB Utrecht")
        author = make_person(role="author")
        article = make_article(author=author)
        with unit_of_work():
            session.get_one(Challenge, entry.challenge_id).article_id = article.id
        for person in (author, make_person(role="editor")):
            page = sign_in(person).get(PRIZES).text
            for fact in ("Kade 1<br>1234 AB Utrecht", "Piet van den Berg", "piet@example.org"):
                assert fact in page
        for other in (make_person(role="author"), make_person(role="moderator")):
            assert sign_in(other).get(PRIZES).status_code == 403
        for address in ("/desk/challenges/small-challenge", "/challenges/small-challenge"):
            assert "Utrecht" not in sign_in(make_person(role="editor")).get(address).text

    def test_a_prize_is_sent_once_and_the_second_is_told_so(self, editor: FlaskClient, entry: Entry) -> None:
        assert editor.post(f"{PRIZES}/1/sent", data={"tracking": ""}).status_code == 409
        claim(entry)
        assert editor.post(f"{PRIZES}/1/sent", data={"tracking": "x" * 301}).status_code == 422
        assert editor.post(f"{PRIZES}/1/sent", data={"tracking": "3S1"}).status_code == 303
        again = editor.post(f"{PRIZES}/1/sent", data={"tracking": "3S2"})
        assert (again.status_code, "The prize of entry 1: sent." in again.text) == (409, True)
        assert session.scalar(sa.select(Award.tracking)) == "3S1"
        assert editor.post(f"{PRIZES}/1/received").status_code == 303
        assert editor.post(f"{PRIZES}/7/received").status_code == 409

    def test_what_was_typed_stays_in_its_own_form(self, editor: FlaskClient, entry: Entry) -> None:
        second = make_entry(entry.challenge)
        refused = editor.post(f"{PRIZES}/1/disqualified", data={"code": "copied", "reason": "x" * 2001})
        assert refused.status_code == 422
        ids = ids_of(refused.text)
        assert len(ids) == len(set(ids))
        assert re.search(r'id="disqualified-1-reason"[^>]*>\s*x{2001}', refused.text)
        assert refused.text.count("x" * 2001) == 1
        assert (step(), second.number) == ("notified", 2)

    def test_it_reads_what_became_of_the_letter_and_sends_a_new_code(
        self, editor: FlaskClient, entry: Entry, sign_in: SignIn, client: FlaskClient
    ) -> None:
        assert "The letter to its winner has not left yet." in editor.get(PRIZES).text
        assert f"{PRIZES}/1/code" not in editor.get(PRIZES).text
        assert editor.post(f"{PRIZES}/1/code").status_code == 409
        with unit_of_work():
            letter = session.scalars(sa.select(OutboxMessage)).one()
            letter.note_attempt(OutboxState.FAILED, "550 piet@example.org is no user")
        page = editor.get(PRIZES).text
        assert "The letter to its winner could not be delivered." in page
        assert "550 piet@example.org is no user" in page
        receipt = client.get(f"/receipts/{token_of(entry)}").text
        assert "We could not reach you by mail." in receipt
        # Judges read that as well, and not whom it was written to.
        for address in ("/desk/challenges/small-challenge", "/desk/challenges/small-challenge/entries/1"):
            desk = editor.get(address).text
            assert "could not be delivered" in desk
            assert "piet@" not in desk
        assert editor.post(f"{PRIZES}/1/code").status_code == 303
        assert code_of(entry)
        assert sign_in(make_person(role="author")).post(f"{PRIZES}/1/code").status_code == 403

    def test_a_winner_who_cannot_be_reached_is_passed_over_by_hand_and_not_too_early(
        self, editor: FlaskClient
    ) -> None:
        with time_machine.travel(clock.now() - timedelta(days=11), tick=False):
            announce(make_entry(make_challenge(slug="small-challenge"), from_address="piet@example.org"))
        expired = f"{PRIZES}/1/expired"
        assert expired not in editor.get(PRIZES).text
        assert editor.post(expired, data={"reason": "We tried."}).status_code == 422
        with unit_of_work():
            session.scalars(sa.select(OutboxMessage)).one().note_attempt(OutboxState.FAILED, "550")
        assert expired in editor.get(PRIZES).text
        assert editor.post(expired, data={"reason": " "}).status_code == 422
        assert editor.post(expired, data={"reason": "We tried."}).status_code == 303
        assert step() == "expired"

    def test_announcing_an_entry_without_an_address_says_that_nobody_was_told(
        self, editor: FlaskClient
    ) -> None:
        nobody = make_entry(
            make_challenge(slug="small-challenge"), from_address="", envelope_sender_known=False
        )
        judge = make_person(role="editor").actor
        with unit_of_work():
            judge_entry(judge, nobody, Judgement.CORRECT)
        desk = "/desk/challenges/small-challenge"
        page = editor.post(f"{desk}/announce", follow_redirects=True).text
        assert "A winner could not be written to: their entry names no address." in page
        assert "Nobody was told: the entry names no address to which we could write." in page

    def test_a_disqualified_winner_can_take_part_again_without_the_prize(
        self, editor: FlaskClient, entry: Entry, sign_in: SignIn, client: FlaskClient
    ) -> None:
        author = make_person(role="author")
        article = make_article(author=author)
        with unit_of_work():
            session.get_one(Challenge, entry.challenge_id).article_id = article.id
        disqualified = f"{PRIZES}/1/disqualified"
        said = {"code": "copied", "reason": "It was copied."}
        browser = sign_in(author)
        assert disqualified not in browser.get(PRIZES).text
        assert browser.post(disqualified, data=said).status_code == 403
        assert disqualified in editor.get(PRIZES).text
        assert editor.post(disqualified, data={"reason": "It was copied."}).status_code == 422
        assert editor.post(disqualified, data=said).status_code == 303
        assert editor.post(disqualified, data=said).status_code == 409
        assert client.get(f"/receipts/{token_of(entry)}").text.count("It was copied.") == 1
        reinstated = f"{PRIZES}/1/reinstated"
        assert f'action="{reinstated}"' in editor.get(PRIZES).text
        assert browser.post(reinstated, data={"reason": "It was not."}).status_code == 403
        # Without a reason it is asked for here, in the dialog in which it was typed.
        for reason, fault in ((" ", "Say why in your own words"), ("x" * 2001, "2000 characters")):
            refused = editor.post(reinstated, data={"reason": reason})
            assert refused.status_code == 422
            opened = re.findall(
                r"<details class=\"confirm__fold\" open>.*?</details>", refused.text, re.DOTALL
            )
            assert len(opened) == 1
            assert "It counts" not in opened[0]
            for words in ("Its prize does not come back to it.", fault, reason.strip()):
                assert words in opened[0]
        done = editor.post(reinstated, data={"reason": "It was not."})
        assert (done.status_code, done.location) == (303, PRIZES)
        assert editor.post(reinstated, data={"reason": "It was not."}).status_code == 409
        receipt = client.get(f"/receipts/{token_of(entry)}").text
        assert "Its prize does not come back to it." in receipt
        assert "It was copied." not in receipt
        assert step() == "disqualified"

    def test_and_be_kept_out_again_until_it_is_over(
        self, editor: FlaskClient, entry: Entry, client: FlaskClient
    ) -> None:
        second = make_entry(entry.challenge)
        said = {"code": "copied", "reason": "It was copied."}
        editor.post(f"{PRIZES}/1/disqualified", data=said)
        editor.post(f"{PRIZES}/1/reinstated", data={"reason": "It was not."})
        announce(second)
        for address in (PRIZES, "/desk/challenges/small-challenge/entries/1"):
            page = editor.get(address).text
            assert "Disqualify entry 1?" in page
            assert "It can be lifted again until the challenge is over." in page
        assert editor.post(f"{PRIZES}/1/disqualified", data=said).status_code == 303
        receipt = client.get(f"/receipts/{token_of(entry)}").text
        assert "until it is over they can put it right, but the prize does not come back to you" in receipt
        desk = editor.get("/desk/challenges/small-challenge/entries/1").text
        assert "Let entry 1 take part again?" in desk
        claim(second)
        for address in (PRIZES, "/desk/challenges/small-challenge/entries/1"):
            page = editor.get(address).text
            assert "Let entry 1 take part again?" not in page

    def test_what_was_taken_back_as_the_terms_changed_is_not_called_lost(
        self, editor: FlaskClient, entry: Entry, client: FlaskClient
    ) -> None:
        second, judge = make_entry(entry.challenge), make_person(role="editor").actor
        with (
            unit_of_work(),
            amending(judge, session.get_one(Challenge, entry.challenge_id), "It is clearer now.") as locked,
        ):
            locked.rubric = [{"code": "clear", "words": "It is clear"}]
        with unit_of_work():
            disqualify(judge, session.get_one(Entry, entry.id), "copied", "It was copied.")
        page, receipt = editor.get(PRIZES).text, client.get(f"/receipts/{token_of(entry)}").text
        assert "Let entry 1 take part again?" in page
        assert "until the winner is announced they can put it right" in receipt
        for told in (page, receipt):
            assert "prize does not come back" not in told
        announce(second)
        page, receipt = editor.get(PRIZES).text, client.get(f"/receipts/{token_of(entry)}").text
        assert "Let entry 1 take part again?" not in page
        assert editor.post(f"{PRIZES}/1/reinstated", data={"reason": "It was not."}).status_code == 409
        assert "Write to the editors, as the rules of the challenge say." in receipt

    def test_it_corrects_the_tracking_and_takes_a_parcel_back(
        self, editor: FlaskClient, entry: Entry, client: FlaskClient
    ) -> None:
        claim(entry, address="Old 1")
        editor.post(f"{PRIZES}/1/sent", data={"tracking": "3S7"})
        # What stands there is there to be put right, and is not wiped by who opens it and presses the button.
        assert tracking_in(editor.get(PRIZES).text) == "3S7"
        for typed, status in ((" ", 422), ("3S7", 409)):
            refused = editor.post(f"{PRIZES}/1/tracking", data={"tracking": typed})
            assert (refused.status_code, tracking_in(refused.text)) == (status, typed)
        assert session.scalar(sa.select(Award.tracking)) == "3S7"
        assert editor.post(f"{PRIZES}/1/tracking", data={"tracking": "3S1"}).status_code == 303
        assert session.scalar(sa.select(Award.tracking)) == "3S1"
        assert editor.post(f"{PRIZES}/1/returned").status_code == 303
        assert editor.post(f"{PRIZES}/1/returned").status_code == 409
        assert (
            "It is still yours: tell us here where to send it now."
            in client.get(f"/receipts/{token_of(entry)}").text
        )
        page = editor.get(PRIZES).text
        assert "Old 1" not in page
        assert "No new address yet" in page
        form = {"code": code_of(entry), "shown_as": "number", "address": "New 2"}
        page = client.post(f"/receipts/{token_of(entry)}", data=form, follow_redirects=True).text
        assert "Thank you. We have your new address, and the editors send the prize once more." in page
        assert "It is still yours. We have your new address, and the editors send it once more." in page
        assert "tell us here where to send it now" not in page
        assert "New 2" in editor.get(PRIZES).text
        assert editor.post(f"{PRIZES}/1/sent", data={"tracking": "3S2"}).status_code == 303
        assert step() == "sent"

    def test_names_are_removed_by_editors_alone(
        self, editor: FlaskClient, entry: Entry, client: FlaskClient, sign_in: SignIn
    ) -> None:
        claim(entry, name="A rude name")
        page = client.get("/challenges/small-challenge").text
        assert "A rude name" in page
        assert editor.post(f"{PRIZES}/1/name", data={"reason": " "}).status_code == 422
        assert editor.post(f"{PRIZES}/1/name", data={"reason": "It is rude."}).status_code == 303
        page = client.get("/challenges/small-challenge").text
        assert "A rude name" not in page
        assert '<strong class="result__name">entry 1</strong>' in page
        receipt = client.get(f"/receipts/{token_of(entry)}").text
        assert "so another one cannot be shown." in receipt
        for offered in ("my initials", "my name"):
            assert offered not in receipt

    def test_nobody_is_offered_to_end_it_while_mail_may_be_under_way(
        self, app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with_postmark = replace(
            current_settings(), postmark=WebhookLogin("somebody", "a long password of theirs")
        )
        monkeypatch.setitem(app.extensions, "settings", with_postmark)
        make_challenge(slug="small-challenge", closes_at=NOON)
        settling = terms_of(Door.POSTMARK).settling
        for instant, is_offered in (
            (NOON + settling, False),
            (NOON + settling + timedelta(microseconds=1), True),
        ):
            with time_machine.travel(instant, tick=False):
                editor = sign_in(make_person(role="editor", language="en"))
                page = editor.get(PRIZES).text
                assert ("End it without a winner" in page) is is_offered
                assert ("may still be under way" in page) is not is_offered

    def test_a_prize_that_came_back_passes_on_or_ends_the_challenge(
        self, editor: FlaskClient, entry: Entry
    ) -> None:
        assert editor.post(f"{PRIZES}/1/declined", data={"reason": " "}).status_code == 422
        assert editor.post(f"{PRIZES}/1/declined", data={"reason": "They wrote so."}).status_code == 303
        desk = editor.get("/desk/challenges/small-challenge").text
        assert "No other entry can win." in desk
        assert editor.post("/desk/challenges/small-challenge/announce").status_code == 422
        conclude = "/desk/challenges/small-challenge/conclude"
        assert editor.post(conclude, data={"reason": ""}).status_code == 422
        assert editor.post(conclude, data={"reason": "Nobody <b>else</b>."}).status_code == 303
        assert editor.post(conclude, data={"reason": "Again."}).status_code == 409
        page = editor.get("/challenges/small-challenge").text
        assert "without a winner" in page
        assert "Nobody &lt;b&gt;else&lt;/b&gt;." in page
        assert "correct, prize not taken" in page

    def test_nobody_is_led_to_end_a_challenge_while_somebody_has_still_to_claim(
        self, editor: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        judge = make_person(role="editor").actor
        with unit_of_work():
            decide_terms(
                judge, challenge, replace(words_of(challenge), prizes=[PrizeWords("A"), PrizeWords("B")])
            )
        with unit_of_work():
            open_challenge(judge, challenge)
        told = make_entry(challenge)
        with unit_of_work():
            judge_entry(judge, told, Judgement.CORRECT)
        with unit_of_work():
            close_challenge(judge, challenge)
        with unit_of_work():
            announce_winner(judge, challenge)
        missing = "The challenge can end once whoever was told has claimed their prize"
        desk, prizes = editor.get("/desk/challenges/small-challenge").text, editor.get(PRIZES).text
        for page in (desk, prizes):
            assert missing in page
            assert "with fewer winners" not in page
        assert "End it" not in desk
        assert editor.post("/desk/challenges/small-challenge/announce").status_code == 422
        claim(told)
        # Now it can end, and does not by itself: that a prize goes to nobody has a reason that everybody reads.
        desk, prizes = editor.get("/desk/challenges/small-challenge").text, editor.get(PRIZES).text
        for page in (desk, prizes):
            assert "End the challenge with fewer winners, and say why." in page
        assert f'href="{PRIZES}#conclude"' in desk
        assert "End it with fewer winners" in prizes

    def test_the_next_one_is_told_at_the_press_of_a_button(self, editor: FlaskClient, entry: Entry) -> None:
        second = make_entry(entry.challenge)
        judge = make_person(role="editor").actor
        with unit_of_work():
            mark_declined(judge, entry.challenge, 1, "They wrote so.")
        desk = "/desk/challenges/small-challenge"
        assert "A prize is nobody’s yet, and 2 is still waiting." in editor.get(desk).text
        assert "1 is waiting" in editor.get("/desk/challenges/").text
        with unit_of_work():
            judge_entry(judge, second, Judgement.CORRECT)
        assert "Prize 1 passes to entry 2." in editor.get(desk).text
        assert editor.post(f"{desk}/announce").status_code == 303
        assert editor.post(f"{desk}/announce").status_code == 409
        steps = session.scalars(sa.select(AwardStepTaken.step).order_by(AwardStepTaken.id)).all()
        assert steps == ["notified", "declined", "notified"]

    def test_the_desk_is_reminded_of_what_waits_for_too_long(self, editor: FlaskClient) -> None:
        with time_machine.travel(clock.now() - timedelta(days=15), tick=False):
            win(make_entry(make_challenge(slug="small-challenge")))
        reminder = "1 prize was claimed more than 14 days ago and is not on its way."
        assert reminder in editor.get("/desk/").text
        assert "Somebody is waiting for it." in editor.get(PRIZES).text
        editor.post(f"{PRIZES}/1/sent", data={"tracking": ""})
        assert reminder not in editor.get("/desk/").text

    def test_the_figures_count_what_came_when_and_what_became_of_it(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", opens_at=NOON)
        figures = "/desk/challenges/small-challenge/figures"
        assert "No entries yet" in editor.get(figures).text
        right = make_entry(challenge, received_at=NOON)
        judge = make_person(role="editor").actor
        with unit_of_work():
            judge_entry(judge, right, Judgement.CORRECT)
        with counted_statements() as one:
            editor.get(figures)
        make_entry(challenge, received_at=NOON + timedelta(minutes=59), why_not=Ineligible.LIST)
        make_entry(challenge, received_at=NOON + timedelta(hours=1), door=Door.FORM)
        with counted_statements() as three:
            page = editor.get(figures).text
        assert len(three) == len(one)
        rows = re.findall(r'<tr><th scope="row">([^<]+)</th>((?:<td[^>]*>\d+</td>)+)</tr>', page)
        assert [(label, re.findall(r">(\d+)<", cells)) for label, cells in rows] == [
            ("2 Mar 13:00", ["1", "0", "0", "1"]),
            ("2 Mar 14:00", ["0", "0", "1", "0"]),
            ("correct", ["1"]),
            ("without a verdict", ["1"]),
            ("could not take part", ["1"]),
            ("mailing list", ["1"]),
            ("by mail", ["2"]),
            ("typed on our page", ["1"]),
        ]
