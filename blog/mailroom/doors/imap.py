"""A mailbox that others keep for us (IMAP, RFC 9051), looked into again and again.

Messages are taken by UID, in their order, and each is committed before anything is changed in the mailbox. How far it
was read is our own knowledge: what people or programs have opened, marked or moved meanwhile decides nothing. A message
that is known by its bytes, trace headers and all, is not stored again when a mailbox was made anew (another
UIDVALIDITY). Mail that is for nobody here is left alone: neither read nor marked.

A message that is there and is not given (servers have faults, too) does not keep the others waiting: it is written down
at once, asked for again at every look of a week, and stored when it is given.

This is `imaplib` of the standard library: five commands are needed, and the bytes as they came. Libraries around it
read messages, too, in this process, which ours does in one of its own.
"""

import hashlib
import imaplib
import re
import ssl
import subprocess
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.core import clock
from blog.core.config import Mailbox, current_application, current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.mailroom.accepting import Incoming
from blog.mailroom.actions import one_line
from blog.mailroom.door_receipts import Withheld, note_read_up_to, note_withheld, read_up_to, withheld_by
from blog.mailroom.doors.intake import (
    MAX_MESSAGE_BYTES,
    NO_SUCH_ADDRESS,
    Accepted,
    Refused,
    TryLater,
    accept,
    are_too_many,
)
from blog.mailroom.refusals import count_refusal, write_refusals_if_one_can
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope, RefusalReason

POLL = "mailroom.poll"
_TIMEOUT_SECONDS = 60
_TOKEN_SECONDS = 30
# So many UIDs are told at once at most: no line of an answer is longer than imaplib reads.
_WINDOW = 50_000
_BATCH = 100
# For so long a message is asked for that is not given. Mail servers try for days, too (RFC 5321, 4.5.4.1).
_ASKED_FOR = timedelta(days=7)
# Who withholds more than that has a fault at large: then everything waits, in its order.
_MOST_WITHHELD = 100
# So often it may hang up over one message before the next ones are taken: mostly it is the line that breaks.
_HUNG_UP_OVER_IT = 3
_HEADER_BYTES = 65_536
# Whoever delivered it says for whom, in one of the first three; failing that, its sender does.
_RECIPIENT_HEADERS = ((b"delivered-to",), (b"x-original-to",), (b"envelope-to",), (b"to", b"cc"))
_HEADERS = "DELIVERED-TO X-ORIGINAL-TO ENVELOPE-TO TO CC RETURN-PATH"
_OVERVIEW = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS ({_HEADERS})]<0.{_HEADER_BYTES}>)"
# What a mailbox shows of what we took: a keyword of ours, or where it has none of those, that somebody has seen it.
_KEYWORD = "$Rejoinder"
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,10})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
# NIL in their place; where none of them is in a message, there is an empty line.
_NO_HEADERS = re.compile(rb"\](<0>)? NIL\b")
_HEADER = re.compile(rb"([A-Za-z-]{1,20}):(.*)", re.DOTALL)
_NO_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_LOCAL_PART = r"(?<![\w.+=-])[\w.+=-]{1,128}"
log = structlog.get_logger(__name__)


class MailboxUnavailable(Exception):
    """The mailbox cannot be read now; the text says why, for the operator."""


class _NotGiven(Exception):
    """The mailbox does not give one message, or is not to be asked for it now; the text says why."""


