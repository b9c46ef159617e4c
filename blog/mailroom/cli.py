"""`flask mail …`: the built-in door, the pipe door, and a look at how messages are read."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click
import structlog
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from blog.core.cli import command, fail, print_json
from blog.core.config import Mailbox, current_application, current_settings
from blog.core.db import session
from blog.core.failed_disk import EX_IOERR, has_failed, leave_at_once
from blog.mailroom.accepting import Incoming
from blog.mailroom.authentication.resolver import Resolver
from blog.mailroom.doctor.examination import findings
from blog.mailroom.doctor.finding import Finding, State
from blog.mailroom.doors.imap import MailboxUnavailable, look_into
from blog.mailroom.doors.intake import (
    MAX_MESSAGE_BYTES,
    NO_SUCH_ADDRESS,
    Accepted,
    Refused,
    TryLater,
    accept,
    refusal_of,
)
from blog.mailroom.doors.server import REMEMBER_SECONDS, CannotOpen, DiskFailed, Listening, serve
from blog.mailroom.parser.files import UnreadableFileError, messages_of
from blog.mailroom.parser.report import report_of
from blog.mailroom.parser.sandbox import SandboxUnavailableError, read_in_child
from blog.mailroom.refusals import count_refusal, write_refusals_if_one_can
from blog.mailroom.routes import Destination, resolve
from blog.mailroom.values import Door, Envelope, RefusalReason

# What mail servers understand of a program they pipe to (sysexits.h): any other status bounces the message.
EX_DATAERR = 65
EX_NOUSER = 67
EX_TEMPFAIL = 75

log = structlog.get_logger(__name__)
mail_cli = AppGroup("mail", help="Take mail in, and look at how it is read.")


@mail_cli.command("serve")
@click.option("--host", help="Address to listen on, or several with commas between them (SMTP_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (SMTP_PORT).")
@click.option("--lmtp", type=click.Path(path_type=Path), help="Unix socket for LMTP; none when left out.")
@click.option(
    "--remember",
    type=click.FloatRange(min=0),
    default=REMEMBER_SECONDS,
    show_default=True,
    help="For how many seconds an address that was found needs no new look-up.",
)
@command
def serve_mail(host: str | None, port: int | None, lmtp: Path | None, remember: float) -> None:
    """Open the built-in door: SMTP on a port, and LMTP on a socket when one is named.

    Started as root it binds them, and goes on as SMTP_USER. SIGHUP reads the certificate again. Exit status 74: the
    disk failed, start it anew.
    """
    settings = current_settings()
    listening = Listening(
        host=host or settings.smtp_host,
        port=settings.smtp_port if port is None else port,
        lmtp_socket=lmtp,
        remember_seconds=remember,
    )
    try:
        serve(current_application(), listening)
    except CannotOpen as error:
        fail(str(error))
    except DiskFailed:
        # At once, as when it is killed: to close the database would write to that disk from what this process believes.
        leave_at_once(EX_IOERR)


class _ForMailServers(click.Command):
    """A command whose status a mail server reads: whatever is not the message's own fault is "try again later"."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the command line; what is wrong with it is not the sender's fault."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(EX_TEMPFAIL) from None

    def invoke(self, ctx: click.Context) -> object:
        """Carry it out."""
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:
            raise
        except Exception:
            log.exception("a message could not be taken")
            click.echo("Error: the message could not be taken, try again later", err=True)
            raise click.exceptions.Exit(EX_TEMPFAIL) from None
        finally:
            if has_failed():
                leave_at_once(EX_TEMPFAIL)


@mail_cli.command("receive", cls=_ForMailServers)
@click.option("--to", "recipient", required=True, help="The address that the message is for.")
@click.option("--from", "sender", help="The envelope sender; '' for the null sender, left out if unknown.")
@click.option("--json", "as_json", is_flag=True, help="Print what was stored as JSON.")
def receive(recipient: str, sender: str | None, as_json: bool) -> None:
    """Take one raw message from standard input (the pipe door).

    Exit status 0: stored. 67: no such address. 65: too large. 75: try again later, also for every fault of ours.
    """
    try:
        # No database takes what is no text, and no address of ours holds such a thing.
        destination = (
            resolve(recipient, current_settings().answer_domain) if recipient.isprintable() else None
        )
    except SQLAlchemyError:
        # Nobody knows now whether the address exists, so the message must not bounce.
        _end_pipe(TryLater(), "the database does not answer, try again later")
    # The door writes in a transaction of its own; ours only looked the address up.
    session.rollback()
    if destination is None:
        _end_pipe(Refused(NO_SUCH_ADDRESS, RefusalReason.NO_SUCH_ADDRESS))
    raw = sys.stdin.buffer.read(MAX_MESSAGE_BYTES + 1)
    envelope = Envelope(Door.PIPE, sender, (recipient,), peer="local", helo="", tls=False)
    outcome = accept(current_application(), Incoming(envelope, (destination,), raw))
    if not isinstance(outcome, Accepted):
        _end_pipe(outcome, "the message could not be stored, try again later", destination)
    try:
        if as_json:
            print_json({"to": recipient, "stored": outcome.told[0]})
        else:
            click.echo(outcome.told[0])
    except OSError:
        # It is stored, whether anybody hears it or not: Python would end with another status.
        leave_at_once(0)


