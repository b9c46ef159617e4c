"""The database: the engine's settings, the unit of work, and what every model is made of.

`commit()` stands once in this program: in `unit_of_work()`. On SQLite a unit of work begins with
`BEGIN IMMEDIATE`, so that reading and then writing can never fail half-way on another writer; reading outside
of it uses plain `BEGIN` and waits for nobody.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
import structlog
from flask_babel import lazy_gettext as _
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.exc import IntegrityError, InvalidRequestError, NoResultFound, PendingRollbackError
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, scoped_session
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from blog.core import failed_disk
from blog.core.errors import Conflict, DomainError, NotFound

log = structlog.get_logger(__name__)
# A writer waits this long for another one before it answers "try later".
BUSY_TIMEOUT_MS = 10_000
_WRITING = "rejoinder_writing"
_AFTER_COMMIT = "after_commit"
_IN_UNIT = "in_unit_of_work"
# PostgreSQL, appendix A: foreign_key_violation.
_NO_PARENT = "23503"


class Base(DeclarativeBase):
    """Base of all models. Constraints have predictable names: migrations and error handling rely on them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata)
session = cast("scoped_session[Session]", db.session)


# An id that stands in an address or a mail must never come to mean something else. SQLite by itself would give
# the id of a removed row to the next one; PostgreSQL never does.
KEPT_IDS = {"sqlite_autoincrement": True}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. SQLite keeps it naive, in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the database an instant in UTC. Raises `ValueError` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime may not be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the program an aware instant in UTC."""
        _ = dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AppendOnly:
    """Mixed into a model whose rows are never changed or removed: a flush that tries raises `TypeError`."""


def _refuse_change(_mapper: Mapper[Any], _connection: Connection, target: object) -> None:
    raise TypeError(f"rows of {type(target).__name__} are append-only")


event.listen(AppendOnly, "before_update", _refuse_change, propagate=True)
event.listen(AppendOnly, "before_delete", _refuse_change, propagate=True)


@contextmanager
def unit_of_work() -> Generator[scoped_session[Session]]:
    """One act, whole or not at all: commits at the end, rolls back on any exception.

    Ends the read transaction of the request first: objects that were loaded before are read again at their
    next use, so rules are checked on what is true inside this transaction. Functions given to
    `after_commit()` run when the commit has succeeded. Units of work do not nest: `RuntimeError`.

    A row that is gone since it was read (somebody was erased, say) is `NotFound`, and `Conflict` when something was to
    hang on it: nobody's fault, so whoever acted is told, and gets back what they typed. To remove what others still
    hang on is a fault of ours, and stays one. Once the disk has failed, none begins or commits (`failed_disk`).
    """
    current = session()
    if current.info.get(_IN_UNIT):
        raise RuntimeError("a unit of work may not be opened inside another one")
    failed_disk.refuse_to_write()
    if current.new or current.dirty or current.deleted:
        raise RuntimeError("rows were changed outside of a unit of work")
    current.rollback()
    current.info[_IN_UNIT] = True
    current.info[_AFTER_COMMIT] = []
    try:
        current.connection(execution_options={_WRITING: True})
        yield session
        # Perhaps it failed under another thread meanwhile.
        failed_disk.refuse_to_write()
        current.commit()
    except BaseException as error:
        current.rollback()
        current.info[_AFTER_COMMIT] = []
        refusal = refusal_of_gone_row(error)
        if refusal is not None:
            # No fault of whoever acted; but if it is one of ours, it must not be silent.
            log.warning("what a unit of work needed is gone", reason=type(error).__name__, exc_info=error)
            raise refusal from error
        raise
    finally:
        current.info[_IN_UNIT] = False
    for function in cast("list[Callable[[], None]]", current.info[_AFTER_COMMIT]):
        function()


def after_commit(function: Callable[[], None]) -> None:
    """Run `function` once the current unit of work has committed; never if it rolls back.

    Only for wake-up calls that may be lost: what must happen is a row (see `blog.core.jobs`). The same
    function given twice runs once.
    """
    waiting = cast("list[Callable[[], None]]", session().info[_AFTER_COMMIT])
    if function not in waiting:
        waiting.append(function)


def read_again(row: Base, names: Sequence[str] | None = None, *, lock: bool = True) -> None:
    """Read a row as it is now, or only what `names` says, and let nobody else change it until the unit of work ends.

    Raises `NotFound` when it is gone.
    """
    locking: Any = {"of": type(row)} if lock else None
    try:
        session.refresh(row, names, with_for_update=locking)
    except PendingRollbackError:
        # Not the row is gone, but the transaction: something failed before, and was swallowed.
        raise
    except InvalidRequestError as error:
        if not sa.inspect(row).persistent:
            raise
        raise NotFound() from error


def refusal_of_gone_row(error: BaseException) -> DomainError | None:
    """What is told of an error that means that a row has gone since it was read; None for any other."""
    if isinstance(error, ObjectDeletedError | StaleDataError | NoResultFound):
        return NotFound()
    if isinstance(error, IntegrityError) and _lacks_parent(error):
        return Conflict(_("What this belongs to is gone by now, so nothing was done."))
    return None


def _lacks_parent(error: IntegrityError) -> bool:
    # To remove a row that others hang on is refused under the same name.
    if not (error.statement or "").startswith(("INSERT", "UPDATE")):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorname == "SQLITE_CONSTRAINT_FOREIGNKEY"
    return getattr(error.orig, "sqlstate", None) == _NO_PARENT


def leave_nothing_behind() -> None:
    """Let what was removed leave the files of the database as well, as far as that is up to us. Not in a unit of work.

    SQLite keeps pages as they were in its write-ahead log until they are written back. While somebody reads them it
    does so later, by itself. PostgreSQL does it in its own time (autovacuum).
    """
    session.rollback()
    if session().get_bind().dialect.name == "sqlite":
        with cast("Engine", session().get_bind()).connect() as connection:
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            try:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                failed_disk.note(error)
                raise


def take_turns(name: str) -> None:
    """Wait until nobody else is past this point with the same `name`; holds until the unit of work ends.

    For counting and then adding where no row stands for what is counted. SQLite has one writer anyway.
    """
    if session().get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def conflict_of(error: IntegrityError) -> str:
    """The name of the constraint that was violated, as in the models; an empty string when unknown."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        text = str(original)
        prefix = "UNIQUE constraint failed: "
        if not text.startswith(prefix):
            return text.removeprefix("CHECK constraint failed: ")
        columns = [column.split(".") for column in text.removeprefix(prefix).split(", ")]
        return "_".join(["uq", columns[0][0], *(name for _table, name in columns)])
    return str(getattr(getattr(original, "diag", None), "constraint_name", None) or "")


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: object, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver must not begin transactions by itself: `_begin_sqlite` does, and DDL becomes transactional.
    connection.isolation_level = None
    # Its own knows the letters of ASCII only: who looks for "öztürk" would not find Öztürk.
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        # FULL, on every connection: with NORMAL there is no fsync between the commit and our "250".
        "synchronous=FULL",
        "foreign_keys=ON",
        # What is removed is overwritten, not only passed over: whoever was erased is not in the file any more.
        "secure_delete=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _lower(value: str | None) -> str | None:
    return value.lower() if value is not None else None


@event.listens_for(Engine, "handle_error")
def _note_failed_disk(context: ExceptionContext) -> None:
    failed_disk.note(context.original_exception)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
