"""A mailbox that others keep for us (IMAP, RFC 9051), looked into again and again.

Messages are taken by UID, in their order, and each is committed before anything is changed in the mailbox. How far it
was read is our own knowledge: what people or programs have opened, marked or moved meanwhile decides nothing. A message
that is known by its bytes, trace headers and all, is not stored again when a mailbox was made anew (another
UIDVALIDITY). Mail that is for nobody here is left alone: neither read nor marked.

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
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.core.config import Mailbox, current_application, current_settings
from blog.core.db import session, unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.mailroom.accepting import Incoming
from blog.mailroom.actions import one_line
from blog.mailroom.door_receipts import note_read_up_to, read_up_to
from blog.mailroom.doors.intake import MAX_MESSAGE_BYTES, Accepted, TryLater, accept
from blog.mailroom.refusals import count_refusal, write_refusals_if_one_can
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope, RefusalReason

POLL = "mailroom.poll"
_TIMEOUT_SECONDS = 60
_TOKEN_SECONDS = 30
# So many UIDs are told at once at most: no line of an answer is longer than imaplib reads.
_WINDOW = 50_000
_BATCH = 100
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
_HEADER = re.compile(rb"([A-Za-z-]{1,20}):(.*)", re.DOTALL)
_NO_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_LOCAL_PART = r"(?<![\w.+=-])[\w.+=-]{1,128}"
log = structlog.get_logger(__name__)


class MailboxUnavailable(Exception):
    """The mailbox cannot be read now; the text says why, for the operator."""


@dataclass(slots=True)
class Look:
    """What came of one look into a mailbox. `waiting`: we could not store a message, it is taken next time."""

    taken: int = 0
    for_nobody: int = 0
    too_large: int = 0
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a mailbox says of a message before it is fetched."""

    uid: int
    size: int
    stamped_at: datetime | None
    headers: tuple[tuple[bytes, bytes], ...]


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
    write_refusals_if_one_can()
    if look != Look():
        log.info("mail was fetched", taken=look.taken, for_nobody=look.for_nobody, too_large=look.too_large)


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

    def read(self) -> Look:
        """Take all that is new, or all until we cannot store one."""
        (exists,) = self._command("SELECT", self._connection.select(_quoted(self._folder)))
        name = f"{hashlib.sha256(self._account.encode()).hexdigest()[:32]} {self._told('UIDVALIDITY')}"
        first = read_up_to(Door.IMAP, name) + 1
        session.rollback()
        flag = _KEYWORD if self._takes_keywords() else r"\Seen"
        following = self._told("UIDNEXT")
        # In a small mailbox the numbers may still be far apart: it is asked once.
        window = _WINDOW if int(cast("bytes", exists)) > _WINDOW else following
        for uids in self._new_uids(first, following, window):
            done = self._take_batch(uids, flag)
            if done:
                with unit_of_work():
                    note_read_up_to(Door.IMAP, name, done)
            if self._look.waiting:
                break
        return self._look

    def _new_uids(self, first: int, following: int, window: int) -> Iterator[tuple[int, ...]]:
        """The UIDs from `first` on and before `following`, in their order, some at a time."""
        for start in range(first, following, window):
            end = min(start + window, following) - 1
            found = self._command("SEARCH", self._connection.uid("SEARCH", f"UID {start}:{end}"))
            words = (word for line in found if isinstance(line, bytes) for word in line.split())
            # A range that is empty may be answered with the last message there is (RFC 9051, section 6.4.9).
            uids = tuple(sorted(uid for uid in map(int, words) if start <= uid <= end))
            yield from (uids[at : at + _BATCH] for at in range(0, len(uids), _BATCH))

    def _take_batch(self, uids: Sequence[int], flag: str) -> int:
        """Take messages in their order. Returns the last UID that was dealt with; 0 for none."""
        seen = {one.uid: one for one in self._overview(uids)}
        done = 0
        for uid in uids:
            # One that is gone meanwhile was taken away by somebody who may.
            if uid in seen:
                self._take(seen[uid], flag)
            if self._look.waiting:
                break
            done = uid
        return done

    def _overview(self, uids: Sequence[int]) -> Iterator[_Seen]:
        numbers = ",".join(map(str, uids))
        for about, headers in _answers(
            self._command("FETCH", self._connection.uid("FETCH", numbers, _OVERVIEW))
        ):
            uid, size = _UID.search(about), _SIZE.search(about)
            if uid and size:
                yield _Seen(int(uid[1]), int(size[1]), _instant(about), tuple(_headers_in(headers)))

    def _take(self, seen: _Seen, flag: str) -> None:
        try:
            recipients, destinations = self._destinations(seen)
        except SQLAlchemyError as error:
            log.warning("an address could not be looked up", door=Door.IMAP, exc_info=error)
            self._look.waiting = True
            return
        finally:
            session.rollback()
        if not destinations:
            self._look.for_nobody += 1
            count_refusal(Door.IMAP, RefusalReason.NO_SUCH_ADDRESS)
        elif seen.size > MAX_MESSAGE_BYTES:
            self._look.too_large += 1
            count_refusal(Door.IMAP, RefusalReason.TOO_LARGE)
        elif (raw := self._raw(seen.uid)) is not None:
            self._store(
                seen,
                Envelope(Door.IMAP, _sender(seen), recipients, "", "", tls=False),
                destinations,
                raw,
                flag,
            )

    def _store(
        self, seen: _Seen, envelope: Envelope, destinations: tuple[Destination, ...], raw: bytes, flag: str
    ) -> None:
        key = hashlib.sha256(raw).hexdigest()
        outcome = accept(self._app, Incoming(envelope, destinations, raw, key, seen.stamped_at))
        if isinstance(outcome, TryLater):
            self._look.waiting = True
        elif isinstance(outcome, Accepted):
            self._look.taken += 1
            self._mark(seen.uid, flag)
        else:
            self._look.too_large += 1

    def _mark(self, uid: int, flag: str) -> None:
        """Show people what we took. Where that is not allowed nothing else changes."""
        try:
            self._connection.uid("STORE", str(uid), "+FLAGS.SILENT", f"({flag})")
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            log.info("a message could not be marked", reason=str(error))

    def _raw(self, uid: int) -> bytes | None:
        """A message, as the mailbox has it; None when it is gone."""
        fetched = self._command("FETCH", self._connection.uid("FETCH", str(uid), "(UID BODY.PEEK[])"))
        return next((literal for about, literal in _answers(fetched) if b"BODY[]" in about), None)

    def _destinations(self, seen: _Seen) -> tuple[tuple[str, ...], tuple[Destination, ...]]:
        """For whom a message is, by the first headers that name an address of ours; and where that leads."""
        for names in _RECIPIENT_HEADERS:
            values = (value for name, value in seen.headers if name in names)
            addresses = [found.decode() for value in values for found in self._addresses.findall(value)]
            found = {address: resolve(address, self._domain) for address in dict.fromkeys(addresses)}
            known = {(one.route.name, one.target_id): one for one in found.values() if one is not None}
            if known:
                return tuple(found), tuple(known.values())
        return (), ()

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
