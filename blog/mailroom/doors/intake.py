"""What all doors share: handing a message in, and the one thread that commits.

`accept()` answers accepted, try later or refused; a door only translates that into its own protocol. Messages
that wait at the same moment are committed together, in the order in which they arrived: one fsync for all,
and still each sender hears "accepted" only after it.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from blog.core.db import unit_of_work
from blog.core.failed_disk import tells_of_failed_disk
from blog.mailroom.accepting import Incoming, accept_messages
from blog.mailroom.doors.disk import free_disk_of
from blog.mailroom.values import RefusalReason

MAX_MESSAGE_BYTES = 5 * 1024 * 1024
# One message is stored for each of its destinations, in one transaction that everybody else waits for.
MAX_DESTINATIONS = 50
MAX_COPIES_BYTES = 8 * MAX_MESSAGE_BYTES
_LARGEST_BATCH = 64
_LARGEST_BATCH_BYTES = 16 * 1024 * 1024
# A quota that is used up comes as a write that is refused, like a file that may not grow any more.
_SQLITE_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
# PostgreSQL, appendix A: disk_full.
_DISK_FULL = "53100"
log = structlog.get_logger(__name__)


NO_SUCH_ADDRESS = "there is no such address here"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message is durably stored; `told` is what to say for each destination."""

    told: tuple[str, ...]


class Trouble(StrEnum):
    """What keeps us from storing a message."""

    # Somebody else writes, or the database cannot be reached.
    BUSY = "busy"
    NO_ROOM = "no room on the disk"
    # What was written before may be lost: what this process believes of the database may be wrong from here on.
    BROKEN = "the disk failed"


@dataclass(frozen=True, slots=True)
class TryLater:
    """We could not store it now, through no fault of the message."""

    trouble: Trouble = Trouble.BUSY


@dataclass(frozen=True, slots=True)
class Refused:
    """It can never be accepted as it is; `why` may be told to the sender, and under `reason` it is counted."""

    why: str
    reason: RefusalReason


Outcome = Accepted | TryLater | Refused


def refusal_of(outcome: TryLater | Refused) -> RefusalReason:
    """Under which reason a message that was not taken is counted."""
    if isinstance(outcome, Refused):
        return outcome.reason
    return RefusalReason.NO_ROOM if outcome.trouble is Trouble.NO_ROOM else RefusalReason.OUR_FAULT


def accept(app: Flask, message: Incoming) -> Outcome:
    """Store one message at once, in the calling thread (for doors that carry one message)."""
    refusal = _refusal(message)
    if refusal is None and free_disk_of(app).is_scarce():
        return TryLater(Trouble.NO_ROOM)
    return refusal or _store(app, [message])[0]


def are_too_many(recipients: Collection[str]) -> Refused | None:
    """What is said of a message for more addresses of ours than one may name; before any is looked up."""
    if len(recipients) > MAX_DESTINATIONS:
        return Refused(
            f"it is for more than {MAX_DESTINATIONS} addresses here; send it to a few at a time",
            RefusalReason.TOO_MANY,
        )
    return None


def _refusal(message: Incoming) -> Refused | None:
    size, copies = len(message.raw), len(message.destinations)
    if size > MAX_MESSAGE_BYTES:
        return Refused(f"the message is larger than {MAX_MESSAGE_BYTES} bytes", RefusalReason.TOO_LARGE)
    if size * copies > MAX_COPIES_BYTES:
        return Refused(
            f"a message of this size may be for {MAX_COPIES_BYTES // size} addresses at most; "
            "send it to a few at a time",
            RefusalReason.TOO_MANY,
        )
    return are_too_many([one.recipient for one in message.destinations])


def _store(app: Flask, messages: list[Incoming]) -> list[Outcome]:
    try:
        with app.app_context(), unit_of_work():
            told = accept_messages(messages)
    except OperationalError as error:
        # The database does not answer. To ask again for each message would keep all of their senders waiting
        # until they hang up, and then store what they will send once more.
        trouble = _trouble_of(error)
        log.warning("mail waits", why=trouble, messages=len(messages), exc_info=error)
        return [TryLater(trouble) for _message in messages]
    except Exception as error:
        # Whatever it is, the sender's server keeps the message and comes again: never a permanent code.
        log.warning(
            "mail could not be stored", messages=len(messages), error=type(error).__name__, exc_info=True
        )
        if len(messages) == 1:
            return [TryLater()]
        return [outcome for message in messages for outcome in _store(app, [message])]
    return [Accepted(tuple(lines)) for lines in told]


def _trouble_of(error: OperationalError) -> Trouble:
    original = error.orig
    if tells_of_failed_disk(original):
        return Trouble.BROKEN
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        return Trouble.NO_ROOM if code in _SQLITE_NO_ROOM else Trouble.BUSY
    return Trouble.NO_ROOM if getattr(original, "sqlstate", None) == _DISK_FULL else Trouble.BUSY


def _at_once(function: Callable[[], None]) -> None:
    function()


def _settle(futures: list[Future[Outcome]], outcomes: list[Outcome]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        future.set_result(outcome)


class Intake:
    """Takes messages from many connections and commits them in one thread, in order of arrival.

    When the disk fails (an fsync above all) it stores nothing any more: the kernel reports such an error once, and
    what comes after it may seem to be safe and is not. PostgreSQL ends itself then; on SQLite that is up to us, and
    `on_broken`, called in the thread of the intake, is how whoever runs it hears of it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.on_broken: Callable[[], object] = lambda: None
        # In which thread senders hear of it: the one that has stored it, unless whoever waits wants another one.
        self.settle_in: Callable[[Callable[[], None]], object] = _at_once
        self._is_broken = False
        self._waiting: queue.SimpleQueue[tuple[Incoming, Future[Outcome]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="mail-intake", daemon=True)

    def start(self) -> None:
        """Begin to commit what is handed in."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what was handed in, then end."""
        self._waiting.put(None)
        self._thread.join()

    def hand_in(self, message: Incoming) -> Future[Outcome]:
        """Queue one message; the future is done when it is committed, or cannot be."""
        future: Future[Outcome] = Future()
        refusal = _refusal(message)
        if refusal is not None:
            future.set_result(refusal)
        else:
            self._waiting.put((message, future))
        return future

    def _run(self) -> None:
        while True:
            batch, ended = self._next_batch()
            if batch:
                outcomes = self._store([message for message, _future in batch])
                futures = [future for _message, future in batch]
                self.settle_in(partial(_settle, futures, outcomes))
            if ended:
                return

    def _store(self, messages: list[Incoming]) -> list[Outcome]:
        if self._is_broken:
            return [TryLater(Trouble.BROKEN) for _message in messages]
        outcomes = _store(self._app, messages)
        if TryLater(Trouble.BROKEN) in outcomes:
            self._is_broken = True
            self.on_broken()
        return outcomes

    def _next_batch(self) -> tuple[list[tuple[Incoming, Future[Outcome]]], bool]:
        batch: list[tuple[Incoming, Future[Outcome]]] = []
        copies = size = 0
        item = self._waiting.get()
        while item is not None:
            batch.append(item)
            # A message is stored once for each of its destinations.
            copies += len(item[0].destinations)
            size += len(item[0].raw) * len(item[0].destinations)
            if copies >= _LARGEST_BATCH or size >= _LARGEST_BATCH_BYTES:
                return batch, False
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True
