"""The outbox page: what we sent, or would have sent."""

from flask import render_template, request

from blog.core.config import current_settings
from blog.core.permissions import require
from blog.core.routing import current_actor, staff_only
from blog.mailroom.queries import outbox_message, outbox_page
from blog.mailroom.views.blueprint import blueprint

_STAFF = ("author", "editor", "moderator")


@blueprint.get("/outbox")
@staff_only(*_STAFF)
def outbox_list() -> str:
    """Messages of ours, the newest first."""
    relay = current_settings().relay
    require(current_actor(), "outbox:read", relay)
    page = outbox_page(request.args.get("after"))
    return render_template("mailroom/outbox_list.html", page=page, has_relay=relay is not None)


@blueprint.get("/outbox/<int:message_id>")
@staff_only(*_STAFF)
def outbox_detail(message_id: int) -> str:
    """One message of ours, as its reader gets it."""
    require(current_actor(), "outbox:read", current_settings().relay)
    return render_template("mailroom/outbox_detail.html", message=outbox_message(message_id))
