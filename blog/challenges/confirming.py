"""Answers whose sender is not proven are confirmed by them: anybody can write an address on a mail.

Such an entry keeps its number and its place. Whoever has the mailbox that it names is asked with the receipt, and once
more when nothing else stands between the entry and the prize: then there is a week's time, after which it keeps nobody
waiting any more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.models.people import Person
from blog.accounts.values import email_key
from blog.challenges.models import Challenge, Entry, EntryConfirmation
from blog.challenges.queries import (
    address_of,
    confirmation_of,
    correct_and_unconfirmed,
    entry_of_delivery,
    outcome_of,
)
from blog.challenges.tokens import new_code, normal_code
from blog.challenges.values import ChallengeStatus, CodeCheck, ConfirmedBy
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session
from blog.core.errors import Conflict, NotFound
from blog.core.tokens import digest
from blog.mailroom.models import ReadMessage, SenderCheckRecord

CONFIRM_WITHIN = timedelta(days=7)
MAX_CODE_FAILURES = 5
_PROVEN = "aligned"


def ask_to_confirm(entry: Entry) -> str | None:
    """Ask whoever an entry names, once, whether it is theirs, where that is not proven. Returns the code for the mail.

    None where nobody is asked: the sender is proven, the entry cannot win, or the site does not check senders.
    """
    if not entry.eligible or not current_settings().check_senders or _is_proven(entry.delivery_id):
        return None
    if confirmation_of(entry.id) is not None:
        return None
    code = new_code()
    session.add(EntryConfirmation(entry_id=entry.id, asked_at=clock.now(), code_digest=digest(code)))
    session.flush()
    return code


def confirm(entry_id: int, how: ConfirmedBy, *, at: datetime | None = None) -> bool:
    """Note that an entry is of whom it names, since `at` (now, if left out). Returns whether it can win by that.

    Nothing happens to one that can no longer win, of which nobody was asked, or whose time was over by then.
    """
    asked, at = confirmation_of(entry_id), at or clock.now()
    if asked is None or asked.confirmed_at is not None or not session.get_one(Entry, entry_id).eligible:
        return False
    if asked.due_at is not None and at >= asked.due_at:
        return False
    asked.confirmed_at, asked.confirmed_by = at, how
    session.flush()
    return True


def confirm_first_of(entry: Entry, message: ReadMessage) -> None:
    """A mail that came again, and is proven this time, shows whose the first one is: it says the same."""
    first = entry_of_delivery(message.duplicate_of_id) if message.duplicate_of_id else None
    if first is not None and _is_proven(entry.delivery_id):
        confirm(first.id, ConfirmedBy.DOMAIN)


def confirm_signed_in(entry: Entry) -> None:
    """Confirm an entry for whom is signed in with its address. Raises `NotFound` and `Conflict`."""
    _refuse_if_over(entry)
    confirm(entry.id, ConfirmedBy.SIGN_IN)


def confirm_with_code(entry: Entry, typed: str) -> CodeCheck:
    """Confirm an entry with the code from its mail. A wrong one is counted, so commit; after five none is right.

    Raises `NotFound` for an entry of which nobody was asked, and `Conflict` when it is too late.
    """
    asked = _refuse_if_over(entry)
    if asked.confirmed_at is not None:
        return CodeCheck.AGREED
    if asked.code_failures >= MAX_CODE_FAILURES:
        return CodeCheck.BLOCKED
    if digest(normal_code(typed)) != asked.code_digest:
        asked.code_failures += 1
        session.flush()
        return CodeCheck.BLOCKED if asked.code_failures >= MAX_CODE_FAILURES else CodeCheck.WRONG
    confirm(entry.id, ConfirmedBy.CODE)
    return CodeCheck.AGREED


def _refuse_if_over(entry: Entry) -> EntryConfirmation:
    asked = confirmation_of(entry.id)
    if asked is None:
        raise NotFound()
    is_late = asked.due_at is not None and asked.due_at <= clock.now() and asked.confirmed_at is None
    if is_late or not entry.eligible or entry.challenge.status == ChallengeStatus.ANNOUNCED:
        raise Conflict(_("It is too late to confirm this answer: it can no longer win."))
    return asked


def has_its_address(person: Person, entry: Entry) -> bool:
    """Whether somebody signs in with the address that an entry names."""
    return email_key(address_of(entry, entry.delivery.message)) == person.email_key


def ask_who_stands_first(challenge: Challenge) -> Sequence[tuple[Entry, str, datetime]]:
    """Give the senders of the entries that win but for their word a week for it: all at once, or each would cost one.

    Returns each entry, a new code for its mail, and until when; nothing where nobody has to be asked (again). The
    caller has locked the challenge.
    """
    if challenge.status == ChallengeStatus.ANNOUNCED or outcome_of(challenge).unconfirmed is None:
        return []
    due_at, told = clock.now() + CONFIRM_WITHIN, list[tuple[Entry, str, datetime]]()
    for entry in correct_and_unconfirmed(challenge):
        asked = confirmation_of(entry.id)
        if asked is not None and asked.due_at is None:
            code = new_code()
            asked.code_digest, asked.code_failures, asked.due_at = digest(code), 0, due_at
            told.append((entry, code, due_at))
    session.flush()
    return told


def _is_proven(delivery_id: int) -> bool:
    found = sa.select(SenderCheckRecord.sender_class).where(SenderCheckRecord.delivery_id == delivery_id)
    return session.scalar(found) == _PROVEN
