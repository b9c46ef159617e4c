"""Where providers hand in mail that they took in for us. Each address is there only when its setting is.

Success is said after the commit. No fault of ours, and no setting that is wrong, is answered with the code that makes a
provider give up: it then keeps the message, and comes again.
"""

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from blog.core import clock
from blog.core.config import current_application, current_settings
from blog.core.db import unit_of_work
from blog.core.errors import NotFound
from blog.core.pages import RETRY_SECONDS, csrf
from blog.core.routing import for_programs, public
from blog.mailroom.door_receipts import use_token
from blog.mailroom.doors import mailgun, postmark
from blog.mailroom.doors.intake import Accepted, Outcome, TryLater
from blog.mailroom.doors.webhooks import MAX_BODY_BYTES, NotUnderstood, take_in
from blog.mailroom.refusals import count_refusal, write_refusals_if_one_can, write_refusals_now_and_then
from blog.mailroom.values import Door, RefusalReason

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
        form = mailgun.form_of(request.headers.get("Content-Type", ""), _body(Door.MAILGUN))
        if not mailgun.is_signed(form, signing_key, clock.now()):
            # The key, or a clock, may be wrong on our side.
            return _not_proven(Door.MAILGUN, 403, "the signature is not valid, or too old")
        handed = mailgun.handed_in(form)
    except NotUnderstood as reason:
        return _not_understood(Door.MAILGUN, reason)
    with unit_of_work():
        is_theirs = use_token(Door.MAILGUN, mailgun.token_of(form), handed.digest)
    if not is_theirs:
        return _not_proven(Door.MAILGUN, 403, "the token was used for another message")
    return _told(take_in(current_application(), handed, tls=request.is_secure), refused=_NEVER)


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
        refusal = _not_proven(Door.POSTMARK, 401, "name or password is wrong")
        refusal.headers["WWW-Authenticate"] = 'Basic realm="mail", charset="UTF-8"'
        return refusal
    try:
        handed = postmark.handed_in(_body(Door.POSTMARK), settings.answer_domain)
    except NotUnderstood as reason:
        return _not_understood(Door.POSTMARK, reason)
    return _told(take_in(current_application(), handed, tls=request.is_secure), refused=422)


def _body(door: Door) -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        _count(door, RefusalReason.TOO_LARGE)
        raise


def _not_proven(door: Door, status: int, why: str) -> Response:
    log.warning("a webhook was refused", door=door, why=why)
    _count(door, RefusalReason.NOT_PROVEN)
    return _answer(status, why)


def _not_understood(door: Door, why: NotUnderstood) -> Response:
    log.warning("a webhook was not understood", door=door, why=str(why))
    _count(door, RefusalReason.BROKEN)
    return _answer(400, str(why))


def _count(door: Door, why: RefusalReason) -> None:
    count_refusal(door, why)
    write_refusals_now_and_then()


def _told(outcome: Outcome, *, refused: int) -> Response:
    if isinstance(outcome, Accepted):
        return _answer(200, "; ".join(outcome.told))
    # The door has counted it.
    write_refusals_now_and_then()
    if isinstance(outcome, TryLater):
        later = _answer(503, "the message could not be stored just now")
        later.headers["Retry-After"] = str(RETRY_SECONDS)
        return later
    # A provider comes with mail only, and at the pace of mail: the mailroom page may show it at once.
    write_refusals_if_one_can()
    log.info("mail was refused", why=outcome.why)
    return _answer(refused, outcome.why)


def _answer(status: int, text: str) -> Response:
    """A line for a program, and for whoever reads its log."""
    answer = Response(f"{text}\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
