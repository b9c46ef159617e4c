"""`flask people …`: accounts from the command line."""

import json
import sys

import click
import structlog
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_babel import ngettext

from blog.accounts import jobs
from blog.accounts.actions import erasing, erasing_from_log, invitations, passwords, people, roles, setup
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.people import Person
from blog.accounts.oversight import AuditFilter, audit_data, audit_page, handles_in
from blog.accounts.passwords import random_password
from blog.accounts.queries import actor_at, all_people, person_by_email, person_by_id
from blog.accounts.values import Role
from blog.core import clock
from blog.core.actor import ANONYMOUS
from blog.core.cli import command, print_json
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.errors import NotFound, RuleBroken
from blog.core.i18n import format_datetime_long

people_cli = AppGroup("people", help="People, their roles, and the link of the first admin.")
_role = click.Choice([role.value for role in Role])
log = structlog.get_logger(__name__)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@people_cli.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The name that readers see.")
@click.option("--role", "roles", multiple=True, type=_role, help="Repeatable; reader if left out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin; else one is made.")
@_json
@command
def create(email: str, name: str, roles: tuple[str, ...], password_stdin: bool, as_json: bool) -> None:
    """Give somebody an account. A password that is made here is printed once and stored nowhere."""
    typed = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    password = random_password() if typed is None else typed
    with unit_of_work():
        person = people.create_person(email, name, roles, password)
    made = {"password": password} if typed is None else {}
    if as_json:
        print_json(_as_data(person) | made)
        return
    click.echo(
        _("%(person)s has an account: %(roles)s.", person=_named(person), roles=", ".join(_roles(person)))
    )
    if made:
        click.echo(_("Password, shown this once: %(password)s", password=password))


@people_cli.command("list")
@_json
@command
def list_people(as_json: bool) -> None:
    """Everybody with an account."""
    everybody = all_people()
    if as_json:
        print_json([_as_data(person) for person in everybody])
        return
    for person in everybody:
        click.echo(f"{person.email}\t{person.name}\t{', '.join(_roles(person))}")


@people_cli.command("grant")
@click.argument("email")
@click.argument("role", type=_role)
@command
def grant(email: str, role: str) -> None:
    """Give somebody a role; they sign in anew."""
    with unit_of_work():
        person = _person(email)
        roles.grant_role(person, Role(role))
    click.echo(f"{_named(person)}: {', '.join(_roles(person))}")


@people_cli.command("revoke")
@click.argument("email")
@click.argument("role", type=_role)
@command
def revoke(email: str, role: str) -> None:
    """Take a role from somebody; they are signed out."""
    with unit_of_work():
        person = _person(email)
        roles.revoke_role(person, Role(role))
    click.echo(f"{_named(person)}: {', '.join(_roles(person))}")


@people_cli.command("invite")
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=_role, required=True, help="Repeatable.")
@click.option("--by", required=True, metavar="EMAIL", help="Who invites: the mail says their name.")
@command
def invite(email: str, roles: tuple[str, ...], by: str) -> None:
    """Mail somebody an invitation to work here, in the name of an admin or editor."""
    with unit_of_work():
        inviter = actor_at(_person(by), clock.now())
        language = current_settings().site_language
        invitations.invite(inviter, email, roles, language=language, source="command line")
    click.echo(_("An invitation is on its way to %(address)s.", address=email))


@people_cli.command("audit")
@click.option(
    "--limit", default=100, type=click.IntRange(1, 100_000), help="How many, at most; 100 if left out."
)
@click.option("--act", help="Only this act, such as 'role given'.")
@click.option("--who", metavar="EMAIL", help="Only what this person did, and what was done to them.")
@_json
@command
def audit(limit: int, act: str | None, who: str | None, as_json: bool) -> None:
    """What was done to accounts and by staff, the last first."""
    person_id = _person(who).id if who else None
    records = audit_page(None, AuditFilter(act=act, person_id=person_id), size=limit).items
    handles = handles_in(records)
    if as_json:
        print_json([audit_data(record, handles) for record in records])
        return
    for record in records:
        data = audit_data(record, handles)
        by = data["actor"] or data["actor_id"] or record.door
        subject = f"{record.subject_kind} {record.subject_id}" if record.subject_kind else "-"
        click.echo(f"{data['at']}\t{record.act}\t{by}\t{subject}\t{json.dumps(record.details)}")


