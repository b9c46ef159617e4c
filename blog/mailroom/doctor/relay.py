"""Whether the relay lets us in and takes mail from our address, without giving it any."""

from contextlib import suppress

from blog.core.config import MailRelay, Settings, is_here
from blog.mailroom.doctor.finding import SECONDS_TO_ANSWER, Finding, State
from blog.mailroom.transport import connect, reason_of

_TAKEN = 250


def relay_finding(settings: Settings) -> Finding:
    """What the relay says to us."""
    relay = settings.relay
    if relay is None:
        words = "none is set (MAIL_SERVER): what we write is kept, and nobody gets it"
        return Finding("relay", State.HINT, words)
    place = f"{relay.server}:{relay.port}"
    try:
        code = _answer_to_our_address(relay, settings.mail_sender)
    except OSError as error:
        words = f"{place} does not take our mail ({reason_of(error)})"
        return Finding("relay", State.FAULT, words)
    if code != _TAKEN:
        words = f"{place} takes no mail from {settings.mail_sender} (reply {code}); see MAIL_DEFAULT_SENDER"
        return Finding("relay", State.FAULT, words)
    if not (relay.use_tls or relay.use_ssl or is_here(relay.server)):
        words = f"{place} takes our mail, for everybody on the way to read; set MAIL_USE_TLS or MAIL_USE_SSL"
        return Finding("relay", State.HINT, words)
    return Finding("relay", State.GOOD, f"{place} takes our mail")


def _answer_to_our_address(relay: MailRelay, sender: str) -> int:
    connection = connect(relay, SECONDS_TO_ANSWER)
    try:
        connection.ehlo_or_helo_if_needed()
        code, _reply = connection.mail(sender)
        connection.rset()
        return code
    finally:
        with suppress(OSError):
            connection.quit()
