"""What the mailroom does when features that know nothing of mail have something to tell somebody."""

from blog.accounts.events import LetterWritten
from blog.mailroom.actions import send_mail


def post_letter(event: LetterWritten) -> None:
    """Put the letter in the outbox, in the transaction in which it was written."""
    send_mail(
        cause=event.cause,
        recipient=event.recipient,
        language=event.language,
        subject=event.subject,
        text=event.text,
        is_secret=event.is_secret,
        good_until=event.good_until,
    )
