"""The outbox page: what we sent, or would have sent."""

import re

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.i18n import in_same_language
from blog.core.permissions import require
from blog.core.routing import current_actor, staff_only
from blog.mailroom.jobs import NO_LONGER_GOOD
from blog.mailroom.queries import failed_total, outbox_message, outbox_page
from blog.mailroom.sending_again import hindrance, is_stuck, send_again
from blog.mailroom.views.blueprint import blueprint

_STAFF = ("author", "editor", "moderator")
# What `transport.reason_of` and `send_message` write down.
_REFUSED = re.compile(r"refused with (\d{3})")
_REPLY = re.compile(r"reply (\d{3})")
_STRANGER = re.compile(r"its certificate is not believed: (.+)")


@blueprint.get("/outbox")
@staff_only(*_STAFF)
def outbox_list() -> str:
    """Messages of ours, the newest first, or only those that did not get out."""
    relay = current_settings().relay
    require(current_actor(), "outbox:read", relay)
    only = "failed" if request.args.get("only") == "failed" else None
    return render_template(
        "mailroom/outbox_list.html",
        page=outbox_page(request.args.get("after"), only_failed=only is not None),
        has_relay=relay is not None,
        only=only,
        failed=failed_total(),
    )


@blueprint.get("/outbox/<int:message_id>")
@staff_only(*_STAFF)
def outbox_detail(message_id: int) -> str:
    """One message of ours, as its reader gets it; what is stuck can be sent again."""
    require(current_actor(), "outbox:read", current_settings().relay)
    message = outbox_message(message_id)
    stuck = is_stuck(message)
    return render_template(
        "mailroom/outbox_detail.html",
        message=message,
        is_stuck=stuck,
        hindrance=hindrance(message) if stuck else None,
        error=_error_told(message.last_error) if message.last_error else "",
    )


@blueprint.post("/outbox/<int:message_id>/again")
@staff_only("admin")
def outbox_again(message_id: int) -> Redirect:
    """Have a message sent once more that could not be sent."""
    require(current_actor(), "outbox:send_again")
    with unit_of_work():
        send_again(message_id, by=current_actor())
    flash(_("It is being sent again. If that fails, it is tried for five days."), "good")
    return redirect(in_same_language(url_for("mailroom.outbox_detail", message_id=message_id)), 303)


def _error_told(error: str) -> str:
    """What went wrong, for people; what is not known here is the word of the system, and stays as it is."""
    if refused := _REFUSED.fullmatch(error):
        return _("The relay refused it (%(code)s).", code=refused[1])
    if reply := _REPLY.fullmatch(error):
        return _("The relay answered %(code)s.", code=reply[1])
    if stranger := _STRANGER.fullmatch(error):
        return _("The certificate of the relay is not believed (%(why)s).", why=stranger[1])
    return _("Its time was over before it could be sent.") if error == NO_LONGER_GOOD else error
