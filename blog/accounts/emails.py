"""What people are told by mail about their accounts."""

from urllib.parse import urlencode

from babel.lists import format_list
from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from blog.accounts.codes import spaced
from blog.accounts.events import (
    ErasureAsked,
    ErasureImpossible,
    LetterWritten,
    RoleGiven,
    RoleTaken,
    SecondStepGuessed,
    SignInChanged,
)
from blog.accounts.models.codes import MailedCode
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.policy import second_factor_due
from blog.accounts.queries import has_factor, may_set_up_factor
from blog.accounts.values import (
    NEW_ADDRESS,
    SignInChange,
    cause_of_change,
    cause_of_erasure,
    cause_of_guessing,
    cause_of_invitation,
    cause_of_role,
)
from blog.accounts.waiting import act_named
from blog.accounts.words import ROLE_NAMES, ROLES_IN_WORDS, SIGN_IN_CHANGES
from blog.core import clock
from blog.core.config import Settings
from blog.core.i18n import format_date_long, speaking_to


def code_letter(
    asked: MailedCode, code: str, link_token: str, settings: Settings, *, is_signed_in: bool = False
) -> LetterWritten:
    """The mail with a code. It holds nothing that whoever asked for it has typed: it may go to a stranger.

    `is_signed_in` is whoever owns the mailbox in the browser that asked, and shows once more who they are.
    """
    with force_locale(asked.language):
        if asked.act == NEW_ADDRESS:
            # It is typed where it was asked for, by somebody who is signed in there: there is no link to open.
            does, link = _("With it this becomes the mail address of an account."), ""
        else:
            does = _what_it_does(asked, settings, is_signed_in=is_signed_in)
            link = _address(settings, f"/account/code/mailed/{link_token}", asked.language)
        text = render_template(
            "accounts/email/code.txt",
            code=spaced(code),
            does=does,
            link=link,
            site_name=settings.site_name,
        )
        subject = _("Your code for %(site)s", site=settings.site_name)
    return LetterWritten(
        cause=f"code:{asked.link_digest[:32]}",
        recipient=asked.email,
        language=asked.language,
        subject=subject,
        text=text,
        is_secret=True,
        good_until=asked.expires_at,
    )


def invitation_letter(invitation: Invitation, token: str, settings: Settings) -> LetterWritten:
    """The mail with an invitation: who asks, for what, until when, and the link that only its reader may have."""
    with force_locale(invitation.language):
        text = render_template(
            "accounts/email/invitation.txt",
            inviter=invitation.invited_by.name,
            roles=format_list(
                [str(ROLE_NAMES[role]) for role in invitation.roles], locale=invitation.language
            ),
            email=invitation.email,
            until=format_date_long(invitation.expires_at),
            link=_address(settings, f"/account/invitation/{token}", invitation.language),
            site_name=settings.site_name,
        )
        subject = _("An invitation from %(site)s", site=settings.site_name)
    return LetterWritten(
        cause=cause_of_invitation(invitation.id, invitation.mails),
        recipient=invitation.email,
        language=invitation.language,
        subject=subject,
        text=text,
        is_secret=True,
        good_until=invitation.expires_at,
    )


def change_letter(event: SignInChanged, settings: Settings) -> LetterWritten:
    """The mail that tells somebody that how they sign in has been changed. It holds no secret, and nothing typed."""
    language = event.language or settings.site_language
    # What goes to an address that signs in no more does not send anybody to where one signs in.
    is_old_address = event.change == SignInChange.ADDRESS
    with speaking_to(language, event.time_zone):
        what = str(SIGN_IN_CHANGES[event.change])
        text = render_template(
            f"accounts/email/{'address_changed' if is_old_address else 'sign_in_changed'}.txt",
            what=what,
            at=event.at,
            account=f"{settings.site_url}/account/",
            contact=settings.contact,
            site_name=settings.site_name,
        )
        subject = _("Your account at %(site)s: %(what)s", site=settings.site_name, what=what)
    return LetterWritten(
        cause=cause_of_change(event.person_id, event.change, event.at),
        recipient=event.email,
        language=language,
        subject=subject,
        text=text,
    )


def guessing_letter(event: SecondStepGuessed, settings: Settings) -> LetterWritten:
    """The mail that tells somebody that who has their password, or their mail, fails at the second step."""
    person = event.person
    language = person.language or settings.site_language
    with speaking_to(language, person.time_zone):
        text = render_template(
            "accounts/email/second_step_guessed.txt",
            at=event.at,
            account=f"{settings.site_url}/account/",
            site_name=settings.site_name,
        )
        subject = _("Wrong codes for your account at %(site)s", site=settings.site_name)
    return LetterWritten(
        cause=cause_of_guessing(person.id, event.at),
        recipient=person.email,
        language=language,
        subject=subject,
        text=text,
    )


