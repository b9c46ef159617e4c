"""What challenges do when mail comes in, a winner is announced, or an article is saved."""

from collections.abc import Sequence
from datetime import timedelta

from blog.articles.body import body_of
from blog.articles.events import ArticleSaved
from blog.challenges.actions import keep_question, record_entries, settle_eligibility, take_numbers
from blog.challenges.confirming import ask_to_confirm, ask_who_stands_first, confirm, confirm_first_of
from blog.challenges.emails import (
    confirm_address,
    confirm_letter,
    message_id_of,
    receipt_letter,
    winner_letter,
)
from blog.challenges.events import EntryJudged, WinnerAnnounced
from blog.challenges.models import Challenge, Entry
from blog.challenges.policy import is_for_a_person, may_be_a_machine
from blog.challenges.queries import (
    CONFIRMATIONS,
    RECEIPT_CAUSE,
    address_of,
    challenges_by_slug,
    entry_of_delivery,
    is_asked_for,
    open_address,
    receipts_sent,
)
from blog.challenges.tokens import entry_in_mailbox
from blog.challenges.values import ConfirmedBy
from blog.core import clock
from blog.core.config import current_settings
from blog.mailroom.actions import send_mail
from blog.mailroom.events import SenderProven
from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.routes import local_part_of
from blog.mailroom.values import Arrival

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

    def take_places(self, target_id: int, how_many: int) -> int:
        """The number of the next entry, and of those after it, under the lock of the challenge."""
        return take_numbers(target_id, how_many)

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        """Make the deliveries entries. Nothing is read, looked up or decided before the `250`."""
        record_entries(arrivals)
        return [f"entry {one.place} of {local_part_of(one.recipient)}" for one in arrivals]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """Settle whether the entry can win, and send its receipt. Doing it again does nothing new."""
        entry = entry_of_delivery(delivery.id)
        if entry is None:
            return
        # Reading it again, perhaps years later, asks nobody anything.
        is_new = entry.eligible is None
        settle_eligibility(entry, message)
        code = ask_to_confirm(entry) if is_new else None
        if is_new:
            confirm_first_of(entry, message)
        recipient = address_of(entry, message)
        if _gets_receipt(entry, message, recipient):
            letter = receipt_letter(entry, current_settings(), code=code)
            send_mail(
                cause=f"{RECEIPT_CAUSE}{entry.id}",
                recipient=recipient,
                language=entry.challenge.language,
                subject=letter.subject,
                text=letter.text,
                in_reply_to=message_id_of(message),
                reply_to=confirm_address(entry.id) if code else None,
                is_automatic=True,
                is_secret=bool(code),
            )


class ConfirmationsRoute:
    """Answers to receipts: whoever gets the mail of an address shows that an entry in its name is theirs."""

    name = CONFIRMATIONS

    def resolve(self, local_part: str) -> int | None:
        """The entry that is confirmed here, if it was asked for: nobody makes such an address up."""
        entry_id = entry_in_mailbox(current_settings().secret_key, local_part)
        return entry_id if entry_id is not None and is_asked_for(entry_id) else None

    def take_places(self, target_id: int, how_many: int) -> int:  # noqa: ARG002 - as every route does
        """These have no order."""
        return 0

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        """Nothing is decided before they have been read."""
        return ["received" for _arrival in arrivals]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """Confirm the entry, unless a program has answered: an automatic reply knows nothing of it."""
        entry_id = self.resolve(local_part_of(delivery.recipient))
        if entry_id is not None and not may_be_a_machine(message) and delivery.envelope_sender != "":
            confirm(entry_id, ConfirmedBy.REPLY, at=delivery.received_at)


def note_proven_sender(event: SenderProven) -> None:
    """The domain of an address has answered after all: its sender has nothing to confirm any more."""
    entry = entry_of_delivery(event.delivery_id)
    if entry is not None:
        confirm(entry.id, ConfirmedBy.DOMAIN)


def ask_after_verdict(event: EntryJudged) -> None:
    """A verdict may leave nothing between an entry and the prize but the word of its sender."""
    ask_first_to_confirm(event.entry.challenge)


def ask_first_to_confirm(challenge: Challenge) -> None:
    """Write to whoever wins but for their confirmation."""
    for entry, code, due_at in ask_who_stands_first(challenge):
        recipient = address_of(entry, entry.delivery.message)
        if not recipient or _is_ours(recipient):
            continue
        letter = confirm_letter(entry, code, due_at, current_settings())
        send_mail(
            cause=f"confirm:{entry.id}",
            recipient=recipient,
            language=challenge.language,
            subject=letter.subject,
            text=letter.text,
            reply_to=confirm_address(entry.id),
            is_secret=True,
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
