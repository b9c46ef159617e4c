"""Runs migrations on a connection of their own.

On SQLite a table is changed by making it anew (batch mode): with foreign keys on, dropping the old one would
delete every row that points to it. So they are off while migrations run, and everything is checked afterwards.
"""

from alembic import context
from sqlalchemy import Connection

from blog.core.config import current_application
from blog.core.db import Base, UtcDateTime, db


def run_migrations() -> None:
    """Bring the database of the running application to the revision that was asked for."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # Outside of any transaction: inside of one SQLite ignores it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            _migrate(connection)
        finally:
            if is_sqlite:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection) -> None:
    options = dict(current_application().extensions["migrate"].configure_args)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_server_default=False,
        render_item=_render_item,
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        _refuse_broken_references(connection)


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise RuntimeError(f"after the migration rows point to nothing: {[tuple(row) for row in broken]}")


def _render_item(kind: str, item: object, _autogen_context: object) -> str | bool:
    # A migration must mean the same for ever, so it says what our type is made of.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


run_migrations()
