"""Fixtures of the whole suite: the application on both databases, browsers that are signed in, commands."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade

from blog.accounts.erasure_log import FILE_NAME
from blog.accounts.models.people import Person
from blog.challenges.signed_notes import FOLDER
from blog.core.config import current_settings
from blog.core.db import Base, db, session
from blog.factory import create_app
from blog.mailroom import refusals
from tests.support.browser import Browser
from tests.support.compiled_templates import folder_for_templates, keep_compiled_templates
from tests.support.databases import PostgresMissing, empty_all_tables, postgres_database, sqlite_database
from tests.support.sign_in import browser_of
from tests.support.spreading import ByFile, long_ones_first

SignIn = Callable[[Person], FlaskClient]
_SECRET = "a secret that is long enough for tests only"

keep_compiled_templates(folder_for_templates())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Spread the tests over several processes, where there are several."""
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest where processes share the tests."""
    if hasattr(config, "workerinput"):
        long_ones_first(items)


def pytest_collection_finish() -> None:
    """Product and tests stay until the end: nobody need look again and again whether all of it is garbage."""
    gc.freeze()


def missing(what: str) -> None:
    """Leave a test out because this machine lacks something; where CI=true that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs {what}")
    pytest.skip(what)


def environment_for(database_url: str, instance: Path) -> dict[str, str]:
    """What the environment of an application under test holds."""
    return {
        "DATABASE_URL": database_url,
        "INSTANCE": str(instance),
        "SECRET_KEY": _SECRET,
        "SITE_URL": "http://localhost",
        "SITE_LANGUAGE": "en",
        "ANSWER_DOMAIN": "answers.example.org",
        "MAIL_DEFAULT_SENDER": "noreply@example.org",
    }


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with sqlite_database() as url:
        yield from _application(url, tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    try:
        with postgres_database() as url:
            yield from _application(url, tmp_path_factory.mktemp("postgres"))
    except PostgresMissing as reason:
        missing(str(reason))


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on an empty database, once on SQLite and once on PostgreSQL."""
    name = "sqlite_app" if request.param == "sqlite" else "postgres_app"
    application: Flask = request.getfixturevalue(name)
    with application.app_context():
        yield application
        session.remove()
        # What was refused in one test is not counted in the next.
        refusals.forget()
        empty_all_tables(db.engine, Base.metadata.sorted_tables)
        # Who was erased in one test may be somebody else in the next.
        (current_settings().instance / FILE_NAME).unlink(missing_ok=True)
        # And what was signed in one has nothing to do with the ledgers of the next.
        shutil.rmtree(current_settings().instance / FOLDER, ignore_errors=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """A function that gives the browser of a person who is signed in."""

    return partial(browser_of, app)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs `flask …` commands."""
    return app.test_cli_runner()


def create_tables(application: Flask) -> None:
    """Make the tables, as an operator does."""
    with application.app_context():
        upgrade()


def _application(url: str, instance: Path) -> Iterator[Flask]:
    application = create_app(environment_for(url, instance))
    application.test_client_class = Browser
    for name, value in (("TESTING", True), ("WTF_CSRF_ENABLED", False), ("PROPAGATE_EXCEPTIONS", False)):
        application.config[name] = value
    # Hashes that cost nothing: the suite tests what we do with them, not how slow they are.
    application.config["PASSWORD_HASHING"] = {"memory_cost": 8, "time_cost": 1, "parallelism": 1}
    create_tables(application)
    yield application
    with application.app_context():
        db.engine.dispose()
