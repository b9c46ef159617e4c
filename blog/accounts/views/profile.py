"""What somebody shows of themself, and how they change it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions import profile
from blog.accounts.forms import PictureForm, ProfileForm, show_faults
from blog.accounts.models.people import Person
from blog.accounts.views.blueprint import Page, blueprint
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput
from blog.core.pictures import KINDS, MAX_BYTES, square_picture
from blog.core.routing import current_actor, members_only, takes_file
from blog.core.storage import current_storage


@blueprint.get("/profile")
@members_only
def profile_edit() -> Page:
    """Name, address of the page, a few words, picture."""
    return _profile_page(person_for(current_actor()))


@blueprint.post("/profile")
@members_only
def profile_edit_post() -> Page:
    """Be shown in another way."""
    person = person_for(current_actor())
    form = ProfileForm()
    if not form.validate():
        return _profile_page(person, form=form)
    try:
        with unit_of_work():
            profile.change_profile(
                person, name=form.name.data or "", handle=form.handle.data or "", bio=form.bio.data or ""
            )
    except InvalidInput as error:
        show_faults(form, error, default="name")
        return _profile_page(person, form=form)
    flash(_("Your page is up to date."), "good")
    return redirect(url_for("people.person_detail", handle=person.handle), 303)


@blueprint.post("/picture")
@members_only
@takes_file(MAX_BYTES)
def picture_choose() -> Page:
    """A picture of myself."""
    person = person_for(current_actor())
    form = PictureForm()
    if not form.validate():
        return _profile_page(person, picture_form=form)
    sent: FileStorage = form.picture.data
    with unit_of_work():
        profile.count_picture(person)
    try:
        picture = square_picture(sent.stream.read(MAX_BYTES + 1))
        with unit_of_work():
            profile.choose_picture(person, picture, current_storage())
    except InvalidInput as error:
        show_faults(form, error, default="picture")
        return _profile_page(person, picture_form=form)
    flash(_("Readers see this picture from now on."), "good")
    return redirect(url_for("accounts.profile_edit"), 303)


@blueprint.post("/picture/remove")
@members_only
def picture_remove() -> Response:
    """My initials again."""
    person = person_for(current_actor())
    with unit_of_work():
        profile.remove_picture(person)
    flash(_("Readers see your initials again."), "good")
    return redirect(url_for("accounts.profile_edit"), 303)


def _profile_page(
    person: Person, *, form: ProfileForm | None = None, picture_form: PictureForm | None = None
) -> Page:
    page = render_template(
        "accounts/profile_edit.html",
        person=person,
        form=form
        or ProfileForm(
            formdata=None, data={"name": person.name, "handle": person.handle, "bio": person.bio or ""}
        ),
        picture_form=picture_form or PictureForm(formdata=None),
        max_bytes=MAX_BYTES,
        kinds=",".join(KINDS),
    )
    return page, 422 if form or picture_form else 200
