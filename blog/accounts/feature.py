"""Joins this feature to the application."""

from flask import Flask

from blog.accounts import sessions
from blog.accounts.cli import people_cli
from blog.accounts.passwords import PARAMETERS
from blog.accounts.views import blueprint


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
    app.config["PASSWORD_HASHING"] = PARAMETERS
    sessions.init_app(app)
    app.register_blueprint(blueprint)
    app.cli.add_command(people_cli)
