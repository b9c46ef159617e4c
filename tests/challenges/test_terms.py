"""What a challenge says: set up, opened by the clock, amended, called off. On both databases."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.challenges.actions.amendments import amending
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import (
    close_challenge,
    keep_question,
    open_challenge,
    schedule_challenge,
    set_up_challenge,
    take_back,
)
from blog.challenges.actions.endings import cancel_challenge, end_without_winner, remove_challenge
from blog.challenges.actions.prizes import conclude
from blog.challenges.actions.terms import decide_terms
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.automatic import stored_rule
from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.exporting import export_bytes
from blog.challenges.jobs import look_at_the_clock, tell_entrants
from blog.challenges.ledger.canonical import instant_text
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Amendment, Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.challenges import challenge_locked, open_address
from blog.challenges.rules.kinds import Exact, Rule
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language
from blog.challenges.terms import version_of, words_of
from blog.challenges.values import (
    AwardStep,
    ChallengeStatus,
    ChallengeWords,
    Ineligible,
    Judgement,
    PrizeWords,
    RubricItem,
    RulesPart,
    TermsWords,
)
from blog.challenges.verifier import verify_challenge
from blog.challenges.words.rules import rules_of
from blog.challenges.words.terms import change_words
from blog.core import clock
from blog.core.actor import ANONYMOUS, Actor
from blog.core.config import Settings, WebhookLogin, current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleBroken
from blog.core.jobs.models import Work
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.doors.terms import terms_of
from blog.mailroom.models import OutboxMessage
from blog.mailroom.routes import resolve
from blog.mailroom.values import Door, Envelope
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_confirmation, make_entry
from tests.support.at_once import at_once
from tests.support.jobs import run_due_jobs

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2099, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


@pytest.fixture
def editor() -> Actor:
    return make_person(role="editor").actor


def draft(**values: Any) -> Challenge:
    return make_challenge(status=ChallengeStatus.DRAFT, **values)


def opened(editor: Actor, **values: Any) -> Challenge:
    challenge = draft(**values)
    with unit_of_work():
        open_challenge(editor, challenge)
    return challenge


def decide(editor: Actor, challenge: Challenge, reason: str = "It was wrong.", **changes: Any) -> Challenge:
    terms = replace(words_of(challenge), **changes)
    with unit_of_work():
        decide_terms(editor, challenge, terms, reason=reason)
    return challenge


def rows(challenge: Challenge) -> list[LedgerLeaf]:
    query = sa.select(LedgerLeaf).where(LedgerLeaf.challenge_id == challenge.id).order_by(LedgerLeaf.position)
    return list(session.scalars(query))


def kinds(challenge: Challenge) -> list[str]:
    return [row.kind for row in rows(challenge)]


def judged(editor: Actor, entry: Entry, judgement: Judgement) -> None:
    with unit_of_work():
        judge_entry(editor, entry, judgement, "because")


def tell(challenge: Challenge) -> None:
    """Carry out what waits to tell entrants."""
    works = session.scalars(sa.select(Work).where(Work.kind == "challenges.tell_entrants")).all()
    payloads = [dict(work.payload) for work in works]
    with unit_of_work():
        session.execute(sa.delete(Work).where(Work.kind == "challenges.tell_entrants"))
    for payload in payloads:
        assert payload["challenge_id"] == challenge.id
        tell_entrants(payload)


def letters() -> list[tuple[str, str, str]]:
    query = sa.select(OutboxMessage.recipient, OutboxMessage.subject, OutboxMessage.text)
    found = session.execute(query.order_by(OutboxMessage.recipient, OutboxMessage.id))
    return [(recipient, subject, text) for recipient, subject, text in found]


class TestSettingUp:
    def test_a_new_one_has_the_usual_rules_in_its_language_and_three_tries(self) -> None:
        words = ChallengeWords("Een vraag", "<p>Wat?</p>", "Een boek", "editor", "nl")
        with unit_of_work():
            made = set_up_challenge(slug="een-vraag", article=None, words=words, closes_at=None, by=ANONYMOUS)
        assert made.attempts == 3
        assert [(prize.rank, prize.title) for prize in made.prizes] == [(1, "Een boek")]
        assert set(made.rules) == {part.value for part in RulesPart}
        assert all(made.rules.values())
        assert made.rules["organiser"] == "Rejoinder"

    def test_an_article_may_say_who_holds_it_and_later_on_that_is_an_amendment(self, editor: Actor) -> None:
        words = ChallengeWords("A question", "<p>What?</p>", "A book", "editor", "en")

        def set_up(organiser: str) -> Challenge:
            with unit_of_work():
                return set_up_challenge(
                    slug="a-question",
                    article=None,
                    words=words,
                    closes_at=None,
                    by=editor,
                    organiser=organiser,
                    organiser_address="1 Street, Town",
                )

        made = set_up("The Society")
        assert (made.rules["organiser"], made.rules["address"]) == ("The Society", "1 Street, Town")
        with unit_of_work():
            open_challenge(editor, made)
        set_up("The Society")
        assert kinds(made) == ["opened"]
        set_up("The Association")
        assert session.scalars(sa.select(Amendment.changes)).all() == [
            {"rules.organiser": ["The Society", "The Association"]}
        ]
        with pytest.raises(InvalidInput) as refusal:
            set_up("x" * 5001)
        assert set(refusal.value.fields) == {"organiser"}

    def test_a_new_one_has_the_address_of_the_one_that_was_opened_last(self, editor: Actor) -> None:
        def set_up(slug: str, address: str = "") -> Challenge:
            words = ChallengeWords("A question", "<p>What?</p>", "A book", "editor", "en")
            with unit_of_work():
                return set_up_challenge(
                    slug=slug,
                    article=None,
                    words=words,
                    closes_at=None,
                    by=editor,
                    organiser_address=address,
                )

        first = set_up("first", "1 Street, Town")
        assert set_up("second").rules["address"] != "1 Street, Town"
        with unit_of_work():
            open_challenge(editor, first)
        assert set_up("third").rules["address"] == "1 Street, Town"
        assert set_up("fourth", "2 Street, Town").rules["address"] == "2 Street, Town"

    def test_all_of_it_is_kept_and_the_prize_line_says_the_first_prize(self, editor: Actor) -> None:
        challenge = draft(slug="all-of-it")
        terms = TermsWords(
            title="  Another\ttitle ",
            prizes=[PrizeWords("A bicycle", 49_900, "a" * 32, "A red bicycle"), PrizeWords("A bell")],
            closes_at=NOON,
            attempts=None,
            judges=2,
            claim_days=5,
            rules={"costs": " Nothing.\r\nReally.\x00 "},
            rubric=[RubricItem("Cause", "names the cause")],
        )
        with unit_of_work():
            decide_terms(editor, challenge, terms)
        session.expire_all()
        assert (challenge.title, challenge.prize, challenge.closes_at) == ("Another title", "A bicycle", NOON)
        assert (challenge.attempts, challenge.judges, challenge.claim_days) == (None, 2, 5)
        assert challenge.rubric == [{"code": "cause", "words": "names the cause"}]
        assert rules_of(challenge)["costs"] == "Nothing.\nReally."
        assert [
            (prize.rank, prize.title, prize.value_cents, prize.picture_text) for prize in challenge.prizes
        ] == [(1, "A bicycle", 49_900, "A red bicycle"), (2, "A bell", None, "")]
        decide(editor, challenge, prizes=[PrizeWords("A bell")])
        assert session.scalars(sa.select(Prize.title).where(Prize.challenge_id == challenge.id)).all() == [
            "A bell"
        ]
        assert challenge.prize == "A bell"
        # The picture that nobody shows any more goes a day later.
        assert session.scalars(
            sa.select(Work.payload).where(Work.kind == "challenges.forget_picture")
        ).all() == [{"picture": "a" * 32}]

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"title": " "}, {"title"}),
            ({"attempts": 0}, {"attempts"}),
            ({"attempts": 1001}, {"attempts"}),
            ({"judges": 3}, {"judges"}),
            ({"claim_days": 0}, {"claim_days"}),
            ({"claim_days": 91}, {"claim_days"}),
            ({"prizes": [PrizeWords("A"), PrizeWords("", 5)]}, {"prize_2"}),
            ({"prizes": [PrizeWords("A", 0)]}, {"value"}),
            ({"prizes": [PrizeWords("A", picture="a" * 32)]}, {"picture_text"}),
            ({"prizes": [PrizeWords("A")] * 11}, {"prize"}),
            ({"rules": {"age": "x" * 5001}}, {"rules_age"}),
            ({"rubric": [RubricItem("no words", "")]}, {"rubric"}),
            ({"rubric": [RubricItem("a", "b"), RubricItem("a", "c")]}, {"rubric"}),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(
        self, editor: Actor, changes: dict[str, Any], fields: set[str]
    ) -> None:
        challenge = draft()
        with pytest.raises(InvalidInput) as refusal:
            decide(editor, challenge, **changes)
        assert set(refusal.value.fields) == fields

    def test_only_the_author_of_the_article_and_editors_decide(self, editor: Actor) -> None:
        author, stranger = make_person(role="author"), make_person(role="author")
        challenge = draft(article=make_article(author=author))
        for actor in (ANONYMOUS, make_person().actor, make_person(role="moderator").actor, stranger.actor):
            for act in acts_on(challenge):
                with pytest.raises(Forbidden), unit_of_work():
                    act(actor)
        decide(author.actor, challenge, title="By its author")
        decide(editor, challenge, title="By an editor")
        assert challenge.title == "By an editor"

    def test_of_two_editors_at_once_the_second_is_told(self, editor: Actor) -> None:
        challenge = draft()
        seen, terms = version_of(challenge), words_of(challenge)
        with unit_of_work():
            decide_terms(editor, challenge, replace(terms, title="The first"), seen=seen)
        with pytest.raises(Conflict, match="changed this challenge meanwhile"), unit_of_work():
            decide_terms(editor, challenge, replace(terms, title="The second"), seen=seen)
        session.expire_all()
        assert challenge.title == "The first"
        with unit_of_work():
            decide_terms(editor, challenge, replace(terms, title="The second"), seen=version_of(challenge))


def acts_on(challenge: Challenge) -> list[Callable[[Actor], object]]:
    return [
        lambda actor: decide_terms(actor, challenge, words_of(challenge)),
        lambda actor: open_challenge(actor, challenge),
        lambda actor: schedule_challenge(actor, challenge, NOON),
        lambda actor: take_back(actor, challenge),
        lambda actor: remove_challenge(actor, challenge),
        lambda actor: cancel_challenge(actor, challenge, "Why"),
        lambda actor: end_without_winner(actor, challenge, "Why"),
    ]


class TestOpening:
    def test_what_only_has_a_question_and_a_prize_opens_with_the_usual_rules(self, editor: Actor) -> None:
        challenge = draft()
        with unit_of_work():
            open_challenge(editor, challenge)
        assert set(challenge.rules) == {part.value for part in RulesPart}
        assert [prize.title for prize in challenge.prizes] == ["A good book"]
        assert kinds(challenge) == ["opened"]

    @pytest.mark.parametrize("part", list(RulesPart))
    def test_while_a_part_of_the_rules_is_empty_it_does_not_and_its_field_says_so(
        self, editor: Actor, part: RulesPart
    ) -> None:
        challenge = draft()
        decide(editor, challenge, rules={part.value: " \n"})
        for act in (
            lambda: open_challenge(editor, challenge),
            lambda: schedule_challenge(editor, challenge, NOON),
        ):
            with pytest.raises(InvalidInput) as refusal, unit_of_work():
                act()
            assert set(refusal.value.fields) == {f"rules_{part.value}"}
        assert challenge.status == "draft"

    def test_one_that_is_scheduled_opens_by_the_job_with_row_0(self, editor: Actor) -> None:
        challenge = draft(slug="planned", closes_at=NOON + HOUR)
        with time_machine.travel(NOON - HOUR, tick=False), unit_of_work():
            schedule_challenge(editor, challenge, NOON)
        assert (challenge.status, rows(challenge)) == ("scheduled", [])
        with time_machine.travel(NOON - TICK, tick=False):
            look_at_the_clock({})
            assert open_address("planned") is None
            session.rollback()
        with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
            assert open_address("planned") == challenge.id
            look_at_the_clock({})
            look_at_the_clock({})
        session.expire_all()
        assert challenge.status == "open"
        (first,) = rows(challenge)
        assert (first.kind, first.at) == ("opened", NOON)
        assert f'"begun_at":"{instant_text(NOON + timedelta(seconds=30))}"' in first.leaf

    def test_mail_at_its_instant_opens_it_before_the_job_does(self, app: Flask, editor: Actor) -> None:
        challenge = draft(slug="planned")
        with time_machine.travel(NOON - HOUR, tick=False), unit_of_work():
            schedule_challenge(editor, challenge, NOON)
        address = "planned@answers.example.org"
        with time_machine.travel(NOON - TICK, tick=False):
            assert resolve(address, "answers.example.org") is None
            session.rollback()
        with time_machine.travel(NOON, tick=False):
            destination = resolve(address, "answers.example.org")
            session.rollback()
            assert destination is not None
            envelope = Envelope(Door.PIPE, "a@example.org", (address,), peer="local", helo="", tls=False)
            raw = b"From: a@example.org\r\nSubject: x\r\n\r\nForty-two.\r\n"
            assert isinstance(accept(app, Incoming(envelope, (destination,), raw)), Accepted)
            session.expire_all()
            assert (challenge.status, challenge.entry_total) == ("open", 1)
            assert kinds(challenge) == ["opened", "entry"]
            assert is_accepted(challenge)

    def test_its_time_lies_in_the_future_and_before_it_closes(self, editor: Actor) -> None:
        challenge = draft(closes_at=NOON)
        with time_machine.travel(NOON - HOUR, tick=False):
            for moment, field in ((NOON - HOUR, "opens_at"), (NOON, "closes_at")):
                with pytest.raises(RuleBroken) as refusal, unit_of_work():
                    schedule_challenge(editor, challenge, moment)
                assert refusal.value.data["field"] == field
            with unit_of_work():
                schedule_challenge(editor, challenge, NOON - TICK)
            with pytest.raises(RuleBroken), unit_of_work():
                decide_terms(editor, challenge, replace(words_of(challenge), closes_at=NOON - TICK))

    def test_it_is_taken_back_until_its_time_and_not_after_it(self, editor: Actor) -> None:
        challenge = draft()
        with time_machine.travel(NOON - HOUR, tick=False):
            with unit_of_work():
                schedule_challenge(editor, challenge, NOON)
            with unit_of_work():
                take_back(editor, challenge)
            assert (challenge.status, challenge.opens_at) == ("draft", None)
            with unit_of_work():
                schedule_challenge(editor, challenge, NOON)
        with time_machine.travel(NOON, tick=False), pytest.raises(Conflict), unit_of_work():
            take_back(editor, challenge)

    def test_scheduled_it_keeps_its_question_and_all_its_rules(self, editor: Actor) -> None:
        challenge = draft()
        with unit_of_work():
            schedule_challenge(editor, challenge, NOON)
        with unit_of_work():
            keep_question(challenge, "", "", by=editor)
        assert challenge.question_html == "<p>What is the answer?</p>"
        with pytest.raises(InvalidInput):
            decide(editor, challenge, rules={"age": ""})
        decide(editor, challenge, title="Nobody has seen it, so this needs no reason", reason="")
        assert session.scalars(sa.select(Amendment)).all() == []

    def test_two_who_open_it_at_once_open_it_once(self, app: Flask, editor: Actor) -> None:
        challenge_id = draft().id

        def act(_number: int) -> None:
            with unit_of_work():
                open_challenge(editor, session.get_one(Challenge, challenge_id))

        refusals = at_once(app, 4, act)
        assert [type(refusal) for refusal in refusals] == [Conflict] * 3
        assert kinds(session.get_one(Challenge, challenge_id)) == ["opened"]


class TestClosing:
    def test_by_time_it_closes_once_with_its_row(self, editor: Actor) -> None:
        challenge = opened(editor, closes_at=NOON)
        with time_machine.travel(NOON - TICK, tick=False):
            look_at_the_clock({})
        assert kinds(challenge) == ["opened"]
        with time_machine.travel(NOON, tick=False):
            look_at_the_clock({})
            look_at_the_clock({})
        session.expire_all()
        assert (challenge.status, kinds(challenge)) == ("closed", ["opened", "closed"])

    def test_whoever_announces_after_the_time_has_the_row_written_too(self, editor: Actor) -> None:
        challenge = opened(editor, closes_at=NOON)
        judged(editor, make_entry(challenge), Judgement.CORRECT)
        with time_machine.travel(NOON, tick=False), unit_of_work():
            announce_winner(editor, challenge)
        assert kinds(challenge) == ["opened", "entry", "standing", "verdict", "closed", "award"]


class TestAmending:
    def test_it_is_written_down_with_what_was_and_what_is(self, editor: Actor) -> None:
        challenge = opened(editor, closes_at=NOON)
        decide(
            editor,
            challenge,
            " More time for everybody. ",
            closes_at=NOON + HOUR,
            rules={"costs": "A stamp."},
            prizes=[PrizeWords("A good book", 1000), PrizeWords("Another one")],
        )
        amendment = session.scalars(sa.select(Amendment)).one()
        assert (amendment.reason, amendment.rejudge, amendment.by_id) == (
            "More time for everybody.",
            False,
            editor.person_id,
        )
        assert set(amendment.changes) == {"closes_at", "rules.costs", "prizes"}
        assert amendment.changes["closes_at"] == [instant_text(NOON), instant_text(NOON + HOUR)]
        assert amendment.changes["prizes"][1] == [
            ["A good book", 1000, None, ""],
            ["Another one", None, None, ""],
        ]
        assert kinds(challenge) == ["opened", "amended"]
        leaf = rows(challenge)[1].leaf
        assert '"reason":"More time for everybody.","rejudge":false' in leaf
        assert challenge.terms_version == 0

    def test_saving_the_same_again_is_no_amendment_and_needs_no_reason(self, editor: Actor) -> None:
        challenge = opened(editor, closes_at=NOON)
        decide(editor, challenge, reason="")
        assert (kinds(challenge), session.scalars(sa.select(Amendment)).all()) == (["opened"], [])

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": "Other", "reason": " "}, "reason"),
            ({"title": "Other", "reason": "x" * 2001}, "reason"),
            ({"attempts": 2}, "attempts"),
            ({"prizes": [PrizeWords("One", 2495)]}, "prize"),
            ({"rules": {"age": ""}}, "rules_age"),
            ({"closes_at": datetime(2020, 1, 1, tzinfo=UTC)}, "closes_at"),
            ({"prizes": []}, "prize"),
            ({"prizes": [PrizeWords("One"), PrizeWords("Two")]}, "value"),
            ({"prizes": [PrizeWords("One", 2400), PrizeWords("Two")]}, "value"),
        ],
    )
    def test_what_takes_something_away_or_has_no_reason_is_refused(
        self, editor: Actor, changes: dict[str, Any], field: str
    ) -> None:
        challenge = draft()
        decide(editor, challenge, attempts=3, prizes=[PrizeWords("One", 2495), PrizeWords("Two")])
        with unit_of_work():
            open_challenge(editor, challenge)
        with pytest.raises((InvalidInput, RuleBroken)) as refusal:
            decide(editor, challenge, **changes)
        told = (
            refusal.value.fields if isinstance(refusal.value, InvalidInput) else [refusal.value.data["field"]]
        )
        assert field in told
        session.expire_all()
        assert (challenge.attempts, len(challenge.prizes), kinds(challenge)) == (3, 2, ["opened"])

    def test_everybody_reads_what_the_rules_said_and_say(self, editor: Actor) -> None:
        challenge = opened(editor)
        before = words_of(challenge).rules["excluded"]
        decide(
            editor,
            challenge,
            rules={"excluded": "Nobody called Pieter can win."},
            rubric=[RubricItem("cause", "names the cause")],
        )
        assert change_words(session.scalars(sa.select(Amendment)).one()) == [
            "What judges look at was: nothing in particular. Now it is: names the cause.",
            f"Under “Who cannot win” the rules said: “{before}” Now they say: “Nobody called Pieter can win.”",
            "All answers are judged again; earlier verdicts no longer count.",
        ]

    def test_another_picture_of_a_prize_is_one_too(self, editor: Actor) -> None:
        challenge = opened(editor)
        prize = replace(words_of(challenge).prizes[0], picture="a" * 64, picture_text="A red bicycle")
        with pytest.raises(InvalidInput):
            decide(editor, challenge, reason="", prizes=[prize])
        decide(editor, challenge, prizes=[prize])
        amendment = session.scalars(sa.select(Amendment)).one()
        assert change_words(amendment) == [
            "The prizes are the same; a picture of one of them was changed, or what is said of it."
        ]
        assert json.loads(rows(challenge)[1].sealed or "")["prizes"][0]["picture"] == "a" * 64

    def test_an_editor_can_have_everything_judged_again_after_another_question(self, editor: Actor) -> None:
        challenge = opened(editor)
        entry = make_entry(challenge)
        judged(editor, entry, Judgement.CORRECT)
        with unit_of_work():
            decide_terms(
                editor, challenge, words_of(challenge), reason="It asks something else.", judge_again=True
            )
        session.expire_all()
        assert (entry.ruling, challenge.terms_version) == (None, 1)
        assert change_words(session.scalars(sa.select(Amendment)).one()) == [
            "All answers are judged again; earlier verdicts no longer count."
        ]
        with pytest.raises(InvalidInput), unit_of_work():
            decide_terms(editor, challenge, words_of(challenge), judge_again=True)

    def test_with_the_clock_set_back_it_does_not_close_before_what_has_arrived(self, editor: Actor) -> None:
        challenge = opened(editor)
        arrived = make_entry(challenge).received_at
        with time_machine.travel(arrived - HOUR, tick=False):
            with pytest.raises(RuleBroken) as refusal:
                decide(editor, challenge, closes_at=arrived - HOUR / 2)
            assert refusal.value.data["field"] == "closes_at"
            session.expire_all()
            decide(editor, challenge, closes_at=arrived + HOUR)

    def test_to_close_before_the_promised_time_takes_a_reason_that_everybody_reads(
        self, editor: Actor
    ) -> None:
        challenge = opened(editor, closes_at=NOON)
        with pytest.raises(InvalidInput) as refusal, unit_of_work():
            close_challenge(editor, challenge)
        assert set(refusal.value.fields) == {"reason"}
        session.expire_all()
        assert (challenge.status, kinds(challenge)) == ("open", ["opened"])
        with unit_of_work():
            close_challenge(editor, challenge, "The book is sold out.")
        amendment = session.scalars(sa.select(Amendment)).one()
        assert amendment.reason == "The book is sold out."
        assert amendment.changes["closes_at"] == [
            instant_text(NOON),
            instant_text(challenge.closes_at or NOON),
        ]
        assert kinds(challenge) == ["opened", "amended", "closed"]
        assert is_accepted(challenge)

    def test_where_no_time_was_promised_it_closes_without_a_reason(self, editor: Actor) -> None:
        challenge = opened(editor)
        with unit_of_work():
            close_challenge(editor, challenge)
        assert kinds(challenge) == ["opened", "closed"]

    def test_tries_may_become_more(self, editor: Actor) -> None:
        challenge = draft()
        decide(editor, challenge, attempts=3)
        with unit_of_work():
            open_challenge(editor, challenge)
        assert decide(editor, challenge, attempts=4).attempts == 4
        assert decide(editor, challenge, attempts=None).attempts is None
        with pytest.raises(InvalidInput):
            decide(editor, challenge, attempts=1000)

    def test_what_has_closed_does_not_open_again(self, editor: Actor) -> None:
        challenge = opened(editor)
        with unit_of_work():
            close_challenge(editor, challenge)
        with pytest.raises(RuleBroken) as refusal:
            decide(editor, challenge, closes_at=NOON)
        assert refusal.value.data["field"] == "closes_at"
        assert decide(editor, challenge, title="A typo less").title == "A typo less"

    def test_after_a_clock_was_set_back_no_answer_that_has_come_is_made_late(self, editor: Actor) -> None:
        challenge = opened(editor, closes_at=NOON + 2 * HOUR)
        with time_machine.travel(NOON, tick=False):
            make_entry(challenge)
        with time_machine.travel(NOON - HOUR, tick=False):
            with pytest.raises(RuleBroken) as refusal:
                decide(editor, challenge, closes_at=NOON)
            assert refusal.value.data["field"] == "closes_at"
            assert decide(editor, challenge, closes_at=NOON + TICK).closes_at == NOON + TICK
            assert is_accepted(challenge)

    def test_another_question_is_one_too_with_a_reason_of_its_own(self, editor: Actor) -> None:
        challenge = opened(editor)
        with unit_of_work():
            keep_question(challenge, "<p>What is the right answer?</p>", "There were two answers.", by=editor)
        amendment = session.scalars(sa.select(Amendment)).one()
        assert (amendment.reason, amendment.changes, amendment.rejudge) == (
            "There were two answers.",
            {"question": ["<p>What is the answer?</p>", "<p>What is the right answer?</p>"]},
            False,
        )
        assert change_words(amendment) == [
            "The question was: “What is the answer?” Now it is: “What is the right answer?”"
        ]

    @pytest.mark.parametrize(
        "change",
        [{"judges": 2}, {"rubric": [RubricItem("cause", "names the cause")]}, {"answer": "forty-two"}],
    )
    def test_what_verdicts_follow_from_has_everything_judged_again(
        self, editor: Actor, change: dict[str, Any]
    ) -> None:
        challenge = opened(editor)
        for judgement in (Judgement.INCORRECT, Judgement.CORRECT):
            judged(editor, make_entry(challenge), judgement)
        if "answer" in change:
            key = stored_rule(Rule(Exact(change["answer"]), Options(Language.ENGLISH)), [])
            with unit_of_work(), amending(editor, challenge, "The key was wrong.") as locked:
                locked.answer_rule = key
        else:
            decide(editor, challenge, "The key was wrong.", **change)
        session.expire_all()
        entries = session.scalars(sa.select(Entry).where(Entry.challenge_id == challenge.id)).all()
        assert [(entry.ruling, len(entry.verdicts)) for entry in entries] == [(None, 1), (None, 1)]
        assert challenge.terms_version == 1
        amendment = session.scalars(sa.select(Amendment)).one()
        assert amendment.rejudge
        # The key is told to nobody before the end.
        assert "forty" not in str(amendment.changes)
        assert "forty" not in rows(challenge)[-1].leaf

    def test_a_prize_that_nobody_has_claimed_is_taken_back_and_its_winner_told(self, editor: Actor) -> None:
        challenge = opened(editor)
        entry = make_entry(challenge, from_address="winner@example.org")
        judged(editor, entry, Judgement.CORRECT)
        with unit_of_work():
            announce_winner(editor, challenge)
        assert challenge.status == "provisional"
        decide(editor, challenge, "Two should judge.", judges=2)
        session.expire_all()
        award = session.scalars(sa.select(Award)).one()
        assert (award.step, award.is_living, challenge.status) == (AwardStep.REVOKED, False, "closed")
        assert kinds(challenge)[-2:] == ["amended", "award"]
        subjects = [subject for recipient, subject, _text in letters() if recipient == "winner@example.org"]
        assert subjects[-1] == "About your prize in “A small challenge”"

    def test_once_a_prize_is_claimed_or_it_is_over_nothing_changes(self, editor: Actor) -> None:
        challenge = opened(editor)
        judged(editor, make_entry(challenge), Judgement.CORRECT)
        with unit_of_work():
            award = announce_winner(editor, challenge)
        with unit_of_work():
            award.step = AwardStep.CLAIMED
        with pytest.raises(RuleBroken, match="claimed"):
            decide(editor, challenge, title="Too late")
        over = make_challenge(status=ChallengeStatus.FINAL)
        with pytest.raises(Conflict):
            decide(editor, over, title="Too late")

    def test_everybody_who_has_taken_part_is_told_once(self, editor: Actor) -> None:
        challenge = opened(editor)
        make_entry(challenge, from_address="anna@example.org")
        make_entry(challenge, from_address="Anna@example.org")
        late = make_entry(challenge, from_address="bert@example.org", why_not=Ineligible.LATE)
        for reason in (Ineligible.AUTOMATIC, Ineligible.BOUNCE, Ineligible.WITHDRAWN):
            make_entry(challenge, from_address=f"{reason.value}@example.org", why_not=reason)
        make_confirmation(make_entry(challenge, from_address="asked@example.org"))
        disowned = make_confirmation(make_entry(challenge, from_address="forged@example.org"))
        with unit_of_work():
            disowned.disowned_at = clock.now()
        decide(editor, challenge, "A typo.", title="Another title")
        tell(challenge)
        amendment = session.scalars(sa.select(Amendment)).one()
        tell_entrants({"challenge_id": challenge.id, "news": f"amended:{amendment.id}"})
        assert [recipient for recipient, _subject, _text in letters()] == [
            "anna@example.org",
            "bert@example.org",
        ]
        _recipient, subject, text = letters()[0]
        assert subject == "“Another title” has changed"
        for words in ("The title was “A small challenge”, and is now “Another title”.", "Why: A typo."):
            assert words in text
        assert late.number == 3
        assert "your answer keeps its number and its place" in text
        assert "That your answer cannot win, as its receipt says, stays so." in " ".join(
            letters()[1][2].split()
        )
        decide(editor, challenge, "Once more.", title="A third title")
        tell(challenge)
        assert len(letters()) == 4

    def test_where_senders_are_checked_nobody_hears_of_what_was_sent_in_their_name(
        self, app: Flask, editor: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings: Settings = app.extensions["settings"]
        challenge = opened(editor)
        make_entry(challenge, from_address="unknown@victim.example")
        make_confirmation(make_entry(challenge, from_address="forged@victim.example"))
        make_confirmation(make_entry(challenge, from_address="anna@example.org"), confirmed_by="code")
        with unit_of_work():
            cancel_challenge(editor, challenge, "The answer stood in the paper.")
        monkeypatch.setitem(app.extensions, "settings", replace(settings, check_senders=True))
        tell(challenge)
        assert [recipient for recipient, _subject, _text in letters()] == ["anna@example.org"]

    def test_an_earlier_answer_that_is_read_later_brings_no_second_letter(self, editor: Actor) -> None:
        challenge = opened(editor)
        first = make_confirmation(make_entry(challenge, from_address="anna@example.org"))
        make_entry(challenge, from_address="Anna@example.org")
        decide(editor, challenge, title="Another title")
        tell(challenge)
        with unit_of_work():
            first.confirmed_by, first.confirmed_at = "code", clock.now()
        amendment = session.scalars(sa.select(Amendment)).one()
        tell_entrants({"challenge_id": challenge.id, "news": f"amended:{amendment.id}"})
        assert [recipient for recipient, _subject, _text in letters()] == ["Anna@example.org"]

    def test_whoever_was_not_read_yet_is_told_later(self, editor: Actor) -> None:
        challenge = opened(editor)
        make_entry(challenge, eligible=None)
        decide(editor, challenge, title="Another title")
        tell(challenge)
        again = session.scalars(sa.select(Work).where(Work.kind == "challenges.tell_entrants")).one()
        assert (letters(), again.payload["times"]) == ([], 1)
        assert again.run_at > clock.now()


class TestEnding:
    @pytest.mark.parametrize("is_scheduled", [False, True])
    def test_what_nobody_has_seen_is_removed(self, editor: Actor, *, is_scheduled: bool) -> None:
        challenge = draft()
        decide(editor, challenge, prizes=[PrizeWords("A", picture="b" * 32, picture_text="b")])
        if is_scheduled:
            with unit_of_work():
                schedule_challenge(editor, challenge, NOON)
        with pytest.raises(Conflict), unit_of_work():
            cancel_challenge(editor, challenge, "Why")
        with unit_of_work():
            remove_challenge(editor, challenge)
        assert session.scalars(sa.select(Challenge)).all() == []
        assert session.scalars(sa.select(Prize)).all() == []
        with pytest.raises(NotFound), unit_of_work():
            open_challenge(editor, challenge)

    def test_what_was_open_is_called_off_and_everybody_is_told_why(self, editor: Actor) -> None:
        challenge = opened(editor)
        make_entry(challenge, from_address="anna@example.org")
        with pytest.raises(Conflict), unit_of_work():
            remove_challenge(editor, challenge)
        with pytest.raises(InvalidInput), unit_of_work():
            cancel_challenge(editor, challenge, " ")
        with unit_of_work():
            cancel_challenge(editor, challenge, "The answer stood in the paper.")
        assert (challenge.status, challenge.ended_why) == ("cancelled", "The answer stood in the paper.")
        assert kinds(challenge) == ["opened", "entry", "standing", "closed", "ended"]
        assert '"how":"cancelled","i":4' in rows(challenge)[-1].leaf
        tell(challenge)
        ((recipient, subject, text),) = letters()
        assert (recipient, subject) == ("anna@example.org", "“A small challenge” has been called off")
        assert "Why: The answer stood in the paper." in text
        with pytest.raises(Conflict), unit_of_work():
            cancel_challenge(editor, challenge, "Once more")

    def test_a_winner_who_has_not_claimed_is_told_and_one_who_has_keeps_the_prize(
        self, editor: Actor
    ) -> None:
        challenge = opened(editor)
        judged(editor, make_entry(challenge, from_address="winner@example.org"), Judgement.CORRECT)
        with unit_of_work():
            award = announce_winner(editor, challenge)
        award.step = AwardStep.CLAIMED
        session.commit()
        with pytest.raises(RuleBroken), unit_of_work():
            cancel_challenge(editor, challenge, "Why")
        award.step = AwardStep.NOTIFIED
        session.commit()
        with unit_of_work():
            cancel_challenge(editor, challenge, "It was too easy.")
        assert kinds(challenge)[-2:] == ["award", "ended"]
        assert any("has been called off, so nobody wins." in text for _to, _subject, text in letters())

    def test_without_a_winner_only_when_nobody_can_win_any_more(self, editor: Actor) -> None:
        challenge = opened(editor)
        entry = make_entry(challenge, from_address="anna@example.org")
        with pytest.raises(Conflict, match="Close the challenge first"), unit_of_work():
            end_without_winner(editor, challenge, "Why")
        with unit_of_work():
            close_challenge(editor, challenge)
        with pytest.raises(RuleBroken), unit_of_work():
            end_without_winner(editor, challenge, "Nobody is right.")
        judged(editor, entry, Judgement.CORRECT)
        with pytest.raises(RuleBroken), unit_of_work():
            end_without_winner(editor, challenge, "Nobody is right.")
        judged(editor, entry, Judgement.INCORRECT)
        with unit_of_work():
            end_without_winner(editor, challenge, "Nobody is right.")
        assert (challenge.status, kinds(challenge)[-1]) == ("no_winner", "ended")
        run_due_jobs()
        assert [(to, subject) for to, subject, _text in letters()] == [
            ("anna@example.org", "The result of “A small challenge”")
        ]

    @pytest.mark.parametrize("end", [end_without_winner, conclude])
    def test_while_mail_may_be_under_way_it_waits(
        self,
        app: Flask,
        editor: Actor,
        monkeypatch: pytest.MonkeyPatch,
        end: Callable[[Actor, Challenge, str], object],
    ) -> None:
        with_postmark = replace(
            current_settings(), postmark=WebhookLogin("somebody", "a long password of theirs")
        )
        monkeypatch.setitem(app.extensions, "settings", with_postmark)
        settling = terms_of(Door.POSTMARK).settling
        challenge = opened(editor, closes_at=NOON)
        with (
            time_machine.travel(NOON + settling, tick=False),
            pytest.raises(RuleBroken, match="may still be under way"),
            unit_of_work(),
        ):
            end(editor, challenge, "Nobody has answered.")
        with time_machine.travel(NOON + settling + TICK, tick=False), unit_of_work():
            end(editor, challenge, "Nobody has answered.")
        assert challenge.status == "no_winner"


class TestWhatOthersFind:
    """The program that we give to everybody accepts every way in which terms change and a challenge ends."""

    def test_opened_by_itself_amended_judged_again_taken_back_and_called_off(self, editor: Actor) -> None:
        challenge = draft(closes_at=NOON + HOUR)
        with time_machine.travel(NOON - HOUR, tick=False), unit_of_work():
            schedule_challenge(editor, challenge, NOON)
        with time_machine.travel(NOON + timedelta(seconds=20), tick=False):
            look_at_the_clock({})
            entry = make_entry(challenge)
            judged(editor, entry, Judgement.CORRECT)
            decide(editor, challenge, "More time.", closes_at=NOON + 2 * HOUR, title="Another title")
            with unit_of_work():
                announce_winner(editor, challenge)
            with unit_of_work(), amending(editor, challenge, "The key was wrong.") as locked:
                locked.rubric = [{"code": "cause", "words": "names the cause"}]
            judged(editor, entry, Judgement.INCORRECT)
            with unit_of_work():
                cancel_challenge(editor, challenge, "It was too easy.")
            assert is_accepted(challenge)

    def test_closed_by_time_and_ended_without_a_winner(self, editor: Actor) -> None:
        challenge = opened(editor, closes_at=NOON)
        entry = make_entry(challenge)
        with time_machine.travel(NOON, tick=False):
            look_at_the_clock({})
        with time_machine.travel(NOON + HOUR, tick=False):
            judged(editor, entry, Judgement.INCORRECT)
            with unit_of_work():
                end_without_winner(editor, challenge, "Nobody knows.")
            assert is_accepted(challenge)


def is_accepted(challenge: Challenge) -> bool:
    with unit_of_work():
        make_checkpoint(challenge_locked(challenge))
    data = export_bytes(challenge)
    assert data is not None
    return bool(verify_challenge.check_export(data))
