"""`flask challenges …`: when a challenge opens by itself, what is changed then, and how it ends without a winner."""

from dataclasses import replace

import click
from flask_babel import gettext as _

from blog.challenges.actions.challenges import schedule_challenge, set_closing_time
from blog.challenges.actions.endings import cancel_challenge, end_without_winner, remove_challenge
from blog.challenges.actions.terms import decide_terms
from blog.challenges.cli.group import (
    by_option,
    challenge_named,
    challenges_cli,
    instant_in,
    person_at,
    slug_argument,
)
from blog.challenges.policy import status_at
from blog.challenges.terms import words_of
from blog.challenges.values import HIDDEN, MAX_ATTEMPTS, RulesPart, TermsWords
from blog.core import clock
from blog.core.cli import command
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput

_UNLIMITED = "unlimited"
reason_option = click.option("--reason", required=True, help="Why; everybody reads it who has taken part.")


@challenges_cli.command("schedule")
@slug_argument
@by_option
@click.option(
    "--opens",
    required=True,
    metavar="T",
    help="When it opens by itself, in ISO 8601; without an offset, site time.",
)
@click.option("--closes", metavar="T", help="Until when answers count.")
@command
def schedule(slug: str, email: str, opens: str, closes: str | None) -> None:
    """Let a challenge open by itself."""
    actor, challenge = person_at(email), challenge_named(slug)
    opens_at, closes_at = instant_in(opens), instant_in(closes) if closes else None
    with unit_of_work():
        if closes_at is not None:
            set_closing_time(actor, challenge, closes_at)
        schedule_challenge(actor, challenge, opens_at)
    click.echo(_("“%(slug)s” opens by itself at %(instant)s.", slug=slug, instant=opens_at.isoformat()))


@challenges_cli.command("cancel")
@slug_argument
@by_option
@click.option(
    "--reason", default="", help="Why; needed once it was opened. Everybody reads it who has taken part."
)
@command
def cancel(slug: str, email: str, reason: str) -> None:
    """Call a challenge off; one that has never been open is removed."""
    actor, challenge = person_at(email), challenge_named(slug)
    is_hidden = status_at(challenge, clock.now()) in HIDDEN
    with unit_of_work():
        if is_hidden:
            remove_challenge(actor, challenge)
        else:
            cancel_challenge(actor, challenge, reason)
    if is_hidden:
        click.echo(_("“%(slug)s” has been removed.", slug=slug))
    else:
        click.echo(_("“%(slug)s” has been called off; everybody who has taken part is told.", slug=slug))


@challenges_cli.command("no-winner")
@slug_argument
@by_option
@reason_option
@command
def no_winner(slug: str, email: str, reason: str) -> None:
    """Say that nobody has won."""
    actor, challenge = person_at(email), challenge_named(slug)
    with unit_of_work():
        end_without_winner(actor, challenge, reason)
    click.echo(_("“%(slug)s” has ended without a winner; everybody who has taken part is told.", slug=slug))


@challenges_cli.command("amend")
@slug_argument
@by_option
@reason_option
@click.option("--title", help="What it is called.")
@click.option("--closes", metavar="T", help="Until when answers count, in ISO 8601; “never” for no end.")
@click.option(
    "--attempts", metavar="N", help="How many answers of one person count; “unlimited” for all of them."
)
@click.option("--judges", type=click.IntRange(1, 2), help="How many people have to agree on a verdict.")
@click.option("--claim-days", type=int, help="How many days a winner has to claim a prize.")
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="PART=TEXT",
    help="A part of the rules; may be given more than once.",
)
@click.option(
    "--judge-again",
    is_flag=True,
    help="No verdict counts any more: for when the question asks something else.",
)
@command
def amend(  # noqa: PLR0913, PLR0917 - one option for each thing that can change
    slug: str,
    email: str,
    reason: str,
    title: str | None,
    closes: str | None,
    attempts: str | None,
    judges: int | None,
    claim_days: int | None,
    rules: tuple[str, ...],
    judge_again: bool,
) -> None:
    """Change what a challenge says; after opening everybody who has taken part is told why."""
    actor, challenge = person_at(email), challenge_named(slug)
    words = words_of(challenge)
    terms = replace(
        words,
        title=words.title if title is None else title,
        attempts=words.attempts if attempts is None else _attempts_in(attempts),
        judges=judges or words.judges,
        claim_days=words.claim_days if claim_days is None else claim_days,
        rules={**words.rules, **_rules_in(rules)},
    )
    with unit_of_work():
        decide_terms(actor, challenge, _closing(terms, closes), reason=reason, judge_again=judge_again)
    click.echo(_("“%(slug)s” has been changed.", slug=slug))


def _closing(terms: TermsWords, closes: str | None) -> TermsWords:
    if closes is None:
        return terms
    return replace(terms, closes_at=None if closes == "never" else instant_in(closes))


def _attempts_in(text: str) -> int | None:
    if text == _UNLIMITED:
        return None
    if not text.isdecimal() or len(text) > len(str(MAX_ATTEMPTS)):
        raise InvalidInput(_("“%(text)s” is no number of tries; give one, or “unlimited”.", text=text))
    return int(text)


def _rules_in(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        part, _equals, text = each.partition("=")
        if part not in set(RulesPart):
            parts = ", ".join(RulesPart)
            raise InvalidInput(
                _("“%(part)s” is no part of the rules. These are: %(parts)s.", part=part, parts=parts)
            )
        found[part] = text
    return found
