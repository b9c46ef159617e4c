"""Setting challenges up, opening and closing them: under the lock of the challenge's row."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.articles.models import Article
from blog.challenges.actions.amendments import amending
from blog.challenges.actions.clockwork import caught_up, first_closing_time, stop, stop_at
from blog.challenges.actions.terms import check_times, set_prizes
from blog.challenges.checks import check_complete, check_words, says_something, tidy_text
from blog.challenges.events import (
    ChallengeChanged,
    ChallengeClosed,
    ChallengeMade,
    ChallengeOpened,
    ChallengeScheduled,
    ChallengeTakenBack,
    ClosingTimeSet,
)
from blog.challenges.models.challenges import Challenge
from blog.challenges.names import tidy_name
from blog.challenges.policy import is_past_closing, status_at
from blog.challenges.queries.challenges import last_address, locking
from blog.challenges.recording import end_of_ledger
from blog.challenges.terms import words_of
from blog.challenges.values import (
    HIDDEN,
    MAX_RULES,
    USUAL_ATTEMPTS,
    ChallengeStatus,
    ChallengeWords,
    PrizeWords,
    RulesPart,
)
from blog.challenges.words.rules import rules_of, usual_rules
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import conflict_of, session
from blog.core.errors import Conflict, InvalidInput, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require

# In what state its words and its closing time can still become others through its article.
_STILL_CHANGES = HIDDEN | {ChallengeStatus.OPEN}


def set_up_challenge(
    *,
    slug: str,
    article: Article | None,
    words: ChallengeWords,
    closes_at: datetime | None,
    by: Actor,
    organiser: str = "",
    organiser_address: str = "",
    guesses_address: bool = True,
) -> Challenge:
    """Make the challenge at `slug`, or bring its words up to date while it is a draft or open.

    `closes_at` None leaves the closing time as it is, and so do no `organiser` and no address of theirs. Of a new one
    the address is that of the last challenge or, where none had one and it `guesses_address`, where the site is found;
    without that it stays empty, and somebody has to fill it in. Whether `by` may do it is for the caller to ask.

    Setting up a challenge that has ended with the same words again changes nothing. Publishes `ChallengeMade`, or what
    has changed: `ChallengeChanged`, `ClosingTimeSet`. Raises `InvalidInput` (field to fault), and `Conflict` when the
    slug belongs to another article or the challenge has ended.
    """
    tidy = {
        "title": tidy_name(words.title),
        "question_html": words.question_html.strip(),
        "prize": tidy_name(words.prize),
        "judging": words.judging,
        "language": words.language,
    }
    check_words(slug, tidy)
    rules = _rules_with(organiser, organiser_address)
    challenge = session.scalar(locking(sa.select(Challenge).where(Challenge.slug == slug)))
    if challenge is None:
        begun = _usual_rules_with_address(words.language, guesses=guesses_address)
        return _new_challenge(slug, article, tidy, closes_at, rules={**begun, **rules}, by=by)
    if article is not None and challenge.article_id not in {None, article.id}:
        raise Conflict(
            _("The challenge “%(slug)s” belongs to another article. Choose another name.", slug=slug)
        )
    is_moved = article is not None and challenge.article_id != article.id
    with amending(by, challenge, _said_for(challenge, closes_at)) as locked:
        if article is not None:
            locked.article = article
        is_held_by_others = any(locked.rules.get(part) != text for part, text in rules.items())
        if is_held_by_others:
            locked.rules = {**locked.rules, **rules}
        if _change_words(locked, tidy) or is_moved or is_held_by_others:
            publish(ChallengeChanged(challenge=locked, by=by))
        if closes_at is not None and closes_at != locked.closes_at:
            _change_closing_time(locked, closes_at, by)
    return challenge


def set_closing_time(actor: Actor, challenge: Challenge, closes_at: datetime | None) -> None:
    """Say until when answers count; None leaves it open until somebody closes it. Publishes `ClosingTimeSet`.

    Raises `Forbidden`, `Conflict` when the challenge has ended and `RuleBroken` for a moment in the past.
    """
    require(actor, "challenge:set_up", challenge)
    with amending(actor, challenge, _said_for(challenge, closes_at)) as locked:
        _change_closing_time(locked, closes_at, actor)


def keep_question(challenge: Challenge, question_html: str, reason: str, *, by: Actor) -> None:
    """Let a challenge ask what its article asks now, which `by` has saved. Publishes `ChallengeChanged`.

    One that has ended keeps its question, and one that is open, or opens by itself, never loses it. Raises
    `InvalidInput` (`reason`) for an open one without a reason: people have answered what it asked.
    """
    question = question_html.strip()
    if challenge.question_html == question:
        return
    with amending(by, challenge, reason) as locked:
        status = status_at(locked, clock.now())
        is_draft = status is ChallengeStatus.DRAFT
        if locked.question_html != question and (
            is_draft or (status in _STILL_CHANGES and says_something(question))
        ):
            if status is ChallengeStatus.OPEN and not reason.strip():
                raise _unexplained(locked)
            locked.question_html = question
            publish(ChallengeChanged(challenge=locked, by=by))


def open_challenge(actor: Actor, challenge: Challenge) -> None:
    """Take answers from now on: the address exists from the commit on.

    Raises `Forbidden`, `Conflict` when it was opened before, `RuleBroken` when question or prize is missing or the
    closing time has passed, and `InvalidInput` when a part of the rules is empty.
    """
    require(actor, "challenge:open", challenge)
    locked = caught_up(challenge)
    if locked.status not in HIDDEN:
        raise Conflict(_("This challenge has been opened already."))
    _complete(locked)
    now = clock.now()
    if is_past_closing(locked, now):
        raise RuleBroken(_("The closing time has passed. Choose a later one."), field="closes_at")
    locked.status = ChallengeStatus.OPEN
    locked.opens_at = now
    session.flush()
    end_of_ledger(locked.id)
    publish(ChallengeOpened(challenge=locked, by=actor))


def schedule_challenge(actor: Actor, challenge: Challenge, opens_at: datetime) -> None:
    """Let a challenge open by itself at an instant; until then it can be taken back, or get another one.

    Raises what `open_challenge` does, also for an instant that is not in the future.
    """
    require(actor, "challenge:open", challenge)
    locked = caught_up(challenge)
    if locked.status not in HIDDEN:
        raise Conflict(_("This challenge has been opened already."))
    _complete(locked)
    if opens_at <= clock.now():
        raise RuleBroken(_("The opening time must be in the future."), field="opens_at")
    locked.opens_at = opens_at
    check_times(locked)
    locked.status = ChallengeStatus.SCHEDULED
    session.flush()
    publish(ChallengeScheduled(challenge=locked, by=actor))


def take_back(actor: Actor, challenge: Challenge) -> None:
    """Make a draft again of a challenge that would have opened by itself. Raises `Forbidden` and `Conflict`."""
    require(actor, "challenge:open", challenge)
    locked = caught_up(challenge)
    if locked.status == ChallengeStatus.DRAFT:
        raise Conflict(_("This challenge is a draft already."))
    if locked.status != ChallengeStatus.SCHEDULED:
        raise Conflict(_("This challenge has been opened already."))
    locked.status, locked.opens_at = ChallengeStatus.DRAFT, None
    session.flush()
    publish(ChallengeTakenBack(challenge=locked, by=actor))


def close_challenge(actor: Actor, challenge: Challenge, reason: str = "") -> None:
    """Take no more answers: what arrives from now on is late.

    Before the time that was promised that is an amendment: it takes a `reason`, which everybody reads who has taken
    part. Raises `Forbidden`, `Conflict`, and `InvalidInput` (`reason`) where one is missing.
    """
    require(actor, "challenge:close", challenge)
    # The clock is read under the lock that every arriving answer takes too: no answer is on both sides of it.
    locked = caught_up(challenge)
    if locked.status != ChallengeStatus.OPEN:
        raise Conflict(_("This challenge is not open."))
    if locked.closes_at is None:
        stop(locked)
    else:
        require(actor, "challenge:amend", locked)
        with amending(actor, locked, reason):
            locked.closes_at = closes_at = first_closing_time(locked)
        stop_at(locked, closes_at)
    publish(ChallengeClosed(challenge=locked, by=actor))


def _complete(challenge: Challenge) -> None:
    """Fix what a challenge says where it is not said yet: its usual rules, and its prize as a row."""
    rules = rules_of(challenge)
    check_complete(challenge, rules)
    challenge.rules = dict(rules)
    if not challenge.prizes:
        set_prizes(challenge, [PrizeWords(challenge.prize)])


def _said_for(challenge: Challenge, closes_at: datetime | None) -> str:
    """The reason of an amendment that nobody gave one for."""
    with force_locale(challenge.language):
        if closes_at is not None and closes_at != challenge.closes_at:
            return gettext("Answers count until another time than before.")
        return gettext("What the challenge says was edited.")


def _unexplained(challenge: Challenge) -> InvalidInput:
    """Why an article is not saved yet whose challenge would ask something else."""
    fault = _(
        "The challenge “%(title)s” is open: its question cannot change in silence. Say why it does: whoever has "
        "taken part is told by mail, with your reason.",
        title=challenge.title,
    )
    return InvalidInput(fault, {"reason": fault})


def _rules_with(organiser: str, address: str) -> Mapping[str, str]:
    """The parts of the rules that an article says itself. Raises `InvalidInput` for an endless one."""
    said = {"organiser": tidy_text(organiser), "organiser_address": tidy_text(address)}
    faults = {
        name: _("Use at most %(limit)s characters.", limit=MAX_RULES)
        for name, text in said.items()
        if len(text) > MAX_RULES
    }
    if faults:
        raise InvalidInput(_("The challenge cannot be set up like this."), faults)
    parts = {RulesPart.ORGANISER.value: said["organiser"], RulesPart.ADDRESS.value: said["organiser_address"]}
    return {part: text for part, text in parts.items() if text}


def _usual_rules_with_address(language: str, *, guesses: bool) -> Mapping[str, str]:
    """The usual rules, with where the organiser of the last challenge is found.

    What the program knows of a site is no street and no town: it stands there only where it is to guess.
    """
    usual = usual_rules(language)
    address = last_address() or (usual[RulesPart.ADDRESS] if guesses else "")
    return {**usual, RulesPart.ADDRESS.value: address}


def _new_challenge(
    slug: str,
    article: Article | None,
    words: Mapping[str, str],
    closes_at: datetime | None,
    *,
    rules: Mapping[str, str],
    by: Actor,
) -> Challenge:
    challenge = Challenge(
        slug=slug,
        article=article,
        closes_at=closes_at,
        created_at=clock.now(),
        attempts=USUAL_ATTEMPTS,
        rules=dict(rules),
        **words,
    )
    if words["prize"]:
        set_prizes(challenge, [PrizeWords(words["prize"])])
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


def _change_words(challenge: Challenge, words: Mapping[str, str]) -> bool:
    """Whether anything has changed."""
    changed = {name: value for name, value in words.items() if getattr(challenge, name) != value}
    if not changed:
        return False
    status = status_at(challenge, clock.now())
    if status not in _STILL_CHANGES:
        raise Conflict(
            _("The challenge “%(title)s” has ended and can no longer change.", title=challenge.title)
        )
    if status is not ChallengeStatus.DRAFT and not (
        words["prize"] and says_something(words["question_html"])
    ):
        missing = "question_html" if words["prize"] else "prize"
        raise RuleBroken(_("The challenge is open: it needs its question and its prize."), field=missing)
    first, *others = [*words_of(challenge).prizes] or [PrizeWords("")]
    for name, value in changed.items():
        setattr(challenge, name, value)
    if "prize" in changed:
        set_prizes(challenge, [replace(first, title=words["prize"]), *others] if words["prize"] else others)
    return True


def _change_closing_time(challenge: Challenge, closes_at: datetime | None, by: Actor) -> None:
    """The caller is amending the challenge."""
    now = clock.now()
    status = status_at(challenge, now)
    if status not in _STILL_CHANGES:
        raise Conflict(
            _("The challenge “%(title)s” has ended and can no longer change.", title=challenge.title)
        )
    if status is ChallengeStatus.OPEN and closes_at is not None and closes_at <= now:
        raise RuleBroken(_("The closing time must be in the future."), field="closes_at")
    if closes_at != challenge.closes_at:
        challenge.closes_at = closes_at
        if status is ChallengeStatus.SCHEDULED:
            check_times(challenge)
        publish(ClosingTimeSet(challenge=challenge, by=by))
