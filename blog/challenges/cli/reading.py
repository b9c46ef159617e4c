"""`flask challenges …`: what there is, and how far it has come."""

from datetime import datetime

import click
from flask_babel import gettext as _

from blog.challenges.asked import asked_of
from blog.challenges.blind import beginning_of
from blog.challenges.cli.group import challenge_named, challenges_cli, json_option, slug_argument
from blog.challenges.events import SendersShown
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.outcome import NOTHING_TO_JUDGE, Outcome
from blog.challenges.policy import status_at
from blog.challenges.queries.awards import all_awards_of, awards_of, is_to_be_claimed
from blog.challenges.queries.challenges import all_challenges
from blog.challenges.queries.entries import (
    address_of,
    entries_with_messages,
    last_judgement,
    message_of,
    sender_of,
)
from blog.challenges.queries.outcomes import contest_of, outcome_of
from blog.challenges.queries.to_judge import to_judge_in
from blog.challenges.queries.vacancies import is_beyond_change
from blog.challenges.values import ChallengeStatus
from blog.challenges.words.outcomes import progress_words
from blog.challenges.words.prizes import award_words
from blog.challenges.words.states import asked_words, entry_words, status_words
from blog.core import clock
from blog.core.actor import ANONYMOUS
from blog.core.cli import command, print_json
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.events import publish

_MAX_EXCERPT = 60
# So much of an answer is looked at: its lines may be short, and blank ones stand between them.
_MAX_LINES = 4 * _MAX_EXCERPT


@challenges_cli.command("list")
@json_option
@command
def list_challenges(as_json: bool) -> None:
    """All challenges with their state and for how many entries the decision waits."""
    challenges = all_challenges()
    counts = to_judge_in(challenges)
    waiting = {each.id: counts.get(each.id, NOTHING_TO_JUDGE).now for each in challenges}
    if as_json:
        print_json([_described(challenge, waiting[challenge.id]) for challenge in challenges])
        return
    for challenge in challenges:
        status = status_words(status_at(challenge, clock.now()))
        counts = _("%(entries)s entries, %(waiting)s waiting", **_counts(challenge, waiting[challenge.id]))
        click.echo(f"{challenge.slug}  {status}  {counts}  {challenge.title}")


@challenges_cli.command("show")
@slug_argument
@json_option
@click.option(
    "--senders",
    is_flag=True,
    help="Also who sent them, while it is not decided; that is written down in the log.",
)
@command
def show(slug: str, as_json: bool, senders: bool) -> None:
    """Status, entries in order of arrival, and the candidate, or why there is none yet.

    Whoever judges should not see who sent what: until it is decided the list leaves that out. A program gets it all.
    """
    challenge = challenge_named(slug)
    is_open = not ChallengeStatus(challenge.status).is_over
    is_blind = is_open and not senders
    if is_open and senders:
        with unit_of_work():
            publish(SendersShown(challenge=challenge, by=ANONYMOUS))
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
                # Whose senders had used up their tries: they cannot win, and block nobody.
                "over_limit": sorted(outcome.over_limit),
                "judges": challenge.judges,
                "awards": [_described_award(award) for award in all_awards_of(challenge)],
            }
        )
        return
    click.echo(f"{challenge.slug}  {status_words(status_at(challenge, clock.now()))}  {challenge.title}")
    for entry in entries:
        click.echo(_entry_line(entry, outcome, is_over=is_beyond_change(challenge), is_blind=is_blind))
    status = ChallengeStatus(challenge.status)
    awards = awards_of(challenge)
    for award in awards:
        click.echo(award_words(award))
    if status.is_over:
        for award in awards:
            click.echo(_("Entry %(number)s has won.", number=award.entry.number))
    elif not is_beyond_change(challenge):
        asked = asked_of(challenge, outcome.unconfirmed)
        is_told = is_to_be_claimed(challenge)
        click.echo(
            progress_words(
                outcome, contest_of(challenge), challenge.entry_total, asked, is_to_be_claimed=is_told
            )
        )


def _described_award(award: Award) -> dict[str, object]:
    """A prize on its way, or what has become of it. Where its winner lives is on the desk alone."""
    return {
        "rank": award.rank,
        "number": award.entry.number,
        "step": award.step,
        "living": award.is_living,
        "announced_at": _iso(award.announced_at),
        "claim_until": _iso(award.claim_until),
        "claimed_at": _iso(award.claimed_at),
        "tracking": award.tracking,
    }


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


def _entry_line(entry: Entry, outcome: Outcome, *, is_over: bool, is_blind: bool) -> str:
    message = message_of(entry)
    judged = entry_words(
        entry.eligible,
        entry.why_not,
        last_judgement(entry),
        is_over=is_over,
        is_over_limit=entry.number in outcome.over_limit,
        is_needed=entry.number in outcome.waiting_for,
    )
    state = "; ".join(
        [judged, *asked_words(entry.confirmation, entry.eligible, entry.why_not, is_over=is_over)]
    )
    text = message.text if message else ""
    # Names are looked for in lines as they were written: a signature is one by itself.
    words = " ".join((beginning_of(text, sender_of(message), _MAX_LINES) if is_blind else text).split())
    sender = "" if is_blind else f"{address_of(entry, message)}  "
    return f"{entry.number:>4}  {entry.received_at.isoformat()}  {sender}[{state}]  {words[:_MAX_EXCERPT]}"
