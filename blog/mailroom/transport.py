"""The port to the relay: Flask-Mail, with a limit on how long it may keep a worker waiting."""

import smtplib

from flask import Flask, current_app
from flask_mail import BadHeaderError, Connection, Mail, Message

from blog.core.config import Settings
from blog.mailroom.models import OutboxMessage

TIMEOUT_SECONDS = 30
_PERMANENT = 500
_NO_SUCH_MAILBOX_NAME = 553


class RefusedForGood(Exception):
    """The relay said no, and will say no again. `code` is its SMTP reply code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class _PatientConnection(Connection):
    """Flask-Mail's connection, which itself would wait for a silent relay without end."""

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        state = self.mail
        kind = smtplib.SMTP_SSL if state.use_ssl else smtplib.SMTP
        host = kind(state.server, state.port, timeout=TIMEOUT_SECONDS)
        if state.use_tls:
            host.starttls()
        if state.username and state.password:
            host.login(state.username, state.password)
        return host


def init_app(app: Flask, settings: Settings) -> None:
    """Configure Flask-Mail from the settings."""
    relay = settings.relay
    app.config["MAIL_DEFAULT_SENDER"] = settings.mail_sender
    app.config["MAIL_SUPPRESS_SEND"] = relay is None
    if relay is not None:
        app.config["MAIL_SERVER"] = relay.server
        app.config["MAIL_PORT"] = relay.port
        app.config["MAIL_USE_TLS"] = relay.use_tls
        app.config["MAIL_USE_SSL"] = relay.use_ssl
        app.config["MAIL_USERNAME"] = relay.username
        app.config["MAIL_PASSWORD"] = relay.password
    Mail(app)


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
    """Send one message. Raises `RefusedForGood` on a permanent refusal, `OSError` when it may work later."""
    settings: Settings = current_app.extensions["settings"]
    message = as_message(row, settings)
    # RFC 3834 section 3.3: an automatic reply has the null sender, so that nothing can bounce to it.
    envelope_sender = "<>" if row.is_automatic else settings.mail_sender
    try:
        with _PatientConnection(current_app.extensions["mail"]) as connection:
            connection.send(message, envelope_from=envelope_sender)
    except smtplib.SMTPRecipientsRefused as refusal:
        code = max(code for code, _text in refusal.recipients.values())
        _raise_for(code, refusal)
    except smtplib.SMTPResponseException as refusal:
        _raise_for(refusal.smtp_code, refusal)
    except (UnicodeEncodeError, BadHeaderError) as fault:
        # An address that SMTP without RFC 6531 cannot carry: no later attempt will do better.
        raise RefusedForGood(_NO_SUCH_MAILBOX_NAME) from fault


def _raise_for(code: int, refusal: Exception) -> None:
    if code >= _PERMANENT:
        raise RefusedForGood(code) from refusal
    raise ConnectionError("the relay wants us to come again") from refusal
