"""What all pages of discussions share."""

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("discussions", __name__)
# Larger numbers are nobody's, and no database takes them.
ID = "int(max=2147483647)"
Answer = str | tuple[str, int] | Response
