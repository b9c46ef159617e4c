"""Somebody says that a mailbox is theirs, and shows it with the code that was mailed there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext

from blog.accounts import queries
from blog.accounts.actions.locks import clear_away, take_mailbox
from blog.accounts.actions.people import checked_readers_name, create_person
from blog.accounts.actions.sessions import end_codes_of
from blog.accounts.actions.signing_in import note_held_back
from blog.accounts.codes import CODE_DIGITS, code_mac, is_code, new_code, typed_code
from blog.accounts.events import CodeMailed
from blog.accounts.known_browsers import is_known
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.people import Person
from blog.accounts.values import checked_email, email_key, mailbox_of
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import read_again, session, take_turns
from blog.core.errors import Conflict, InvalidInput, NotFound, TooMany
from blog.core.events import publish
from blog.core.tokens import digest, new_token

CODE_LIFE = timedelta(minutes=30)
# What somebody typed waits this long for its code; the code itself can be asked for again in that time.
WAITING_LIFE = timedelta(hours=24)
MAX_WRONG_TRIES = 5
# Whoever asks: of these mails one mailbox gets no more in an hour.
MAX_MAILS_TO_ADDRESS = 3
MAX_ASKED_BY_SOURCE = 30
_WINDOW = timedelta(hours=1)
# With at most three codes alive, ten guesses a day find one of a mailbox in one year out of a hundred.
MAX_WRONG_OF_MAILBOX = 10
MAX_WRONG_OF_SOURCE = 30
_WRONG_KEPT = timedelta(days=1)


class CodeCheck(StrEnum):
    """What came of typing a code."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    WORN_OUT = "worn out"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class WantedAct:
    """What is to be done once the code has come; see `blog.accounts.waiting`."""

    name: str
    data: Mapping[str, Any]


def ask_for_code(
    email: str,
    *,
    source: str,
    language: str,
    goal: str,
    name: str | None = None,
    act: WantedAct | None = None,
    person_id: int | None = None,
) -> str:
    """Mail a code to `email`, whether anybody has an account there or not. Returns the token of whoever asked.

    `source` is the network address of the request, or the browser or session where the owner of the account is known:
    there nobody else's asking counts. `goal` is the path to go on to, `name` what a newcomer calls
    themself, `person_id` who asks for an act of their own while they are signed in. Raises `InvalidInput` (`email`,
    `name`), and `TooMany` when this source has asked too often. When the mailbox has had its mails of this hour,
    nothing is sent: a code in those that it has works for this one, too, that of the last one until there can be
    another.
    """
    address = checked_email(email)
    newcomer = checked_readers_name(name) if name is not None else None
    _count_asking(source, email_key(address))
    token, now = new_token(), clock.now()
    clear_away(MailedCode, sa.and_(MailedCode.created_at <= now - WAITING_LIFE, MailedCode.expires_at <= now))
    asked = MailedCode(
        email=address,
        email_key=email_key(address),
        name=newcomer,
        language=language,
        goal=goal,
        act=act.name if act else None,
        act_data=dict(act.data) if act else None,
        ask_digest=digest(token),
        # Until the first mail nothing can be right.
        link_digest=digest(new_token()),
        code_mac=digest(new_token()),
        created_at=now,
        expires_at=now,
        person_id=person_id,
    )
    session.add(asked)
    session.flush()
    _mail_code(asked, source)
    return token


def ask_again(asked: MailedCode, source: str) -> None:
    """Mail another code in the place of the one before. Raises `Conflict` when that one has been used, `TooMany`."""
    _count_asking(source, asked.email_key)
    _lock(asked)
    if asked.used_at is not None:
        raise Conflict(_("This code has been used already."))
    _mail_code(asked, source)


def is_over(asked: MailedCode) -> bool:
    """Whether what waits for this code has waited for too long; a code that was mailed last runs its half hour."""
    return clock.now() >= max(asked.created_at + WAITING_LIFE, asked.expires_at)


