"""What all pages of discussions share."""

from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("discussions", __name__)
# Larger numbers are nobody's, and no database takes them.
ID = "int(max=2147483647)"
# Where somebody says who they are who is not signed in.
GUEST_ENDPOINTS = frozenset({"discussions.answer_join", "discussions.comment_join"})
Answer = str | tuple[str, int] | Response
