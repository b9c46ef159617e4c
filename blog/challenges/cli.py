"""`flask challenges …`: the desk on the command line."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from blog.accounts.queries import person_by_email
from blog.challenges.actions import (
    announce_winner,
    close_challenge,
    judge_entry,
    open_challenge,
    set_closing_time,
)
from blog.challenges.asked import asked_of
from blog.challenges.confirming import ask_again
from blog.challenges.models import Challenge, Entry
from blog.challenges.policy import status_at
from blog.challenges.queries import (
    address_of,
    all_challenges,
    award_of,
    challenge_by_slug,
    entries_with_messages,
    entry_numbered,
    last_judgement,
    message_of,
    outcome_of,
    waiting_counts,
)
from blog.challenges.values import ChallengeStatus, Judgement
from blog.challenges.words import asked_words, decision_words, entry_words, outcome_words, status_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.cli import command, print_json
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput, NotFound

challenges_cli = AppGroup("challenges", help="Open, judge and announce challenges.")

_by = click.option("--by", "email", metavar="EMAIL", required=True, help="The mail address of who does it.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_slug = click.argument("slug")
_MAX_EXCERPT = 60


@challenges_cli.command("list")
@_as_json
@command
def list_challenges(as_json: bool) -> None:
    """All challenges with their state and how many entries wait."""
    challenges = all_challenges()
    waiting = waiting_counts([challenge.id for challenge in challenges])
    if as_json:
        print_json([_described(challenge, waiting.get(challenge.id, 0)) for challenge in challenges])
        return
    for challenge in challenges:
        status = status_words(status_at(challenge, clock.now()))
        counts = _(
            "%(entries)s entries, %(waiting)s waiting", **_counts(challenge, waiting.get(challenge.id, 0))
        )
        click.echo(f"{challenge.slug}  {status}  {counts}  {challenge.title}")


@challenges_cli.command("show")
@_slug
@_as_json
@command
def show(slug: str, as_json: bool) -> None:
    """Status, entries in order of arrival, and the candidate, or why there is none yet."""
    challenge = _challenge(slug)
    entries = entries_with_messages(challenge)
    outcome = outcome_of(challenge)
    if as_json:
        print_json(
            {
                "slug": challenge.slug,
                "status": status_at(challenge, clock.now()).value,
                "entries": [_described_entry(entry) for entry in entries],
                "candidate": outcome.candidate,
                "waiting_for": list(outcome.waiting_for),
                "final": outcome.final,
                "unconfirmed": outcome.unconfirmed,
            }
        )
        return
    click.echo(f"{challenge.slug}  {status_words(status_at(challenge, clock.now()))}  {challenge.title}")
    for entry in entries:
        click.echo(_entry_line(entry, is_over=challenge.status == ChallengeStatus.ANNOUNCED))
    award = award_of(challenge)
    winning_number = award.entry.number if award else None
    asked = asked_of(challenge, outcome.unconfirmed)
    click.echo(decision_words(outcome, challenge.entry_total, winning_number, asked))


@challenges_cli.command("open")
@_slug
@_by
@click.option(
    "--closes", metavar="T", help="Until when answers count, in ISO 8601; without an offset, site time."
)
@command
def open_(slug: str, email: str, closes: str | None) -> None:
    """Take answers from now on."""
    actor, challenge = _person(email), _challenge(slug)
    closes_at = _instant(closes) if closes else None
    with unit_of_work():
        if closes_at is not None:
            set_closing_time(actor, challenge, closes_at)
        open_challenge(actor, challenge)
    address = f"{challenge.slug}@{current_settings().answer_domain}"
    click.echo(_("“%(slug)s” is open; answers go to %(address)s.", slug=slug, address=address))


@challenges_cli.command("close")
@_slug
@_by
@command
def close(slug: str, email: str) -> None:
    """Take no more answers; what arrives afterwards is late."""
    actor, challenge = _person(email), _challenge(slug)
    with unit_of_work():
        close_challenge(actor, challenge)
    click.echo(_("“%(slug)s” is closed.", slug=slug))


@challenges_cli.command("judge")
@_slug
@click.argument("number", type=int)
@click.argument("judgement", type=click.Choice([judgement.value for judgement in Judgement]))
@_by
@click.option("--reason", default="", help="Why; needed for “unclear”.")
@command
def judge(slug: str, number: int, judgement: str, email: str, reason: str) -> None:
    """Give a verdict on one entry; the last verdict counts."""
    actor, challenge = _person(email), _challenge(slug)
    entry = _entry(challenge, number)
    with unit_of_work():
        judge_entry(actor, entry, Judgement(judgement), reason)
        outcome = outcome_of(challenge)
        words = outcome_words(outcome, challenge.entry_total, asked_of(challenge, outcome.unconfirmed))
    click.echo(words)


@challenges_cli.command("ask")
@_slug
@click.argument("number", type=int)
@_by
@command
def ask(slug: str, number: int, email: str) -> None:
    """Ask the sender of an entry once more to confirm that it is theirs; they have a week from then on."""
    actor, challenge = _person(email), _challenge(slug)
    entry = _entry(challenge, number)
    with unit_of_work():
        ask_again(actor, entry)
    click.echo(_("The sender of entry %(number)s of “%(slug)s” is asked by mail.", number=number, slug=slug))


@challenges_cli.command("announce")
@_slug
@_by
@command
def announce(slug: str, email: str) -> None:
    """Announce the winner, if the first correct entry is final."""
    actor, challenge = _person(email), _challenge(slug)
    with unit_of_work():
        number = announce_winner(actor, challenge).entry.number
    click.echo(
        _("Entry %(number)s of “%(slug)s” has won, and its sender is told by mail.", number=number, slug=slug)
    )


def _challenge(slug: str) -> Challenge:
    challenge = challenge_by_slug(slug)
    if challenge is None:
        raise NotFound(_("There is no challenge “%(slug)s”.", slug=slug))
    return challenge


def _entry(challenge: Challenge, number: int) -> Entry:
    entry = entry_numbered(challenge, number)
    if entry is None:
        raise NotFound(_("“%(slug)s” has no entry %(number)s.", slug=challenge.slug, number=number))
    return entry


def _person(email: str) -> Actor:
    person = person_by_email(email)
    if person is None:
        raise NotFound(_("Nobody here has the address %(email)s.", email=email))
    return person.actor


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = _("“%(text)s” is not a time; give one like 2026-12-31T17:00.", text=text)
        raise InvalidInput(message) from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=ZoneInfo(current_settings().time_zone))
    return instant.astimezone(UTC)


def _described(challenge: Challenge, waiting: int) -> dict[str, object]:
    return {
        "slug": challenge.slug,
        "title": challenge.title,
        "status": status_at(challenge, clock.now()).value,
        "address": f"{challenge.slug}@{current_settings().answer_domain}",
        "opens_at": challenge.opens_at.isoformat() if challenge.opens_at else None,
        "closes_at": challenge.closes_at.isoformat() if challenge.closes_at else None,
        **_counts(challenge, waiting),
    }


def _counts(challenge: Challenge, waiting: int) -> dict[str, int]:
    return {"entries": challenge.entry_total, "waiting": waiting}


def _described_entry(entry: Entry) -> dict[str, object]:
    message = message_of(entry)
    verdict = last_judgement(entry)
    asked = entry.confirmation
    return {
        "number": entry.number,
        "received_at": entry.received_at.isoformat(),
        "from": address_of(entry, message),
        "text": message.text if message else "",
        "verdict": verdict.value if verdict else None,
        "eligible": entry.eligible,
        "why_not": entry.why_not,
        # Of an entry whose sender is not proven: when they were asked, what became of the letter that asks when nothing
        # else is missing, until when they can confirm it, and when and how they have, or said that it is not theirs.
        "asked_at": _iso(asked.asked_at) if asked else None,
        "letter": asked.letter.state if asked and asked.letter else None,
        "due_at": _iso(asked.due_at) if asked else None,
        "confirmed_at": _iso(asked.confirmed_at) if asked else None,
        "confirmed_by": asked.confirmed_by if asked else None,
        "disowned_at": _iso(asked.disowned_at) if asked else None,
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _entry_line(entry: Entry, *, is_over: bool) -> str:
    message = message_of(entry)
    judged = entry_words(entry.eligible, entry.why_not, last_judgement(entry), is_over=is_over)
    state = "; ".join(
        [judged, *asked_words(entry.confirmation, entry.eligible, entry.why_not, is_over=is_over)]
    )
    excerpt = " ".join(message.text.split())[:_MAX_EXCERPT] if message else ""
    return f"{entry.number:>4}  {entry.received_at.isoformat()}  {address_of(entry, message)}  [{state}]  {excerpt}"
