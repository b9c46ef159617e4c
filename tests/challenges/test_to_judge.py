"""How much there is to judge: one count for every page that says it."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.outcome import Contest, EntryState, ToJudge, decide, to_judge
from blog.challenges.queries.to_judge import to_judge_in
from blog.challenges.values import ChallengeStatus, Judgement
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry

pytestmark = pytest.mark.usefixtures("app")

CORRECT, INCORRECT, UNCLEAR = Judgement.CORRECT, Judgement.INCORRECT, Judgement.UNCLEAR
NOON = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    """The browser of an editor."""
    return sign_in(make_person(role="editor"))


def to_judge_of(entries: list[EntryState], contest: Contest | None = None) -> ToJudge:
    """How much there is to judge of these entries."""
    contest = contest or Contest()
    return to_judge(entries, contest, decide(entries, contest))


class TestTheCount:
    def test_while_nothing_is_correct_all_that_is_open_is_needed(self) -> None:
        entries = [EntryState(1, True, INCORRECT), EntryState(2, True, None), EntryState(3, None, None)]
        assert to_judge_of(entries) == ToJudge(now=2, later=0)

    def test_what_comes_behind_a_correct_one_is_perhaps_needed_later(self) -> None:
        entries = [
            EntryState(1, True, None),
            EntryState(2, True, CORRECT),
            EntryState(3, True, UNCLEAR),
            EntryState(4, False, None),
        ]
        assert to_judge_of(entries) == ToJudge(now=1, later=1)

    def test_whoever_had_used_up_their_tries_is_not_waited_for(self) -> None:
        entries = [EntryState(number, True, None, sender="a") for number in (1, 2, 3)]
        assert to_judge_of(entries, Contest(attempts=2)) == ToJudge(now=2, later=0)
        assert to_judge_of(entries) == ToJudge(now=3, later=0)

    def test_nor_is_another_answer_of_whoever_has_or_had_a_prize(self) -> None:
        entries = [
            EntryState(1, True, CORRECT, sender="a"),
            EntryState(2, True, None, sender="a"),
            EntryState(3, True, None, sender="b"),
        ]
        assert to_judge_of(entries, Contest(prizes=2, holders={1: 1})) == ToJudge(now=1, later=0)
        assert to_judge_of(entries, Contest(has_lost=[1])) == ToJudge(now=1, later=0)


def one_of_each() -> Challenge:
    """A challenge of which entry 1 is needed now, 3 perhaps later, and 2 and 4 never."""
    challenge = make_challenge(slug="small-challenge")
    entries = [make_entry(challenge, from_address=f"{name}@example.org") for name in ("a", "a", "b", "c")]
    over, correct = entries[1], make_entry(challenge, from_address="d@example.org")
    with unit_of_work():
        session.get_one(Challenge, challenge.id).attempts = 1
        for entry, sender in ((entries[0], "a"), (over, "a"), (entries[2], "b"), (entries[3], "c")):
            session.get_one(Entry, entry.id).sender = sender
        session.get_one(Entry, entries[2].id).ruling = CORRECT
        session.get_one(Entry, correct.id).ruling = INCORRECT
    return session.get_one(Challenge, challenge.id)


class TestThePages:
    def test_agree_on_how_many_are_needed_now_and_how_many_perhaps_later(self, editor: FlaskClient) -> None:
        challenge = one_of_each()
        assert to_judge_in([challenge]) == {challenge.id: ToJudge(now=1, later=1)}
        page = editor.get("/desk/challenges/small-challenge").text
        assert "Entry 3 is correct, but 1 is still waiting." in page
        assert "1 now, 1 perhaps later" in page
        states = dict(
            re.findall(r">Entry\u00a0(\d)</a>.*?<span class=\"badge badge--(\w+)\">", page, flags=re.DOTALL)
        )
        assert states == {"1": "warning", "2": "neutral", "3": "good", "4": "neutral", "5": "neutral"}
        assert page.count(">waiting</span>") == 1
        assert page.count(">not needed so far</span>") == 1
        assert page.count(">one try too many</span>") == 1
        assert "1 entry is waiting for a verdict." in editor.get("/desk/").text
        listed = editor.get("/desk/challenges/").text
        assert "1 is waiting</span>" in listed
        assert "1 perhaps later" in listed

    def test_say_of_one_that_is_not_needed_that_it_can_still_be_judged(self, editor: FlaskClient) -> None:
        one_of_each()
        page = editor.get("/desk/challenges/small-challenge/entries/4").text
        assert "not needed so far</span>" in page
        assert 'name="judgement" value="correct"' in page

    def test_say_nothing_of_later_once_it_is_over(self, editor: FlaskClient) -> None:
        challenge = one_of_each()
        with unit_of_work():
            session.get_one(Challenge, challenge.id).status = ChallengeStatus.CANCELLED
        assert to_judge_in([session.get_one(Challenge, challenge.id)]) == {}
        page = editor.get("/desk/challenges/small-challenge").text
        assert "perhaps later" not in page
        assert "not needed so far" not in page

    def test_the_figures_count_a_try_too_many_among_those_that_could_not_take_part(
        self, editor: FlaskClient
    ) -> None:
        one_of_each()
        page = editor.get("/desk/challenges/small-challenge/figures").text
        became, why = (
            page.partition(heading)[2].partition("</figure>")[0]
            for heading in (">What became of them</figcaption>", ">Why some could not take part</figcaption>")
        )
        assert figures_in(became) == {
            "correct": 1,
            "incorrect": 1,
            "without a verdict": 2,
            "could not take part": 1,
        }
        assert figures_in(why) == {"one try too many": 1}


def figures_in(chart: str) -> dict[str, int]:
    """What the table of a chart says."""
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td[^>]*>(\d+)</td></tr>', chart)
    return {label: int(count) for label, count in rows}
