"""Where providers hand in mail that they took in for us. Each address is there only when its setting is.

Success is said after the commit. No fault of ours, and no setting that is wrong, is answered with the code that makes a
provider give up: it then keeps the message, and comes again.
"""

import structlog
from flask import Blueprint, Response, request

from blog.core import clock
from blog.core.config import current_application, current_settings
from blog.core.db import unit_of_work
from blog.core.errors import NotFound
from blog.core.pages import RETRY_SECONDS, csrf
from blog.core.routing import for_programs, public
from blog.mailroom.door_receipts import use_token
from blog.mailroom.doors import mailgun, postmark
from blog.mailroom.doors.intake import Accepted, Outcome, TryLater, refusal_of
from blog.mailroom.doors.webhooks import MAX_BODY_BYTES, NotUnderstood, take_in
from blog.mailroom.refusals import count_refusal, write_refusals_if_one_can
from blog.mailroom.values import Door

blueprint = Blueprint("mail_hooks", __name__, url_prefix="/hooks/mail")
# Mailgun gives up after it.
_NEVER = 406
log = structlog.get_logger(__name__)


# Mailgun sends the message as it is only to addresses that end in "mime".
@blueprint.post("/mailgun/mime")
@public
@csrf.exempt
@for_programs(MAX_BODY_BYTES)
def mailgun_mime() -> Response:
    """A message that Mailgun took in."""
    signing_key = current_settings().mailgun_signing_key
    if signing_key is None:
        raise NotFound
    try:
        fields = mailgun.fields_of(request.headers.get("Content-Type", ""), request.get_data(cache=False))
        if not mailgun.is_signed(fields, signing_key, clock.now()):
            # The key, or a clock, may be wrong on our side.
            return _answer(403, "the signature is not valid, or too old")
        handed = mailgun.handed_in(fields)
    except NotUnderstood as reason:
        return _answer(400, str(reason))
    with unit_of_work():
        is_theirs = use_token(Door.MAILGUN, mailgun.token_of(fields), handed.digest)
    if not is_theirs:
        return _answer(403, "the token was used for another message")
    return _told(take_in(current_application(), handed, tls=request.is_secure), Door.MAILGUN, refused=_NEVER)


@blueprint.post("/postmark")
@public
@csrf.exempt
@for_programs(MAX_BODY_BYTES)
def postmark_inbound() -> Response:
    """A message that Postmark took in.

    Also what can never be accepted is answered so that it tries again, and then keeps the message as an inbound error:
    the other code, 403, is for who must not knock at all, and 200 would make it vanish without a trace.
    """
    settings = current_settings()
    if settings.postmark is None:
        raise NotFound
    if not postmark.may_enter(request.authorization, settings.postmark):
        log.warning("a webhook was refused", door=Door.POSTMARK)
        refusal = _answer(401, "name or password is wrong")
        refusal.headers["WWW-Authenticate"] = 'Basic realm="mail", charset="UTF-8"'
        return refusal
    try:
        handed = postmark.handed_in(request.get_data(cache=False), settings.answer_domain)
    except NotUnderstood as reason:
        return _answer(400, str(reason))
    return _told(take_in(current_application(), handed, tls=request.is_secure), Door.POSTMARK, refused=422)


def _told(outcome: Outcome, door: Door, *, refused: int) -> Response:
    if isinstance(outcome, Accepted):
        return _answer(200, "; ".join(outcome.told))
    count_refusal(door, refusal_of(outcome))
    write_refusals_if_one_can()
    if isinstance(outcome, TryLater):
        later = _answer(503, "the message could not be stored just now")
        later.headers["Retry-After"] = str(RETRY_SECONDS)
        return later
    log.info("mail was refused", why=outcome.why)
    return _answer(refused, outcome.why)


def _answer(status: int, text: str) -> Response:
    """A line for a program, and for whoever reads its log."""
    answer = Response(f"{text}\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
