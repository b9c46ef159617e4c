"""`flask challenges …`: who may take part."""

import click
from flask_babel import gettext as _

from blog.challenges.actions.disqualifying import disqualify, reinstate
from blog.challenges.cli.group import (
    by_option,
    challenge_named,
    challenges_cli,
    entry_of,
    person_at,
    slug_argument,
)
from blog.challenges.values import WhyDisqualified
from blog.core.cli import command
from blog.core.db import unit_of_work

_reason_option = click.option("--reason", required=True, help="Why, in your own words: its sender reads it.")


@challenges_cli.command("disqualify")
@slug_argument
@click.argument("number", type=int)
@click.argument("why", type=click.Choice([why.value for why in WhyDisqualified]))
@by_option
@_reason_option
@command
def disqualify_(slug: str, number: int, why: str, email: str, reason: str) -> None:
    """Say that an entry cannot take part. It keeps its number, and blocks nobody."""
    actor, challenge = person_at(email), challenge_named(slug)
    entry = entry_of(challenge, number)
    with unit_of_work():
        disqualify(actor, entry, why, reason)
    click.echo(_("Entry %(number)s of “%(slug)s” cannot take part any more.", number=number, slug=slug))


@challenges_cli.command("reinstate")
@slug_argument
@click.argument("number", type=int)
@by_option
@_reason_option
@command
def reinstate_(slug: str, number: int, email: str, reason: str) -> None:
    """Let an entry take part again that was disqualified, with the verdicts that it has."""
    actor, challenge = person_at(email), challenge_named(slug)
    entry = entry_of(challenge, number)
    with unit_of_work():
        reinstate(actor, entry, reason)
    click.echo(_("Entry %(number)s of “%(slug)s” takes part again.", number=number, slug=slug))