def try_code(asked: MailedCode, typed: str, source: str) -> CodeCheck:
    """Whether `typed` is a code that this mailbox has; then it has none any more. A wrong one counts, so commit.

    Any code that is alive will do: whoever keeps asking for codes for somebody else's address does not keep them out.
    `source` is the network address, or the browser where the owner of the account is known: wrong codes from elsewhere
    do not keep them out there.
    Raises `TooMany` when this source has typed too many wrong ones.
    """
    code, now = typed_code(typed), clock.now()
    _refuse_guessing(source)
    # However many try at once, no more than the limit gets as far as a code.
    mailbox = take_mailbox(asked.email_key)
    _lock(asked)
    alive = queries.live_codes_of(asked.email_key, now)
    refusal = _refusal(asked, _wrong_today(mailbox, source), alive)
    if refusal is CodeCheck.GUESSED:
        note_held_back(asked.email)
    if refusal is not None or len(code) != CODE_DIGITS:
        return refusal or CodeCheck.WRONG
    secret_key = current_settings().secret_key
    if not any(is_code(one.code_mac, secret_key, code, one.ask_digest) for one in alive):
        return _count_wrong(asked, mailbox, source)
    _use_up(asked)
    return CodeCheck.RIGHT


def use_link(asked: MailedCode) -> CodeCheck:
    """Use a code up without typing it: for the browser that asked, once it holds the link from the mail, too."""
    take_mailbox(asked.email_key)
    _lock(asked)
    if asked.used_at is not None:
        return CodeCheck.USED
    if clock.now() >= asked.expires_at:
        return CodeCheck.EXPIRED
    _use_up(asked)
    return CodeCheck.RIGHT


def person_of_mailbox(asked: MailedCode, name: str | None = None) -> Person | None:
    """Whoever has an account with the address of a used code, or a new account under `name` or the name given before.

    None when there is no account and no name yet, or when the name given before has been taken by somebody who works
    here. `name` is said on a page of its own, some time after the code: then it makes an account and lets nobody into
    one that was made meanwhile. Raises `InvalidInput` (`name`), `Conflict` when somebody has come in by it already.
    """
    known = queries.person_by_email(asked.email)
    if known is not None:
        read_again(known)
    _lock(asked)
    if asked.person_id is not None:
        raise Conflict(_("This code has been used already."))
    # Once more: whose address it was may have another one by now.
    person = queries.person_by_email(asked.email)
    if person is not None and name is not None:
        # Whoever made it may have signed out everywhere since: a code from before that is no way in.
        raise Conflict(_("There is an account with this address by now. Ask for a new code to sign in."))
    chosen = name if name is not None else asked.name
    if person is None and chosen is not None:
        try:
            person = _joined(asked, chosen)
        except InvalidInput:
            if name is not None:
                raise
    asked.person_id = person.id if person else None
    return person


def note_done(asked: MailedCode) -> None:
    """What waited for this code has been done. Raises `Conflict` for whoever comes second."""
    _lock(asked)
    if asked.act_done_at is not None:
        raise Conflict(_("This has been done already."))
    asked.act_done_at = clock.now()


def count_mail(key: str, source: str, *, is_code: bool = False) -> bool:
    """Count one more mail to the mailbox of this `email_key`; whether it may be sent.

    Everything that somebody can have mailed to an address of their choice counts together: codes and invitations, and
    all spellings of a mailbox. Of codes that of an account has its three to itself: whoever has mails sent to others of
    its spellings keeps nobody out. What tells its sender whether it went counts what was asked for, sent or not: that
    depends on no account.
    """
    now, mailbox = clock.now(), take_mailbox(key)
    since = now - _WINDOW
    counted = _mails_that_count(mailbox, key, now) if is_code else queries.mails_asked_for(mailbox, since)
    may_send = len(counted) < MAX_MAILS_TO_ADDRESS
    session.add(CodeMail(mailbox=mailbox, email_key=key, source=source, was_sent=may_send, at=now))
    session.flush()
    return may_send


def _joined(asked: MailedCode, name: str) -> Person:
    try:
        return create_person(asked.email, name, language=asked.language)
    except InvalidInput as error:
        # Two codes for one address at once: the first one made the account.
        person = queries.person_by_email(asked.email) if "email" in error.fields else None
        if person is None:
            raise
        return person


def _mail_code(asked: MailedCode, source: str) -> None:
    """Write the mail, unless this mailbox has had enough of them: then whatever codes it has stay good.

    It is written all the same, and taken back: how long that takes would tell whoever asks.
    """
    may_send = count_mail(asked.email_key, source, is_code=True)
    with session.begin_nested() as written:
        _write_code(asked)
        session.flush()
        if not may_send:
            written.rollback()


