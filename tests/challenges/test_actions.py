"""Every change to challenges: what it does and when it is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.models.people import Person, PersonRole
from blog.articles.models import Article
from blog.challenges.actions.arrivals import take_numbers
from blog.challenges.actions.awards import MAX_CODE_FAILURES, agree_on_name, announce_winner
from blog.challenges.actions.challenges import (
    close_challenge,
    open_challenge,
    set_closing_time,
    set_up_challenge,
)
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.entries import settle_eligibility
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.events import ChallengeOpened, EntryJudged, VerdictsGiven, WinnerAnnounced
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.policy import status_at
from blog.challenges.queries.awards import results_of
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.values import ChallengeStatus, ChallengeWords, CodeCheck, Ineligible, Judgement
from blog.core import clock, events
from blog.core.actor import ANONYMOUS, Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleBroken
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry, make_message, token_of
from tests.support.at_once import at_once

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def set_up(
    *,
    slug: str = "small-challenge",
    article: Article | None = None,
    closes_at: datetime | None = None,
    by: Actor = ANONYMOUS,
    **changes: str,
) -> Challenge:
    """Set up a challenge with sensible words, except where a test says otherwise."""
    words = ChallengeWords("A small challenge", "<p>What is it?</p>", "A book", "editor", "en")
    with unit_of_work():
        return set_up_challenge(
            slug=slug, article=article, words=replace(words, **changes), closes_at=closes_at, by=by
        )


def judged(entry: Entry, judgement: Judgement, editor: Person, reason: str = "because") -> Verdict:
    """Give a verdict and commit it."""
    with unit_of_work():
        return judge_entry(editor.actor, entry, judgement, reason)


class TestSetUp:
    def test_it_makes_a_draft_that_takes_no_answers(self) -> None:
        article = make_article()
        challenge = set_up(article=article, closes_at=NOON)
        assert (challenge.slug, challenge.article_id, challenge.status, challenge.entry_total) == (
            "small-challenge",
            article.id,
            "draft",
            0,
        )
        assert (challenge.closes_at, challenge.opens_at) == (NOON, None)

    def test_again_it_brings_the_words_up_to_date_and_keeps_the_closing_time(self) -> None:
        first = set_up(closes_at=NOON)
        again = set_up(title="Another title", prize="Two books")
        assert again.id == first.id
        assert (again.title, again.prize, again.closes_at) == ("Another title", "Two books", NOON)

    def test_an_open_challenge_still_takes_better_words_but_not_empty_ones(self) -> None:
        make_challenge(slug="small-challenge")
        assert set_up(title="Better").title == "Better"
        with pytest.raises(RuleBroken):
            set_up(prize="")
        with pytest.raises(RuleBroken):
            set_up(question_html="<p> </p>")

    def test_the_slug_of_another_article_is_refused(self) -> None:
        owner = make_article()
        make_challenge(slug="small-challenge", article=owner)
        with pytest.raises(Conflict):
            set_up(article=make_article())
        assert set_up(article=owner).article_id == owner.id

    @pytest.mark.parametrize("status", [ChallengeStatus.CLOSED, ChallengeStatus.FINAL])
    def test_an_ended_challenge_no_longer_changes(self, status: ChallengeStatus) -> None:
        challenge = make_challenge(slug="small-challenge", status=status)
        with pytest.raises(Conflict):
            set_up(title="Another title")
        same = set_up(title=challenge.title, question_html=challenge.question_html, prize=challenge.prize)
        assert same.id == challenge.id

    @pytest.mark.parametrize(
        "slug",
        ["postmaster", "abuse", "noreply", "admin", "answers", "-x", "x", "Hello", "a b", "a" * 60, "é1"],
    )
    def test_a_slug_that_is_no_address_or_a_reserved_one_is_refused(self, slug: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            set_up(slug=slug)
        assert set(refusal.value.fields) == {"slug"}

    def test_every_fault_is_told_at_its_field(self) -> None:
        with pytest.raises(InvalidInput) as refusal:
            set_up(title=" ", prize="x" * 301, judging="dice", language="tlh")
        assert set(refusal.value.fields) == {"title", "prize", "judging", "language"}


class TestOpening:
    def test_it_takes_answers_and_says_so(self, told: list[events.Event]) -> None:
        editor = make_person(role="editor")
        challenge = make_challenge(status=ChallengeStatus.DRAFT, closes_at=clock.now() + timedelta(days=1))
        with unit_of_work():
            open_challenge(editor.actor, challenge)
        assert challenge.status == "open"
        assert challenge.opens_at is not None
        assert [type(event) for event in told] == [ChallengeOpened]

    @pytest.mark.parametrize(
        "lack",
        [{"prize": ""}, {"question_html": "<p>\n</p>"}, {"closes_at": datetime(2020, 1, 1, tzinfo=UTC)}],
    )
    def test_without_question_prize_or_time_to_answer_it_stays_a_draft(self, lack: dict[str, str]) -> None:
        challenge = make_challenge(status=ChallengeStatus.DRAFT, **lack)  # pyright: ignore[reportArgumentType]
        editor = make_person(role="editor").actor
        with pytest.raises(RuleBroken), unit_of_work():
            open_challenge(editor, challenge)
        assert challenge.status == "draft"

    @pytest.mark.parametrize("status", [ChallengeStatus.OPEN, ChallengeStatus.CLOSED, ChallengeStatus.FINAL])
    def test_nothing_opens_twice(self, status: ChallengeStatus) -> None:
        challenge, editor = make_challenge(status=status), make_person(role="editor").actor
        with pytest.raises(Conflict), unit_of_work():
            open_challenge(editor, challenge)

    def test_only_editors_and_the_author_of_the_article_open_it(self) -> None:
        author, stranger = make_person(role="author"), make_person(role="author")
        challenge = make_challenge(status=ChallengeStatus.DRAFT, article=make_article(author=author))
        for actor in (ANONYMOUS, make_person().actor, make_person(role="moderator").actor, stranger.actor):
            with pytest.raises(Forbidden), unit_of_work():
                open_challenge(actor, challenge)
        with unit_of_work():
            open_challenge(author.actor, challenge)
        assert challenge.status == "open"


class TestClosing:
    def test_what_arrives_afterwards_is_past_closing(self) -> None:
        challenge, editor = make_challenge(), make_person(role="editor").actor
        with time_machine.travel(NOON, tick=False), unit_of_work():
            close_challenge(editor, challenge)
        assert (challenge.status, challenge.closes_at) == ("closed", NOON)

    def test_only_what_is_open_can_be_closed(self) -> None:
        editor = make_person(role="editor")
        over = make_challenge(closes_at=datetime(2020, 1, 1, tzinfo=UTC))
        for challenge in (make_challenge(status=ChallengeStatus.DRAFT), over):
            with pytest.raises(Conflict), unit_of_work():
                close_challenge(editor.actor, challenge)

    def test_a_reader_closes_nothing(self) -> None:
        challenge, reader = make_challenge(), make_person().actor
        with pytest.raises(Forbidden), unit_of_work():
            close_challenge(reader, challenge)

    def test_the_closing_time_moves_while_it_is_open_and_never_into_the_past(self) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge(closes_at=NOON)
        with time_machine.travel(NOON - timedelta(hours=1), tick=False):
            with unit_of_work():
                set_closing_time(editor, challenge, NOON + timedelta(hours=1))
            with pytest.raises(RuleBroken), unit_of_work():
                set_closing_time(editor, challenge, NOON - timedelta(hours=2))
        with time_machine.travel(NOON + timedelta(hours=1), tick=False):
            assert status_at(challenge, clock.now()) is ChallengeStatus.CLOSED
            with pytest.raises(Conflict), unit_of_work():
                set_closing_time(editor, challenge, NOON + timedelta(hours=9))


class TestEligibility:
    def settled(self, entry: Entry, **message: object) -> tuple[bool | None, str | None]:
        with unit_of_work():
            reading = make_message(entry.delivery, **message)  # pyright: ignore[reportArgumentType]
            settle_eligibility(entry, reading)
        return entry.eligible, entry.why_not

    def test_what_a_person_writes_in_time_can_win(self) -> None:
        assert self.settled(make_entry(make_challenge(), eligible=None)) == (True, None)

    @pytest.mark.parametrize("kind", ["automatic", "bounce", "list"])
    def test_what_a_machine_sends_cannot(self, kind: str) -> None:
        entry = make_entry(make_challenge(), eligible=None)
        assert self.settled(entry, kind=kind) == (False, kind)

    def test_the_closing_instant_is_too_late_and_the_one_before_is_not(self) -> None:
        challenge = make_challenge(closes_at=NOON)
        last = make_entry(challenge, eligible=None, received_at=NOON - timedelta(microseconds=1))
        late = make_entry(challenge, eligible=None, received_at=NOON)
        assert self.settled(last) == (True, None)
        assert self.settled(late) == (False, Ineligible.LATE)

    @pytest.mark.parametrize(
        ("first", "copy"),
        [
            (None, (False, Ineligible.DUPLICATE)),
            (Ineligible.DISQUALIFIED, (False, Ineligible.DUPLICATE)),
            # Nobody is kept out by what cannot take part itself.
            (Ineligible.LATE, (True, None)),
        ],
    )
    def test_a_mail_that_comes_twice_takes_part_once_and_not_when_it_was_disqualified(
        self, first: Ineligible | None, copy: tuple[bool, Ineligible | None]
    ) -> None:
        challenge = make_challenge()
        before = make_entry(challenge, why_not=first)
        again = make_entry(challenge, eligible=None)
        with unit_of_work():
            reading = make_message(again.delivery)
            reading.duplicate_of_id = before.delivery_id
            settle_eligibility(again, reading)
        assert (again.eligible, again.why_not) == copy

    def test_staff_and_the_author_of_the_article_cannot_win(self) -> None:
        author = make_person(email="Author@Example.org")
        make_person(role="moderator", email="mod@example.org")
        challenge = make_challenge(article=make_article(author=author))
        by_author = make_entry(challenge, eligible=None)
        by_staff = make_entry(challenge, eligible=None)
        envelope_of_staff = make_entry(challenge, eligible=None, from_address="mod@example.org")
        assert self.settled(by_author, from_address="author@EXAMPLE.org") == (False, Ineligible.STAFF)
        assert self.settled(by_staff, from_address="MOD@example.org") == (False, Ineligible.STAFF)
        assert self.settled(envelope_of_staff, from_address="cousin@example.org") == (False, Ineligible.STAFF)

    def test_a_reader_with_an_account_can_win(self) -> None:
        make_person(email="reader@example.org")
        entry = make_entry(make_challenge(), eligible=None)
        assert self.settled(entry, from_address="reader@example.org") == (True, None)

    def test_an_empty_message_cannot_but_an_attachment_or_what_could_not_be_read_can(self) -> None:
        challenge = make_challenge()
        files: list[dict[str, object]] = [{"name": "a.png", "type": "image/png", "size": 1, "sha256": "0"}]
        empty, attached, quoted, unread = (make_entry(challenge, eligible=None) for _turn in range(4))
        assert self.settled(empty, text=" \n") == (False, Ineligible.EMPTY)
        assert self.settled(attached, text="", attachments=files) == (True, None)
        assert self.settled(quoted, text="", elided="> the answer") == (True, None)
        assert self.settled(unread, text="", readable=False) == (True, None)

    def test_a_second_reading_changes_nothing(self) -> None:
        entry = make_entry(make_challenge(), eligible=None)
        self.settled(entry)
        with unit_of_work():
            settle_eligibility(entry, make_message(entry.delivery, kind="automatic"))
        assert (entry.eligible, entry.why_not) == (True, None)


class TestJudging:
    def test_a_verdict_is_added_and_the_last_one_counts(self, told: list[events.Event]) -> None:
        editor = make_person(role="editor")
        entry = make_entry(make_challenge())
        judged(entry, Judgement.UNCLEAR, editor, "Which of the two?")
        judged(entry, Judgement.CORRECT, editor, "")
        assert [(verdict.judgement, verdict.reason) for verdict in entry.verdicts] == [
            ("unclear", "Which of the two?"),
            ("correct", ""),
        ]
        assert outcome_of(entry.challenge).candidate == 1
        assert [type(event) for event in told] == [EntryJudged, VerdictsGiven] * 2

    def test_the_same_verdict_sent_twice_is_one(self) -> None:
        editor, entry = make_person(role="editor"), make_entry(make_challenge())
        first = judged(entry, Judgement.CORRECT, editor)
        assert judged(entry, Judgement.CORRECT, editor).id == first.id
        assert judged(entry, Judgement.CORRECT, make_person(role="editor")).id != first.id

    def test_verdicts_are_never_rewritten(self) -> None:
        verdict = judged(make_entry(make_challenge()), Judgement.CORRECT, make_person(role="editor"))
        with pytest.raises(TypeError), unit_of_work():
            verdict.judgement = Judgement.INCORRECT
            session.flush()

    def test_unclear_needs_a_reason(self) -> None:
        with pytest.raises(InvalidInput) as refusal:
            judged(make_entry(make_challenge()), Judgement.UNCLEAR, make_person(role="editor"), "  ")
        assert set(refusal.value.fields) == {"reason"}

    def test_an_endless_reason_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            judged(make_entry(make_challenge()), Judgement.CORRECT, make_person(role="editor"), "x" * 2001)

    def test_what_cannot_win_or_has_not_been_read_gets_no_verdict(self) -> None:
        challenge, editor = make_challenge(), make_person(role="editor")
        for entry in (make_entry(challenge, why_not=Ineligible.LATE), make_entry(challenge, eligible=None)):
            with pytest.raises(RuleBroken):
                judged(entry, Judgement.CORRECT, editor)
        assert session.scalar(sa.select(sa.func.count(Verdict.id))) == 0

    def test_only_editors_and_the_author_of_the_article_judge(self) -> None:
        author = make_person(role="author")
        entry = make_entry(make_challenge(article=make_article(author=author)))
        for person in (make_person(), make_person(role="moderator"), make_person(role="author")):
            with pytest.raises(Forbidden):
                judged(entry, Judgement.CORRECT, person)
        judged(entry, Judgement.CORRECT, author)
        judged(entry, Judgement.INCORRECT, make_person(role="admin"))

    def test_after_the_announcement_no_verdict_changes(self) -> None:
        editor, challenge = make_person(role="editor"), make_challenge()
        winner, later = make_entry(challenge), make_entry(challenge)
        judged(winner, Judgement.CORRECT, editor)
        with unit_of_work():
            announce_winner(editor.actor, challenge)
        for entry, judgement in ((winner, Judgement.INCORRECT), (later, Judgement.CORRECT)):
            with pytest.raises(Conflict):
                judged(entry, judgement, editor)


class TestAnnouncing:
    def test_it_is_refused_until_everything_earlier_is_decided(self, told: list[events.Event]) -> None:
        editor, challenge = make_person(role="editor"), make_challenge()
        first, second, third = (make_entry(challenge) for _turn in range(3))
        judged(third, Judgement.CORRECT, editor)
        self.refused(editor, challenge, "Entry 3 is correct, but 1 and 2 are still waiting.")
        judged(first, Judgement.INCORRECT, editor)
        self.refused(editor, challenge, "Entry 3 is correct, but 2 is still waiting.")
        judged(second, Judgement.CORRECT, editor)
        with unit_of_work():
            award = announce_winner(editor.actor, challenge)
        assert (award.entry_id, award.initials, award.display_name) == (second.id, "P.B.", None)
        assert challenge.status == "provisional"
        assert [type(event) for event in told][-1:] == [WinnerAnnounced]

    def test_without_a_correct_entry_it_says_so(self) -> None:
        editor, challenge = make_person(role="editor"), make_challenge()
        self.refused(editor, challenge, "No entry has arrived yet.")
        judged(make_entry(challenge), Judgement.INCORRECT, editor)
        self.refused(editor, challenge, "None of the entries is correct, so there is no winner.")

    def test_who_works_here_since_they_answered_does_not_win_unnoticed(self) -> None:
        editor, challenge = make_person(role="editor"), make_challenge()
        joiner = make_person(email="late@example.org")
        entry = make_entry(challenge, from_address="late@example.org")
        other = make_entry(challenge)
        for each in (entry, other):
            judged(each, Judgement.CORRECT, editor)
        with unit_of_work():
            session.add(PersonRole(person_id=joiner.id, role="moderator"))
        self.refused(
            editor,
            challenge,
            "Entry 1 came from the address of somebody who works here now, and nobody who works here wins. "
            "Have an editor disqualify it, with that reason.",
        )
        with unit_of_work():
            disqualify(editor.actor, entry, "kept_out", "They work here since.")
            assert announce_winner(editor.actor, challenge).entry_id == other.id

    def test_it_closes_the_challenge(self) -> None:
        editor = make_person(role="editor")
        with time_machine.travel(NOON - timedelta(minutes=1), tick=False) as now:
            challenge = make_challenge(closes_at=NOON + timedelta(days=1))
            judged(make_entry(challenge), Judgement.CORRECT, editor)
            now.move_to(NOON)
            with unit_of_work():
                announce_winner(editor.actor, challenge)
        assert challenge.closes_at == NOON

    def test_a_reader_announces_nothing(self) -> None:
        challenge, reader = make_challenge(), make_person().actor
        with pytest.raises(Forbidden), unit_of_work():
            announce_winner(reader, challenge)

    def test_of_several_editors_at_once_all_but_one_are_told_that_it_has_happened(self, app: Flask) -> None:
        challenge_id, editor_ids = self.ready_to_announce()

        def announce(number: int) -> None:
            actor = session.get_one(Person, editor_ids[number]).actor
            challenge = session.get_one(Challenge, challenge_id)
            with unit_of_work():
                announce_winner(actor, challenge)

        refusals = at_once(app, len(editor_ids), announce)
        assert [type(refusal) for refusal in refusals] == [Conflict] * 3
        assert session.scalar(sa.select(sa.func.count(Award.id))) == 1

    def test_a_verdict_that_races_with_the_announcement_never_leaves_a_wrong_winner(self, app: Flask) -> None:
        challenge_id, editor_ids = self.ready_to_announce()

        def announce_or_judge(number: int) -> None:
            actor = session.get_one(Person, editor_ids[number]).actor
            challenge = session.get_one(Challenge, challenge_id)
            entry = session.scalars(sa.select(Entry)).one()
            with unit_of_work():
                if number == 0:
                    announce_winner(actor, challenge)
                else:
                    judge_entry(actor, entry, Judgement.INCORRECT, "It forgets what was asked.")

        refusals = at_once(app, 2, announce_or_judge)
        awarded = session.scalar(sa.select(sa.func.count(Award.id)))
        # Whoever came second was refused: the verdict after the announcement, or the announcement without winner.
        assert [type(refusal) for refusal in refusals] == ([Conflict] if awarded else [RuleBroken])

    def ready_to_announce(self) -> tuple[int, list[int]]:
        """A challenge whose only entry is correct, and four editors."""
        challenge = make_challenge()
        editors = [make_person(role="editor") for _turn in range(4)]
        judged(make_entry(challenge), Judgement.CORRECT, editors[0])
        return challenge.id, [editor.id for editor in editors]

    def refused(self, editor: Person, challenge: Challenge, words: str) -> None:
        with pytest.raises(RuleBroken) as refusal, unit_of_work():
            announce_winner(editor.actor, challenge)
        assert str(refusal.value) == words
        assert challenge.status == "open"


class TestNumbers:
    def test_many_at_once_get_numbers_without_gaps(self, app: Flask) -> None:
        challenge = make_challenge()

        challenge_id, numbers = challenge.id, list[int]()

        def take(_number: int) -> None:
            with unit_of_work():
                number = take_numbers(challenge_id, 1)
            numbers.append(number)

        assert at_once(app, 8, take) == []
        assert sorted(numbers) == list(range(1, 9))

    def test_a_challenge_that_is_gone_gives_no_number(self) -> None:
        with pytest.raises(NotFound), unit_of_work():
            take_numbers(4711, 1)


class TestAgreeing:
    def test_the_name_is_shown_once_the_winner_has_typed_the_code(self, won: "Won") -> None:
        assert shown_name(won.challenge) is None
        with unit_of_work():
            assert (
                agree_on_name(won.token, won.code.lower().replace("-", " "), " Piet  B. ") is CodeCheck.AGREED
            )
        assert (won.challenge.status, shown_name(won.challenge)) == ("final", "Piet B.")
        with unit_of_work():
            assert agree_on_name(won.token, won.code, None, shows_initials=True) is CodeCheck.AGREED
        assert shown_name(won.challenge) == "P.B."
        with unit_of_work():
            assert agree_on_name(won.token, won.code, None) is CodeCheck.AGREED
        assert shown_name(won.challenge) == ""

    @pytest.mark.parametrize("name", ["De Redactie", "Eva Smit", "\uff25va Smit"])
    def test_nobody_wins_as_somebody_who_works_here(self, won: "Won", name: str) -> None:
        make_person(name="Eva Smit", role="editor")
        with pytest.raises(InvalidInput) as refused, unit_of_work():
            agree_on_name(won.token, won.code, name)
        assert set(refused.value.fields) == {"display_name"}
        assert (won.challenge.status, shown_name(won.challenge)) == ("provisional", None)

    def test_five_wrong_codes_block_also_the_right_one(self, won: "Won") -> None:
        for attempt in range(MAX_CODE_FAILURES):
            with unit_of_work():
                check = agree_on_name(won.token, f"WRONG-{attempt}", "Piet")
            assert check is (CodeCheck.BLOCKED if attempt == MAX_CODE_FAILURES - 1 else CodeCheck.WRONG)
        with unit_of_work():
            assert agree_on_name(won.token, won.code, "Piet") is CodeCheck.BLOCKED
        assert (won.challenge.status, shown_name(won.challenge)) == ("provisional", None)

    def test_guesses_at_once_are_counted_one_by_one(self, app: Flask, won: "Won") -> None:
        token, checks = won.token, list[str]()

        def guess(_number: int) -> None:
            with unit_of_work():
                check = agree_on_name(token, "WRONG", "Piet")
            checks.append(check.value)

        assert at_once(app, 8, guess) == []
        assert sorted(checks) == ["blocked"] * 4 + ["wrong"] * 4

    def test_only_the_receipt_that_won_and_is_not_tampered_with_can_agree(self, won: "Won") -> None:
        loser = token_of(won.other)
        for token in (loser, won.token[:-1] + ("A" if won.token[-1] != "A" else "B"), "", "x" * 5000):
            with pytest.raises(NotFound), unit_of_work():
                agree_on_name(token, won.code, "Piet")

    @pytest.mark.parametrize("name", ["", "\u200b", "x" * 81, "piet@example.org", "https://spam.example"])
    def test_what_is_no_name_is_refused_at_its_field(self, won: "Won", name: str) -> None:
        with pytest.raises(InvalidInput) as refusal, unit_of_work():
            agree_on_name(won.token, won.code, name)
        assert set(refusal.value.fields) == {"display_name"}


class Won:
    """A challenge that was won by its first entry; `other` came second."""

    def __init__(self, told: list[events.Event]) -> None:
        editor = make_person(role="editor")
        self.challenge = make_challenge()
        winner, self.other = make_entry(self.challenge), make_entry(self.challenge)
        judged(winner, Judgement.CORRECT, editor)
        with unit_of_work():
            announce_winner(editor.actor, self.challenge)
        self.token = token_of(winner)
        (self.code,) = (event.code for event in told if isinstance(event, WinnerAnnounced))


@pytest.fixture
def won(app: Flask, told: list[events.Event]) -> Won:
    """A challenge with a winner who was told a code."""
    return Won(told)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """The events that the actions publish during a test."""
    seen: list[events.Event] = []

    def publish(event: events.Event) -> None:
        seen.append(event)
        events.publish(event)

    for module in ("awards", "challenges", "verdicts"):
        monkeypatch.setattr(f"blog.challenges.actions.{module}.publish", publish)
    return seen


def shown_name(challenge: Challenge) -> str | None:
    """The winner's name as everybody sees it."""
    results = results_of([challenge]).get(challenge.id)
    return results[0].shown_name if results else None
