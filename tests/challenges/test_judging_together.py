"""The desk of two judges, of judges whose page is old, and of answers that are written alike."""

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions.personal_data import held_of
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.people import Person, PersonRole
from blog.challenges.actions.amendments import amending
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.entries import note_words
from blog.challenges.actions.verdicts import give_verdict, judge_entry, judge_together
from blog.challenges.models.challenges import Amendment, Challenge, Prize
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.queries.verdicts import queue_of, to_decide, turns_in
from blog.challenges.values import RULE_LABEL, ChallengeStatus, Judgement, Opinion, Seen
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, DomainError, InvalidInput
from blog.mailroom.models import ReadMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry
from tests.support.at_once import at_once
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

YES, NO, UNSURE = Judgement.CORRECT, Judgement.INCORRECT, Judgement.UNCLEAR
DESK = "/desk/challenges/by-two"
RUBRIC = [{"code": "calls", "words": "Somebody calls back"}, {"code": "time", "words": "It says when"}]


def by_two(
    count: int = 1, *, judges: int = 2, rubric: list[dict[str, str]] | None = None, slug: str = "by-two"
) -> Challenge:
    """A challenge on which two have to agree, with so many entries."""
    challenge = make_challenge(slug=slug)
    with unit_of_work():
        challenge = session.get_one(Challenge, challenge.id)
        challenge.judges, challenge.rubric = judges, rubric or []
    for _turn in range(count):
        make_entry(challenge)
    return challenge


def entry(number: int = 1) -> Entry:
    session.rollback()
    return session.scalars(sa.select(Entry).where(Entry.number == number)).one()


def says(person: Person, judgement: Judgement, reason: str = "", number: int = 1) -> None:
    with unit_of_work():
        judge_entry(person.actor, entry(number), judgement, reason)


def ruling(number: int = 1) -> str | None:
    return entry(number).ruling


@dataclass(frozen=True)
class Judges:
    """Three editors with their browsers."""

    people: list[Person]
    browsers: list[FlaskClient]

    def page(self, which: int, number: int = 1) -> str:
        return self.browsers[which].get(f"{DESK}/entries/{number}?lang=en").text


@pytest.fixture
def judges(sign_in: SignIn) -> Judges:
    people = [make_person(role="editor", name=name) for name in ("Ada Eerst", "Bea Tweede", "Cas Derde")]
    return Judges(people, [sign_in(person) for person in people])


def seen_on(page: str) -> str:
    match = re.search(r'name="seen" type="hidden" value="([^"]+)"', page)
    assert match is not None
    return match[1]


def errors_of(page: str) -> str:
    return " ".join(part.split("</div>")[0] for part in page.split('<div class="notice notice--error')[1:])