@dataclass(slots=True)
class Look:
    """What came of one look into a mailbox.

    `withheld` is how many messages it has, and does not give us. `waiting`: we could not store a message, it is taken
    next time.
    """

    taken: int = 0
    for_nobody: int = 0
    too_large: int = 0
    too_many: int = 0
    withheld: int = 0
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a mailbox says of a message before it is fetched."""

    uid: int
    size: int
    stamped_at: datetime | None
    headers: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class _ForWhom:
    """The addresses of ours that a message names, and where they lead."""

    addresses: tuple[str, ...]
    destinations: tuple[Destination, ...]


def look_into(app: Flask, mailbox: Mailbox) -> Look:
    """Take what has come to a mailbox since the last time. Raises `MailboxUnavailable`; what was stored stays so.

    Not in a unit of work. Two at the same time are one too many, and do no harm.
    """
    try:
        with _signed_in(mailbox) as connection:
            return _Reader(app, connection, mailbox).read()
    except (OSError, UnicodeError, imaplib.IMAP4.error) as error:
        raise _unavailable(mailbox, error) from error
    except SQLAlchemyError as error:
        session.rollback()
        raise MailboxUnavailable("the database does not answer") from error


def count_messages(mailbox: Mailbox) -> int:
    """How many messages are in a mailbox: none is taken, nothing is changed. Raises `MailboxUnavailable`."""
    try:
        with _signed_in(mailbox) as connection:
            status, told = connection.select(_quoted(mailbox.folder), readonly=True)
    except (OSError, UnicodeError, imaplib.IMAP4.error) as error:
        raise _unavailable(mailbox, error) from error
    if status != "OK" or not told[0]:
        raise MailboxUnavailable(
            f"{mailbox.host}:{mailbox.port}: the folder {mailbox.folder} cannot be opened"
        )
    return int(told[0])


def _unavailable(mailbox: Mailbox, error: Exception) -> MailboxUnavailable:
    reason = one_line(str(error), 200) or type(error).__name__
    return MailboxUnavailable(f"{mailbox.host}:{mailbox.port}: {reason}")


@job(POLL)
def poll_mailbox(_payload: Payload) -> None:
    """Look into the mailbox that is set; a failure is written down, and the next look comes as soon as ever."""
    mailbox = current_settings().mailbox
    if mailbox is None:
        return
    try:
        look = look_into(current_application(), mailbox)
    except MailboxUnavailable as error:
        log.warning("the mailbox cannot be read", reason=str(error))
        return
    finally:
        write_refusals_if_one_can()
    if look != Look():
        log.info("mail was fetched", **asdict(look))


@contextmanager
def _signed_in(mailbox: Mailbox) -> Generator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    if mailbox.security == "tls":
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=_TIMEOUT_SECONDS
        )
    else:
        connection = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_TIMEOUT_SECONDS)
    try:
        if mailbox.security == "starttls":
            connection.starttls(context)
        _sign_in(connection, mailbox)
        yield connection
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()
        # Who has hung up leaves the socket to us.
        with suppress(OSError):
            connection.shutdown()


def _sign_in(connection: imaplib.IMAP4, mailbox: Mailbox) -> None:
    if mailbox.token_command:
        # As Google and Microsoft document it ("XOAUTH2"): after a refusal they want an empty line, and then say why.
        token = _token(mailbox.token_command)
        shown = f"user={mailbox.user}\x01auth=Bearer {token}\x01\x01".encode()
        connection.authenticate("XOAUTH2", lambda challenge: b"" if challenge else shown)
    elif "AUTH=PLAIN" in connection.capabilities:
        # Unlike LOGIN, it takes passwords that are not ASCII (RFC 4616).
        plain = f"\0{mailbox.user}\0{mailbox.password}".encode()
        connection.authenticate("PLAIN", lambda _challenge: plain)
    else:
        connection.login(mailbox.user, mailbox.password)


def _token(command: Sequence[str]) -> str:
    """What the operator's command prints. Tokens end within the hour, so it is asked each time."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TOKEN_SECONDS, check=True
        )
        token = done.stdout.decode("ascii").strip()
    except (OSError, subprocess.SubprocessError, UnicodeError) as error:
        # Not what it printed: that may be a secret.
        raise MailboxUnavailable(f"IMAP_TOKEN_COMMAND gave no token ({type(error).__name__})") from None
    if not token or not token.isprintable():
        raise MailboxUnavailable("IMAP_TOKEN_COMMAND gave no token")
    return token


