"""`flask site …`: what an operator asks on the command line."""

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from blog.accounts.actions.setup import make_setup_link
from blog.accounts.cli import setup_address
from blog.accounts.queries import has_admin
from blog.core.cli import command
from blog.core.config import Settings, current_settings
from blog.core.db import unit_of_work
from blog.home.demo.cli import sign_in_lines

# Where one reaches what listens at every address: the one kind answers at none of the other.
_THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - every address, not one to bind
site_cli = AppGroup("site", help="What the operator of a site asks.")


@site_cli.command("greeting")
@command
def greeting() -> None:
    """Print where everything is and how to sign in; `make run` shows it when the site is up.

    Where nobody is an admin yet, it makes a fresh one-time link for the first one.
    """
    settings = current_settings()
    for line in [*_addresses(settings), "", *_ways_in(settings)]:
        click.echo(line)


def _addresses(settings: Settings) -> list[str]:
    first = settings.smtp_hosts[0]
    host = _THIS_MACHINE.get(first, first)
    rows = [
        (_("Site"), f"{settings.site_url}/"),
        (
            _("Mail door"),
            _(
                "%(host)s port %(port)s, for …@%(domain)s",
                host=host,
                port=settings.smtp_port,
                domain=settings.answer_domain,
            ),
        ),
    ]
    if settings.relay is None:
        rows.append(
            (
                _("Caught mail"),
                _(
                    "%(address)s (no relay is set, so no mail leaves)",
                    address=f"{settings.site_url}/site/outbox",
                ),
            )
        )
    width = max(len(label) for label, _text in rows)
    return [
        _("%(name)s is running.", name=settings.site_name),
        "",
        *(f"  {label:<{width}}  {text}" for label, text in rows),
    ]


def _ways_in(settings: Settings) -> list[str]:
    address = f"{settings.site_url}/account/sign-in"
    demo = sign_in_lines()
    if demo:
        return [_("Sign in at %(address)s as one of the demo:", address=address), *demo]
    if has_admin():
        return [_("Sign in at %(address)s", address=address)]
    with unit_of_work():
        token = make_setup_link()
    return [
        _("Nobody is an admin yet. Become the first one here, once, within 24 hours:"),
        f"  {setup_address(token)}",
    ]
