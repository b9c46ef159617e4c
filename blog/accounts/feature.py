"""Joins this feature to the application."""

from flask import Flask

from blog.accounts import sessions
from blog.accounts.cli import people_cli
from blog.accounts.events import CodeMailed
from blog.accounts.holdings import register_holdings
from blog.accounts.own_holdings import HOLDINGS
from blog.accounts.passwords import PARAMETERS
from blog.accounts.receivers import write_code
from blog.accounts.views import account, codes, personal_data, setup, signing_in
from blog.accounts.views.blueprint import blueprint
from blog.core.events import subscribe

# Importing the modules is what puts their views on the blueprint.
VIEWS = (account, codes, personal_data, setup, signing_in)


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
    register_holdings(*HOLDINGS)
    app.config["PASSWORD_HASHING"] = PARAMETERS
    sessions.init_app(app)
    app.register_blueprint(blueprint)
    app.cli.add_command(people_cli)
    subscribe(CodeMailed, write_code)
