"""`flask jobs work`: the workers."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from blog.core.jobs.engine import work_forever

jobs_cli = AppGroup("jobs", help="Carry out what changes have left to do.")


@jobs_cli.command("work")
def work() -> None:
    """Run the workers until they are stopped (SIGTERM or SIGINT finish the work in hand)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    click.echo("The workers are ready.")
    work_forever(app)
