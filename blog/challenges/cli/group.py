"""`flask challenges …`: the group, and what its commands share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from blog.accounts.queries import person_by_email
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.challenges import challenge_by_slug
from blog.challenges.queries.entries import (
    entry_numbered,
)
from blog.challenges.values import FIRST_YEAR, LAST_YEAR
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.errors import InvalidInput, NotFound

challenges_cli = AppGroup("challenges", help="Open, judge and announce challenges.")

by_option = click.option(
    "--by", "email", metavar="EMAIL", required=True, help="The mail address of who does it."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
slug_argument = click.argument("slug")


def challenge_named(slug: str) -> Challenge:
    """The challenge at an address. Raises `NotFound`."""
    challenge = challenge_by_slug(slug)
    if challenge is None:
        raise NotFound(_("There is no challenge “%(slug)s”.", slug=slug))
    return challenge


def entry_of(challenge: Challenge, number: int) -> Entry:
    """One of its entries. Raises `NotFound`."""
    entry = entry_numbered(challenge, number)
    if entry is None:
        raise NotFound(_("“%(slug)s” has no entry %(number)s.", slug=challenge.slug, number=number))
    return entry


def person_at(email: str) -> Actor:
    """Who has that mail address. Raises `NotFound`."""
    person = person_by_email(email)
    if person is None:
        raise NotFound(_("Nobody here has the address %(email)s.", email=email))
    return person.actor


def instant_in(text: str) -> datetime:
    """A time in ISO 8601, without an offset that of the site; in UTC. Raises `InvalidInput`."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=ZoneInfo(current_settings().time_zone))
        # The first and the last day of the calendar have no equal in every time zone.
        found = instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = _("“%(text)s” is not a time; give one like 2026-12-31T17:00.", text=text)
        raise InvalidInput(message) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidInput(_("Give a year from %(first)d to %(last)d.", first=FIRST_YEAR, last=LAST_YEAR))
    return found
