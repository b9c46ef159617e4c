"""`flask mail doctor`: whether mail can come in and go out, looked at from outside as far as that goes."""

import contextlib
import ctypes
import os
import shutil
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from cryptography import x509

from blog.core import clock
from blog.core.config import Settings
from blog.core.db import session, unit_of_work
from blog.mailroom.authentication.resolver import RecordType, Resolver, TemporaryFailure
from blog.mailroom.forgetting import forget_deliveries
from blog.mailroom.loopback import new_address
from blog.mailroom.models import Delivery, ReadMessage

# Below the first the door begins to refuse mail; below the second it is time to make room.
LEAST_FREE_BYTES = 500 * 1024 * 1024
_LITTLE_FREE_BYTES = 2 * 1024 * 1024 * 1024
_CERTIFICATE_ENDS_SOON = timedelta(days=14)
_SECONDS_TO_ANSWER = 10.0
SECONDS_TO_BE_READ = 20.0
_LOOK_EVERY = 0.2
# What the kernel answers of a clock that nothing keeps right (adjtimex(2)).
_TIME_ERROR = 5
_BYTES_OF_TIMEX = 512
_TAKEN = 250
_LATELY = timedelta(hours=1)
_DAMAGE = (OSError, smtplib.SMTPException)


class State(StrEnum):
    """How something is. Only `fault` stands in the way of mail."""

    GOOD = "good"
    HINT = "hint"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do about it, in a sentence for the operator."""

    what: str
    state: State
    words: str


def findings(settings: Settings, resolver: Resolver, *, sends: bool = True) -> Iterator[Finding]:
    """Look at everything, one after the other. With `sends` a mail goes to ourselves, through the door to a worker."""
    yield from _dns(settings, resolver)
    yield from _relay(settings)
    yield _disk(settings)
    yield _clock()
    yield from _door(settings)
    if sends:
        yield _loopback(settings)


def _dns(settings: Settings, resolver: Resolver) -> Iterator[Finding]:
    domain = settings.answer_domain
    if domain == "localhost" or domain.endswith(".localhost"):
        yield Finding(
            "dns", State.HINT, f"{domain} takes no mail from elsewhere; set SITE_URL or ANSWER_DOMAIN"
        )
        return
    try:
        yield _ways_in(domain, resolver)
        yield from _what_vouches(settings.mail_sender.rpartition("@")[2], resolver)
    except TemporaryFailure:
        yield Finding("dns", State.FAULT, "no name server answers; look at the network of this machine")


def _ways_in(domain: str, resolver: Resolver) -> Finding:
    hosts = resolver.ask(domain, RecordType.MX)
    if len(hosts) == 1:
        return Finding("dns", State.GOOD, f"mail for {domain} goes to {hosts[0]}")
    if hosts:
        more = f"mail for {domain} goes to {', '.join(hosts)}; with one host alone its order is beyond doubt"
        return Finding("dns", State.HINT, more)
    if resolver.ask(domain, RecordType.A) or resolver.ask(domain, RecordType.AAAA):
        return Finding(
            "dns", State.HINT, f"{domain} has an address and no MX record; add one that names this machine"
        )
    return Finding(
        "dns", State.FAULT, f"{domain} has no MX record, so no mail finds us; add one for this machine"
    )


def _what_vouches(domain: str, resolver: Resolver) -> Iterator[Finding]:
    """What other servers look for before they take our mail."""
    for what, name, begins in (("spf", domain, "v=spf1"), ("dmarc", f"_dmarc.{domain}", "v=DMARC1")):
        if any(record.startswith(begins) for record in resolver.ask(name, RecordType.TXT)):
            yield Finding(what, State.GOOD, f"{name} has a record")
        else:
            missing = (
                f"{name} has no TXT record that begins with {begins}; many servers take our mail for forged"
            )
            yield Finding(what, State.HINT, missing)


def _relay(settings: Settings) -> Iterator[Finding]:
    relay = settings.relay
    if relay is None:
        yield Finding(
            "relay", State.HINT, "none is set (MAIL_SERVER): what we write is kept, and nobody gets it"
        )
        return
    kind = smtplib.SMTP_SSL if relay.use_ssl else smtplib.SMTP
    try:
        with kind(relay.server, relay.port, timeout=_SECONDS_TO_ANSWER) as connection:
            if relay.use_tls:
                connection.starttls()
            if relay.username and relay.password:
                connection.login(relay.username, relay.password)
    except _DAMAGE as error:
        yield Finding(
            "relay", State.FAULT, f"{relay.server}:{relay.port} does not take our mail ({_named(error)})"
        )
    else:
        yield Finding("relay", State.GOOD, f"{relay.server}:{relay.port} takes our mail")


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.instance).free
    words = f"{free // 1024**2} MB are free where the instance folder is"
    if free < LEAST_FREE_BYTES:
        return Finding(
            "disk", State.FAULT, f"{words}; below {LEAST_FREE_BYTES // 1024**2} mail is refused: make room"
        )
    return Finding("disk", State.HINT if free < _LITTLE_FREE_BYTES else State.GOOD, words)


def _clock() -> Finding:
    """Whether something keeps the clock right: the order of answers does not need it, closing times do."""
    state = _state_of_clock()
    if state is None:
        return Finding("clock", State.HINT, "this system does not tell whether its clock is kept right")
    if state == _TIME_ERROR:
        return Finding("clock", State.HINT, "nothing keeps the clock right; run chrony or systemd-timesyncd")
    return Finding("clock", State.GOOD, "the clock is kept right")


def _state_of_clock() -> int | None:
    """What adjtimex(2) says, on Linux. A buffer of zeros asks, and changes nothing."""
    try:
        adjtimex: Callable[[object], int] = ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError):
        return None
    state = adjtimex(ctypes.create_string_buffer(_BYTES_OF_TIMEX))
    return state if state >= 0 else None


def _door(settings: Settings) -> Iterator[Finding]:
    place = f"{settings.smtp_hosts[0]}:{settings.smtp_port}"
    try:
        with _connected(settings) as connection:
            yield Finding("door", State.GOOD, f"the mail door answers at {place}")
            yield _postmaster(settings, connection)
            yield _tls(connection)
    except _DAMAGE as error:
        closed = f"nobody answers at {place} ({_named(error)}); start `flask mail serve`"
        yield Finding("door", State.FAULT, closed)


def _connected(settings: Settings) -> smtplib.SMTP:
    return smtplib.SMTP(settings.smtp_hosts[0], settings.smtp_port, timeout=_SECONDS_TO_ANSWER)


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


def _loopback(settings: Settings) -> Finding:
    """A mail to ourselves: the door stores it, a worker reads it; then it is forgotten."""
    address, began = new_address(), time.monotonic()
    mail = f"From: doctor <{settings.mail_sender}>\r\nTo: {address}\r\nSubject: loopback\r\n\r\nIt goes.\r\n"
    try:
        with _connected(settings) as connection:
            connection.sendmail(settings.mail_sender, [address], mail.encode("utf-8", "replace"))
    except _DAMAGE as error:
        return Finding("loopback", State.FAULT, f"a mail to ourselves was not taken in ({_named(error)})")
    is_read = _wait_until_read(address)
    with unit_of_work():
        forget_deliveries(session.scalars(_sent_to(address)).all())
    if not is_read:
        unread = f"a mail to ourselves was not read in {SECONDS_TO_BE_READ:.0f} s; start `flask jobs work`"
        return Finding("loopback", State.FAULT, unread)
    return Finding(
        "loopback", State.GOOD, f"a mail to ourselves was read after {time.monotonic() - began:.1f} s"
    )


def _sent_to(address: str) -> sa.Select[int]:
    return sa.select(Delivery.id).where(
        Delivery.recipient == address, Delivery.received_at >= clock.now() - _LATELY
    )


def _wait_until_read(address: str) -> bool:
    end = time.monotonic() + SECONDS_TO_BE_READ
    while time.monotonic() < end:
        found = session.scalar(
            sa.select(ReadMessage.delivery_id).where(ReadMessage.delivery_id.in_(_sent_to(address)))
        )
        session.rollback()
        if found is not None:
            return True
        time.sleep(_LOOK_EVERY)
    return False


def _named(error: Exception) -> str:
    """What went wrong, in a word or two, without what others may have written."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"reply {error.smtp_code}"
    with contextlib.suppress(TypeError, ValueError):
        if isinstance(error, OSError) and error.errno is not None:
            return os.strerror(error.errno)
    return type(error).__name__