class TestTwoJudges:
    def test_nobody_sees_the_others_verdict_before_both_are_in(self, judges: Judges) -> None:
        challenge = by_two(2)
        ada, bea, _cas = judges.people
        says(ada, NO, "Secretly I disagree.")
        for which in (1, 2):
            page = judges.page(which)
            listed = judges.browsers[which].get(f"{DESK}?lang=en").text
            for text in (page, listed):
                assert "Secretly I disagree." not in text
                assert "Ada Eerst" not in text
                assert '<span class="badge badge--neutral">incorrect' not in text
            assert "Verdicts so far" not in page
            assert 'name="judgement"' in page
        own = judges.page(0)
        assert "Secretly I disagree." in own
        assert "Your verdict so far" in own
        assert "Nobody sees your verdict before the second judge has given theirs." in own
        assert "judged by you" in judges.browsers[0].get(f"{DESK}?lang=en").text
        assert ruling() is None
        assert outcome_of(challenge).waiting_for == (1, 2)

        says(bea, NO)
        assert ruling() == "incorrect"
        for which in (0, 1, 2):
            page = judges.page(which)
            assert "Secretly I disagree." in page
            assert ("Two judges have agreed on this entry." in page) is (which == 2)

    def test_the_show_command_tells_no_sealed_verdict(self, app: Flask, judges: Judges) -> None:
        by_two()
        says(judges.people[0], NO, "Secretly I disagree.")
        for arguments in (["challenges", "show", "by-two", "--json"], ["challenges", "show", "by-two"]):
            output = app.test_cli_runner().invoke(args=arguments).output
            assert "incorrect" not in output
            assert "Secretly" not in output

    def test_the_log_of_the_site_tells_no_verdict_where_two_agree(self, judges: Judges) -> None:
        by_two()
        says(judges.people[0], NO, "No.")
        (details,) = session.scalars(sa.select(AuditRecord.details).where(AuditRecord.act == "entry judged"))
        assert details == {"number": 1}

    def test_who_answered_reads_no_verdict_in_their_data_before_it_is_over(self, judges: Judges) -> None:
        challenge = by_two(0)
        anna = make_person(email="anna@example.org")
        make_entry(challenge, from_address="anna@example.org")
        says(judges.people[0], YES)
        says(judges.people[1], YES)
        session.rollback()
        held = {each.table: list(each.rows) for each in held_of(session.get_one(Person, anna.id))}
        assert held["verdict"] == []
        assert {"ruling", "answer_key", "token_digest"}.isdisjoint(held["entry"][0])
        theirs = {each.table: list(each.rows) for each in held_of(judges.people[0])}
        assert [row["judgement"] for row in theirs["verdict"]] == ["correct"]
        with unit_of_work():
            session.get_one(Challenge, challenge.id).status = ChallengeStatus.FINAL
        held = {each.table: list(each.rows) for each in held_of(session.get_one(Person, anna.id))}
        assert len(held["verdict"]) == 2

    def test_each_goes_on_to_the_next_that_wants_their_verdict(self, judges: Judges) -> None:
        challenge = by_two(3)
        ada, bea, cas = judges.people
        says(ada, NO, number=2)
        first = judges.browsers[0].post(f"{DESK}/entries/1", data={"judgement": "incorrect"})
        assert first.location == f"{DESK}/entries/3"
        assert judges.browsers[0].post(f"{DESK}/entries/3", data={"judgement": "correct"}).location == DESK
        assert judges.browsers[1].post(f"{DESK}/entries/1", data={"judgement": "incorrect"}).location == (
            f"{DESK}/entries/2"
        )
        outcome = outcome_of(challenge)
        assert [list(queue_of(challenge, outcome, person.id)) for person in (ada, bea, cas)] == [
            [],
            [2, 3],
            [2, 3],
        ]
        assert "nothing is waiting for you any more" in judges.page(0, 2)
        assert "2 are still waiting for you" in judges.page(1, 2)

    def test_the_list_reads_all_verdicts_once(self, judges: Judges) -> None:
        by_two(2)
        says(judges.people[0], YES)
        says(judges.people[1], NO)
        with counted_statements() as statements:
            assert "Entry 1: two judges differ" in judges.browsers[2].get(f"{DESK}?lang=en").text
        assert len([each for each in statements if "verdict.judge_label" in each]) == 1
        assert len([each for each in statements if "FROM award JOIN entry" in each]) == 1

    def test_where_they_differ_a_third_decides_with_a_reason(self, judges: Judges) -> None:
        challenge = by_two()
        ada, bea, cas = judges.people
        says(ada, YES)
        says(bea, NO)
        assert ruling() == "unclear"
        assert [list(to_decide(turns_in(challenge, person.id))) for person in (ada, bea, cas)] == [
            [],
            [],
            [1],
        ]
        for which in (0, 1):
            assert "Somebody else decides now." in judges.page(which)
            assert 'name="judgement"' not in judges.page(which)
            assert "For you to decide" not in judges.browsers[which].get(f"{DESK}?lang=en").text
            refused = judges.browsers[which].post(
                f"{DESK}/entries/1?lang=en", data={"judgement": "correct", "reason": "I give in."}
            )
            assert refused.status_code == 409
            assert "I give in.</textarea>" in refused.text
        listed = judges.browsers[2].get(f"{DESK}?lang=en").text
        assert "Entry 1: two judges differ" in listed
        assert f'href="{DESK}/entries/1"' in listed
        page = judges.page(2)
        assert "Your verdict decides, and needs a reason." in page
        # Keys go into the field for the reason first, whatever the verdict.
        assert page.count('data-needs="reason"') == 3
        with pytest.raises(InvalidInput) as missing:
            says(cas, YES)
        assert str(missing.value.fields["reason"]) == "Two judges differ, and you decide. Say why."
        says(cas, YES, "It says so in its second line.")
        assert ruling() == "correct"
        assert outcome_of(challenge).candidate == 1
        assert list(to_decide(turns_in(challenge, None))) == []

    def test_a_third_verdict_on_what_two_agree_on_is_refused(self, judges: Judges) -> None:
        by_two()
        ada, bea, cas = judges.people
        says(ada, YES)
        says(bea, YES)
        with pytest.raises(Conflict):
            says(cas, NO, "No.")
        assert ruling() == "correct"

    def test_the_same_judge_twice_is_one_judge(self, judges: Judges) -> None:
        by_two()
        says(judges.people[0], NO)
        with pytest.raises(InvalidInput):
            says(judges.people[0], YES)
        says(judges.people[0], YES, "I had not seen the end.")
        assert ruling() is None

    def test_the_author_and_editors_judge_and_nobody_else(self, sign_in: SignIn) -> None:
        author = make_person(role="author")
        challenge = make_challenge(slug="by-two", article=make_article(author=author))
        with unit_of_work():
            session.get_one(Challenge, challenge.id).judges = 2
        make_entry(challenge)
        says(author, YES)
        with pytest.raises(DomainError):
            says(make_person(role="author"), YES)
        with pytest.raises(DomainError):
            says(make_person(role="moderator"), YES)
        says(make_person(role="editor"), YES)
        assert ruling() == "correct"

    def test_it_counts_from_the_command_line_as_that_persons(self, app: Flask, judges: Judges) -> None:
        by_two()
        ada, bea, _cas = judges.people
        run = app.test_cli_runner().invoke

        def command(person: Person, verdict: str, *more: str) -> tuple[int, str]:
            result = run(args=["challenges", "judge", "by-two", "1", verdict, "--by", person.email, *more])
            return result.exit_code, result.output

        code, output = command(ada, "correct")
        assert (code, "Nobody sees your verdict" in output) == (0, True)
        assert command(ada, "correct")[0] == 0
        assert ruling() is None
        code, output = command(ada, "incorrect")
        assert (code, "You said something else before." in output) == (1, True)
        assert command(bea, "correct")[0] == 0
        assert ruling() == "correct"

    def test_after_an_amendment_both_begin_again_and_old_verdicts_stay_sealed(self, judges: Judges) -> None:
        challenge = by_two()
        ada, bea, _cas = judges.people
        says(ada, YES, "As it was then.")
        says(bea, YES)
        amend(challenge)
        page = judges.page(1)
        assert "As it was then." not in page
        assert "Your verdict so far" in page
        says(ada, NO)
        assert ruling() is None

    def test_once_a_third_has_decided_only_they_may_say_something_else(self, judges: Judges) -> None:
        by_two()
        ada, bea, cas = judges.people
        says(ada, YES)
        says(bea, NO)
        says(cas, YES, "It says so.")
        with pytest.raises(Conflict) as refused:
            says(make_person(role="editor", name="Dirk Vierde"), NO, "It does not.")
        assert "a third has decided" in str(refused.value)
        for which in (0, 1):
            page = judges.page(which)
            assert "Two judges differed on this entry, and a third has decided." in page
            assert "Somebody else decides now." not in page
            assert 'name="judgement"' not in page
            assert "for somebody else to decide" not in judges.browsers[which].get(f"{DESK}?lang=en").text
        says(cas, NO, "I had read the wrong line.")
        assert ruling() == "incorrect"

    def test_fewer_judges_do_not_open_what_was_sealed(self, judges: Judges) -> None:
        challenge = by_two(2)
        ada, bea, _cas = judges.people
        says(ada, NO, "Secretly I disagree.")
        for person, reason in ((ada, "Number two."), (bea, "It is fine.")):
            says(person, YES, reason, number=2)
        with (
            unit_of_work(),
            amending(bea.actor, session.get_one(Challenge, challenge.id), "One will do.") as now,
        ):
            now.judges = 1
        assert "Secretly I disagree." not in judges.page(1)
        assert "Secretly I disagree." in judges.page(0)
        # Both had said this before the terms changed.
        assert "Number two." in judges.page(1, 2)
        says(bea, YES)
        assert "Secretly I disagree." not in judges.page(1)
        with unit_of_work():
            session.get_one(Challenge, challenge.id).status = ChallengeStatus.FINAL
        assert "Secretly I disagree." in judges.page(1)

    def test_the_desk_says_when_nobody_could_decide_between_two(self, judges: Judges) -> None:
        challenge = by_two()
        told = "Fewer than three can judge this challenge"
        assert told not in judges.browsers[0].get(f"{DESK}?lang=en").text
        with unit_of_work():
            session.execute(sa.delete(PersonRole).where(PersonRole.person_id == judges.people[2].id))
        assert told in judges.browsers[0].get(f"{DESK}?lang=en").text
        article = make_article(author=make_person(role="author"))
        with unit_of_work():
            session.get_one(Challenge, challenge.id).article_id = article.id
        assert told not in judges.browsers[0].get(f"{DESK}?lang=en").text
        with unit_of_work():
            one = session.get_one(Challenge, challenge.id)
            one.article_id, one.judges = None, 1
        assert told not in judges.browsers[0].get(f"{DESK}?lang=en").text

    def test_nobody_judges_their_own_answer(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        ada, bea, _cas = judges.people
        for address in (ada.email.upper(), "somebody@example.org"):
            make_entry(challenge, from_address=address)
        with pytest.raises(Conflict) as refused:
            says(ada, YES)
        assert str(refused.value) == "This answer came from your own address. Somebody else judges it."
        page = judges.page(0)
        assert "This answer came from your own address. Somebody else judges it." in page
        assert 'name="judgement"' not in page
        assert list(queue_of(challenge, outcome_of(challenge), ada.id)) == [2]
        assert judges.browsers[0].post(f"{DESK}/entries/2", data={"judgement": "incorrect"}).location == DESK
        assert 'name="judgement"' in judges.page(1)
        says(bea, NO)
        assert ruling() == "incorrect"


def amend(challenge: Challenge) -> None:
    """The terms are amended so that everything is judged again, as the action for it stores it."""
    with unit_of_work():
        locked = session.get_one(Challenge, challenge.id)
        locked.terms_version += 1
        session.execute(sa.update(Entry).where(Entry.challenge_id == locked.id).values(ruling=None))
        reason = "The key was wrong."
        session.add(
            Amendment(challenge=locked, at=clock.now(), by_id=None, reason=reason, changes={}, rejudge=True)
        )


class TestOldPages:
    def test_whoever_judges_what_was_judged_meanwhile_is_told_and_keeps_what_they_typed(
        self, judges: Judges
    ) -> None:
        by_two(judges=1)
        seen = seen_on(judges.page(1))
        says(judges.people[0], NO, "No cue.")
        typed = {"judgement": "correct", "reason": "Because I say so.", "seen": seen}
        told = judges.browsers[1].post(f"{DESK}/entries/1?lang=en", data=typed)
        assert told.status_code == 409
        assert "Meanwhile Ada Eerst has judged this entry: incorrect." in errors_of(told.text)
        assert "Because I say so.</textarea>" in told.text
        assert "No cue." in told.text
        assert ruling() == "incorrect"
        again = judges.browsers[1].post(f"{DESK}/entries/1", data={**typed, "seen": seen_on(told.text)})
        assert again.status_code == 303
        assert ruling() == "correct"

    def test_the_same_verdict_once_more_changes_nothing(self, judges: Judges) -> None:
        by_two(judges=1)
        seen = seen_on(judges.page(0))
        says(judges.people[0], NO)
        again = judges.browsers[0].post(f"{DESK}/entries/1", data={"judgement": "incorrect", "seen": seen})
        assert again.status_code == 303
        assert len(entry().verdicts) == 1

    def test_who_is_overruled_and_insists_gives_another_verdict(self, judges: Judges) -> None:
        by_two(judges=1)
        ada, bea, _cas = judges.people
        says(ada, YES)
        says(bea, NO, "It is not.")
        with pytest.raises(InvalidInput):
            says(ada, YES)
        says(ada, YES, "It is.")
        assert [(each.judge_label, each.judgement) for each in entry().verdicts] == [
            ("j1", "correct"),
            ("j2", "incorrect"),
            ("j1", "correct"),
        ]
        assert ruling() == "correct"

    def test_a_fault_in_the_form_does_not_make_an_old_page_new(self, judges: Judges) -> None:
        by_two(judges=1)
        seen = seen_on(judges.page(1))
        says(judges.people[0], NO)
        data = {"judgement": "correct", "reason": "x" * 2001, "seen": seen}
        page = judges.browsers[1].post(f"{DESK}/entries/1", data=data)
        assert page.status_code == 422
        assert seen_on(page.text) == seen

    def test_amended_terms_are_told_with_their_reason(self, judges: Judges) -> None:
        challenge = by_two(judges=1)
        seen = seen_on(judges.page(0))
        amend(challenge)
        data = {"judgement": "correct", "reason": "As the key says.", "seen": seen}
        told = judges.browsers[0].post(f"{DESK}/entries/1?lang=en", data=data)
        assert told.status_code == 409
        assert "The terms were amended while you looked at this entry: The key was wrong." in errors_of(
            told.text
        )
        assert "As the key says.</textarea>" in told.text
        assert entry().verdicts == []

    def test_two_who_judged_meanwhile_and_differ_are_told_to_the_third(self, judges: Judges) -> None:
        by_two()
        seen = seen_on(judges.page(2))
        says(judges.people[0], YES)
        # A sealed verdict is nothing that a page could know of.
        assert seen_on(judges.page(2)) == seen
        says(judges.people[1], NO)
        data = {"judgement": "correct", "reason": "It is.", "seen": seen}
        told = judges.browsers[2].post(f"{DESK}/entries/1?lang=en", data=data)
        assert told.status_code == 409
        assert "Two judges differ on this entry meanwhile." in errors_of(told.text)
        assert "It is.</textarea>" in told.text

    def test_an_entry_that_was_withdrawn_meanwhile_says_so(self, judges: Judges) -> None:
        by_two(judges=1)
        seen = seen_on(judges.page(0))
        with unit_of_work():
            one = session.scalars(sa.select(Entry)).one()
            one.eligible, one.why_not = False, "withdrawn"
        data = {"judgement": "correct", "reason": "Well said.", "seen": seen}
        told = judges.browsers[0].post(f"{DESK}/entries/1?lang=en", data=data)
        assert told.status_code == 422
        assert "it needs no verdict: withdrawn." in errors_of(told.text)
        assert "Well said.</textarea>" in told.text

    def test_a_verdict_of_the_rule_meanwhile_is_told_as_such(self, judges: Judges) -> None:
        by_two(judges=1)
        seen = seen_on(judges.page(0))
        rule_says(YES)
        data = {"judgement": "incorrect", "reason": "No.", "seen": seen}
        told = judges.browsers[0].post(f"{DESK}/entries/1?lang=en", data=data)
        assert told.status_code == 409
        assert "Meanwhile the rule has judged this entry: correct." in errors_of(told.text)

    @pytest.mark.parametrize("seen", ["0.5", "7.0", "7.7", "999999999.999999999999999999"])
    def test_a_form_that_claims_to_have_seen_what_never_was_is_refused(
        self, judges: Judges, seen: str
    ) -> None:
        by_two()
        data = {"judgement": "correct", "reason": "Yes.", "seen": seen}
        told = judges.browsers[0].post(f"{DESK}/entries/1?lang=en", data=data)
        assert told.status_code == 409
        assert "This page does not show the entry as it is now." in errors_of(told.text)
        assert entry().verdicts == []

    @pytest.mark.parametrize("seen", ["", "nonsense", "1.2.3", "9" * 40])
    def test_a_form_that_says_nothing_of_what_was_seen_counts(self, judges: Judges, seen: str) -> None:
        by_two(judges=1)
        data = {"judgement": "correct", "seen": seen}
        assert judges.browsers[0].post(f"{DESK}/entries/1", data=data).status_code == 303

    def test_of_two_who_press_at_once_the_second_is_told(self, app: Flask, judges: Judges) -> None:
        by_two(judges=1)
        seen = Seen(0, 0)
        # Before the threads: they have sessions of their own, and these people are of this one's.
        actors = [judge.actor for judge in judges.people]

        def press(which: int) -> None:
            with unit_of_work():
                one = session.scalars(sa.select(Entry)).one()
                judge_entry(actors[which], one, (YES, NO)[which], seen=seen)

        (refusal,) = at_once(app, 2, press)
        assert isinstance(refusal, Conflict)
        assert "has judged this entry" in str(refusal)
        assert len(entry().verdicts) == 1


def rule_says(judgement: Judgement, number: int = 1) -> None:
    with unit_of_work():
        give_verdict(entry(number), Opinion(judgement), label=RULE_LABEL, judge_id=None)


class TestReasonsAndRubric:
    def test_what_is_ticked_stands_in_the_verdict_and_its_row(self, judges: Judges) -> None:
        by_two(judges=1, rubric=RUBRIC)
        page = judges.page(0)
        assert re.search(r'data-key="1"[^>]*value="calls"', page)
        data = {"judgement": "correct", "rubric": ["time", "calls", "time"]}
        assert judges.browsers[0].post(f"{DESK}/entries/1", data=data).status_code == 303
        verdict = entry().verdicts[0]
        assert verdict.rubric == ["time", "calls"]
        sealed = session.scalar(sa.select(LedgerLeaf.sealed).where(LedgerLeaf.kind == "verdict"))
        assert sealed is not None
        assert '"rubric":["time","calls"]' in sealed
        page = judges.page(0)
        assert "It says when · Somebody calls back" in page
        assert re.search(r'<input checked[^>]*value="calls"', page)

    def test_what_cannot_be_ticked_is_refused(self, judges: Judges) -> None:
        by_two(judges=1, rubric=RUBRIC)
        data = {"judgement": "correct", "rubric": ["calls", "made-up"], "reason": "Yes."}
        refused = judges.browsers[0].post(f"{DESK}/entries/1?lang=en", data=data)
        assert refused.status_code == 422
        assert "What judges look at has changed." in refused.text
        assert "Yes.</textarea>" in refused.text
        assert entry().verdicts == []

    @pytest.mark.parametrize(
        ("attachments", "text", "readable", "fault"),
        [
            ([{"type": "image/png", "size": 12}], "", True, "The answer stands in an attachment."),
            ([], "Forty-two.", False, "No program could read this message."),
        ],
    )
    def test_correct_without_words_to_read_needs_its_reason(
        self,
        judges: Judges,
        attachments: list[dict[str, object]],
        text: str,
        readable: bool,
        fault: str,
    ) -> None:
        challenge = by_two(0, judges=1)
        made = make_entry(challenge, text=text, attachments=attachments)
        with unit_of_work():
            session.get_one(ReadMessage, made.delivery_id).readable = readable
        refused = judges.browsers[0].post(f"{DESK}/entries/1?lang=en", data={"judgement": "correct"})
        assert refused.status_code == 422
        assert fault in refused.text
        # Enter in the field gives the verdict that was refused.
        assert re.search(r'value="correct"[^>]*data-needs="reason"[^>]*data-tried', refused.text)
        assert (
            judges.browsers[0].post(f"{DESK}/entries/1", data={"judgement": "incorrect"}).status_code == 303
        )

    def test_whoever_overrules_the_rule_says_why(self, judges: Judges) -> None:
        by_two(judges=1)
        with unit_of_work():
            one = session.scalars(sa.select(Entry)).one()
            give_verdict(one, Opinion(YES), label=RULE_LABEL, judge_id=None)
        assert "the rule" in judges.page(0)
        with pytest.raises(InvalidInput) as missing:
            says(judges.people[0], NO)
        assert "The rule has said something else." in str(missing.value.fields["reason"])
        says(judges.people[0], YES)


class TestAlike:
    def alike(self, texts: list[str], *, judges: int = 1) -> Challenge:
        challenge = by_two(0, judges=judges)
        for text in texts:
            self.one(challenge, text)
        return challenge

    def one(
        self,
        challenge: Challenge,
        text: str,
        *attachments: dict[str, object],
        sender: str = "",
        subject: str = "",
        elided: str = "",
    ) -> None:
        made = make_entry(
            challenge, text=text, elided=elided, attachments=list(attachments), from_address=sender or None
        )
        with unit_of_work():
            again, message = session.get_one(Entry, made.id), session.get_one(ReadMessage, made.delivery_id)
            message.subject = subject or message.subject
            note_words(again, message)

    def test_one_press_judges_all_that_are_written_exactly_like_it(self, judges: Judges) -> None:
        self.alike(["Wait.", "wait", " Wait! ", "Go.", "WAIT"])
        page = judges.page(0)
        assert "3 more answers say the same: give them the same verdict" in page
        assert 'name="alike" type="hidden" value="2 3 5"' in page
        for name in ("Piet", "reader"):
            assert name not in page
        data = {"judgement": "incorrect", "reason": "Nobody waits.", "alike": "2 3 5", "together": "y"}
        sent = judges.browsers[0].post(f"{DESK}/entries/1", data=data)
        assert sent.location == f"{DESK}/entries/4"
        assert "Entry 1 and 3 more that say the same: incorrect." in (
            judges.browsers[0].get(f"{DESK}/entries/4?lang=en").text
        )
        given = session.execute(
            sa.select(Entry.number, Verdict.reason).join(Verdict).order_by(Verdict.id)
        ).all()
        assert [tuple(row) for row in given] == [(number, "Nobody waits.") for number in (1, 2, 3, 5)]
        rows = session.scalars(
            sa.select(Entry.number)
            .join(LedgerLeaf, LedgerLeaf.entry_id == Entry.id)
            .where(LedgerLeaf.kind == "verdict")
            .order_by(LedgerLeaf.position)
        )
        assert list(rows) == [1, 2, 3, 5]
        # One of them by itself turns out to be something else.
        says(judges.people[0], YES, "It had a picture.", number=3)
        assert [ruling(number) for number in (1, 2, 3, 4, 5)] == [
            "incorrect",
            "incorrect",
            "correct",
            None,
            "incorrect",
        ]

    def test_without_the_tick_only_the_one_is_judged(self, judges: Judges) -> None:
        self.alike(["Wait.", "wait"])
        judges.browsers[0].post(f"{DESK}/entries/1", data={"judgement": "incorrect", "alike": "2"})
        assert (ruling(1), ruling(2)) == ("incorrect", None)

    def test_only_what_was_shown_and_is_still_open_gets_it(self, judges: Judges) -> None:
        self.alike(["Wait.", "wait", "Wait", "Go.", "wait"])
        says(judges.people[1], YES, number=2)
        data = {"judgement": "incorrect", "alike": "2 3 4 99", "together": "y"}
        judges.browsers[0].post(f"{DESK}/entries/1", data=data)
        assert [ruling(number) for number in range(1, 6)] == ["incorrect", "correct", "incorrect", None, None]

    def test_what_cannot_win_or_nobody_could_read_is_not_offered(self, judges: Judges) -> None:
        challenge = self.alike(["Wait.", "wait", "wait"])
        with unit_of_work():
            second, third = session.scalars(sa.select(Entry).where(Entry.number > 1).order_by(Entry.number))
            second.eligible, second.why_not = False, "withdrawn"
            session.get_one(ReadMessage, third.delivery_id).readable = False
        assert 'name="together"' not in judges.page(0)
        assert challenge.judges == 1

    def test_of_two_judges_each_is_offered_what_they_have_not_judged(self, judges: Judges) -> None:
        self.alike(["Wait.", "wait", "wait"], judges=2)
        says(judges.people[0], YES, number=2)
        assert 'name="alike" type="hidden" value="3"' in judges.page(0)
        assert 'name="alike" type="hidden" value="2 3"' in judges.page(1)
        data = {"judgement": "correct", "alike": "2 3", "together": "y"}
        judges.browsers[1].post(f"{DESK}/entries/1", data=data)
        assert [ruling(number) for number in (1, 2, 3)] == [None, "correct", None]

    def test_answers_without_words_are_like_nothing(self, judges: Judges) -> None:
        self.alike(["", " "])
        assert 'name="together"' not in judges.page(0)

    def test_the_key_goes_with_the_answer(self) -> None:
        self.alike(["Wait."])
        one = entry()
        assert one.answer_key is not None
        with unit_of_work():
            message = session.get_one(ReadMessage, one.delivery_id)
            message.readable = False
            note_words(session.get_one(Entry, one.id), message)
        assert entry().answer_key is None

    def test_what_is_offered_can_be_read_before_it_is_judged(self, judges: Judges) -> None:
        self.alike(
            ["Mail piet@example.org.", "mail Piet@example.org", "MAIL PIET@EXAMPLE.ORG!\n\nPiet van den Berg"]
        )
        page = judges.page(0)
        listed = page.partition('class="same__list"')[2].partition("</details>")[0]
        assert "Entry 2" in listed
        assert "MAIL" in listed
        assert "example.org" not in listed.lower()
        assert "Piet van den Berg" not in listed

    def test_three_that_only_point_to_their_subjects_are_three_answers(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        for text, subject in (
            ("Zie onderwerp.", "Rotterdam"),
            ("Zie onderwerp", "Amsterdam"),
            ("zie onderwerp!", "Parijs"),
        ):
            self.one(challenge, text, subject=subject)
        self.offers_nothing(judges, 3)

    def test_another_subject_makes_another_answer(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        self.one(challenge, "Rotterdam", subject="Mijn antwoord")
        self.one(challenge, "Rotterdam", subject="Toch Amsterdam")
        self.one(challenge, "Rotterdam.", subject="Oplossing van Piet van den Berg")
        self.one(challenge, "Rotterdam!", subject="Rotterdam")
        page = judges.page(0)
        assert 'name="alike" type="hidden" value="4"' in page
        listed = page.partition('class="same__list"')[2].partition("</details>")[0]
        assert "Subject: Rotterdam" in listed
        assert 'name="together"' not in judges.page(0, 2)

    def test_a_subject_that_is_the_same_is_not_told_again(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        self.one(challenge, "Rotterdam", subject="Antwoord")
        self.one(challenge, "rotterdam", subject="Antwoord")
        page = judges.page(0)
        assert 'name="alike" type="hidden" value="2"' in page
        assert "Subject:" not in page.partition('class="same__list"')[2].partition("</details>")[0]

    def test_what_is_quoted_below_makes_another_answer(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        for elided in ("> Rotterdam", "> Amsterdam", "-- \nPiet van den Berg"):
            self.one(challenge, "Dit denk ik.", elided=elided)
        self.offers_nothing(judges, 3)

    def test_signs_make_another_answer(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        for text in ("3", "\N{MINUS SIGN} 3", "- 3", "het is - 3", "A, 3", "3'"):
            self.one(challenge, text)
        self.offers_nothing(judges, 6)

    def test_what_a_program_of_before_took_for_the_same_is_not_offered(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        for text in ("B", "A, B", "b."):
            self.one(challenge, text)
        with unit_of_work():
            for each in session.scalars(sa.select(Entry)):
                each.answer_key = "0" * 64
        self.offers_nothing(judges, 3)

    def offers_nothing(self, judges: Judges, count: int) -> None:
        """None of so many answers is offered together with another, nor judged with it by whoever asks for that."""
        for number in range(1, count + 1):
            assert 'name="together"' not in judges.page(0, number)
        others = " ".join(map(str, range(2, count + 1)))
        data = {"judgement": "incorrect", "alike": others, "together": "y"}
        judges.browsers[0].post(f"{DESK}/entries/1", data=data)
        assert [ruling(number) for number in range(1, count + 1)] == ["incorrect", *[None] * (count - 1)]

    def test_what_an_attachment_says_nobody_compares(self, judges: Judges) -> None:
        challenge = by_two(0, judges=1)
        self.one(challenge, "See attachment.", {"type": "image/png", "size": 12, "sha256": "a"})
        self.one(challenge, "See attachment.", {"type": "image/png", "size": 12, "sha256": "b"})
        self.one(challenge, "See attachment.")
        for number in (1, 2, 3):
            assert 'name="together"' not in judges.page(0, number)
        data = {"judgement": "incorrect", "alike": "2 3", "together": "y"}
        judges.browsers[0].post(f"{DESK}/entries/1", data=data)
        assert [ruling(number) for number in (1, 2, 3)] == ["incorrect", None, None]

    def test_what_led_to_a_winner_who_was_told_stays_as_it_is(self, judges: Judges) -> None:
        challenge = self.alike(["Wait.", "Other.", "Wait."], judges=2)
        with unit_of_work():
            now = session.get_one(Challenge, challenge.id)
            session.add_all([Prize(challenge=now, rank=rank, title="A book") for rank in (1, 2)])
            now.status = ChallengeStatus.CLOSED
        for number, judgement in ((1, NO), (2, YES), (3, NO)):
            rule_says(judgement, number)
        with unit_of_work():
            announce_winner(judges.people[0].actor, session.get_one(Challenge, challenge.id))
        for which in (0, 1):
            data = {"judgement": "correct", "reason": "After all.", "alike": "1", "together": "y"}
            assert 'value="1"' not in judges.page(which, 3)
            assert judges.browsers[which].post(f"{DESK}/entries/3", data=data).status_code == 303
        assert [ruling(number) for number in (1, 2, 3)] == ["incorrect", "correct", "correct"]
        assert len(entry(1).verdicts) == 1

    def test_what_the_rule_has_decided_is_not_overruled_in_passing(self, judges: Judges) -> None:
        self.alike(["Wait.", "wait", "wait"], judges=2)
        rule_says(YES, 2)
        assert 'name="alike" type="hidden" value="3"' in judges.page(0)
        data = {"judgement": "incorrect", "alike": "2 3", "together": "y"}
        judges.browsers[0].post(f"{DESK}/entries/1", data=data)
        assert [len(entry(number).verdicts) for number in (1, 2, 3)] == [1, 1, 1]
        assert entry(2).verdicts[0].judge_label == RULE_LABEL

    def test_one_that_wants_a_reason_of_its_own_is_left_for_itself(self, judges: Judges) -> None:
        self.alike(["Wait.", "wait", "wait"], judges=2)
        rule_says(YES, 2)
        # A person has looked at it since, so it is open again; the rule still says that it is correct.
        says(judges.people[1], YES, number=2)
        data = {"judgement": "incorrect", "reason": "No cue.", "alike": "2 3", "together": "y"}
        judges.browsers[0].post(f"{DESK}/entries/1", data=data)
        assert [len(entry(number).verdicts) for number in (1, 2, 3)] == [1, 2, 1]

    def test_ones_own_answer_is_not_among_them(self, judges: Judges) -> None:
        challenge = self.alike(["Wait."])
        self.one(challenge, "wait", sender=judges.people[0].email)
        assert 'name="together"' not in judges.page(0)
        assert 'name="alike" type="hidden" value="2"' in judges.page(1)

    def test_a_hundred_at_once_lock_the_challenge_no_longer_than_it_takes(self, judges: Judges) -> None:
        """Rows of the ledger in one go, and whoever wins is looked for once: mail that comes in waits for it."""
        counts: list[int] = []
        for many in (10, 40):
            challenge = by_two(0, judges=1, slug=f"many-{many}")
            for _turn in range(many):
                self.one(challenge, "Wait.")
            numbers, actor = list(range(2, many + 1)), judges.people[0].actor
            with unit_of_work(), counted_statements() as statements:
                first = session.scalars(
                    sa.select(Entry).where(Entry.challenge_id == challenge.id, Entry.number == 1)
                ).one()
                assert len(judge_together(actor, first, Opinion(NO), numbers=numbers)) == many
            counts.append(len(statements))
        # What is left for each is its row, and its line in the log of what staff do.
        assert counts[1] - counts[0] <= 2 * 30
