from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError, StatementError

from blog.accounts.actions.audit import Who, write_down
from blog.accounts.models.people import Person
from blog.accounts.values import AuditDoor
from blog.articles.models import Article, ArticleRevision
from blog.core import clock
from blog.core.db import Base, after_commit, conflict_of, db, read_again, session, unit_of_work
from blog.core.errors import Conflict
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.discussions import make_comment
from tests.support.databases import empty_all_tables

pytestmark = pytest.mark.usefixtures("app")


def test_it_commits_at_the_end() -> None:
    make_person(name="Ann")

    session.remove()

    assert session.scalars(sa.select(Person.name)).all() == ["Ann"]


def test_it_rolls_back_on_any_exception() -> None:
    with pytest.raises(KeyboardInterrupt), unit_of_work():
        session.add(_person("a@example.org"))
        session.flush()
        raise KeyboardInterrupt

    assert session.scalars(sa.select(Person.id)).all() == []


def test_it_does_not_nest() -> None:
    with pytest.raises(RuntimeError), unit_of_work(), unit_of_work():
        pass


def test_it_refuses_changes_made_before_it() -> None:
    person = make_person()
    person.name = "Changed outside"

    with pytest.raises(RuntimeError), unit_of_work():
        pass
    session.rollback()


def test_it_reads_again_inside_what_was_loaded_before() -> None:
    person = make_person(name="Before")
    assert person.name == "Before"
    with db.engine.begin() as other:
        other.execute(sa.update(Person).values(name="Meanwhile"))

    with unit_of_work():
        assert person.name == "Meanwhile"


def test_it_runs_hooks_once_and_only_after_a_commit() -> None:
    ran: list[str] = []

    def hook() -> None:
        ran.append("hook")

    with unit_of_work():
        after_commit(hook)
        after_commit(hook)
        assert ran == []
    assert ran == ["hook"]

    with pytest.raises(ValueError, match="no"), unit_of_work():
        after_commit(hook)
        raise ValueError("no")
    assert ran == ["hook"]


def test_it_names_the_constraint_that_was_violated() -> None:
    make_person(email="same@example.org")

    with pytest.raises(IntegrityError) as refused, unit_of_work():
        session.add(_person("same@example.org"))
        session.flush()

    assert conflict_of(refused.value) == "uq_person_email_key"


def test_it_keeps_instants_in_utc() -> None:
    person = make_person()
    local = datetime(2026, 11, 23, 10, 2, 33, 5, tzinfo=timezone(timedelta(hours=1)))
    with unit_of_work():
        person.created_at = local
    session.remove()

    stored = session.scalars(sa.select(Person.created_at)).one()

    assert stored == local
    assert stored.tzinfo is UTC


def test_it_refuses_a_naive_instant() -> None:
    person = make_person()

    with pytest.raises(StatementError), unit_of_work():
        person.created_at = datetime(2026, 1, 1)  # noqa: DTZ001 - the fault under test


def test_what_hangs_on_a_row_that_is_gone_is_a_conflict() -> None:
    with pytest.raises(Conflict), unit_of_work():
        session.add(_revision(article_id=10_000))


def test_removing_what_others_hang_on_stays_a_fault_of_ours() -> None:
    article = make_article()
    with unit_of_work():
        session.add(_revision(article.id))

    with pytest.raises(IntegrityError), unit_of_work():
        session.execute(sa.delete(Article).where(Article.id == article.id))


def test_a_transaction_that_failed_before_is_no_row_that_is_gone() -> None:
    person = make_person(email="same@example.org")

    with pytest.raises(PendingRollbackError), unit_of_work():
        session.add(_person("same@example.org"))
        with suppress(IntegrityError):
            session.flush()
        read_again(person)


def test_it_never_changes_or_removes_rows_that_are_append_only() -> None:
    article = make_article()
    with unit_of_work():
        revision = _revision(article.id)
        session.add(revision)

    with pytest.raises(TypeError), unit_of_work():
        revision.body = "another"
        session.flush()
    with pytest.raises(TypeError), unit_of_work():
        session.delete(revision)
        session.flush()

    assert session.scalars(sa.select(ArticleRevision.body)).all() == ["b"]


def test_it_syncs_fully_and_holds_foreign_keys_on_sqlite(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def _revision(article_id: int) -> ArticleRevision:
    return ArticleRevision(
        article_id=article_id, version=1, title="t", lead="", body="b", saved_at=clock.now()
    )


def _person(email: str) -> Person:
    return Person(
        email=email, email_key=email, name="A", handle=email.replace("@", "-"), created_at=clock.now()
    )


def test_the_next_test_finds_no_rows_and_all_triggers(app: Flask) -> None:
    comment = make_comment(author=make_person(role="editor"))
    with unit_of_work():
        write_down("signed in", Who(comment.author_id, AuditDoor.WEB, "192.0.2.1"))
    tables = Base.metadata.sorted_tables
    assert {"comment", "comment_revision", "person_role", "audit_record", "audit_source"} <= _filled(tables)
    session.remove()
    empty_all_tables(db.engine, tables)
    assert _filled(tables) == set()
    with unit_of_work():
        write_down("signed in", Who(None, AuditDoor.WEB, "192.0.2.1"))
    for words in ("DELETE FROM audit_record", "UPDATE audit_source SET network = 'x'"):
        with pytest.raises(DBAPIError, match="audit"), unit_of_work():
            session.execute(sa.text(words))


def _filled(tables: Sequence[sa.Table]) -> set[str]:
    return {table.name for table in tables if session.scalar(sa.select(sa.func.count()).select_from(table))}
