"""People are invited to work here; and what they see when they come."""

from babel.lists import format_list
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import invitation_for, person_for
from blog.accounts.actions import invitations
from blog.accounts.forms import ConfirmForm, FirstPasswordForm, InvitationForm, JoinForm, show_faults
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.oversight import invitations_page
from blog.accounts.policy import INVITERS, roles_to_give
from blog.accounts.queries import can_work_here, invitation_by_digest, is_open, links_of, person_by_email
from blog.accounts.sessions import let_in, refuse_signed_out, source_address
from blog.accounts.values import SignInMethod
from blog.accounts.views.blueprint import Page, blueprint, desk
from blog.accounts.views.entering import enter, to_second_step
from blog.accounts.views.proof import is_proved, recently_proved
from blog.accounts.words import ROLE_NAMES
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound
from blog.core.i18n import in_same_language, language
from blog.core.permissions import allowed
from blog.core.routing import current_actor, public, staff_only
from blog.core.tokens import digest

# Where one is after accepting.
_AFTER = "/account/"


@desk.get("/invitations")
@staff_only(*INVITERS)
@recently_proved
def invitation_list() -> Page:
    """Who is invited: all of them for admins, one's own for everybody else."""
    return _list_page(_invitation_form(formdata=False))


@desk.post("/invitations")
@staff_only(*INVITERS)
@recently_proved
def invitation_make() -> Page:
    """Invite somebody. Says the same whether or not they have an account."""
    form = _invitation_form()
    if not form.validate():
        return _list_page(form)
    try:
        with unit_of_work():
            made = invitations.invite(
                current_actor(),
                form.email.data or "",
                form.roles.data or [],
                language=form.language.data or language(),
                source=source_address(),
            )
            address = made.email
    except InvalidInput as error:
        session.rollback()
        show_faults(form, error, default="email")
        return _list_page(form)
    flash(_("An invitation is on its way to %(address)s.", address=address), "good")
    return redirect(url_for("people_desk.invitation_list"), 303)


@desk.post("/invitations/<int:invitation_id>/again")
@staff_only(*INVITERS)
@recently_proved
def invitation_again(invitation_id: int) -> Response:
    """Mail an invitation again, with a new link."""
    invitation = invitation_for(current_actor(), invitation_id)
    with unit_of_work():
        invitations.invite_again(current_actor(), invitation, source_address())
    flash(_("It has been mailed again. The link in the mail before works no longer."), "good")
    return redirect(url_for("people_desk.invitation_list"), 303)


@desk.post("/invitations/<int:invitation_id>/revoke")
@staff_only(*INVITERS)
def invitation_revoke(invitation_id: int) -> Response:
    """Take an invitation back."""
    invitation = invitation_for(current_actor(), invitation_id)
    with unit_of_work():
        invitations.revoke_invitation(current_actor(), invitation)
    flash(_("The invitation has been taken back. Its link works no longer."), "good")
    return redirect(url_for("people_desk.invitation_list"), 303)


@blueprint.get("/invitation/<token>")
@public
def invitation(token: str) -> Page:
    """What somebody is invited to. Looking at it changes nothing."""
    invited = _open_invitation(token)
    return _landing_page(invited, token) if invited else _over_page()


@blueprint.post("/invitation/<token>")
@public
def invitation_accept(token: str) -> Page:
    """Take it on: with a new account, or with the one that this browser is signed in to."""
    invited = _open_invitation(token)
    if invited is None:
        return _over_page()
    person = _person_here(invited)
    if person is not None and not is_proved():
        # A mail and a browser that was left open are not enough to get more than before.
        flash(_("Nothing was done yet. Show first that it is you, and then do it once more."), "warning")
        return redirect(in_same_language(url_for("accounts.confirm", next=request.path)), 303)
    form = _accept_form(invited, person)
    if form is None or not form.validate_on_submit():
        return _landing_page(invited, token, form)
    try:
        return _take_on(token, person, form)
    except InvalidInput as error:
        session.rollback()
        show_faults(form, error, default="password")
        return _landing_page(invited, token, form)
    except NotFound:
        # Somebody was faster, or took it back meanwhile.
        session.rollback()
        return _over_page()


def _take_on(token: str, person: Person | None, form: ConfirmForm | FirstPasswordForm | JoinForm) -> Page:
    password = form.password.data or "" if isinstance(form, FirstPasswordForm | JoinForm) else ""
    with unit_of_work():
        if person is not None:
            refuse_signed_out(person)
            invitations.accept_invitation(person, token, password)
        else:
            name = form.name.data or "" if isinstance(form, JoinForm) else ""
            person = invitations.join_by_invitation(token, name, password)
        # Who may do more has a session of their new roles only; this browser has just shown whose it is.
        session_token = enter(person, SignInMethod.INVITATION)
    if session_token is None:
        return to_second_step(person, SignInMethod.INVITATION, _AFTER)
    let_in(session_token)
    flash(_("Welcome. You can begin."), "good")
    return redirect(in_same_language(_AFTER), 303)


def _accept_form(
    invited: Invitation, person: Person | None
) -> ConfirmForm | FirstPasswordForm | JoinForm | None:
    """What has to be asked of whoever opens the link; None when they have to sign in as somebody else first."""
    if person is not None:
        return ConfirmForm() if can_work_here(person) else FirstPasswordForm()
    if current_actor().is_authenticated or person_by_email(invited.email) is not None:
        return None
    return JoinForm()


def _person_here(invited: Invitation) -> Person | None:
    """Whoever is signed in here, if the invitation is theirs."""
    if not current_actor().is_authenticated:
        return None
    person = person_for(current_actor())
    return person if person.email_key == invited.email_key else None


def _open_invitation(token: str) -> Invitation | None:
    found = invitation_by_digest(digest(token))
    return found if found is not None and is_open(found, clock.now()) else None


def _over_page() -> Page:
    """One page for what was used, taken back, too old or made up: nobody learns which."""
    refusal = invitations.no_longer_open()
    return render_template("accounts/invitation_over.html", why=str(refusal)), refusal.status


def _landing_page(
    invited: Invitation, token: str, form: ConfirmForm | FirstPasswordForm | JoinForm | None = None
) -> Page:
    person = _person_here(invited)
    page = render_template(
        "accounts/invitation.html",
        invitation=invited,
        roles=format_list([str(ROLE_NAMES[role]) for role in invited.roles], locale=language()),
        token=token,
        form=form or _accept_form(invited, person),
        is_wrong_person=current_actor().is_authenticated and person is None,
        ends_links=person is not None and not person.roles and bool(links_of(person.id)),
    )
    if form is not None and form.errors:
        return page, 422
    return page, Conflict.status if request.method == "POST" else 200


def _invitation_form(*, formdata: bool = True) -> InvitationForm:
    """The form, with the roles that this person may give, and the language that they read."""
    given = roles_to_give(current_actor())
    choices = {role: str(name) for role, name in ROLE_NAMES.items() if role in given}
    data = {"language": language(), "roles": list(choices) if len(choices) == 1 else []}
    form = InvitationForm(data=data) if formdata else InvitationForm(formdata=None, data=data)
    form.roles.choices = choices
    return form


def _list_page(form: InvitationForm) -> Page:
    actor = current_actor()
    by = None if allowed(actor, "person:oversee") else actor.person_id
    page = render_template(
        "accounts/invitation_list.html",
        page=invitations_page(request.args.get("after"), by=by),
        form=form,
        role_names=ROLE_NAMES,
        shows_all=by is None,
    )
    return page, 422 if form.errors else 200
