"""What all pages of people share."""

from flask import Blueprint, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from blog.accounts.sessions import let_out
from blog.core.i18n import in_same_language

Page = Response | str | tuple[str, int]

blueprint = Blueprint("accounts", __name__, url_prefix="/account")
# Where staff look after people.
desk = Blueprint("people_desk", __name__, url_prefix="/site")


@blueprint.after_request
@desk.after_request
def _never_kept(response: Response) -> Response:
    """Every page here is one person's own: no cache may keep it."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def form_page(template: str, form: FlaskForm, **context: object) -> Page:
    """The page of one form; 422 when what was typed cannot be used."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def signed_out(goal: str = "/") -> Response:
    """To the front page, or another path of this site, with nothing of a session left in this browser."""
    let_out()
    response = redirect(in_same_language(goal), 303)
    # Pages of the person may not come back with the browser's "back" button (ASVS 5.0, 14.3.1).
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def user_agent() -> str:
    """What the browser of this request calls itself."""
    return request.headers.get("User-Agent", "")
