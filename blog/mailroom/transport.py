"""The port to the relay: Flask-Mail, with a limit on how long it may keep a worker waiting.

Whose fault a refusal is decides what becomes of the letter. Only what is said of its recipient, or of the letter
itself, is for good. What is said of us (a password that ran out, a sender that is not ours) is for the operator to
mend, and the letter waits for that.
"""

import errno
import os
import re
import smtplib
import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType

from flask import Flask, current_app
from flask_mail import BadHeaderError, Connection, Mail, Message

from blog.core.config import MailRelay, Settings
from blog.mailroom.models import OutboxMessage

TIMEOUT_SECONDS = 30
# A relay that kept a worker waiting so long for nothing is left alone for a while: many letters may wait for it, and
# mail that comes in waits for the same workers.
LONG_SECONDS = 5.0
LEFT_ALONE_SECONDS = 60.0
_PERMANENT = 500
_NO_SUCH_MAILBOX_NAME = 553
# "Authentication required" and its like (RFC 4954, section 6), with whatever command it comes.
_OF_OUR_ACCOUNT = frozenset({530, 534, 535, 538})
# Of the sender's address, and of what one may do here (RFC 3463, 3.2 and 3.8): many relays look at who asks only when
# they hear for whom the mail is, and then refuse a recipient that is in order.
_OF_US = re.compile(rb"5\.(1\.[78]|7\.\d{1,3})\b")


class RefusedForGood(Exception):
    """The relay said no to this letter, and will say no again. `code` is its SMTP reply code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class LeftAlone(TimeoutError):
    """The relay was not asked: it has kept another letter waiting for nothing."""

    def __init__(self) -> None:
        super().__init__(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))


@dataclass(slots=True)
class _Quiet:
    """Until when the relay is left alone, by `time.monotonic`; and who finds out then whether it still is as slow."""

    until: float = 0.0
    is_slow: bool = False
    probing: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def attempt(self) -> Generator[None]:
        """Ask the relay in this block, or raise `LeftAlone`. As long as it is slow, only one at a time asks."""
        began, probes, has_kept_waiting = time.monotonic(), self.is_slow, False
        if began < self.until or (probes and not self.probing.acquire(blocking=False)):
            raise LeftAlone
        try:
            yield
        except OSError:
            # Also when it has answered: who waits for a "try again later" could have done something else.
            has_kept_waiting = time.monotonic() - began >= LONG_SECONDS
            raise
        finally:
            self.is_slow = has_kept_waiting
            if has_kept_waiting:
                self.until = time.monotonic() + LEFT_ALONE_SECONDS
            if probes:
                self.probing.release()


class _PatientConnection(Connection):
    """Flask-Mail's connection, which itself would wait for a silent relay without end, and believe anybody's."""

    def __init__(self, mail: Mail, relay: MailRelay) -> None:
        super().__init__(mail)
        self._relay = relay

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        return connect(self._relay, TIMEOUT_SECONDS)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        # What was said of the letter counts: a relay that hangs up after that has taken it all the same, or refused it.
        if self.host is not None:
            with suppress(OSError):
                self.host.quit()


def init_app(app: Flask, settings: Settings) -> None:
    """Configure Flask-Mail from the settings."""
    app.config["MAIL_DEFAULT_SENDER"] = settings.mail_sender
    app.config["MAIL_SUPPRESS_SEND"] = settings.relay is None
    app.extensions["quiet_relay"] = _Quiet()
    Mail(app)


def connect(relay: MailRelay, timeout: float) -> smtplib.SMTP:
    """A connection to the relay, signed in where a name is set. Waits so many seconds for each answer.

    With TLS, the relay's certificate has to be for its name and from somebody whom the machine believes, or the
    operator (`MAIL_TLS_CA`). Raises `OSError`.
    """
    if relay.use_ssl:
        host: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.server, relay.port, timeout=timeout, context=_believing(relay)
        )
    else:
        host = smtplib.SMTP(relay.server, relay.port, timeout=timeout)
    try:
        if relay.use_tls:
            host.starttls(context=_believing(relay))
        if relay.username and relay.password:
            host.login(relay.username, relay.password)
    except BaseException:
        host.close()
        raise
    return host


def _believing(relay: MailRelay) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if relay.tls_ca is not None:
        context.load_verify_locations(relay.tls_ca)
    return context


def as_message(row: OutboxMessage, settings: Settings) -> Message:
    """A row of the outbox as a message of Flask-Mail, with the headers that stop machines from answering."""
    headers: dict[str, str] = {"Content-Language": row.language}
    if row.in_reply_to:
        headers["In-Reply-To"] = row.in_reply_to
        headers["References"] = row.in_reply_to
    if row.is_automatic:
        # RFC 3834 section 5; the second one is for Microsoft Exchange.
        headers["Auto-Submitted"] = "auto-replied"
        headers["X-Auto-Response-Suppress"] = "All"
    message = Message(
        subject=row.subject,
        recipients=[row.recipient],
        body=row.text,
        sender=(settings.site_name, settings.mail_sender),
        reply_to=row.reply_to,
        extra_headers=headers,
    )
    message.msgId = row.message_id
    return message


def send(row: OutboxMessage) -> None:
    """Send one message. Raises `RefusedForGood` where the relay refuses it, `OSError` when it may work later.

    That is `LeftAlone` when it was not tried. Without a relay nothing is sent.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.relay is None:
        return
    quiet: _Quiet = current_app.extensions["quiet_relay"]
    # RFC 3834 section 3.3: an automatic reply has the null sender, so that nothing can bounce to it.
    envelope_sender = "<>" if row.is_automatic else settings.mail_sender
    with quiet.attempt():
        _hand_over(as_message(row, settings), settings.relay, envelope_sender)


def _hand_over(message: Message, relay: MailRelay, envelope_sender: str) -> None:
    try:
        with _PatientConnection(current_app.extensions["mail"], relay) as connection:
            connection.send(message, envelope_from=envelope_sender)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refusal:
        code, text = reply_in(refusal)
        if code < _PERMANENT or _is_of_us(refusal, code, text):
            raise
        raise RefusedForGood(code) from refusal
    except (UnicodeEncodeError, BadHeaderError) as fault:
        # An address that SMTP without RFC 6531 cannot carry: no later attempt will do better.
        raise RefusedForGood(_NO_SUCH_MAILBOX_NAME) from fault


def _is_of_us(refusal: Exception, code: int, text: bytes) -> bool:
    """Whether the relay refuses whoever asks it, and not what it is asked for."""
    is_of_recipient = isinstance(refusal, smtplib.SMTPRecipientsRefused)
    return code in _OF_OUR_ACCOUNT or (is_of_recipient and _OF_US.match(text) is not None)


def reply_in(refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> tuple[int, bytes]:
    """The reply code and the text with which one letter was refused."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        # Each letter is for one address.
        return next(iter(refusal.recipients.values()))
    text = refusal.smtp_error
    return refusal.smtp_code, text if isinstance(text, bytes) else text.encode()


def reason_of(error: Exception) -> str:
    """Why something did not work between us and another machine, in few words and without what others have written."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException):
        return f"reply {reply_in(error)[0]}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not believed: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS: {error.reason or 'malformed'}"
    if isinstance(error, OSError) and error.strerror:
        return str(error.strerror)
    return type(error).__name__
