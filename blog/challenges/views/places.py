"""Where the mailroom's pages lead: to the entries that its deliveries became, or confirm."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from blog.challenges.queries.entries import PlacedEntry, entries_by_id, entries_of_deliveries, recipients_of
from blog.challenges.tokens import entry_in_mailbox
from blog.challenges.values import ConfirmedBy
from blog.challenges.words.states import confirmed_words
from blog.core.config import current_settings
from blog.core.i18n import format_datetime_long
from blog.mailroom.oversight import Place
from blog.mailroom.routes import local_part_of


def entry_places(delivery_ids: Sequence[int]) -> dict[int, Place]:
    """Where the entries that these deliveries became are judged, and how their senders have confirmed them."""
    return {
        delivery_id: _place(entry, _confirmed(entry))
        for delivery_id, entry in entries_of_deliveries(delivery_ids).items()
    }


def confirmation_places(delivery_ids: Sequence[int]) -> dict[int, Place]:
    """Where the entries are judged that somebody wrote about with these deliveries, to confirm them."""
    secret_key = current_settings().secret_key
    meant = {
        delivery_id: entry_in_mailbox(secret_key, local_part_of(recipient))
        for delivery_id, recipient in recipients_of(delivery_ids).items()
    }
    entries = entries_by_id([each for each in meant.values() if each is not None])
    return {
        delivery_id: _place(entries[entry_id])
        for delivery_id, entry_id in meant.items()
        if entry_id is not None and entry_id in entries
    }


def _place(entry: PlacedEntry, confirmed: str = "") -> Place:
    """Before it is over no entry is named beside who sent it: whoever reads this mail may judge, too."""
    if not entry.is_over:
        name = _("An answer to “%(slug)s”", slug=entry.slug)
        return Place(name, url_for("challenges.desk_detail", slug=entry.slug), confirmed)
    return Place(
        _("Entry %(number)s", number=entry.number),
        url_for("challenges.desk_entry", slug=entry.slug, number=entry.number),
        confirmed,
    )


def _confirmed(entry: PlacedEntry) -> str:
    if entry.confirmed_at is None or entry.confirmed_by is None:
        return ""
    instant = format_datetime_long(entry.confirmed_at)
    if entry.confirmed_by == ConfirmedBy.DOMAIN:
        return _("Proven by the domain of its address, on %(instant)s", instant=instant)
    return confirmed_words(ConfirmedBy(entry.confirmed_by), instant)
