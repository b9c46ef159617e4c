"""The blueprint on which all pages of this feature stand."""

from flask import Blueprint

blueprint = Blueprint("challenges", __name__)
