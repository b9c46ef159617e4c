"""`flask challenges award …`: the way of a prize, on the command line."""

from collections.abc import Callable, Mapping

import click
from flask_babel import gettext as _

from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.prizes import (
    conclude,
    correct_tracking,
    mark_declined,
    mark_expired,
    mark_received,
    mark_returned,
    mark_sent,
    remove_public_name,
    send_new_code,
)
from blog.challenges.cli.group import (
    by_option,
    challenge_named,
    challenges_cli,
    entry_of,
    person_at,
    slug_argument,
)
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.awards import awards_of
from blog.challenges.values import AwardStep, Ending, WhyDisqualified
from blog.challenges.words.prizes import award_words
from blog.core.actor import Actor
from blog.core.cli import command
from blog.core.db import unit_of_work
from blog.core.errors import Conflict, NotFound

# Who does it, in which challenge, with which entry, why, and how a parcel can be followed.
_Act = Callable[[Actor, Challenge, int, str, str], Award]

_ACTS: Mapping[AwardStep, _Act] = {
    AwardStep.SENT: lambda actor, challenge, number, _why, tracking: mark_sent(
        actor, challenge, number, tracking
    ),
    AwardStep.RECEIVED: lambda actor, challenge, number, _why, _tracking: mark_received(
        actor, challenge, number
    ),
    AwardStep.DECLINED: lambda actor, challenge, number, why, _tracking: mark_declined(
        actor, challenge, number, why
    ),
    AwardStep.EXPIRED: lambda actor, challenge, number, why, _tracking: mark_expired(
        actor, challenge, number, why
    ),
    AwardStep.RETURNED: lambda actor, challenge, number, _why, _tracking: mark_returned(
        actor, challenge, number
    ),
}
# What can be noted of a prize with this command; a disqualified entry has a reason of its own kind.
_STEPS = [*(step.value for step in _ACTS), AwardStep.DISQUALIFIED.value]


_entry_option = click.option(
    "--entry", type=int, metavar="NUMBER", help="Only if the prize is still that of this entry."
)


@challenges_cli.command("award")
@slug_argument
@click.argument("rank", type=int)
@click.argument("step", type=click.Choice(_STEPS))
@by_option
@click.option("--reason", default="", help="Why; needed for “declined” and “disqualified”.")
@click.option(
    "--why",
    type=click.Choice([why.value for why in WhyDisqualified]),
    default=WhyDisqualified.AGAINST_RULES.value,
    show_default=True,
    help="What kind of reason it is, for “disqualified”.",
)
@click.option("--tracking", default="", metavar="T", help="How a prize that was sent can be followed.")
@_entry_option
@command
def award(
    slug: str, rank: int, step: str, *, email: str, reason: str, why: str, tracking: str, entry: int | None
) -> None:
    """Note how far the prize of a RANK has come: 1 is the first one."""
    actor, challenge = person_at(email), challenge_named(slug)
    held = _held(challenge, rank, entry)
    with unit_of_work():
        if step == AwardStep.DISQUALIFIED:
            disqualify(actor, held.entry, why, reason)
            moved = held
        else:
            moved = _ACTS[AwardStep(step)](actor, challenge, held.entry.number, reason, tracking)
        words = award_words(moved)
    click.echo(words)


def _held(challenge: Challenge, rank: int, number: int | None) -> Award:
    """Whose the prize of a rank is: it is done to that entry. Raises `Conflict` where another one was named."""
    held = next((each for each in awards_of(challenge) if each.rank == rank), None)
    if held is None:
        raise NotFound(_("Prize %(rank)s of “%(slug)s” is nobody’s now.", rank=rank, slug=challenge.slug))
    if number is not None and held.entry.number != number:
        raise Conflict(
            _(
                "Prize %(rank)s is that of entry %(number)s by now. Nothing was done.",
                rank=rank,
                number=held.entry.number,
            )
        )
    return held


@challenges_cli.command("new-code")
@slug_argument
@click.argument("rank", type=int)
@by_option
@_entry_option
@command
def new_code(slug: str, rank: int, *, email: str, entry: int | None) -> None:
    """Mail a new code to the winner of a RANK, whose earlier one is lost or blocked."""
    actor, challenge = person_at(email), challenge_named(slug)
    number = _held(challenge, rank, entry).entry.number
    with unit_of_work():
        send_new_code(actor, challenge, number)
    click.echo(_("A new code is on its way to the sender of entry %(number)s.", number=number))


@challenges_cli.command("tracking")
@slug_argument
@click.argument("rank", type=int)
@click.argument("tracking")
@by_option
@_entry_option
@command
def tracking_(slug: str, rank: int, tracking: str, *, email: str, entry: int | None) -> None:
    """Correct how the prize of a RANK that was sent can be followed; its winner is told."""
    actor, challenge = person_at(email), challenge_named(slug)
    number = _held(challenge, rank, entry).entry.number
    with unit_of_work():
        correct_tracking(actor, challenge, number, tracking)
    click.echo(_("The sender of entry %(number)s is told how it can be followed.", number=number))


@challenges_cli.command("remove-name")
@slug_argument
@click.argument("number", type=int)
@by_option
@click.option("--reason", required=True, help="Why, in your own words: its sender reads it.")
@command
def remove_name(slug: str, number: int, *, email: str, reason: str) -> None:
    """Take away the name that is shown with entry NUMBER, in the result or on the roll of honour."""
    actor, challenge = person_at(email), challenge_named(slug)
    entry_of(challenge, number)
    with unit_of_work():
        remove_public_name(actor, challenge, number, reason)
    click.echo(_("No name is shown with entry %(number)s any more.", number=number))


@challenges_cli.command("conclude")
@slug_argument
@by_option
@click.option("--reason", required=True, help="Why nobody gets what is left; everybody reads it.")
@command
def conclude_(slug: str, email: str, reason: str) -> None:
    """End a challenge of which a prize is left that nobody else can win."""
    actor, challenge = person_at(email), challenge_named(slug)
    with unit_of_work():
        how = conclude(actor, challenge, reason)
    if how is Ending.FINAL:
        click.echo(_("“%(slug)s” is over, with fewer winners than prizes.", slug=slug))
    else:
        click.echo(_("“%(slug)s” is over, without a winner.", slug=slug))
