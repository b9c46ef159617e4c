"""The doors by which mail comes to us: each that is set up is looked at from outside."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

from cryptography import x509

from blog.core import clock
from blog.core.config import Settings, is_here
from blog.mailroom.doctor.finding import (
    SECONDS_TO_ANSWER,
    Finding,
    State,
    doors_beside_smtp,
    is_out_of_reach,
)
from blog.mailroom.doors.imap import MailboxUnavailable, count_messages
from blog.mailroom.transport import reason_of

_CERTIFICATE_ENDS_SOON = timedelta(days=14)
_TAKEN = 250
_PORT_OF_MAIL_SERVERS = 25


def smtp_findings(settings: Settings) -> Iterator[Finding]:
    """Our own server: whether it is there, where others find it, mail for postmaster, and its certificate."""
    place = f"{settings.smtp_hosts[0]}:{settings.smtp_port}"
    try:
        connection = connected(settings)
    except OSError as error:
        yield _closed(settings, f"nobody answers at {place} ({reason_of(error)})")
        return
    yield Finding("door", State.GOOD, f"the mail door answers at {place}")
    yield from _reach(settings, place)
    try:
        yield _looked_at("postmaster", lambda: _postmaster(settings, connection))
        yield _looked_at("tls", lambda: _tls(connection))
    finally:
        with suppress(OSError):
            connection.quit()


def connected(settings: Settings) -> smtplib.SMTP:
    """A connection to our own door. Raises `OSError`."""
    return smtplib.SMTP(settings.smtp_hosts[0], settings.smtp_port, timeout=SECONDS_TO_ANSWER)


def _closed(settings: Settings, what: str) -> Finding:
    doors = doors_beside_smtp(settings)
    if doors:
        words = f"{what}; mail comes by {' and '.join(doors)}, so this one is needed only for SMTP"
        return Finding("door", State.HINT, words)
    return Finding("door", State.FAULT, f"{what}; start `flask mail serve`")


def _reach(settings: Settings, place: str) -> Iterator[Finding]:
    """Mail servers know one port, and no other machine reaches what listens for this one alone."""
    is_reached = settings.smtp_port == _PORT_OF_MAIL_SERVERS and not all(
        map(_is_loopback, settings.smtp_hosts)
    )
    if not is_reached and not is_out_of_reach(settings.answer_domain) and not doors_beside_smtp(settings):
        words = f"mail servers come to port 25 of this machine; let something lead from there to {place}"
        yield Finding("port", State.HINT, f"{words}, or set SMTP_HOST and SMTP_PORT")


def _is_loopback(host: str) -> bool:
    return is_here(host) and host not in {"0.0.0.0", "::"}  # noqa: S104 - every address, not one to bind


def _looked_at(what: str, look: Callable[[], Finding]) -> Finding:
    """One look of several on the same connection: where it breaks off, that is what is known of this one."""
    try:
        return look()
    except OSError as error:
        return Finding(what, State.FAULT, f"the mail door broke off when asked ({reason_of(error)})")


def _postmaster(settings: Settings, connection: smtplib.SMTP) -> Finding:
    """RFC 5321, 4.5.1: every server takes mail for it."""
    connection.ehlo()
    connection.mail("")
    code, _reply = connection.rcpt(f"postmaster@{settings.answer_domain}")
    connection.rset()
    if code == _TAKEN:
        return Finding("postmaster", State.GOOD, "mail for postmaster is taken in")
    return Finding("postmaster", State.FAULT, f"mail for postmaster is refused with {code}")


def _tls(connection: smtplib.SMTP) -> Finding:
    if not connection.has_extn("starttls"):
        return Finding("tls", State.HINT, "mail comes in unencrypted; set SMTP_TLS_CERT and SMTP_TLS_KEY")
    context = ssl.create_default_context()
    # It is our own: who it is for is for others to check, and we want to read it whatever it is.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection.starttls(context=context)
    sock = connection.sock
    shown = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    if not shown:
        return Finding("tls", State.FAULT, "the door shows no certificate")
    ends = x509.load_der_x509_certificate(shown).not_valid_after_utc
    left = ends - clock.now()
    if left <= timedelta(0):
        return Finding("tls", State.FAULT, f"the certificate of the door ended on {ends:%Y-%m-%d}; renew it")
    state = State.HINT if left < _CERTIFICATE_ENDS_SOON else State.GOOD
    return Finding("tls", state, f"the certificate of the door is good until {ends:%Y-%m-%d}")


def mailbox_findings(settings: Settings) -> Iterator[Finding]:
    """The mailbox, if one is set: whether it lets us in and has the folder."""
    mailbox = settings.mailbox
    if mailbox is None:
        return
    try:
        total = count_messages(mailbox)
    except MailboxUnavailable as error:
        yield Finding("mailbox", State.FAULT, f"it cannot be read ({error})")
        return
    place = f"{mailbox.folder} of {mailbox.user} at {mailbox.host}"
    yield Finding("mailbox", State.GOOD, f"{place} opens; messages in it: {total}")


def webhook_findings(settings: Settings) -> Iterator[Finding]:
    """Which providers may hand in mail, and where: what is set at theirs they alone know."""
    hooks = (
        ("mailgun", settings.mailgun_signing_key, "Mailgun", "/hooks/mail/mailgun/mime"),
        ("postmark", settings.postmark, "Postmark", "/hooks/mail/postmark"),
    )
    for what, setting, provider, path in hooks:
        if setting is None:
            continue
        address = f"{settings.site_url}{path}"
        if settings.is_https:
            yield Finding(
                what, State.GOOD, f"open at {address}, where {provider} has to send what it takes in"
            )
        else:
            yield Finding(what, State.HINT, f"open at {address}, which {provider} cannot reach; set SITE_URL")
