"""Where admins look after people."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import browser_session_of, person_to_oversee
from blog.accounts.actions import notes, roles, sessions
from blog.accounts.actions.erasing import erasure_of
from blog.accounts.forms import ErasureForm, NoteForm, PeopleForm, RoleForm, show_faults
from blog.accounts.models.people import Person
from blog.accounts.oversight import AuditFilter, audit_page, earlier_of, notes_about, people_page
from blog.accounts.queries import browser_sessions_of, has_factor, links_of, may_set_up_factor
from blog.accounts.sessions import present
from blog.accounts.values import Role, browser_from
from blog.accounts.views.audit import names_in
from blog.accounts.views.blueprint import Page, desk, signed_out
from blog.accounts.views.proof import proved_this_hour, recently_proved
from blog.accounts.words import ROLE_NAMES
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import InvalidInput, NotFound
from blog.core.routing import current_actor, staff_only

_HISTORY_SHOWN = 10


@desk.get("/people")
@staff_only("admin")
@proved_this_hour
def person_list() -> Page:
    """Everybody with an account; `?q=` looks in names, handles and addresses, `?role=` keeps those with a role."""
    form = PeopleForm(request.args)
    # A handle is shown with a sign before it, and may be typed so.
    words = (form.q.data or "").replace("\x00", "").strip().removeprefix("@") if form.validate() else ""
    role = form.role.data if form.role.data in ROLE_NAMES else None
    page = people_page(request.args.get("after"), words=words, role=role)
    return render_template(
        "accounts/desk_people.html", page=page, form=form, words=words, role=role, role_names=ROLE_NAMES
    ), 422 if form.errors else 200


@desk.get("/people/<int:person_id>")
@staff_only("admin")
@proved_this_hour
def person_detail(person_id: int) -> Page:
    """One person: who they are, what they may do, where they are signed in, what was noted and done."""
    return _person_page(person_to_oversee(current_actor(), person_id))


@desk.post("/people/<int:person_id>/roles")
@staff_only("admin")
@recently_proved
def role_give(person_id: int) -> Page:
    """Give somebody a role."""
    person = person_to_oversee(current_actor(), person_id)
    form = RoleForm()
    if not form.validate():
        return _person_page(person, role_form=form)
    with unit_of_work():
        roles.give_role(current_actor(), person, Role(form.role.data))
    flash(_("%(name)s has another role, and signs in anew.", name=person.name), "good")
    return _to_person(person_id)


@desk.post("/people/<int:person_id>/roles/<role>/take")
@staff_only("admin")
@recently_proved
def role_take(person_id: int, role: str) -> Response:
    """Take a role from somebody."""
    person = person_to_oversee(current_actor(), person_id)
    if role not in ROLE_NAMES:
        raise NotFound()
    with unit_of_work():
        roles.take_role(current_actor(), person, Role(role))
    if current_actor().person_id == person_id:
        # It was their own: this browser is signed out too, and may have been an admin's until now.
        return signed_out()
    flash(_("%(name)s has one role less, and signs in anew.", name=person.name), "good")
    return _to_person(person_id)


@desk.post("/people/<int:person_id>/time")
@staff_only("admin")
@recently_proved
def time_give(person_id: int) -> Response:
    """Let somebody whose roles rest set up a passkey or an app."""
    person = person_to_oversee(current_actor(), person_id)
    with unit_of_work():
        roles.give_time(current_actor(), person)
    flash(_("%(name)s has time again to set up a passkey or an app.", name=person.name), "good")
    return _to_person(person_id)


@desk.post("/people/<int:person_id>/sessions/<int:session_id>/end")
@staff_only("admin")
def person_session_end(person_id: int, session_id: int) -> Response:
    """Sign one browser of somebody out."""
    ended = browser_session_of(person_to_oversee(current_actor(), person_id), session_id)
    here = present()
    with unit_of_work():
        sessions.end_session(ended)
    if here is not None and here.session_id == session_id:
        return signed_out()
    flash(_("That browser is signed out."), "good")
    return _to_person(person_id)


@desk.post("/people/<int:person_id>/sessions/end")
@staff_only("admin")
def person_sessions_end(person_id: int) -> Response:
    """Sign somebody out everywhere."""
    person = person_to_oversee(current_actor(), person_id)
    with unit_of_work():
        sessions.sign_out_everywhere(person)
    if current_actor().person_id == person_id:
        return signed_out()
    flash(_("%(name)s is signed out everywhere.", name=person.name), "good")
    return _to_person(person_id)


@desk.post("/people/<int:person_id>/notes")
@staff_only("admin")
def person_note(person_id: int) -> Page:
    """Note something about somebody, for admins."""
    person = person_to_oversee(current_actor(), person_id)
    form = NoteForm()
    if not form.validate():
        return _person_page(person, note_form=form)
    try:
        with unit_of_work():
            notes.note_about(current_actor(), person, form.body.data or "")
    except InvalidInput as error:
        session.rollback()
        show_faults(form, error, default="body")
        return _person_page(person, note_form=form)
    flash(_("The note is kept."), "good")
    return _to_person(person_id)


def _person_page(
    person: Person, *, role_form: RoleForm | None = None, note_form: NoteForm | None = None
) -> Page:
    history = audit_page(None, AuditFilter(person_id=person.id), size=_HISTORY_SHOWN)
    held = {role.role: role.granted_at for role in person.roles}
    role_form = role_form or RoleForm(formdata=None)
    role_form.role.choices = {role: str(name) for role, name in ROLE_NAMES.items() if role not in held}
    page = render_template(
        "accounts/desk_person.html",
        person=person,
        roles={role: name for role, name in ROLE_NAMES.items() if role in held},
        held_since=held,
        role_form=role_form,
        note_form=note_form or NoteForm(formdata=None),
        notes=notes_about(person.id),
        browser_sessions=browser_sessions_of(person.id, clock.now()),
        browser_from=browser_from,
        ends_links=not held and bool(links_of(person.id)),
        has_factor=has_factor(person.id),
        may_set_up=may_set_up_factor(person, clock.now()),
        earlier=earlier_of(person.id),
        history=history,
        names=names_in(history.items),
        erasure=erasure_of(person.id),
        erasure_form=ErasureForm(formdata=None),
    )
    return page, 422 if role_form.errors or (note_form and note_form.errors) else 200


def _to_person(person_id: int) -> Response:
    return redirect(url_for("people_desk.person_detail", person_id=person_id), 303)
