"""ParsedMail as JSON, there and back."""

import json
from datetime import UTC, datetime

import pytest

from blog.mailroom.parser.message import Attachment, ParsedMail

FULL = ParsedMail(
    from_address="pietje@example.org",
    from_name="Pietje",
    subject="Café",
    message_id="<a@b>",
    in_reply_to="<c@d>",
    references=("<c@d>",),
    date_claimed=datetime(2017, 1, 24, 21, 12, tzinfo=UTC),
    text="42",
    elided="> 43",
    body_sha256="5f",
    automatic=True,
    automatic_reason="auto-submitted",
    kind="automatic",
    attachments=(Attachment(name="a", type="b/c", size=1, sha256="00"),),
    defects=("html-only",),
    charset="utf-8",
    readable=False,
)


@pytest.mark.parametrize("mail", [FULL, ParsedMail()])
def test_parsed_mail_survives_json(mail: ParsedMail) -> None:
    assert ParsedMail.from_json(json.loads(json.dumps(mail.to_json()))) == mail


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "alien"},
        {"text": None},
        {"text": 1},
        {"body_sha256": None},
        {"readable": "yes"},
        {"references": "x"},
        {"defects": [1]},
        {"attachments": [{"name": "a"}]},
        {"attachments": [{"name": "a", "type": "b", "size": True, "sha256": "c"}]},
        {"date_claimed": "yesterday"},
        {"date_claimed": "2017-01-24T21:12:00"},
        {"subject": "a\ud800"},
        {"text": "a\0b"},
        {"in_reply_to": "<\udfff@b>"},
        {"references": ["<a\0@b>"]},
        {"attachments": [{"name": "\ud800", "type": "b", "size": 1, "sha256": "c"}]},
    ],
)
def test_parsed_mail_refuses_json_that_it_did_not_write(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        ParsedMail.from_json(FULL.to_json() | change)


@pytest.mark.parametrize("value", [None, [], "x", {}])
def test_parsed_mail_refuses_json_of_another_shape(value: object) -> None:
    with pytest.raises(ValueError):
        ParsedMail.from_json(value)
