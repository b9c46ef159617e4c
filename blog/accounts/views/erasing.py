"""One's account is erased: asked for, taken back for a day; for admins the same of somebody else's."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import person_for, person_to_oversee
from blog.accounts.actions import erasing
from blog.accounts.forms import ErasureForm
from blog.accounts.holdings import CommentsFate
from blog.accounts.sessions import refuse_signed_out
from blog.accounts.views.blueprint import Page, blueprint, desk, form_page
from blog.accounts.views.proof import recently_proved
from blog.core.actor import ANONYMOUS
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, NotFound, RuleBroken
from blog.core.i18n import in_same_language
from blog.core.routing import current_actor, members_only, public, staff_only


@blueprint.route("/erase", methods=["GET", "POST"])
@members_only
@recently_proved
def erase() -> Page:
    """Have my account erased, a day from now."""
    person = person_for(current_actor())
    form = ErasureForm()
    if not form.validate_on_submit():
        return form_page("accounts/erase.html", form, person=person, erasure=erasing.erasure_of(person.id))
    try:
        with unit_of_work():
            refuse_signed_out(person)
            erasing.ask_for_erasure(person, CommentsFate(form.comments.data), current_actor())
    except (Conflict, RuleBroken) as error:
        session.rollback()
        flash(str(error), "error")
        return redirect(url_for("accounts.account"), 303)
    # The page of the account says when, for as long as it is so.
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/erase/keep")
@members_only
def keep() -> Response:
    """Keep my account after all. To stay, nobody has to show once more who they are."""
    asked = erasing.erasure_of(person_for(current_actor()).id)
    if asked is not None:
        with unit_of_work():
            erasing.take_erasure_back(asked, current_actor())
    flash(_("Your account stays."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.get("/keep/<token>")
@public
def keep_by_mail(token: str) -> Page:
    """What the link in the mail leads to: one button. Opening the page changes nothing."""
    asked = erasing.erasure_by_token(token)
    return render_template("accounts/keep.html", erasure=asked, token=token), 200 if asked else 404


@blueprint.post("/keep/<token>")
@public
def keep_by_button(token: str) -> Page:
    """Keep the account, for whoever reads its mail: it takes nothing from anybody."""
    asked = erasing.erasure_by_token(token)
    if asked is None:
        return render_template("accounts/keep.html", erasure=None, token=token), 404
    with unit_of_work():
        erasing.take_erasure_back(asked, ANONYMOUS)
    flash(_("The account stays."), "good")
    return redirect(in_same_language("/"), 303)


@desk.post("/people/<int:person_id>/erase")
@staff_only("admin")
@recently_proved
def person_erase(person_id: int) -> Response:
    """Have somebody erased who has asked an admin for it; they are told, and have a day to change their mind."""
    person = person_to_oversee(current_actor(), person_id)
    form = ErasureForm()
    fate = CommentsFate(form.comments.data) if form.validate() else CommentsFate.KEEP
    with unit_of_work():
        erasing.ask_for_erasure(person, fate, current_actor())
    flash(_("%(name)s is told by mail, and has a day to change their mind.", name=person.name), "info")
    return _to_person(person_id)


@desk.post("/people/<int:person_id>/erase/keep")
@staff_only("admin")
def person_keep(person_id: int) -> Response:
    """Take back that somebody is to be erased."""
    person = person_to_oversee(current_actor(), person_id)
    asked = erasing.erasure_of(person.id)
    if asked is None:
        raise NotFound()
    with unit_of_work():
        erasing.take_erasure_back(asked, current_actor())
    flash(_("The account stays."), "good")
    return _to_person(person_id)


def _to_person(person_id: int) -> Response:
    return redirect(url_for("people_desk.person_detail", person_id=person_id), 303)
