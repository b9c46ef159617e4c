"""`flask demo`: something to see at the first start, and gone with one command."""

import click
from flask.cli import with_appcontext

from blog.accounts.queries import has_admin
from blog.core.cli import command
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.home.demo.building import build_demo, demo_is_there, site_is_empty
from blog.home.demo.people import PEOPLE, read_password
from blog.home.demo.removal import remove_demo


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when somebody has joined or written already.")
@click.option("--remove", is_flag=True, help="Take the demo away, with all that was written under it.")
@with_appcontext
@command
def demo_command(if_empty: bool, remove: bool) -> None:
    """Fill the site with a demo: articles, debates, challenges, answers to judge, and a person in each role."""
    if remove:
        _remove()
    elif not if_empty or site_is_empty():
        build_demo()
        click.echo("The demo is there. Sign in as one of these:")
        for line in sign_in_lines():
            click.echo(line)


def sign_in_lines() -> list[str]:
    """How to sign in as the people of the demo; nothing where there is no demo."""
    password = read_password(current_settings().instance)
    if password is None or not demo_is_there():
        return []
    return [f"  {each.role.value:<10} {each.email:<24} {password}" for each in PEOPLE]


def _remove() -> None:
    if not demo_is_there():
        click.echo("There is no demo here.")
        return
    with unit_of_work():
        remove_demo()
    click.echo("The demo is gone.")
    if not has_admin():
        click.echo(
            "Nobody can sign in as an admin now. This makes a link to begin with: flask people setup-link"
        )
