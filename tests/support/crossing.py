"""Two acts that cross: one stops behind a lock until the other waits for it, or is done; and so behind every lock.

If two acts can wait for each other at all, one of these stops shows it: the first holds what the second wants, and the
second has got as far as it can. Nothing here depends on who is faster. Only PostgreSQL can show it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread, get_ident
from time import monotonic
from typing import Any

import psycopg
from flask import Flask
from psycopg.errors import DeadlockDetected
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from blog.accounts.erasure_log import FILE_NAME
from blog.core.config import current_settings
from blog.core.db import db, session
from blog.core.errors import DomainError
from tests.support.snapshots import put_back, take_snapshot

Act = Callable[[], object]
# Statements after which something is held that others may have to wait for.
_HOLDS = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE)\b|\bFOR (?:NO KEY )?UPDATE\b|\bFOR (?:KEY )?SHARE\b|pg_advisory"
)
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
_PATIENCE = 20


def cross(app: Flask, scene: Callable[[], tuple[Act, Act]], check: Act = lambda: None) -> int:
    """Let the first act of a scene stop behind each of its locks for the second one. Returns how many those are.

    `scene` makes the rows, which are put back as they were before each next stop, and the two acts with them. Each act
    runs in a thread, with a request around it; it may be refused. After both `check` looks at what came of it. Fails
    the test when they wait for each other, and when one of them crashes.
    """
    first, second = scene()
    before, stop_at = take_snapshot(), 1
    while _Crossing(app, first, second, stop_at).happened():
        session.rollback()
        check()
        put_back(before)
        # As if nobody had been erased yet.
        (current_settings().instance / FILE_NAME).unlink(missing_ok=True)
        stop_at += 1
    return stop_at - 1


@dataclass
class _Crossing:
    app: Flask
    first: Act
    second: Act
    stop_at: int
    following: Thread = field(init=False)
    faults: list[BaseException] = field(default_factory=list[BaseException])
    second_is_done: Event = field(default_factory=Event)
    leader: int | None = None
    held: int = 0

    def __post_init__(self) -> None:
        self.following = Thread(target=self._run_second)

    def happened(self) -> bool:
        """Whether the first act came as far as where it was to stop."""
        session.rollback()
        leading = Thread(target=self._run_first)
        event.listen(db.engine, "after_cursor_execute", self._after_statement)
        event.listen(db.engine, "handle_error", self._note_fault)
        try:
            leading.start()
            leading.join()
            if has_stopped := self.held >= self.stop_at:
                self.following.join()
        finally:
            event.remove(db.engine, "after_cursor_execute", self._after_statement)
            event.remove(db.engine, "handle_error", self._note_fault)
        assert self.faults == [], (f"behind lock {self.stop_at}", self.faults)
        return has_stopped

    def _run(self, act: Act) -> None:
        with self.app.test_request_context():
            try:
                act()
            except DomainError:
                pass
            except BaseException as fault:
                self.faults.append(fault)

    def _run_first(self) -> None:
        self.leader = get_ident()
        self._run(self.first)

    def _run_second(self) -> None:
        self._run(self.second)
        self.second_is_done.set()

    def _note_fault(self, context: ExceptionContext) -> None:
        # Also where a page has been made of it.
        if isinstance(context.original_exception, DeadlockDetected):
            self.faults.append(context.original_exception)

    def _after_statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if get_ident() != self.leader or not _HOLDS.search(statement):
            return
        self.held += 1
        if self.held == self.stop_at:
            self.following.start()
            self._wait_until_second_waits()

    def _wait_until_second_waits(self) -> None:
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        patience = monotonic() + _PATIENCE
        with psycopg.connect(url, autocommit=True) as looking:
            while not self.second_is_done.wait(0.002):
                row = looking.execute(_WAITING).fetchone()
                if row is not None and row[0]:
                    return
                assert monotonic() < patience, "the second act neither waits nor ends"
