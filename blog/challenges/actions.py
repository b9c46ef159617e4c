"""Every change to challenges. What decides about a prize happens under the lock of the challenge's row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts.actions.locks import hold
from blog.accounts.actions.people import checked_readers_name
from blog.articles.models import Article
from blog.challenges.asked import asked_of, copies_of, overdue_confirmations
from blog.challenges.checks import check_reason, check_words, checked_name, says_something
from blog.challenges.events import (
    ChallengeChanged,
    ChallengeClosed,
    ChallengeMade,
    ChallengeOpened,
    ClosingTimeSet,
    EntryJudged,
    WinnerAnnounced,
)
from blog.challenges.models import Award, Challenge, Entry, Verdict
from blog.challenges.names import initials_of, tidy_name
from blog.challenges.policy import is_past_closing, status_at, why_not_eligible
from blog.challenges.queries import (
    address_of,
    award_won_by,
    challenge_locked,
    entry_by_token_digest,
    entry_numbered,
    entry_of_delivery,
    locking,
    outcome_of,
    staff_among,
)
from blog.challenges.tokens import new_code, normal_code, receipt_token
from blog.challenges.values import ChallengeStatus, ChallengeWords, CodeCheck, Ineligible, Judgement
from blog.challenges.words import outcome_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.db import conflict_of, read_again, session
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require
from blog.core.tokens import digest
from blog.mailroom.models import ReadMessage
from blog.mailroom.values import Arrival

MAX_CODE_FAILURES = 5

_challenges = cast("sa.Table", Challenge.__table__)
# Plain rows, made once: this runs for every answer between the end of its data and our `250`.
_TAKE_NUMBERS = (
    sa.update(_challenges)
    .where(_challenges.c.id == sa.bindparam("challenge_id"))
    .values(entry_total=_challenges.c.entry_total + sa.bindparam("how_many"))
    .returning(_challenges.c.entry_total)
)
_RECORD_ENTRIES = sa.insert(cast("sa.Table", Entry.__table__))


def set_up_challenge(
    *,
    slug: str,
    article: Article | None,
    words: ChallengeWords,
    closes_at: datetime | None,
    by: Actor,
) -> Challenge:
    """Make the challenge at `slug`, or bring its words up to date while it is a draft or open.

    `closes_at` None leaves the closing time as it is. Whether `by` may do it is for the caller to ask. Setting up a
    challenge that has ended with the same words again changes nothing. Publishes `ChallengeMade`, or what has changed:
    `ChallengeChanged`, `ClosingTimeSet`. Raises `InvalidInput` (field to fault), and `Conflict` when the slug belongs
    to another article or the challenge has ended.
    """
    tidy = {
        "title": tidy_name(words.title),
        "question_html": words.question_html.strip(),
        "prize": tidy_name(words.prize),
        "judging": words.judging,
        "language": words.language,
    }
    check_words(slug, tidy)
    challenge = session.scalar(locking(sa.select(Challenge).where(Challenge.slug == slug)))
    if challenge is None:
        return _new_challenge(slug, article, tidy, closes_at, by)
    if article is not None and challenge.article_id not in {None, article.id}:
        raise Conflict(
            _("The challenge “%(slug)s” belongs to another article. Choose another name.", slug=slug)
        )
    is_moved = article is not None and challenge.article_id != article.id
    if article is not None:
        challenge.article = article
    if _change_words(challenge, tidy) or is_moved:
        session.flush()
        publish(ChallengeChanged(challenge=challenge, by=by))
    if closes_at is not None and closes_at != challenge.closes_at:
        _change_closing_time(challenge, closes_at, by)
    return challenge


def set_closing_time(actor: Actor, challenge: Challenge, closes_at: datetime | None) -> None:
    """Say until when answers count; None leaves it open until somebody closes it. Publishes `ClosingTimeSet`.

    Raises `Forbidden`, `Conflict` when the challenge has ended and `RuleBroken` for a moment in the past.
    """
    require(actor, "challenge:set_up", challenge)
    _change_closing_time(challenge_locked(challenge), closes_at, actor)


def keep_question(challenge: Challenge, question_html: str, *, by: Actor) -> None:
    """Let a challenge ask what its article asks now, which `by` has saved. Publishes `ChallengeChanged`.

    One that has ended, or is open, never loses its question.
    """
    question = question_html.strip()
    locked = challenge_locked(challenge)
    status = status_at(locked, clock.now())
    if locked.question_html == question:
        return
    if status is ChallengeStatus.DRAFT or (status is ChallengeStatus.OPEN and says_something(question)):
        locked.question_html = question
        session.flush()
        publish(ChallengeChanged(challenge=locked, by=by))


def open_challenge(actor: Actor, challenge: Challenge) -> None:
    """Take answers from now on: the address exists from the commit on.

    Raises `Forbidden`, `Conflict` when it was opened before, and `RuleBroken` when question or prize is
    missing or the closing time has passed.
    """
    require(actor, "challenge:open", challenge)
    locked = challenge_locked(challenge)
    now = clock.now()
    if locked.status != ChallengeStatus.DRAFT:
        raise Conflict(_("This challenge has been opened already."))
    if not says_something(locked.question_html):
        raise RuleBroken(_("Write the question first: the challenge block in the article is empty."))
    if not locked.prize:
        raise RuleBroken(_("Say what the prize is first."))
    if is_past_closing(locked, now):
        raise RuleBroken(_("The closing time has passed. Choose a later one."))
    locked.status = ChallengeStatus.OPEN
    locked.opens_at = now
    session.flush()
    publish(ChallengeOpened(challenge=locked, by=actor))


def close_challenge(actor: Actor, challenge: Challenge) -> None:
    """Take no more answers: what arrives from now on is late. Raises `Forbidden` and `Conflict`."""
    require(actor, "challenge:close", challenge)
    locked = challenge_locked(challenge)
    # The clock is read under the lock that every arriving answer takes too: no answer is on both sides of it.
    now = clock.now()
    if status_at(locked, now) is not ChallengeStatus.OPEN:
        raise Conflict(_("This challenge is not open."))
    locked.status = ChallengeStatus.CLOSED
    locked.closes_at = now
    session.flush()
    publish(ChallengeClosed(challenge=locked, by=actor))


def take_numbers(challenge_id: int, how_many: int) -> int:
    """The number of the next entry, the first of so many without gaps and in the order of the commits.

    The row stays locked until the commit, so whoever comes next gets the next number and a later instant.
    Raises `NotFound` when the challenge is gone.
    """
    last = session.execute(_TAKE_NUMBERS, {"challenge_id": challenge_id, "how_many": how_many}).scalar()
    if last is None:
        raise NotFound()
    return last - how_many + 1


def record_entries(arrivals: Sequence[Arrival]) -> None:
    """Add the entries that deliveries are, each for its challenge. Nothing of the messages has been read yet."""
    secret_key = current_settings().secret_key
    rows = [
        {
            "challenge_id": arrival.target_id,
            "number": arrival.place,
            "delivery_id": arrival.delivery_id,
            "received_at": arrival.received_at,
            "token_digest": digest(
                receipt_token(
                    secret_key, challenge_id=arrival.target_id, number=arrival.place, sha256=arrival.sha256
                )
            ),
        }
        for arrival in arrivals
    ]
    session.execute(_RECORD_ENTRIES, rows)


def settle_eligibility(entry: Entry, message: ReadMessage) -> None:
    """Decide once whether an entry can win, from what its message is. A second reading changes nothing."""
    if entry.eligible is not None:
        return
    article = entry.challenge.article
    first = entry_of_delivery(message.duplicate_of_id) if message.duplicate_of_id else None
    senders = (message.from_address, entry.delivery.envelope_sender or "")
    why_not = why_not_eligible(entry, message, staff_among(senders, article.author_id if article else None))
    if why_not is Ineligible.DUPLICATE and (first is None or first.eligible is False):
        # Nobody is kept out by one that cannot take part itself.
        why_not = None
    entry.eligible = why_not is None
    entry.why_not = why_not
    session.flush()


def keep_out_copies(entry: Entry) -> None:
    """Let a mail take part once that came twice, of which the first was read only now: the others win no more.

    What a judge has said something of stays as it is.
    """
    copies = [copy for copy in copies_of(entry) if copy.eligible] if entry.eligible else []
    if not copies or challenge_locked(entry.challenge).status == ChallengeStatus.ANNOUNCED:
        return
    for copy in copies:
        read_again(copy, ["eligible", "verdicts"], lock=False)
        if copy.eligible and not copy.verdicts:
            copy.eligible, copy.why_not = False, Ineligible.DUPLICATE
    session.flush()


def let_lapse(challenge: Challenge, at: datetime) -> None:
    """Let the entries win no more that were not confirmed in time. The caller has locked the challenge."""
    for entry in overdue_confirmations(challenge, at):
        entry.eligible, entry.why_not = False, Ineligible.UNCONFIRMED
    session.flush()


def judge_entry(actor: Actor, entry: Entry, judgement: Judgement, reason: str = "") -> Verdict:
    """Say what an entry is. The last verdict counts, earlier ones stay; the same one again is one verdict.

    Raises `Forbidden`, `InvalidInput` for a missing or endless reason, `RuleBroken` for an entry that cannot
    win or has not been read, and `Conflict` after the announcement.
    """
    require(actor, "entry:judge", entry.challenge)
    reason = reason.replace("\x00", "").strip()
    check_reason(judgement, reason)
    hold(actor)
    challenge = challenge_locked(entry.challenge)
    read_again(entry, ["eligible", "verdicts"], lock=False)
    if challenge.status == ChallengeStatus.ANNOUNCED:
        raise Conflict(_("The winner has been announced; verdicts can no longer change."))
    if entry.eligible is None:
        raise RuleBroken(_("This entry is still being read. Try again in a moment."))
    if not entry.eligible:
        raise RuleBroken(_("This entry cannot win, so it needs no verdict."))
    last = entry.verdicts[-1] if entry.verdicts else None
    if last and (last.judge_id, last.judgement, last.reason) == (actor.person_id, judgement, reason):
        return last
    verdict = Verdict(
        entry=entry, judgement=judgement, reason=reason, judge_id=actor.person_id, judged_at=clock.now()
    )
    session.add(verdict)
    session.flush()
    publish(EntryJudged(entry=entry, verdict=verdict, by=actor))
    return verdict


def announce_winner(actor: Actor, challenge: Challenge) -> Award:
    """Give the prize to the first correct entry, close the challenge, and let the winner be told, once.

    The outcome is computed anew from all verdicts, under the lock. Raises `Forbidden`, `RuleBroken` while
    there is no final winner (the message names what still waits), and `Conflict` for the second of two.
    """
    require(actor, "challenge:announce", challenge)
    hold(actor)
    locked = challenge_locked(challenge)
    now = clock.now()
    if locked.status == ChallengeStatus.ANNOUNCED:
        raise Conflict(_("The winner of this challenge has been announced already."))
    let_lapse(locked, now)
    outcome = outcome_of(locked)
    if outcome.candidate is None:
        raise RuleBroken(
            outcome_words(outcome, locked.entry_total, asked_of(locked, outcome.unconfirmed)),
            waiting_for=outcome.waiting_for,
            candidate=None,
        )
    entry = entry_numbered(locked, outcome.candidate)
    if entry is None:
        raise NotFound()
    code = new_code()
    award = _new_award(actor, entry, code, now)
    locked.status = ChallengeStatus.ANNOUNCED
    if not is_past_closing(locked, now):
        locked.closes_at = now
    session.flush()
    publish(WinnerAnnounced(award=award, code=code, by=actor))
    return award


def agree_on_name(token: str, code: str, display_name: str | None) -> CodeCheck:
    """Show `display_name` for the winner with the receipt `token` who types the code; None shows initials.

    A wrong code is counted, so the caller must commit it: it comes back as a value, not as an error. After
    five no code is right any more. Raises `NotFound` when the receipt did not win, `InvalidInput` for the
    name.
    """
    entry = entry_by_token_digest(digest(token))
    award = award_won_by(entry) if entry else None
    if award is None:
        raise NotFound()
    name = None if display_name is None else _winners_name(display_name)
    if award.code_failures >= MAX_CODE_FAILURES:
        return CodeCheck.BLOCKED
    if digest(normal_code(code)) != award.code_digest:
        award.code_failures += 1
        session.flush()
        return CodeCheck.BLOCKED if award.code_failures >= MAX_CODE_FAILURES else CodeCheck.WRONG
    award.display_name = name
    award.agreed_at = clock.now()
    session.flush()
    return CodeCheck.AGREED


def _winners_name(typed: str) -> str:
    """The name as everybody will read it: nobody wins as the editors, or as somebody who works here."""
    name = checked_name(typed)
    try:
        checked_readers_name(name)
    except InvalidInput as error:
        fault = error.fields.get("name", error.message)
        raise InvalidInput(_("This name cannot be shown."), {"display_name": fault}) from error
    return name


def _new_challenge(
    slug: str, article: Article | None, words: Mapping[str, str], closes_at: datetime | None, by: Actor
) -> Challenge:
    challenge = Challenge(slug=slug, article=article, closes_at=closes_at, created_at=clock.now(), **words)
    challenge.is_demo = article.is_demo if article else False
    session.add(challenge)
    try:
        session.flush()
    except IntegrityError as error:
        if conflict_of(error) == "uq_challenge_slug":
            raise Conflict(_("The challenge “%(slug)s” was made just now. Look again.", slug=slug)) from error
        raise
    publish(ChallengeMade(challenge=challenge, by=by))
    return challenge


def _new_award(actor: Actor, entry: Entry, code: str, now: datetime) -> Award:
    message = entry.delivery.message
    award = Award(
        challenge=entry.challenge,
        entry=entry,
        announced_by_id=actor.person_id,
        announced_at=now,
        initials=initials_of(message.from_name if message else "", address_of(entry, message)),
        code_digest=digest(code),
        code_failures=0,
    )
    session.add(award)
    try:
        session.flush()
    except IntegrityError as error:
        if conflict_of(error) == "uq_award_challenge_id":
            raise Conflict(_("The winner of this challenge has been announced already.")) from error
        raise
    return award


def _change_words(challenge: Challenge, words: Mapping[str, str]) -> bool:
    """Whether anything has changed."""
    changed = {name: value for name, value in words.items() if getattr(challenge, name) != value}
    if not changed:
        return False
    status = status_at(challenge, clock.now())
    if status not in {ChallengeStatus.DRAFT, ChallengeStatus.OPEN}:
        raise Conflict(_("The challenge “%(slug)s” has ended and can no longer change.", slug=challenge.slug))
    if status is ChallengeStatus.OPEN and not (words["prize"] and says_something(words["question_html"])):
        missing = "question_html" if words["prize"] else "prize"
        raise RuleBroken(_("The challenge is open: it needs its question and its prize."), field=missing)
    for name, value in changed.items():
        setattr(challenge, name, value)
    return True


def _change_closing_time(challenge: Challenge, closes_at: datetime | None, by: Actor) -> None:
    now = clock.now()
    status = status_at(challenge, now)
    if status not in {ChallengeStatus.DRAFT, ChallengeStatus.OPEN}:
        raise Conflict(_("The challenge “%(slug)s” has ended and can no longer change.", slug=challenge.slug))
    if status is ChallengeStatus.OPEN and closes_at is not None and closes_at <= now:
        raise RuleBroken(_("The closing time must be in the future."), field="closes_at")
    if closes_at != challenge.closes_at:
        challenge.closes_at = closes_at
        session.flush()
        publish(ClosingTimeSet(challenge=challenge, by=by))
