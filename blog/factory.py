"""The composition root: the only module that names all features."""

from collections.abc import Mapping
from typing import cast

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from blog.accounts import feature as accounts
from blog.articles import feature as articles
from blog.challenges import feature as challenges
from blog.core import assets, headers, i18n, logs, media, pages, routing
from blog.core.config import ROOT, Settings, load_settings
from blog.core.db import db
from blog.core.jobs import engine
from blog.core.jobs.cli import jobs_cli
from blog.core.markdown.cli import markdown_cli
from blog.discussions import feature as discussions
from blog.home import feature as home
from blog.mailroom import feature as mailroom
from blog.moderation import feature as moderation
from blog.transfer import feature as transfer

# From the lowest tier to the highest: receivers of an event run in this order.
FEATURES = (accounts, mailroom, articles, discussions, challenges, moderation, transfer, home)
_MAX_REQUEST_BYTES = 2 * 1024 * 1024


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Build the application from `environ` (`os.environ` when left out). Raises `ConfigurationError`."""
    settings = load_settings(environ)
    app = Flask("blog", template_folder=pages.templates_folder(), static_folder=None)
    app.extensions["settings"] = settings
    _configure(app, settings)
    _trust_proxies(app, settings.trusted_proxies)
    logs.init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    routing.init_app(app)
    i18n.init_app(app, settings)
    pages.init_app(app, settings)
    headers.init_app(app, settings)
    assets.init_app(app)
    media.init_app(app, settings)
    engine.init_app(app, settings)
    app.cli.add_command(jobs_cli)
    app.cli.add_command(markdown_cli)
    for feature in FEATURES:
        feature.init_app(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    config = cast("dict[str, object]", app.config)
    config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=_MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


def _trust_proxies(app: Flask, proxies: int) -> None:
    """Believe what the last `proxies` proxies say of a visitor's address and scheme; without any, nobody.

    Not of the host: `SITE_URL` says where the site is.
    """
    if proxies > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)


def _engine_options(settings: Settings) -> dict[str, object]:
    # What people have typed, and what was mailed to them, stays out of the log when a statement fails.
    options: dict[str, object] = {"hide_parameters": True}
    if settings.database_url.startswith("sqlite"):
        return options
    return options | {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}
