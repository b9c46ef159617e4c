"""`flask threads mode`: closing and reopening from the command line, with the same record as on the page."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from flask_babel import lazy_gettext as _

from blog.accounts.queries import person_by_email
from blog.core.actor import Actor
from blog.core.cli import command
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput, NotFound
from blog.discussions.models import Thread
from blog.discussions.queries import thread_by_id
from blog.discussions.values import Mode
from blog.moderation.actions import close_thread, reopen_thread

_LAST_ID = 2**31 - 1


@click.command("mode")
@click.argument("thread_id", metavar="ID", type=click.IntRange(1, _LAST_ID))
@click.argument("mode", type=click.Choice([mode.value for mode in Mode]))
@click.option("--by", "email", required=True, metavar="EMAIL", help="Who decides; a moderator or an editor.")
@click.option("--reason", required=True, help="Why; everybody can read it.")
@click.option(
    "--until",
    metavar="T",
    help="When it ends by itself, in ISO 8601; without an offset in the time zone of the site.",
)
@command
def set_mode(thread_id: int, mode: str, email: str, reason: str, until: str | None) -> None:
    """Close the debate ID, or open it again (MODE: open or closed)."""
    instant = _instant(until) if until is not None else None
    if instant is not None and mode == Mode.OPEN:
        raise InvalidInput(_("--until goes with closing: an open debate has no end."))
    with unit_of_work():
        actor, thread = _actor(email), _thread(thread_id)
        if mode == Mode.CLOSED:
            close_thread(actor, thread, reason=reason, until=instant)
        else:
            reopen_thread(actor, thread, reason=reason)
    click.echo(f"Thread {thread_id} is {mode} now.")


def _actor(email: str) -> Actor:
    person = person_by_email(email)
    if person is None:
        raise NotFound(_("Nobody here has the address %(email)s.", email=email))
    return person.actor


def _thread(thread_id: int) -> Thread:
    thread = thread_by_id(thread_id)
    if thread is None:
        raise NotFound(_("There is no debate %(id)s. See them all with: flask threads list", id=thread_id))
    return thread


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=ZoneInfo(current_settings().time_zone))
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(
            _("%(text)s is not a moment in ISO 8601, like 2027-01-31T18:00+01:00.", text=text)
        ) from None
