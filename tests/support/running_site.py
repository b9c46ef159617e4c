"""A whole site that runs: on a database and in a folder of its own, with the programs that it is asked for."""

import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from blog.core.db import db, session
from blog.factory import create_app
from tests.conftest import create_tables, environment_for
from tests.support.databases import sqlite_database
from tests.support.mail_door import settings_of
from tests.support.processes import flask_command, free_port, running, wait_for_smtp
from tests.support.web import wait_for_http


@dataclass(frozen=True, slots=True)
class Site:
    """Where a running site and its mail door are, and its application for reads and changes of one's own."""

    app: Flask
    url: str
    smtp_port: int


@contextmanager
def running_site(
    folder: Path, *, with_mail: bool, port: int | None = None, more: Mapping[str, str] | None = None
) -> Generator[Site]:
    """An empty site: its web server, and `with_mail` its mail door and workers too; `more` is set besides."""
    port, smtp_port = port or free_port(), free_port()
    with ExitStack() as stack:
        environment = {
            **environment_for(stack.enter_context(sqlite_database()), folder),
            "SITE_URL": f"http://localhost:{port}",
            "PORT": str(port),
            "SMTP_PORT": str(smtp_port),
            **(more or {}),
        }
        app = create_app(environment)
        with app.app_context():
            create_tables(app)
            settings = {**settings_of(app), "PORT": str(port), "SMTP_PORT": str(smtp_port), **(more or {})}
            web = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
            serving = stack.enter_context(running(web, settings))
            if with_mail:
                stack.enter_context(running(flask_command("jobs", "work"), settings))
                taking_mail = stack.enter_context(running(flask_command("mail", "serve"), settings))
                wait_for_smtp(smtp_port, taking_mail)
            wait_for_http(port, "/healthz", serving)
            session.remove()
        yield Site(app, f"http://localhost:{port}", smtp_port)
        with app.app_context():
            db.engine.dispose()
