"""What `flask mail parse` prints of a message."""

from blog.mailroom.parser.message import ParsedMail


def report_of(file: str, mail: ParsedMail) -> dict[str, object]:
    """The contract's object for one message, and the rest of what is known.

    `file`: the name it was given by; `from`: the bare address; `automatic`: no program answers it; `date`: as it says,
    in ISO 8601 and UTC.
    """
    return {
        "file": file,
        "from": mail.from_address,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "text": mail.text,
        "elided": mail.elided,
        "automatic": mail.automatic,
        "automatic_reason": mail.automatic_reason,
        "kind": mail.kind,
        "from_name": mail.from_name,
        "date": mail.date_claimed.isoformat() if mail.date_claimed else None,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "attachments": [attachment.to_json() for attachment in mail.attachments],
        "charset": mail.charset,
        "readable": mail.readable,
        "defects": list(mail.defects),
    }
