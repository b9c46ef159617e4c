"""The chain of migrations: linear, the same tables as the models, and back and forth without a loss."""

from collections.abc import Generator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from blog.accounts.models.people import Person, PersonRole
from blog.core.config import ROOT
from blog.core.db import Base, db, session, unit_of_work
from blog.factory import create_app
from tests.conftest import environment_for, missing
from tests.factories.accounts import make_person
from tests.support.databases import PostgresMissing, postgres_database, sqlite_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Flask]:
    """An application whose database has no tables yet."""
    try:
        with sqlite_database() if request.param == "sqlite" else postgres_database() as url:
            app = create_app(environment_for(url, tmp_path))
            with app.app_context():
                yield app
                session.remove()
                db.engine.dispose()
    except PostgresMissing as reason:
        missing(str(reason))


def test_the_chain_is_linear() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))

    assert len(script.get_heads()) == 1
    assert [
        revision
        for revision in script.walk_revisions()
        if revision.is_merge_point or revision.is_branch_point
    ] == []


def test_it_makes_the_tables_of_the_models(empty_app: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_it_goes_back_to_nothing_and_forth_again(empty_app: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}

    upgrade()
    assert set(Base.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())


def test_it_loses_no_row_when_run_again(empty_app: Flask) -> None:
    upgrade()
    make_person(name="Ann", role="editor")
    session.remove()

    upgrade()

    assert session.scalars(sa.select(Person.name)).all() == ["Ann"]
    assert session.scalars(sa.select(PersonRole.role)).all() == ["editor"]


def test_codes_by_mail_keep_who_is_signed_in_and_what_was_sent(empty_app: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO person (id, email, email_key, name, handle, is_demo, created_at) "
            "VALUES (1, 'ann@example.org', 'ann@example.org', 'Ann', 'ann', false, '2026-11-20 10:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO browser_session (id, person_id, token_digest, user_agent, created_at, seen_at, expires_at) "
            "VALUES (1, 1, 'abc', 'a test', '2026-11-20 10:00:00', '2026-11-21 10:00:00', '2026-12-20 10:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO outbox_message (id, cause, created_at, recipient, language, subject, text, message_id, "
            "is_automatic, state, attempts) VALUES (1, 'receipt:1', '2026-11-20 10:00:00', 'ann@example.org', 'nl', "
            "'Inzending 1', 'Dank je.', '<1@example.org>', true, 'sent', 1)"
        )

    upgrade()

    with db.engine.connect() as connection:
        begun = connection.exec_driver_sql("SELECT method, proved_at = created_at FROM browser_session").one()
        sent = connection.exec_driver_sql("SELECT text, is_secret FROM outbox_message").one()
    assert (begun[0], bool(begun[1])) == ("password", True)
    assert (sent[0], bool(sent[1])) == ("Dank je.", False)


def test_it_turns_foreign_keys_on_again(empty_app: Flask) -> None:
    upgrade()

    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_handles_that_look_the_same_both_stay(empty_app: Flask) -> None:
    before = ScriptDirectory(str(ROOT / "migrations")).get_revision("0004").down_revision
    assert isinstance(before, str)
    upgrade(revision=before)
    handles = ["jan-jansen", "janjansen", "anna", "jan-jansen-2", "j-an-jansen", "bi11"]
    row = sa.text(
        "INSERT INTO person (email, email_key, name, handle, is_demo, created_at)"
        " VALUES (:handle, :handle, 'Jan', :handle, false, '2026-01-01 00:00:00+00:00')"
    )
    with db.engine.begin() as connection:
        connection.execute(row, [{"handle": handle} for handle in handles])

    upgrade()

    rows = session.execute(sa.select(Person.handle, Person.handle_key).order_by(Person.id)).all()
    assert [handle for handle, _key in rows] == handles
    looks = ["janjansen", "janjansen~2", "anna", "janjansen2", "janjansen~3", "blll"]
    assert [key for _handle, key in rows] == looks


def test_ids_of_people_are_not_given_twice(empty_app: Flask) -> None:
    """SQLite makes the table anew for some migrations: what keeps ids apart has to come along."""
    upgrade()
    first = make_person()
    first_id = first.id
    with unit_of_work():
        session.delete(first)
    assert make_person().id > first_id
