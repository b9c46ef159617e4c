"""Joins the mailroom to the application."""

from functools import partial

from flask import Flask

from blog.accounts.chapters import register_chapters
from blog.accounts.events import LetterWritten
from blog.accounts.holdings import register_holdings
from blog.core.config import Settings
from blog.core.events import subscribe
from blog.core.jobs.queue import job
from blog.core.permissions import register
from blog.core.retention import register_retention
from blog.mailroom import hooks, jobs, transport
from blog.mailroom.authentication.dns_resolver import DnsResolver, Silences
from blog.mailroom.cli import mail_cli
from blog.mailroom.doors.imap import POLL, poll_mailbox
from blog.mailroom.doors.postmaster import PostmasterRoute
from blog.mailroom.doors.terms import POLLED_EVERY
from blog.mailroom.loopback import LoopbackRoute
from blog.mailroom.own_chapters import CHAPTERS
from blog.mailroom.own_holdings import HOLDINGS
from blog.mailroom.policy import POLICY
from blog.mailroom.receivers import post_letter
from blog.mailroom.retention import RETENTIONS
from blog.mailroom.routes import register_route
from blog.mailroom.views import mail, outbox
from blog.mailroom.views.blueprint import blueprint

# Importing the module is what registers its handlers.
JOBS = (jobs.read_delivery, jobs.check_sender_again, jobs.send_message, poll_mailbox)
# The same for views.
VIEWS = (mail, outbox)


def init_app(app: Flask) -> None:
    """Register the pages, the webhooks, the commands, the jobs and the port to the relay."""
    register_holdings(*HOLDINGS)
    register_chapters(*CHAPTERS)
    register_retention(*RETENTIONS)
    settings: Settings = app.extensions["settings"]
    transport.init_app(app, settings)
    # For one message each: it has a time of its own. All know who is silent.
    app.extensions["mail_resolver"] = partial(DnsResolver, silences=Silences())
    register(POLICY)
    register_route(PostmasterRoute())
    app.register_blueprint(blueprint)
    app.register_blueprint(hooks.blueprint)
    app.cli.add_command(mail_cli)
    register_route(LoopbackRoute())
    subscribe(LetterWritten, post_letter)
    if settings.mailbox is not None:
        # A site without a mailbox has no work that comes again every minute.
        job(POLL, every=POLLED_EVERY)(poll_mailbox)
