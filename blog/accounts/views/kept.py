"""A refusal on a page of accounts, with the words that somebody was sending, if they were: none are lost."""

from flask import request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from blog.accounts.views.blueprint import blueprint, desk
from blog.core.errors import DomainError
from blog.core.pages import Refusal, give_back, show_any, typed_in

# The forms in which one writes more than a line, and the field for it.
_FIELDS = {"accounts.profile_edit_post": "bio", "people_desk.person_note": "body"}


@blueprint.errorhandler(DomainError)
@blueprint.errorhandler(CSRFError)
@blueprint.errorhandler(OperationalError)
@desk.errorhandler(DomainError)
@desk.errorhandler(CSRFError)
@desk.errorhandler(OperationalError)
def keep_typed(error: Refusal) -> Response:
    """A refusal, and the words with it."""
    field = _FIELDS.get(request.endpoint or "")
    words = typed_in(field).strip() if field else ""
    return give_back(error, words, back=_page_of_form()) if words else show_any(error)


def _page_of_form() -> str:
    if request.endpoint == "people_desk.person_note":
        return url_for("people_desk.person_detail", **(request.view_args or {}))
    return url_for("accounts.profile_edit")