def erasure_letter(event: ErasureAsked, settings: Settings) -> LetterWritten:
    """The mail that tells somebody when their account will be erased, with the link by which they keep it."""
    person = event.person
    language = person.language or settings.site_language
    with speaking_to(language, person.time_zone):
        text = render_template(
            "accounts/email/erasure.txt",
            at=event.erasure.due_at,
            comments=event.erasure.comments,
            is_by_them=event.by.person_id == person.id,
            account=f"{settings.site_url}/account/",
            link=_address(settings, f"/account/keep/{event.token}", language),
            site_name=settings.site_name,
        )
        subject = _("Your account at %(site)s will be erased", site=settings.site_name)
    return LetterWritten(
        cause=cause_of_erasure(event.erasure.id),
        recipient=person.email,
        language=language,
        subject=subject,
        text=text,
        is_secret=True,
        good_until=event.erasure.due_at,
    )


def role_given_letter(event: RoleGiven, giver: Person | None, settings: Settings) -> LetterWritten:
    """The mail that tells somebody of another role: who gave it, what it lets them do, and what it takes.

    `giver` is None for whoever runs the site.
    """
    person, now = event.person, clock.now()
    language = person.language or settings.site_language
    due = second_factor_due(person, has_factor=has_factor(person.id), days=settings.staff_second_factor_days)
    with speaking_to(language, person.time_zone):
        role = str(ROLE_NAMES[event.role])
        text = render_template(
            "accounts/email/role_given.txt",
            giver=giver.name if giver else "",
            role=role,
            may=ROLES_IN_WORDS[event.role],
            due=due,
            is_resting=due is not None and due <= now,
            may_set_up=may_set_up_factor(person, now),
            second_factor=f"{settings.site_url}/account/second-factor",
            account=f"{settings.site_url}/account/",
            site_name=settings.site_name,
        )
        subject = _("Your account at %(site)s: another role, %(role)s", site=settings.site_name, role=role)
    return LetterWritten(
        cause=cause_of_role(person.id, f"given:{event.role}", now, by=giver.id if giver else None),
        recipient=person.email,
        language=language,
        subject=subject,
        text=text,
    )


def role_taken_letter(event: RoleTaken, taker: Person | None, settings: Settings) -> LetterWritten:
    """The mail that tells somebody that a role is theirs no more. `taker` is None for whoever runs the site."""
    person = event.person
    language = person.language or settings.site_language
    with speaking_to(language, person.time_zone):
        role = str(ROLE_NAMES[event.role])
        text = render_template(
            "accounts/email/role_taken.txt",
            taker=taker.name if taker else "",
            role=role,
            account=f"{settings.site_url}/account/",
            site_name=settings.site_name,
        )
        subject = _("Your account at %(site)s: no longer %(role)s", site=settings.site_name, role=role)
    return LetterWritten(
        cause=cause_of_role(person.id, f"taken:{event.role}", clock.now(), by=taker.id if taker else None),
        recipient=person.email,
        language=language,
        subject=subject,
        text=text,
    )


def impossible_letter(event: ErasureImpossible, settings: Settings) -> LetterWritten:
    """The mail that tells the last admin that their account stays."""
    person = event.person
    language = person.language or settings.site_language
    with speaking_to(language, person.time_zone):
        text = render_template(
            "accounts/email/erasure_impossible.txt",
            account=f"{settings.site_url}/account/",
            site_name=settings.site_name,
        )
        subject = _("Your account at %(site)s stays", site=settings.site_name)
    return LetterWritten(
        cause=f"erasure-impossible:{event.erasure.id}",
        recipient=person.email,
        language=language,
        subject=subject,
        text=text,
    )


def _what_it_does(asked: MailedCode, settings: Settings, *, is_signed_in: bool) -> str:
    """What a code does, in a sentence."""
    if asked.act:
        return act_named(asked.act).in_words(asked.act_data or {})
    if is_signed_in:
        return _("With it you show at %(site)s that it is you.", site=settings.site_name)
    return _("With it you sign in to %(site)s.", site=settings.site_name)


def _address(settings: Settings, path: str, language: str) -> str:
    """A page of this site, in the language of the mail that leads to it."""
    return f"{settings.site_url}{path}?{urlencode({'lang': language})}"
