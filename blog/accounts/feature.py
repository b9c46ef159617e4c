"""Joins this feature to the application."""

from flask import Flask

from blog.accounts import jobs, sessions
from blog.accounts.cli import people_cli
from blog.accounts.events import CodeMailed, SignInChanged
from blog.accounts.holdings import register_holdings
from blog.accounts.own_holdings import HOLDINGS
from blog.accounts.passwords import PARAMETERS
from blog.accounts.receivers import write_code, write_of_change
from blog.accounts.views import (
    account,
    address,
    codes,
    confirming,
    factors,
    passkeys,
    passwords,
    people,
    personal_data,
    profile,
    second_step,
    setup,
    signing_in,
)
from blog.accounts.views.blueprint import blueprint
from blog.accounts.views.notices import staff_notice
from blog.core.events import subscribe
from blog.core.slots import fill

# Importing the modules is what puts their views on the blueprint, and their handlers among the jobs.
VIEWS = (
    account,
    address,
    codes,
    confirming,
    factors,
    passkeys,
    passwords,
    personal_data,
    profile,
    second_step,
    setup,
    signing_in,
)
JOBS = (jobs,)


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
    register_holdings(*HOLDINGS)
    app.config["PASSWORD_HASHING"] = PARAMETERS
    sessions.init_app(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(people.blueprint)
    app.cli.add_command(people_cli)
    subscribe(CodeMailed, write_code)
    subscribe(SignInChanged, write_of_change)
    fill("staff.notice", staff_notice)
