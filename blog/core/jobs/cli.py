"""`flask jobs work`: the workers."""

import click
from flask.cli import AppGroup

from blog.core.config import current_application
from blog.core.jobs.engine import work_forever

jobs_cli = AppGroup("jobs", help="Carry out what changes have left to do.")


@jobs_cli.command("work")
def work() -> None:
    """Run the workers until they are stopped (SIGTERM or SIGINT finish the work in hand)."""
    click.echo("The workers are ready.")
    work_forever(current_application())
