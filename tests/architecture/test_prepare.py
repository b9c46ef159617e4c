"""The glance that saves `make run` a second: it must never take a database for ready that is not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask

from blog.core.config import current_settings
from dev.prepare import is_ready, newest_migration
from tests.architecture.sources import ROOT
from tests.factories.accounts import make_person


def _database(folder: Path, *, version: str, people: int) -> str:
    path = folder / "a site.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("CREATE TABLE person (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (version,))
        connection.executemany("INSERT INTO person DEFAULT VALUES", [()] * people)
        connection.commit()
    return f"sqlite:///{path}"


def test_the_newest_migration_is_the_head() -> None:
    assert ScriptDirectory(str(ROOT / "migrations")).get_heads() == [newest_migration()]


def test_a_site_in_use_is_ready(app: Flask) -> None:
    make_person()
    url = current_settings().database_url
    assert is_ready(url, wants_demo=True) is url.startswith("sqlite")


def test_an_empty_site_is_ready_only_without_a_demo(tmp_path: Path) -> None:
    url = _database(tmp_path, version=newest_migration(), people=0)
    assert is_ready(url, wants_demo=False)
    assert not is_ready(url, wants_demo=True)


def test_older_tables_are_not_ready(tmp_path: Path) -> None:
    assert not is_ready(_database(tmp_path, version="0000", people=1), wants_demo=True)


def test_what_is_no_database_or_not_there_is_not_ready_and_not_made(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, but long enough to look like one" * 40, encoding="utf-8")
    assert not is_ready(f"sqlite:///{tmp_path / 'text'}", wants_demo=False)
    assert not is_ready(f"sqlite:///{tmp_path / 'nothing'}", wants_demo=False)
    assert not (tmp_path / "nothing").exists()
