"""`flask challenges award …`: the way of a prize, on the command line."""

from collections.abc import Callable, Mapping

import click
from flask_babel import gettext as _

from blog.challenges.actions.prizes import (
    conclude,
    disqualify,
    mark_declined,
    mark_expired,
    mark_received,
    mark_sent,
)
from blog.challenges.cli.group import by_option, challenge_named, challenges_cli, person_at, slug_argument
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.awards import awards_of
from blog.challenges.values import AwardStep, Ending
from blog.challenges.words.prizes import award_words
from blog.core.actor import Actor
from blog.core.cli import command
from blog.core.db import unit_of_work
from blog.core.errors import NotFound

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
    AwardStep.DISQUALIFIED: lambda actor, challenge, number, why, _tracking: disqualify(
        actor, challenge, number, why
    ),
}


@challenges_cli.command("award")
@slug_argument
@click.argument("rank", type=int)
@click.argument("step", type=click.Choice([step.value for step in _ACTS]))
@by_option
@click.option("--reason", default="", help="Why; needed for “declined” and “disqualified”.")
@click.option("--tracking", default="", metavar="T", help="How a prize that was sent can be followed.")
@command
def award(slug: str, rank: int, step: str, *, email: str, reason: str, tracking: str) -> None:
    """Note how far the prize of a RANK has come: 1 is the first one."""
    actor, challenge = person_at(email), challenge_named(slug)
    held = next((each for each in awards_of(challenge) if each.rank == rank), None)
    if held is None:
        raise NotFound(_("Prize %(rank)s of “%(slug)s” is nobody’s now.", rank=rank, slug=slug))
    with unit_of_work():
        words = award_words(_ACTS[AwardStep(step)](actor, challenge, held.entry.number, reason, tracking))
    click.echo(words)


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
