"""How a person reads what accounts hold of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from babel.lists import format_list
from flask import url_for
from flask_babel import format_decimal, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.actions.erasing import erasure_of
from blog.accounts.chapters import Chapter, Fact, Place, Told, Words, as_read, on_site
from blog.accounts.holdings import CommentsFate, Somebody, rows_about
from blog.accounts.models.audit import AuditRecord, AuditSource
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.factors import CodeApp, Passkey, RecoveryCode
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import FormerAddress, FormerHandle, FormerName, Person, PersonRole
from blog.accounts.models.sign_in import BrowserSession, SignInFailure
from blog.accounts.queries import code_app_of, former_names_of, links_of, passkeys_of, person_by_id
from blog.accounts.values import NEVER_PROVED, NEW_ADDRESS, browser_from
from blog.accounts.waiting import act_named
from blog.accounts.words import ROLE_NAMES, AuditWords, method_name
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import Base, session
from blog.core.i18n import format_date_long, format_datetime_long
from blog.core.markdown.rendering import render_comment
from blog.core.pictures import SIZES, picture_name
from blog.core.portions import rows_in_portions

_LINES: sa.Select[*tuple[Any, ...]] = sa.select(
    AuditRecord.at,
    AuditRecord.door,
    AuditRecord.actor_id,
    AuditRecord.act,
    AuditRecord.subject_kind,
    AuditRecord.subject_id,
    AuditRecord.place,
    AuditRecord.details,
    AuditSource.network,
).order_by(AuditRecord.id.desc())
_LANGUAGES = {"nl": "Nederlands", "en": "English"}


def _account(whom: Somebody) -> Iterator[Told]:
    person = person_by_id(whom.id)
    if person is None:
        return
    picture = picture_name(person.picture, SIZES[-1]) if person.picture else ""
    yield Told(
        person.name,
        notes=_of_the_account(person),
        words=as_read(render_comment(person.bio)) if person.bio else "",
        facts=[*_names(person), *_addresses(person), *_choices(person), *_erasure(person)],
        picture=f"files/{picture}" if picture else "",
    )


def _of_the_account(person: Person) -> Sequence[str]:
    notes = [gettext("here since %(day)s", day=format_date_long(person.created_at))]
    return [*notes, gettext("made for the demo")] if person.is_demo else notes


def _names(person: Person) -> Iterator[Fact]:
    page = on_site(url_for("people.person_detail", handle=person.handle))
    yield Fact(gettext("Your page"), f"@{person.handle}", page)
    names = [
        gettext("%(name)s, until %(day)s", name=former.name, day=format_date_long(former.until))
        for former in former_names_of(person.id)
    ]
    if names:
        yield Fact(gettext("Names before"), _one_below_the_other(names))
    left = session.scalars(
        sa.select(FormerHandle).where(FormerHandle.person_id == person.id).order_by(FormerHandle.id)
    )
    handles = [
        gettext("%(name)s, until %(day)s", name=f"@{each.handle}", day=format_date_long(each.left_at))
        for each in left
    ]
    if handles:
        yield Fact(gettext("Handles before"), _one_below_the_other(handles))
    roles = [
        gettext(
            "%(role)s since %(day)s",
            role=ROLE_NAMES.get(each.role, each.role),
            day=format_date_long(each.granted_at),
        )
        for each in sorted(person.roles, key=lambda each: each.granted_at)
    ]
    yield Fact(gettext("Roles"), _one_below_the_other(roles) if roles else gettext("reader"))
    if person.time_given_at:
        yield Fact(gettext("Time for a passkey or an app"), format_datetime_long(person.time_given_at))


def _addresses(person: Person) -> Iterator[Fact]:
    address = person.email
    if person.email_since:
        since = format_date_long(person.email_since)
        address = gettext("%(name)s, since %(day)s", name=person.email, day=since)
    yield Fact(gettext("Mail address"), address)
    rows = session.scalars(
        sa.select(FormerAddress).where(FormerAddress.person_id == person.id).order_by(FormerAddress.id)
    )
    before = [
        gettext("%(name)s, until %(day)s", name=each.email, day=format_date_long(each.until)) for each in rows
    ]
    if before:
        yield Fact(gettext("Addresses before"), _one_below_the_other(before))


def _choices(person: Person) -> Iterator[Fact]:
    yield Fact(
        gettext("Language"), _LANGUAGES.get(person.language or "", "") or gettext("Same as my browser")
    )
    yield Fact(gettext("Time zone"), person.time_zone or gettext("Same as the site"))


def _erasure(person: Person) -> Iterator[Fact]:
    asked = erasure_of(person.id)
    if asked is None:
        return
    goes = asked.comments == CommentsFate.GO
    words = gettext("They go") if goes else gettext("They stay, without a name")
    yield Fact(gettext("Erasure asked for"), format_datetime_long(asked.asked_at))
    yield Fact(gettext("The account is erased"), format_datetime_long(asked.due_at))
    yield Fact(gettext("Your comments then"), words)


def _browsers(whom: Somebody) -> Iterator[Told]:
    theirs = sa.select(BrowserSession).where(rows_about(whom, BrowserSession))
    for each in session.scalars(theirs.order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())):
        is_over = each.expires_at <= clock.now()
        facts = [
            Fact(gettext("Signed in"), f"{format_datetime_long(each.created_at)}, {_method(each.method)}"),
            Fact(gettext("Last used"), format_datetime_long(each.seen_at)),
            Fact(
                gettext("Ran out") if is_over else gettext("Good until"),
                format_datetime_long(each.expires_at),
            ),
        ]
        if each.proved_at != NEVER_PROVED:
            facts.append(Fact(gettext("Showed last that it was you"), format_datetime_long(each.proved_at)))
        if each.user_agent:
            facts.append(Fact(gettext("What the browser says of itself"), each.user_agent))
        yield Told(_browser(each.user_agent), facts=facts)


def _browser(user_agent: str) -> str:
    name, system = browser_from(user_agent)
    if name and system:
        return gettext("%(browser)s on %(system)s", browser=name, system=system)
    return name or system or gettext("An unknown browser")


def _method(method: str) -> str:
    provider = current_settings().provider
    return method_name(method, provider.name if provider else "")


def _codes(whom: Somebody) -> Iterator[Told]:
    theirs = sa.select(MailedCode).where(rows_about(whom, MailedCode)).order_by(MailedCode.id.desc())
    for each in session.scalars(theirs):
        facts = [Fact(gettext("Mailed to"), each.email)]
        if each.name:
            facts.append(Fact(gettext("Name that was given"), each.name))
        if each.used_at:
            facts.append(Fact(gettext("Used"), format_datetime_long(each.used_at)))
        if each.act_done_at:
            facts.append(Fact(gettext("Done with it"), format_datetime_long(each.act_done_at)))
        if each.wrong_tries:
            facts.append(Fact(gettext("Wrong codes"), str(each.wrong_tries)))
        facts.append(Fact(gettext("Began on"), on_site(each.goal), on_site(each.goal)))
        does, waited = _waiting(each)
        yield Told(
            gettext("A code by mail"),
            at=each.created_at,
            notes=[does] if does else [],
            words=waited,
            facts=facts,
        )


def _waiting(code: MailedCode) -> tuple[str, Words]:
    """What a code was to do, and what waited for it."""
    if code.act == NEW_ADDRESS:
        return gettext("for another mail address"), ""
    if not code.act or not code.act_data:
        return "", ""
    act = act_named(code.act)
    return act.in_words(code.act_data), as_read(act.shown(code.act_data))


def _ways_in(whom: Somebody) -> Iterator[Told]:
    person, app = person_by_id(whom.id), code_app_of(whom.id)
    has_password = person is not None and person.password_hash is not None
    kept = gettext("set; what we keep of it is only what it can be recognised by")
    yield Told(
        gettext("Password"),
        notes=[kept if has_password else gettext("none: you sign in with a code by mail")],
    )
    if app is not None:
        yield Told(gettext("An app that gives codes"), at=app.created_at)
    yield from _recovery_codes(whom)
    for each in passkeys_of(whom.id):
        yield Told(
            gettext("The passkey “%(name)s”", name=each.name), at=each.created_at, facts=_use(each.used_at)
        )
    for each in links_of(whom.id):
        facts = [
            Fact(gettext("Called there"), each.label or ""),
            Fact(gettext("Provider"), each.issuer),
            Fact(gettext("Your number there"), each.subject),
            *_use(each.used_at),
        ]
        yield Told(gettext("An account elsewhere"), at=each.linked_at, facts=[f for f in facts if f.value])


def _use(used_at: datetime | None) -> Sequence[Fact]:
    return [Fact(gettext("Last used"), format_datetime_long(used_at) if used_at else gettext("not yet"))]


def _recovery_codes(whom: Somebody) -> Iterator[Told]:
    total, made_at, used = session.execute(
        sa.select(sa.func.count(), sa.func.max(RecoveryCode.created_at), sa.func.count(RecoveryCode.used_at))
        .select_from(RecoveryCode)
        .where(rows_about(whom, RecoveryCode))
    ).one()
    if not total:
        return
    left = ngettext("%(num)s recovery code left", "%(num)s recovery codes left", total - used)
    last = session.scalar(sa.select(sa.func.max(RecoveryCode.used_at)).where(rows_about(whom, RecoveryCode)))
    facts = [Fact(gettext("Last used"), format_datetime_long(last))] if last else []
    yield Told(
        gettext("Recovery codes"),
        at=made_at,
        notes=[left, ngettext("%(num)s was made", "%(num)s were made", total)],
        facts=facts,
    )


def _acts(whom: Somebody) -> Iterator[Told]:
    person = person_by_id(whom.id)
    words = AuditWords({whom.id: person.name if person else ""})
    theirs_too = sa.and_(AuditSource.record_id == AuditRecord.id, rows_about(whom, AuditSource))
    lines = _LINES.outerjoin(AuditSource, theirs_too).where(rows_about(whom, AuditRecord))
    for portion in rows_in_portions(lines):
        for line in portion:
            notes = _notes_on(whom, words, line)
            yield Told(words.act(line.act), at=line.at, notes=[note for note in notes if note])


def _notes_on(whom: Somebody, words: AuditWords, line: Any) -> Iterator[Words]:
    yield words.details(line.details)
    is_own = line.subject_kind == "person" and line.subject_id == whom.id
    subject = "" if is_own else words.subject(line.subject_kind, line.subject_id)
    if subject and line.place:
        yield Markup('<a href="{}">{}</a>').format(on_site(line.place), subject)
    else:
        yield subject
    yield _by_whom(whom, words, line)
    if line.network:
        yield gettext("network %(network)s", network=line.network)


def _by_whom(whom: Somebody, words: AuditWords, line: Any) -> str:
    """Who did it, if not they themself: who works here is not named, as the log itself knows them by number only."""
    if line.actor_id == whom.id:
        return ""
    if line.actor_id is not None:
        return gettext("by somebody who works here")
    return gettext("by %(who)s", who=words.who(None, line.door))


def _invitations(whom: Somebody) -> Iterator[Told]:
    theirs = sa.select(Invitation).where(rows_about(whom, Invitation)).order_by(Invitation.id.desc())
    for each in session.scalars(theirs):
        by_them = each.invited_by_id == whom.id
        title = gettext("By you, to %(address)s", address=each.email) if by_them else gettext("To you")
        roles = format_list([str(ROLE_NAMES.get(r, r)) for r in each.roles], locale=get_locale() or "en")
        facts = [
            Fact(gettext("Mail address"), each.email),
            Fact(gettext("Roles"), roles),
            Fact(gettext("Mails"), str(each.mails)),
            Fact(gettext("Good until"), format_datetime_long(each.expires_at)),
        ]
        if each.used_at:
            facts.append(Fact(gettext("Accepted"), format_datetime_long(each.used_at)))
        if each.revoked_at:
            facts.append(Fact(gettext("Taken back"), format_datetime_long(each.revoked_at)))
        yield Told(title, at=each.created_at, facts=facts)


def _notes(whom: Somebody) -> Iterator[Told]:
    theirs = sa.select(PersonNote.body, PersonNote.written_at).where(rows_about(whom, PersonNote))
    for body, written_at in session.execute(theirs.order_by(PersonNote.id.desc())):
        yield Told(gettext("A note by an admin"), at=written_at, words=body)


def _counted(whom: Somebody) -> Iterator[Told]:
    for told, model, at in (
        (gettext("Codes and invitations that were asked for, to be mailed to you"), CodeMail, CodeMail.at),
        (gettext("Wrong codes that were typed for your address"), WrongCode, WrongCode.at),
        (
            gettext("Wrong passwords and second steps that still count against a limit"),
            SignInFailure,
            SignInFailure.at,
        ),
    ):
        yield from _how_many(whom, told, model, at)


def _how_many(
    whom: Somebody, words: str, model: type[Base], at: InstrumentedAttribute[Any]
) -> Iterator[Told]:
    instants = session.scalars(sa.select(at).where(rows_about(whom, model)).order_by(at.desc())).all()
    if instants:
        last = gettext("the last one on %(instant)s", instant=format_datetime_long(instants[0]))
        yield Told(words, notes=[format_decimal(len(instants)), last])


def _one_below_the_other(lines: Sequence[str]) -> Markup:
    return Markup("<br>").join(lines)


CHAPTERS = (
    Chapter(
        "account",
        _("Your account"),
        Place.ACCOUNT,
        (Person, PersonRole, FormerName, FormerHandle, FormerAddress, Erasure),
        _account,
        counted=False,
    ),
    Chapter(
        "browsers",
        _("Where you are signed in, and were until lately"),
        Place.SIGNING_IN,
        (BrowserSession,),
        _browsers,
        intro=_("When you signed in before that, and from which network, stands below with what was done."),
    ),
    Chapter("codes", _("Codes that we mailed you"), Place.SIGNING_IN, (MailedCode,), _codes),
    Chapter(
        "ways-in",
        _("How you sign in"),
        Place.SIGNING_IN,
        (CodeApp, RecoveryCode, Passkey, ProviderLink),
        _ways_in,
        counted=False,
    ),
    Chapter(
        "acts",
        _("What you did, and what was done to your account"),
        Place.ACTS,
        (AuditRecord, AuditSource),
        _acts,
        lines=True,
    ),
    Chapter(
        "invitations",
        _("Invitations to work here: to you, and by you"),
        Place.INVITATIONS,
        (Invitation,),
        _invitations,
    ),
    Chapter("notes", _("What admins have noted about you"), Place.NOTES, (PersonNote,), _notes),
    Chapter(
        "counted",
        _("What is only counted, against guessing and floods of mail"),
        Place.COUNTED,
        (CodeMail, WrongCode, SignInFailure),
        _counted,
        intro=_("These go by themselves after two days."),
        counted=False,
    ),
)