@people_cli.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin; else one is made.")
@command
def password(email: str, password_stdin: bool) -> None:
    """Give somebody another password, and sign them out everywhere. One that is made here is printed once."""
    typed = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    chosen = random_password() if typed is None else typed
    with unit_of_work():
        person = _person(email)
        passwords.set_password(person, chosen)
    log.warning("a password was set on the command line", person=person.id)
    click.echo(_("%(person)s has another password, and is signed out everywhere.", person=_named(person)))
    if typed is None:
        click.echo(_("Password, shown this once: %(password)s", password=chosen))


@people_cli.command("recover")
@click.argument("email")
@command
def recover(email: str) -> None:
    """Let somebody back in who has lost their second factor: make sure first that it is them.

    Takes away their passkeys, app, recovery codes and password, signs them out everywhere, and prints a link by which
    they set a new password: good for 24 hours, once. Nothing of it depends on mail.
    """
    with unit_of_work():
        person = _person(email)
        token = passwords.recover(person)
    log.warning("all ways to sign in were taken away on the command line", person=person.id)
    click.echo(recovery_address(token))


@people_cli.command("erase")
@click.argument("email")
@click.option(
    "--comments",
    type=click.Choice([fate.value for fate in CommentsFate]),
    help="Whether their comments stay without a name or go; if left out, what they chose, or else keep.",
)
@click.option("--now", is_flag=True, help="At once, without a day to change their mind.")
@command
def erase(email: str, comments: str | None, now: bool) -> None:
    """Erase somebody who asks for it: make sure first that it is them.

    Somebody with an account is told by mail, and has a day to change their mind. Of an address without an account,
    such as that of somebody who has only mailed an answer, what we hold goes at once.
    """
    person = person_by_email(email)
    if person is None:
        with unit_of_work():
            erasure_id, leaving = erasing_from_log.begin_erasure_of_address(email)
        jobs.carry_out(erasure_id, [leaving])
        click.echo(
            _(
                "Nobody has the address %(email)s. What was mailed from it or to it is erased; "
                "an answer that has won stays in the books for its time.",
                email=email,
            )
        )
        return
    name, number = _named(person), person.id
    fate = CommentsFate(comments) if comments else None
    with unit_of_work():
        asked = erasing.erasure_of(number) if now else None
        erasure = asked or erasing.ask_for_erasure(person, fate or CommentsFate.KEEP, ANONYMOUS)
        if fate is not None:
            erasing.choose_for_comments(erasure, fate, ANONYMOUS)
        erasure_id, due = erasure.id, erasure.due_at
    if not now:
        time = format_datetime_long(due)
        click.echo(_("%(person)s is told by mail, and will be erased on %(time)s.", person=name, time=time))
        return
    jobs.erase({"erasure": erasure_id})
    if person_by_id(number) is not None:
        raise RuleBroken(
            _(
                "%(person)s is not erased: without them no admin would be left who can go on looking after the site.",
                person=name,
            )
        )
    click.echo(_("%(person)s is erased.", person=name))


@people_cli.command("erase-again")
@command
def erase_again() -> None:
    """After an older database was put back: erase whoever has been erased since. Workers do it too when they start."""
    count = jobs.erase_again()
    click.echo(ngettext("%(num)s erasure was done again.", "%(num)s erasures were done again.", count))


@people_cli.command("setup-link")
@command
def setup_link() -> None:
    """Print a fresh link for the first admin: good for 24 hours, once. Older links stop working."""
    with unit_of_work():
        token = setup.make_setup_link()
    click.echo(setup_address(token))


def setup_address(token: str) -> str:
    """The address of the page on which the first admin comes in."""
    return f"{current_settings().site_url}/account/set-up/{token}"


def recovery_address(token: str) -> str:
    """The address of the page on which somebody who was let back in sets a password."""
    return f"{current_settings().site_url}/account/recover/{token}"


def _person(email: str) -> Person:
    person = person_by_email(email)
    if person is None:
        raise NotFound(_("Nobody has the address %(email)s.", email=email))
    return person


def _named(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def _roles(person: Person) -> list[str]:
    return [held.role for held in person.roles] or [Role.READER.value]


def _as_data(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "handle": person.handle,
        "roles": _roles(person),
    }
