"""What challenges do when mail comes in, a winner is announced, or an article is saved."""

from datetime import timedelta

from blog.articles.body import body_of
from blog.articles.events import ArticleSaved
from blog.challenges.actions import keep_question, record_entry, settle_eligibility, take_number
from blog.challenges.emails import message_id_of, receipt_letter, winner_letter
from blog.challenges.events import WinnerAnnounced
from blog.challenges.models import Entry
from blog.challenges.policy import is_for_a_person
from blog.challenges.queries import (
    RECEIPT_CAUSE,
    address_of,
    challenges_by_slug,
    entry_of_delivery,
    open_address,
    receipts_sent,
)
from blog.challenges.tokens import receipt_token
from blog.core import clock
from blog.core.config import current_settings
from blog.core.tokens import digest
from blog.mailroom.actions import send_mail
from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.routes import local_part_of

RECEIPTS_A_DAY = 3
# Of all challenges: nobody can flood somebody else by answering in their name.
RECEIPTS_A_DAY_IN_ALL = 10
_DAY = timedelta(days=1)


class AnswersRoute:
    """Mail for the addresses of challenges: every delivery is an entry."""

    name = "answers"

    def resolve(self, local_part: str) -> int | None:
        """The challenge that takes mail at this address; none for a draft."""
        return open_address(local_part)

    def take_place(self, target_id: int) -> int:
        """The number of the next entry, under the lock of the challenge."""
        return take_number(target_id)

    def accept(self, target_id: int, place: int, delivery: Delivery) -> str:
        """Make the delivery an entry. Nothing is read, looked up or decided before the `250`."""
        token = receipt_token(
            current_settings().secret_key, challenge_id=target_id, number=place, sha256=delivery.sha256
        )
        record_entry(challenge_id=target_id, number=place, delivery=delivery, token_digest=digest(token))
        return f"entry {place} of {local_part_of(delivery.recipient)}"

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """Settle whether the entry can win, and send its receipt. Doing it again does nothing new."""
        entry = entry_of_delivery(delivery.id)
        if entry is None:
            return
        settle_eligibility(entry, message)
        recipient = address_of(entry, message)
        if _gets_receipt(entry, message, recipient):
            letter = receipt_letter(entry, current_settings())
            send_mail(
                cause=f"{RECEIPT_CAUSE}{entry.id}",
                recipient=recipient,
                language=entry.challenge.language,
                subject=letter.subject,
                text=letter.text,
                in_reply_to=message_id_of(message),
                is_automatic=True,
            )


def tell_winner(event: WinnerAnnounced) -> None:
    """Write to the winner, once, in the transaction of the announcement. Without any address nobody is told."""
    award = event.award
    message = award.entry.delivery.message
    recipient = address_of(award.entry, message)
    if not recipient:
        return
    letter = winner_letter(award, event.code, current_settings())
    send_mail(
        cause=f"winner:{award.challenge_id}",
        recipient=recipient,
        language=award.challenge.language,
        subject=letter.subject,
        text=letter.text,
        in_reply_to=message_id_of(message) if message else None,
    )


def keep_questions_current(event: ArticleSaved) -> None:
    """Let the challenges of an article ask what their blocks ask now, until they have ended."""
    blocks = body_of(event.article.html).parts_of_kind("challenge")
    challenges = challenges_by_slug([block.slug for block in blocks]) if blocks else {}
    for block in blocks:
        challenge = challenges.get(block.slug)
        if challenge is not None and challenge.article_id == event.article.id:
            keep_question(challenge, block.html, by=event.by)


def _gets_receipt(entry: Entry, message: ReadMessage, recipient: str) -> bool:
    """Only a person is answered (RFC 3834 §2), never ourselves, and nobody endlessly."""
    if not recipient or not is_for_a_person(entry, message) or _is_ours(recipient):
        return False
    of_challenge, of_all = receipts_sent(entry.challenge, recipient, clock.now() - _DAY)
    return of_challenge < RECEIPTS_A_DAY and of_all < RECEIPTS_A_DAY_IN_ALL


def _is_ours(address: str) -> bool:
    settings = current_settings()
    domain = address.rpartition("@")[2].lower()
    return domain == settings.answer_domain.lower() or address.lower() == settings.mail_sender.lower()
