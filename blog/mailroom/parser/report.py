"""What `flask mail parse` prints of a message."""

from blog.mailroom.parser.message import ParsedMail


def report_of(file: str, mail: ParsedMail) -> dict[str, object]:
    """The contract's object for one message. `file`: the name it was given by; `from`: the bare address."""
    return {
        "file": file,
        "from": mail.from_address,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "text": mail.text,
        "elided": mail.elided,
        "automatic": mail.automatic,
        "defects": list(mail.defects),
    }
