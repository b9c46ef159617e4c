"""Requests as Mailgun and Postmark make them, after their documentation."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.core import clock
from blog.core.config import WebhookLogin

SIGNING_KEY = "a signing key of a test"
LOGIN = WebhookLogin("postmark", "a password of a test")
MAILGUN = "/hooks/mail/mailgun/mime"
POSTMARK = "/hooks/mail/postmark"
DOMAIN = "answers.example.org"
_BOUNDARY = b"a-line-that-is-in-no-message"


def mailgun_fields(
    raw: bytes,
    *recipients: str,
    sender: str = "entrant@example.org",
    at: datetime | None = None,
    token: str | None = None,
    signing_key: str = SIGNING_KEY,
) -> dict[str, bytes]:
    """The fields of one signed request; a fresh token unless one is given."""
    timestamp = str(int((at or clock.now()).timestamp()))
    token = token or secrets.token_hex(25)
    signature = hmac.new(signing_key.encode(), (timestamp + token).encode(), hashlib.sha256).hexdigest()
    told = {"recipient": ",".join(recipients), "sender": sender, "timestamp": timestamp, "token": token}
    return {
        **{name: value.encode() for name, value in told.items()},
        "signature": signature.encode(),
        "body-mime": raw,
    }


def post_urlencoded(client: FlaskClient, fields: Mapping[str, bytes]) -> TestResponse:
    """Send fields in the address-like encoding."""
    return client.post(MAILGUN, data=urlencode(fields), content_type="application/x-www-form-urlencoded")


def post_multipart(client: FlaskClient, fields: Mapping[str, bytes]) -> TestResponse:
    """Send fields as parts, each exactly as it is."""
    parts = (
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (_BOUNDARY, name.encode(), value)
        for name, value in fields.items()
    )
    body = b"".join(parts) + b"--%s--\r\n" % _BOUNDARY
    return client.post(MAILGUN, data=body, content_type=f"multipart/form-data; boundary={_BOUNDARY.decode()}")


def postmark_fields(
    raw: bytes, recipient: str, *, message_id: str = "73e6d360-66eb-11e1-8e72-a8904824019b"
) -> dict[str, Any]:
    """The fields of one request, as far as they say where a message goes."""
    return {
        "FromFull": {"Email": "entrant@example.org", "Name": "Ann", "MailboxHash": ""},
        "ToFull": [{"Email": recipient, "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": recipient,
        "MailboxHash": "",
        "MessageID": message_id,
        "RawEmail": raw.decode(),
        "TextBody": "Forty-two.",
        "Attachments": [],
    }


def post_json(
    client: FlaskClient, fields: object, *, auth: tuple[str, str] | None = (LOGIN.user, LOGIN.password)
) -> TestResponse:
    """Send JSON with a name and a password."""
    return client.post(POSTMARK, data=json.dumps(fields), content_type="application/json", auth=auth)