class _Reader:
    """One look into a mailbox, over an open connection."""

    def __init__(self, app: Flask, connection: imaplib.IMAP4, mailbox: Mailbox) -> None:
        self._app = app
        self._connection = connection
        self._folder = mailbox.folder
        self._account = f"{mailbox.host}\0{mailbox.user}\0{mailbox.folder}"
        self._domain = current_settings().answer_domain
        self._addresses = re.compile(
            rf"{_LOCAL_PART}@{re.escape(self._domain)}(?![\w.-]*\w)".encode(), re.IGNORECASE
        )
        self._look = Look()
        self._name, self._flag = "", ""
        # The first UID that is new, and the last one that was dealt with.
        self._first = self._done = 0
        self._withheld: dict[int, Withheld] = {}

    def read(self) -> Look:
        """Take all that is new, or all until we cannot store one."""
        self._command("SELECT", self._connection.select(_quoted(self._folder)))
        account = hashlib.sha256(self._account.encode()).hexdigest()[:32]
        self._name = f"{account} {self._told('UIDVALIDITY')}"
        self._first = read_up_to(Door.IMAP, self._name) + 1
        self._withheld = withheld_by(Door.IMAP, self._name)
        session.rollback()
        self._flag = _KEYWORD if self._takes_keywords() else r"\Seen"
        following = self._told("UIDNEXT")
        # In a small mailbox the numbers may still be far apart: it is asked once.
        window = _WINDOW if self._told("EXISTS") > _WINDOW else following
        passed = {uid: one.hung_up for uid, one in self._withheld.items() if uid < self._first}
        self._take_all([uid for uid, times in passed.items() if not times])
        for uids in self._new_uids(self._first, following, window):
            self._take_all(uids)
            if self._look.waiting:
                break
        # It may hang up over one of them once more: everything else is safe by then.
        with suppress(imaplib.IMAP4.abort, OSError):
            self._take_all(sorted((uid for uid, times in passed.items() if times), key=passed.__getitem__))
        self._look.withheld = len(self._withheld)
        return self._look

    def _take_all(self, uids: Sequence[int]) -> None:
        """Take messages in their order, and write down how far it went; nothing once one has to wait."""
        if not uids or self._look.waiting:
            return
        before, self._done = dict(self._withheld), 0
        try:
            self._take_batch(uids)
        finally:
            with unit_of_work():
                if self._done:
                    note_read_up_to(Door.IMAP, self._name, self._done)
                if self._withheld != before:
                    note_withheld(Door.IMAP, self._name, before, self._withheld)

    def _new_uids(self, first: int, following: int, window: int) -> Iterator[tuple[int, ...]]:
        """The UIDs from `first` on and before `following`, in their order, some at a time."""
        for start in range(first, following, window):
            end = min(start + window, following) - 1
            found = self._command("SEARCH", self._connection.uid("SEARCH", f"UID {start}:{end}"))
            # A range that is empty may be answered with the last message there is (RFC 9051, section 6.4.9).
            uids = tuple(sorted(uid for uid in _numbers(found) if start <= uid <= end))
            yield from (uids[at : at + _BATCH] for at in range(0, len(uids), _BATCH))

    def _take_batch(self, uids: Sequence[int]) -> None:
        seen = self._overview(uids)
        for uid in uids:
            self._take(uid, seen.get(uid))
            if self._look.waiting:
                return
            self._done = uid

    def _overview(self, uids: Sequence[int]) -> dict[int, _Seen]:
        """What the mailbox says of several messages at once, as far as it does."""
        if any(uid in self._withheld for uid in uids):
            # There was something with one of them: each is asked for alone.
            return {}
        with self._hanging_up_over(uids[0]):
            status, data = self._connection.uid("FETCH", ",".join(map(str, uids)), _OVERVIEW)
        return {one.uid: one for one in _all_seen(data)} if status == "OK" else {}

    def _take(self, uid: int, seen: _Seen | None) -> None:
        """Take one message, if it is given. One that is gone was taken away by somebody who may."""
        with self._hanging_up_over(uid):
            try:
                self._take_given(seen or self._seen_alone(uid))
            except _NotGiven as reason:
                if self._is_there(uid):
                    self._withhold(uid, str(reason))
                    return
        if not self._look.waiting:
            self._withheld.pop(uid, None)

    def _withhold(self, uid: int, reason: str) -> None:
        """Write down that a message is not given: to be asked for again, or to be left when that was long enough."""
        known = self._withheld.get(uid)
        if uid < self._first and known is not None:
            self._give_up_after_a_week(uid, known, reason)
            return
        if known is None and len(self._withheld) >= _MOST_WITHHELD:
            raise imaplib.IMAP4.error(f"it does not give {_MOST_WITHHELD} messages and more: {reason}")
        log.warning("a message in the mailbox is not given", uid=uid, reason=reason)
        count_refusal(Door.IMAP, RefusalReason.NOT_GIVEN)
        self._withheld[uid] = known or Withheld(clock.now())

    def _give_up_after_a_week(self, uid: int, known: Withheld, reason: str) -> None:
        if clock.now() - known.since > _ASKED_FOR:
            log.error("a message in the mailbox was given up", uid=uid, reason=reason)
            del self._withheld[uid]

    @contextmanager
    def _hanging_up_over(self, uid: int) -> Generator[None]:
        """When the connection breaks, know over which message it did."""
        try:
            yield
        except (imaplib.IMAP4.abort, OSError) as error:
            known = self._withheld.get(uid) or Withheld(clock.now())
            # It can hang up over one in a look, and that one is asked for after all others the next time.
            passed = self._withheld.values() if uid < self._first else [known]
            self._withheld[uid] = replace(known, hung_up=max(one.hung_up for one in passed) + 1)
            if uid < self._first:
                self._give_up_after_a_week(uid, known, one_line(str(error), 200) or type(error).__name__)
            raise

    def _seen_alone(self, uid: int) -> _Seen:
        known = self._withheld.get(uid)
        if uid >= self._first and known is not None and known.hung_up >= _HUNG_UP_OVER_IT:
            raise _NotGiven("it hung up over it again and again")
        seen = {one.uid: one for one in _all_seen(self._given(uid, _OVERVIEW))}
        if uid not in seen:
            raise _NotGiven("it says nothing of it")
        return seen[uid]

    def _given(self, uid: int, what: str) -> Sequence[object]:
        """What the mailbox answers when it is asked for one message. Raises `_NotGiven` when it refuses."""
        try:
            return self._command("FETCH", self._connection.uid("FETCH", str(uid), what))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise _NotGiven(one_line(str(error), 200)) from error

    def _take_given(self, seen: _Seen) -> None:
        try:
            whom = self._for_whom(seen)
        except SQLAlchemyError as error:
            log.warning("an address could not be looked up", door=Door.IMAP, exc_info=error)
            self._look.waiting = True
            return
        finally:
            session.rollback()
        if isinstance(whom, Refused):
            self._leave(whom)
        elif seen.size > MAX_MESSAGE_BYTES:
            self._leave(Refused("it is too large", RefusalReason.TOO_LARGE), whom.destinations)
        else:
            self._store(seen, whom, self._raw(seen.uid))

    def _leave(self, refusal: Refused, destinations: Sequence[Destination] = ()) -> None:
        """Count a message that is not for us, or can never be taken: it stays in the mailbox as it is."""
        count_refusal(Door.IMAP, refusal.reason, destinations)
        if refusal.reason is RefusalReason.NO_SUCH_ADDRESS:
            self._look.for_nobody += 1
        elif refusal.reason is RefusalReason.TOO_LARGE:
            self._look.too_large += 1
        else:
            self._look.too_many += 1

    def _store(self, seen: _Seen, whom: _ForWhom, raw: bytes) -> None:
        envelope = Envelope(Door.IMAP, _sender(seen), whom.addresses, "", "", tls=False)
        key = hashlib.sha256(raw).hexdigest()
        outcome = accept(self._app, Incoming(envelope, whom.destinations, raw, key, seen.stamped_at))
        if isinstance(outcome, TryLater):
            self._look.waiting = True
        elif isinstance(outcome, Accepted):
            self._look.taken += 1
            self._mark(seen.uid)
        else:
            self._leave(outcome, whom.destinations)

    def _mark(self, uid: int) -> None:
        """Show people what we took. Where that is not allowed nothing else changes."""
        try:
            self._connection.uid("STORE", str(uid), "+FLAGS.SILENT", f"({self._flag})")
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            log.info("a message could not be marked", reason=str(error))

    def _raw(self, uid: int) -> bytes:
        """A message, as the mailbox has it. Raises `_NotGiven` also for nothing: it has headers, or who is it for."""
        for about, literal in _answers(self._given(uid, "(UID BODY.PEEK[])")):
            if b"BODY[]" in about and _number(_UID, about) == uid and literal:
                return literal
        raise _NotGiven("it says that there is nothing in it")

    def _is_there(self, uid: int) -> bool:
        return uid in _numbers(self._command("SEARCH", self._connection.uid("SEARCH", f"UID {uid}")))

    def _for_whom(self, seen: _Seen) -> _ForWhom | Refused:
        """For whom a message is, by the first headers that name an address of ours; and where that leads."""
        for names in _RECIPIENT_HEADERS:
            values = (value for name, value in seen.headers if name in names)
            found = (each.decode() for value in values for each in self._addresses.findall(value))
            addresses = tuple(dict.fromkeys(found))
            if refusal := are_too_many(addresses):
                return refusal
            resolved = [resolve(address, self._domain) for address in addresses]
            known = {(one.route.name, one.target_id): one for one in resolved if one is not None}
            if known:
                return _ForWhom(addresses, tuple(known.values()))
        return Refused(NO_SUCH_ADDRESS, RefusalReason.NO_SUCH_ADDRESS)

    def _takes_keywords(self) -> bool:
        told = self._connection.response("PERMANENTFLAGS")[1]
        flags = b" ".join(line for line in cast("list[object]", told) if isinstance(line, bytes))
        return rb"\*" in flags or _KEYWORD.encode() in flags

    def _told(self, name: str) -> int:
        """A number that the mailbox told when it was opened."""
        told = cast("list[bytes | None]", self._connection.response(name)[1])
        if not told or told[-1] is None or not told[-1].isdigit():
            raise imaplib.IMAP4.error(f"it does not tell its {name}")
        return int(told[-1])

    def _command(self, name: str, answer: tuple[str, Sequence[object]]) -> Sequence[object]:
        status, data = answer
        if status != "OK":
            said = b" ".join(line for line in data if isinstance(line, bytes)).decode("utf-8", "replace")
            raise imaplib.IMAP4.error(f"{name} was refused: {said}")
        return data


