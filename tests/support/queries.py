"""Counting statements, so that a test can hold a page to a fixed number of queries."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from blog.core.db import db

_NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def counted_statements() -> Generator[list[str]]:
    """The SQL statements that the block sends, in order; what only begins or ends a transaction is left out.

    with counted_statements() as statements:
        client.get("/articles/")
    assert len(statements) == 1
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_NOT_COUNTED):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def counted_commits() -> Generator[list[None]]:
    """One item for each transaction that the block commits: between two of them others can write."""
    commits: list[None] = []

    def note(_connection: Any) -> None:
        commits.append(None)

    event.listen(db.engine, "commit", note)
    try:
        yield commits
    finally:
        event.remove(db.engine, "commit", note)