def _end_pipe(
    outcome: TryLater | Refused, later: str = "", destination: Destination | None = None
) -> NoReturn:
    """Count a message that was not taken, say so, and end with the status that says the same to a mail server."""
    reason = refusal_of(outcome)
    if isinstance(outcome, TryLater):
        status, said = EX_TEMPFAIL, later
    else:
        status, said = EX_NOUSER if reason is RefusalReason.NO_SUCH_ADDRESS else EX_DATAERR, outcome.why
    click.echo(f"Error: {said}", err=True)
    # A database that does not answer would keep the mail server waiting once more.
    if reason is not RefusalReason.OUR_FAULT:
        count_refusal(Door.PIPE, reason, [destination] if destination else ())
        write_refusals_if_one_can()
    raise click.exceptions.Exit(status)


@mail_cli.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
@click.option("--quiet", is_flag=True, help="Send no mail to ourselves.")
@command
def doctor(*, as_json: bool, quiet: bool) -> None:
    """Look whether mail can come in and go out: DNS, relay, disk, clock, each door that is set up, a mail to ourselves.

    That mail goes in by the door to a worker, and the site answers it to itself through the outbox and the relay: with
    --quiet it is left out. Nobody else gets any of it. Exit status 1: something stands in the way.
    """
    settings = current_settings()
    new_resolver: Callable[[], Resolver] = current_application().extensions["mail_resolver"]
    found: list[Finding] = []
    for finding in findings(settings, new_resolver, sends=not quiet):
        found.append(finding)
        if not as_json:
            click.echo(f"{finding.state:5}  {finding.what}: {finding.words}")
    if as_json:
        print_json([{"what": each.what, "state": each.state, "words": each.words} for each in found])
    if any(each.state is State.FAULT for each in found):
        raise click.exceptions.Exit(1)


@mail_cli.command("poll")
@click.option("--every", type=click.IntRange(min=1), help="Look again after so many seconds, until stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of each look as JSON.")
@command
def poll(every: int | None, as_json: bool) -> None:
    """Take what has come to the mailbox (IMAP_HOST). The workers do so every minute by themselves."""
    mailbox = current_settings().mailbox
    if mailbox is None:
        fail("no mailbox is set; set IMAP_HOST, IMAP_USER and IMAP_PASSWORD or IMAP_TOKEN_COMMAND")
    fault = _poll_once(mailbox, as_json)
    while every is not None and not has_failed():
        if fault is not None:
            click.echo(f"Error: {fault}", err=True)
        time.sleep(every)
        fault = _poll_once(mailbox, as_json)
    if fault is not None:
        fail(fault)


def _poll_once(mailbox: Mailbox, as_json: bool) -> str | None:
    """Look once and print what came of it. Returns what kept us from it, if something did."""
    try:
        look = look_into(current_application(), mailbox)
    except MailboxUnavailable as error:
        return f"the mailbox cannot be read ({error})"
    if as_json:
        print_json(asdict(look))
    else:
        click.echo(
            f"stored: {look.taken}, for nobody here: {look.for_nobody}, too large: {look.too_large}, "
            f"for too many: {look.too_many}, not given by the mailbox: {look.withheld}"
        )
    return "a message could not be stored, it is taken at the next look" if look.waiting else None


@mail_cli.command("parse")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects as JSON.")
@command
def parse(files: tuple[Path, ...], as_json: bool) -> None:
    """Show how messages in FILES are read; stores nothing.

    A mailbox file (mbox) is taken apart: there is one report for each message in it.
    """
    try:
        reports = list(_reports(files))
    except UnreadableFileError as error:
        fail(str(error))
    except SandboxUnavailableError as error:
        fail(f"{error}; try again")
    if as_json:
        print_json(reports)
        return
    for report in reports:
        for name, value in report.items():
            click.echo(f"{name}: {value}")
        click.echo()


def _reports(files: tuple[Path, ...]) -> Iterator[dict[str, object]]:
    for file in files:
        for raw in messages_of(file):
            yield report_of(str(file), read_in_child(raw))