def _numbers(data: Sequence[object]) -> set[int]:
    return {int(word) for line in data if isinstance(line, bytes) for word in line.split()}


def _number(pattern: re.Pattern[bytes], about: bytes) -> int | None:
    found = pattern.search(about)
    return int(found[1]) if found else None


def _all_seen(data: Iterable[object]) -> Iterator[_Seen]:
    """What is said of messages before they are fetched; of one whose headers are not given, nothing."""
    for about, headers in _answers(data):
        uid, size = _number(_UID, about), _number(_SIZE, about)
        if uid is not None and size is not None and not _NO_HEADERS.search(about):
            yield _Seen(uid, size, _instant(about), tuple(_headers_in(headers)))


def _answers(data: Iterable[object]) -> list[tuple[bytes, bytes]]:
    """What FETCH gave, by message: what is said about it, before and after the literal, and the literal.

    Something that is told unasked about a message stands between others, and has no literal.
    """
    answers: list[tuple[bytes, bytes]] = []
    for item in data:
        if isinstance(item, tuple):
            about, literal = cast("tuple[bytes, bytes]", item)
            answers.append((about, literal))
        elif isinstance(item, bytes):
            if re.match(rb"\d+ \(", item) or not answers:
                answers.append((item, b""))
            else:
                about, literal = answers[-1]
                answers[-1] = (about + b" " + item, literal)
    return answers


def _headers_in(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    for line in _NO_FOLD.sub(b"", block).splitlines():
        if header := _HEADER.fullmatch(line):
            yield header[1].lower(), header[2].strip()


def _sender(seen: _Seen) -> str | None:
    """The envelope's sender as the last server wrote it down, above all others (RFC 5321, section 4.4)."""
    path = next((value for name, value in seen.headers if name == b"return-path"), None)
    return None if path is None else path.strip(b"<> ").decode("utf-8", "replace")


def _instant(about: bytes) -> datetime | None:
    found = _DATE.search(about)
    try:
        return datetime.strptime(found[1].decode("ascii"), "%d-%b-%Y %H:%M:%S %z") if found else None
    except ValueError:
        return None


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
