"""Answers whose sender is not proven are confirmed by them: anybody can write an address on a mail.

Such an entry keeps its number and its place. Whoever has the mailbox that it names is asked with the receipt, and once
more when nothing else stands between the entry and the prize: then there is a week's time, after which it keeps nobody
waiting any more.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from blog.accounts.models.people import Person
from blog.accounts.values import email_key
from blog.challenges.models import Challenge, Entry, EntryConfirmation
from blog.challenges.queries import address_of, confirmation_of, entry_numbered, outcome_of
from blog.challenges.tokens import new_code, normal_code
from blog.challenges.values import ChallengeStatus, CodeCheck, ConfirmedBy
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session
from blog.core.errors import NotFound
from blog.core.tokens import digest
from blog.mailroom.models import SenderCheckRecord

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


def confirm_signed_in(entry: Entry) -> None:
    """Confirm an entry for whom is signed in with its address. Raises `NotFound` where nobody was asked."""
    if confirmation_of(entry.id) is None:
        raise NotFound()
    confirm(entry.id, ConfirmedBy.SIGN_IN)


def confirm(entry_id: int, how: ConfirmedBy) -> bool:
    """Note that an entry is of whom it names. Returns whether that was not known yet; nothing for what nobody asked."""
    asked = confirmation_of(entry_id)
    if asked is None or asked.confirmed_at is not None:
        return False
    asked.confirmed_at, asked.confirmed_by = clock.now(), how
    session.flush()
    return True


def confirm_with_code(entry: Entry, typed: str) -> CodeCheck:
    """Confirm an entry with the code from its mail. A wrong one is counted, so commit; after five none is right.

    Raises `NotFound` for an entry of which nobody was asked.
    """
    asked = confirmation_of(entry.id)
    if asked is None:
        raise NotFound()
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


def has_its_address(person: Person, entry: Entry) -> bool:
    """Whether somebody signs in with the address that an entry names."""
    return email_key(address_of(entry, entry.delivery.message)) == person.email_key


def ask_whoever_stands_first(challenge: Challenge) -> tuple[Entry, str, datetime] | None:
    """Give the sender of the entry that wins but for their confirmation a week for it.

    Returns the entry, a new code for their mail, and until when; None when nobody has to be asked (again).
    """
    if challenge.status == ChallengeStatus.ANNOUNCED:
        return None
    number = outcome_of(challenge).unconfirmed
    entry = entry_numbered(challenge, number) if number is not None else None
    asked = confirmation_of(entry.id) if entry else None
    if entry is None or asked is None or asked.due_at is not None:
        return None
    code, due_at = new_code(), clock.now() + CONFIRM_WITHIN
    asked.code_digest, asked.code_failures, asked.due_at = digest(code), 0, due_at
    session.flush()
    return entry, code, due_at


def _is_proven(delivery_id: int) -> bool:
    found = sa.select(SenderCheckRecord.sender_class).where(SenderCheckRecord.delivery_id == delivery_id)
    return session.scalar(found) == _PROVEN