def _write_code(asked: MailedCode) -> None:
    code, link_token = new_code(), new_token()
    asked.code_mac = code_mac(current_settings().secret_key, code, asked.ask_digest)
    asked.link_digest = digest(link_token)
    asked.wrong_tries = 0
    asked.expires_at = _end_of_code(asked.email_key)
    session.flush()
    publish(CodeMailed(asked, code, link_token))


def _mails_that_count(mailbox: str, key: str, now: datetime) -> Sequence[datetime]:
    """When the mails of this hour went out that count against another code for `key`, the latest first."""
    only = key if queries.has_account(key) else None
    return queries.code_mails_to(mailbox, now - _WINDOW, only=only)


def _end_of_code(key: str) -> datetime:
    """Until when a code is good that is mailed now: that of the last mail of an hour until there can be another one.

    Else whoever has three mails sent to somebody would keep them out from then on.
    """
    now = clock.now()
    sent = _mails_that_count(mailbox_of(key), key, now)
    last = sent[MAX_MAILS_TO_ADDRESS - 1] + _WINDOW if len(sent) >= MAX_MAILS_TO_ADDRESS else now
    return max(now + CODE_LIFE, last)


def _refusal(asked: MailedCode, wrong_for_mailbox: int, alive: Sequence[MailedCode]) -> CodeCheck | None:
    """Why no code is looked at, if so."""
    if asked.used_at is not None:
        return CodeCheck.USED
    if wrong_for_mailbox >= MAX_WRONG_OF_MAILBOX:
        return CodeCheck.GUESSED
    if asked.wrong_tries >= MAX_WRONG_TRIES:
        return CodeCheck.WORN_OUT
    return None if alive else CodeCheck.EXPIRED


def _wrong_today(mailbox: str, source: str) -> int:
    """How many wrong codes count against whoever types one: in a browser that is known, those that were typed there."""
    since = clock.now() - _WRONG_KEPT
    if is_known(source):
        return len(queries.wrong_codes_for_at(mailbox, source, since))
    return len(queries.wrong_codes_for(mailbox, since))


def _use_up(asked: MailedCode) -> None:
    """The codes of this mailbox have done what they were for. What waits for the others needs a new one."""
    asked.used_at = clock.now()
    end_codes_of(asked.email_key)


def _count_wrong(asked: MailedCode, mailbox: str, source: str) -> CodeCheck:
    now = clock.now()
    clear_away(WrongCode, WrongCode.at <= now - _WRONG_KEPT)
    session.add(WrongCode(mailbox=mailbox, source=source, at=now))
    asked.wrong_tries += 1
    session.flush()
    return CodeCheck.WRONG if asked.wrong_tries < MAX_WRONG_TRIES else CodeCheck.WORN_OUT


def _refuse_guessing(source: str) -> None:
    take_turns(f"accounts.code.source.{source}")
    wrong = queries.wrong_codes_from(source, clock.now() - _WINDOW)
    if len(wrong) >= MAX_WRONG_OF_SOURCE:
        raise TooMany(
            _("Too many wrong codes were typed here. Try again in an hour."),
            retry_at=wrong[MAX_WRONG_OF_SOURCE - 1] + _WINDOW,
        )


def _count_asking(source: str, key: str) -> None:
    """Count who asks for a code for the mailbox of `key`, which is theirs until the unit of work ends."""
    now = clock.now()
    take_turns(f"accounts.code.source.{source}")
    # Before anything is cleared away: whoever erases somebody has the turn of their mailbox, and wants its rows.
    take_mailbox(key)
    clear_away(CodeMail, CodeMail.at <= now - _WINDOW)
    asked = queries.code_mails_from(source, now - _WINDOW)
    if len(asked) >= MAX_ASKED_BY_SOURCE:
        retry_at = asked[MAX_ASKED_BY_SOURCE - 1] + _WINDOW
        message = lazy_ngettext(
            "Too many codes were asked for here. Try again in %(num)s minute.",
            "Too many codes were asked for here. Try again in %(num)s minutes.",
            clock.minutes_until(retry_at),
        )
        raise TooMany(message, retry_at=retry_at)


def _lock(asked: MailedCode) -> None:
    """Read the row again, for us alone. Raises `NotFound` when it has been cleared away meanwhile."""
    found = session.scalar(
        sa.select(MailedCode)
        .where(MailedCode.id == asked.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("This page was good for a day, and that is over. Ask for a new code to sign in."))
