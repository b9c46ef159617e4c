"""A button about prizes does what its page showed, or nothing: whoever pressed it looks at the page as it is now."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.prizes import decline_prize, mark_declined, mark_returned, mark_sent
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.values import Judgement
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from blog.mailroom.values import OutboxState
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry, token_of
from tests.support.prizes import claim, code_of

pytestmark = pytest.mark.usefixtures("app")

DESK = "/desk/challenges/small-challenge"
PRIZES = f"{DESK}/prizes"


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    return sign_in(make_person(role="editor", language="en"))


@pytest.fixture
def other(app: Flask) -> Actor:
    """Who does something meanwhile."""
    return make_person(role="editor").actor


def correct(other: Actor, *, entries: int, prizes: int = 1) -> list[Entry]:
    """So many correct answers, each of somebody else, to a challenge that is closed."""
    challenge = make_challenge(slug="small-challenge")
    with unit_of_work():
        for rank in range(1, prizes + 1):
            session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
    made = [make_entry(challenge) for _turn in range(entries)]
    for entry in made:
        with unit_of_work():
            judge_entry(other, entry, Judgement.CORRECT)
    with unit_of_work():
        close_challenge(other, session.get_one(Challenge, challenge.id))
    return made


def announce(other: Actor, entry: Entry) -> None:
    with unit_of_work():
        announce_winner(other, session.get_one(Challenge, entry.challenge_id))


def seen_in(page: str, address: str) -> str:
    """What the form that is sent to an address holds for."""
    (form,) = re.findall(rf'<form[^>]*action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', form)
    return seen


def steps() -> list[tuple[int, str]]:
    """What has happened to the prizes, in order: of which entry, and what."""
    session.rollback()
    query = sa.select(AwardStepTaken).order_by(AwardStepTaken.id)
    return [(step.award.entry.number, step.step) for step in session.scalars(query)]


class TestAnnouncing:
    def test_nobody_else_is_told_than_the_page_said(self, editor: FlaskClient, other: Actor) -> None:
        first, _second = correct(other, entries=2)
        page = editor.get(DESK).text
        assert "Let entry 1 be told that it has won?" in page
        with unit_of_work():
            disqualify(other, session.get_one(Entry, first.id), "copied", "It was copied.")
        refused = editor.post(f"{DESK}/announce", data={"seen": seen_in(page, f"{DESK}/announce")})
        assert refused.status_code == 409
        assert "Nobody was told: by now it would be entry 2, and not who was named." in refused.text
        assert steps() == []
        # The page that came back says who it is now.
        assert "Let entry 2 be told that it has won?" in refused.text
        seen = seen_in(refused.text, f"{DESK}/announce")
        assert editor.post(f"{DESK}/announce", data={"seen": seen}).status_code == 303
        assert steps() == [(2, "notified")]

    def test_nor_once_who_it_said_was_told_and_has_declined(self, editor: FlaskClient, other: Actor) -> None:
        first, second, _third = correct(other, entries=3)
        announce(other, first)
        with unit_of_work():
            mark_declined(other, session.get_one(Challenge, first.challenge_id), 1, "They wrote so.")
        seen = seen_in(editor.get(DESK).text, f"{DESK}/announce")
        announce(other, first)
        assert editor.post(f"{DESK}/announce", data={"seen": seen}).status_code == 409
        code = code_of(second)
        with unit_of_work():
            decline_prize(token_of(second), code)
        before = steps()
        assert editor.post(f"{DESK}/announce", data={"seen": seen}).status_code == 409
        assert steps() == before

    def test_of_several_it_names_the_numbers(self, editor: FlaskClient, other: Actor) -> None:
        correct(other, entries=2, prizes=2)
        page = editor.get(DESK).text
        assert "Let the senders of entries 1 and 2 be told that they have won?" in page
        assert seen_in(page, f"{DESK}/announce") == "1.1 2.2"

    @pytest.mark.parametrize("made_up", ["", "x", "1.7", "9" * 400])
    def test_what_was_never_on_a_page_tells_nobody(
        self, editor: FlaskClient, other: Actor, made_up: str
    ) -> None:
        correct(other, entries=1)
        assert editor.post(f"{DESK}/announce", data={"seen": made_up}).status_code == 409
        assert steps() == []


class TestPrizes:
    @pytest.fixture
    def told(self, other: Actor) -> Entry:
        """The first of two winners, who were told."""
        first, *_others = correct(other, entries=3, prizes=2)
        announce(other, first)
        return first

    def test_what_was_claimed_meanwhile_is_not_taken_away(self, editor: FlaskClient, told: Entry) -> None:
        declined = f"{PRIZES}/1/declined"
        seen = seen_in(editor.get(PRIZES).text, declined)
        claim(told, address="Kade 1")
        # Nothing was told yet to whoever forgot the reason: what they decide is still about what they had seen.
        asked = editor.post(declined, data={"reason": " ", "seen": seen})
        assert (asked.status_code, seen_in(asked.text, declined)) == (422, seen)
        refused = editor.post(declined, data={"reason": "They do not answer.", "seen": seen})
        assert refused.status_code == 409
        assert "The prize of entry 1 has meanwhile come to this: claimed." in refused.text
        assert ">\r\nThey do not answer.</textarea>" in refused.text
        assert steps()[-1] == (1, "claimed")
        seen = seen_in(refused.text, declined)
        again = editor.post(declined, data={"reason": "They do not answer.", "seen": seen})
        assert (again.status_code, steps()[-1]) == (303, (1, "declined"))

    def test_what_was_typed_stays_where_nothing_is_left_to_be_done(
        self, editor: FlaskClient, told: Entry
    ) -> None:
        declined = f"{PRIZES}/1/declined"
        seen, code = seen_in(editor.get(PRIZES).text, declined), code_of(told)
        with unit_of_work():
            decline_prize(token_of(told), code)
        refused = editor.post(declined, data={"reason": "They have telephoned.", "seen": seen})
        assert (refused.status_code, f'action="{declined}"' in refused.text) == (409, False)
        assert "What you had typed" in refused.text
        assert "They have telephoned." in refused.text

    def test_a_parcel_that_came_back_is_not_sent_again_by_an_old_page(
        self, editor: FlaskClient, other: Actor, told: Entry
    ) -> None:
        claim(told, address="Old 1")
        sent = f"{PRIZES}/1/sent"
        seen = seen_in(editor.get(PRIZES).text, sent)
        challenge = session.get_one(Challenge, told.challenge_id)
        with unit_of_work():
            mark_sent(other, challenge, 1, "3S1")
        with unit_of_work():
            mark_returned(other, challenge, 1)
        refused = editor.post(sent, data={"tracking": "3S2", "seen": seen})
        assert (refused.status_code, steps()[-1]) == (409, (1, "returned"))
        assert 'value="3S2"' in refused.text

    def test_what_is_sent_goes_to_the_address_that_the_page_showed(
        self, editor: FlaskClient, told: Entry
    ) -> None:
        claim(told, address="Old 1")
        sent = f"{PRIZES}/1/sent"
        seen = seen_in(editor.get(PRIZES).text, sent)
        claim(told, address="New 2")
        refused = editor.post(sent, data={"tracking": "", "seen": seen})
        assert (refused.status_code, steps()[-1]) == (409, (1, "claimed"))
        assert "where it is to be sent" in refused.text
        assert "New 2" in refused.text
        seen = seen_in(refused.text, sent)
        # What its winner is called has nothing to do with it.
        claim(told, name="Piet B.")
        assert editor.post(sent, data={"tracking": "", "seen": seen}).status_code == 303

    def test_two_who_correct_the_tracking_do_not_overwrite_each_other(
        self, editor: FlaskClient, other: Actor, told: Entry
    ) -> None:
        claim(told, address="Kade 1")
        with unit_of_work():
            mark_sent(other, session.get_one(Challenge, told.challenge_id), 1, "3S0")
        tracking = f"{PRIZES}/1/tracking"
        seen = seen_in(editor.get(PRIZES).text, tracking)
        for typed, status in (("3S1", 303), ("3S2", 409)):
            assert editor.post(tracking, data={"tracking": typed, "seen": seen}).status_code == status
        assert session.scalar(sa.select(Award.tracking).where(Award.entry_id == told.id)) == "3S1"

    def test_one_new_code_is_sent_however_many_pages_offer_it(self, editor: FlaskClient, told: Entry) -> None:
        self.let_fail()
        code = f"{PRIZES}/1/code"
        seen = seen_in(editor.get(PRIZES).text, code)
        assert editor.post(code, data={"seen": seen}).status_code == 303
        self.let_fail()
        assert editor.post(code, data={"seen": seen}).status_code == 409
        letters = sa.select(sa.func.count()).where(OutboxMessage.cause.startswith(f"winner:{told.id}"))
        assert session.scalar(letters) == 2

    def let_fail(self) -> None:
        with unit_of_work():
            for letter in session.scalars(sa.select(OutboxMessage)):
                letter.note_attempt(OutboxState.FAILED, "550")

    def test_every_button_says_what_its_page_showed(self, editor: FlaskClient, told: Entry) -> None:
        claim(told, name="Piet B.", address="Kade 1")
        page = editor.get(PRIZES).text
        forms = re.findall(rf'<form[^>]*action="({PRIZES}/[^"]*)"(.*?)</form>', page, re.DOTALL)
        assert [address.removeprefix(PRIZES) for address, _form in forms] == [
            "/1/sent",
            "/1/name",
            "/1/declined",
            "/1/disqualified",
            "/2/declined",
            "/2/disqualified",
        ]
        for address, form in forms:
            assert 'name="seen" value="' in form, address

    def test_another_name_than_the_page_showed_is_not_removed(self, editor: FlaskClient, told: Entry) -> None:
        claim(told, name="A rude name")
        name = f"{PRIZES}/1/name"
        seen = seen_in(editor.get(PRIZES).text, name)
        claim(told, name="Piet B.")
        refused = editor.post(name, data={"reason": "It is rude.", "seen": seen})
        assert (refused.status_code, "Remove the name “Piet B.”?" in refused.text) == (409, True)
        assert session.scalar(sa.select(Award.display_name).where(Award.entry_id == told.id)) == "Piet B."


class TestTakingPart:
    def test_the_page_of_an_entry_takes_away_no_prize_of_which_it_said_nothing(
        self, editor: FlaskClient, other: Actor
    ) -> None:
        first, _second = correct(other, entries=2, prizes=2)
        out = f"{DESK}/entries/1/disqualify"
        seen = seen_in(editor.get(f"{DESK}/entries/1").text, out)
        announce(other, first)
        said = {"code": "copied", "reason": "It was copied.", "seen": seen}
        refused = editor.post(out, data=said)
        assert refused.status_code == 409
        assert "The prize of entry 1 has meanwhile come to this: told that they have won." in refused.text
        assert steps() == [(1, "notified"), (2, "notified")]

    def test_nor_where_a_reason_was_missing_first(self, editor: FlaskClient, other: Actor) -> None:
        first, second = correct(other, entries=2)
        out = f"{DESK}/entries/2/disqualify"
        seen = seen_in(editor.get(f"{DESK}/entries/2").text, out)
        asked = editor.post(out, data={"code": "copied", "reason": " ", "seen": seen})
        assert (asked.status_code, seen_in(asked.text, out)) == (422, seen)
        announce(other, first)
        with unit_of_work():
            mark_declined(other, session.get_one(Challenge, first.challenge_id), 1, "They wrote so.")
        announce(other, second)
        said = {"code": "copied", "reason": "It was copied.", "seen": seen}
        assert editor.post(out, data=said).status_code == 409
        assert steps()[-1] == (2, "notified")


class TestEnding:
    def test_it_ends_with_the_winners_that_the_page_named(self, editor: FlaskClient, other: Actor) -> None:
        (only,) = correct(other, entries=1, prizes=2)
        announce(other, only)
        claim(only)
        conclude = f"{DESK}/conclude"
        page = editor.get(PRIZES).text
        assert "End it with fewer winners" in page
        with unit_of_work():
            mark_declined(other, session.get_one(Challenge, only.challenge_id), 1, "They wrote so.")
        said = {"reason": "Nobody else was right.", "seen": seen_in(page, conclude)}
        refused = editor.post(conclude, data=said)
        assert (refused.status_code, "End it without a winner" in refused.text) == (409, True)
        assert "Nobody else was right." in refused.text
        assert session.get_one(Challenge, only.challenge_id).status == "provisional"
        said["seen"] = seen_in(refused.text, conclude)
        assert editor.post(conclude, data=said).status_code == 303

    def test_nobody_who_was_told_meanwhile_loses_a_prize_by_its_being_called_off(
        self, editor: FlaskClient, other: Actor
    ) -> None:
        (only,) = correct(other, entries=1)
        cancel = f"{DESK}/cancel"
        seen = seen_in(editor.get(DESK).text, cancel)
        announce(other, only)
        asked = editor.post(cancel, data={"reason": " ", "seen": seen})
        assert (asked.status_code, seen_in(asked.text, cancel)) == (422, seen)
        said = {"reason": "The question was wrong.", "seen": seen}
        refused = editor.post(cancel, data=said)
        assert (refused.status_code, steps()) == (409, [(1, "notified")])
        assert "The question was wrong." in refused.text
        said["seen"] = seen_in(refused.text, cancel)
        assert editor.post(cancel, data=said).status_code == 303
        assert steps()[-1] == (1, "revoked")
