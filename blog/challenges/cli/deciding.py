"""`flask challenges …`: the desk on the command line."""

from collections.abc import Mapping, Sequence

import click
from flask_babel import gettext as _

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge, open_challenge, set_closing_time
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.asked import asked_of
from blog.challenges.cli.group import (
    by_option,
    challenge_named,
    challenges_cli,
    entry_of,
    instant_in,
    person_at,
    slug_argument,
)
from blog.challenges.confirming import ask_again
from blog.challenges.models.challenges import Challenge
from blog.challenges.outcome import to_be_told
from blog.challenges.queries.awards import is_to_be_claimed
from blog.challenges.queries.outcomes import contest_and_outcome_of, contest_of, outcome_of
from blog.challenges.queries.verdicts import sight_of
from blog.challenges.values import Judgement
from blog.challenges.words.judging import turn_words
from blog.challenges.words.outcomes import progress_words
from blog.core.cli import command
from blog.core.config import current_settings
from blog.core.db import unit_of_work


@challenges_cli.command("open")
@slug_argument
@by_option
@click.option(
    "--closes", metavar="T", help="Until when answers count, in ISO 8601; without an offset, site time."
)
@command
def open_(slug: str, email: str, closes: str | None) -> None:
    """Take answers from now on."""
    actor, challenge = person_at(email), challenge_named(slug)
    closes_at = instant_in(closes) if closes else None
    with unit_of_work():
        if closes_at is not None:
            set_closing_time(actor, challenge, closes_at)
        open_challenge(actor, challenge)
    address = f"{challenge.slug}@{current_settings().answer_domain}"
    click.echo(_("“%(slug)s” is open; answers go to %(address)s.", slug=slug, address=address))


@challenges_cli.command("close")
@slug_argument
@by_option
@click.option(
    "--reason",
    default="",
    help="Why; needed before the time that was promised. Everybody reads it who has taken part.",
)
@command
def close(slug: str, email: str, reason: str) -> None:
    """Take no more answers; what arrives afterwards is late."""
    actor, challenge = person_at(email), challenge_named(slug)
    with unit_of_work():
        close_challenge(actor, challenge, reason)
    click.echo(_("“%(slug)s” is closed.", slug=slug))


@challenges_cli.command("judge")
@slug_argument
@click.argument("number", type=int)
@click.argument("judgement", type=click.Choice([judgement.value for judgement in Judgement]))
@by_option
@click.option("--reason", default="", help="Why; needed for “unclear”, and for what is not obvious.")
@click.option("--rubric", multiple=True, metavar="CODE", help="What you see in it; as often as you like.")
@command
def judge(slug: str, number: int, judgement: str, email: str, reason: str, rubric: tuple[str, ...]) -> None:  # noqa: PLR0917 - one for each option
    """Give a verdict on one entry; your last one counts. Where two have to agree it is sealed until both have."""
    actor, challenge = person_at(email), challenge_named(slug)
    entry = entry_of(challenge, number)
    with unit_of_work():
        judge_entry(actor, entry, Judgement(judgement), reason, rubric)
        outcome = outcome_of(challenge)
        asked = asked_of(challenge, outcome.unconfirmed)
        words = progress_words(
            outcome,
            contest_of(challenge),
            challenge.entry_total,
            asked,
            is_to_be_claimed=is_to_be_claimed(challenge),
        )
        turn = turn_words(sight_of(entry, actor.person_id).turn) if challenge.judges > 1 else ""
    click.echo("\n".join(filter(None, [turn, words])))


@challenges_cli.command("ask")
@slug_argument
@click.argument("number", type=int)
@by_option
@command
def ask(slug: str, number: int, email: str) -> None:
    """Ask the sender of an entry once more to confirm that it is theirs; they have a week from then on."""
    actor, challenge = person_at(email), challenge_named(slug)
    entry = entry_of(challenge, number)
    with unit_of_work():
        ask_again(actor, entry)
    click.echo(_("The sender of entry %(number)s of “%(slug)s” is asked by mail.", number=number, slug=slug))


@challenges_cli.command("announce")
@slug_argument
@by_option
@click.option(
    "--entry",
    "named",
    type=int,
    multiple=True,
    metavar="NUMBER",
    help="Only if it is this entry that is to be told; once for each of several.",
)
@command
def announce(slug: str, email: str, named: tuple[int, ...]) -> None:
    """Let the winner be told, if the first correct entry is final; also the next one, when a prize has come back."""
    actor, challenge = person_at(email), challenge_named(slug)
    seen = _winners_as_named(challenge, named) if named else None
    with unit_of_work():
        award = announce_winner(actor, challenge, seen=seen)
        number, is_told = award.entry.number, award.letter is not None
    click.echo(
        _("Entry %(number)s of “%(slug)s” has won, and its sender is told by mail.", number=number, slug=slug)
        if is_told
        else _(
            "Entry %(number)s of “%(slug)s” has won, and its sender could not be told: it names no address.",
            number=number,
            slug=slug,
        )
    )


def _winners_as_named(challenge: Challenge, named: Sequence[int]) -> Mapping[int, int]:
    """By rank who is to be told, where it is who was named; else what is nobody's rank, and so never is."""
    contest, outcome = contest_and_outcome_of(challenge)
    new = to_be_told(outcome, contest)
    return new if set(new.values()) == set(named) else dict(enumerate(named))
