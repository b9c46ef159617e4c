"""The blueprint that all views of the mailroom share."""

from flask import Blueprint

blueprint = Blueprint("mailroom", __name__, url_prefix="/site")
