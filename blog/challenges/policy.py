"""The rules of challenges: who may do what, what is open at an instant, and which entries can win."""

from collections.abc import Collection
from datetime import datetime, timedelta

from blog.articles.policy import is_author, is_editor
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.outcome import Outcome
from blog.challenges.values import HIDDEN, MACHINES, ChallengeStatus, Ineligible, Phase
from blog.core import clock
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.permissions import Rule
from blog.mailroom.doors.terms import terms_of as terms_of_door
from blog.mailroom.models import ReadMessage
from blog.mailroom.values import Door

# What stands under "asked" in the rules of a challenge whose prize is not sent by post.
_ASKS_NOTHING = frozenset({"nothing", "niets"})


def is_in_public(_actor: Actor, challenge: Challenge) -> bool:
    """Everybody sees a challenge that has been opened, or whose time to open by itself has come."""
    return status_at(challenge, clock.now()) not in HIDDEN


def is_author_of_article(actor: Actor, challenge: Challenge) -> bool:
    """It stands in an article of this person, who still writes here."""
    return challenge.article is not None and is_author(actor, challenge.article)


_AT_THE_DESK: tuple[Rule, ...] = (is_author_of_article, is_editor)

POLICY: dict[str, tuple[Rule, ...]] = {
    # Make a challenge of a block; asked of the article in which it stands.
    "challenge:begin": (is_author, is_editor),
    "challenge:read": (is_in_public, is_author_of_article, is_editor),
    "challenge:inspect": _AT_THE_DESK,
    "challenge:set_up": _AT_THE_DESK,
    "challenge:open": _AT_THE_DESK,
    "challenge:close": _AT_THE_DESK,
    "challenge:amend": _AT_THE_DESK,
    # Remove a draft, call off what was opened, or say that nobody has won.
    "challenge:end": _AT_THE_DESK,
    "challenge:announce": _AT_THE_DESK,
    # Also where two must agree, and where they differ and a third decides: whose turn it is, `turns` says.
    "challenge:conclude": _AT_THE_DESK,
    # See who has won and where they live, and send them their prize.
    "award:handle": _AT_THE_DESK,
    "entry:judge": _AT_THE_DESK,
    # Say that an entry cannot take part, and see which may be of one person: never whoever wrote the question.
    "entry:disqualify": (is_editor,),
    # Take away a name that is shown with an answer.
    "entry:remove_name": (is_editor,),
    # Have the sender of an entry asked once more whether it is theirs.
    "entry:ask_again": _AT_THE_DESK,
    # Say in a ledger that rows are lost that were signed: never whoever wrote the question.
    "challenge:admit_loss": (is_editor,),
    # Challenges in everybody's articles.
    "challenge:oversee": (is_editor,),
}


def status_at(challenge: Challenge, instant: datetime) -> ChallengeStatus:
    """What a challenge is at `instant`: it opens and closes when its times have come, whoever writes that down."""
    status = ChallengeStatus(challenge.status)
    if (
        status is ChallengeStatus.SCHEDULED
        and challenge.opens_at is not None
        and instant >= challenge.opens_at
    ):
        status = ChallengeStatus.OPEN
    if status is ChallengeStatus.OPEN and is_past_closing(challenge, instant):
        return ChallengeStatus.CLOSED
    return status


def phase_at(
    challenge: Challenge, instant: datetime, outcome: Outcome | None, settling: timedelta = timedelta(0)
) -> Phase:
    """What a challenge is at `instant`, as its page says it.

    `outcome` is asked for of a closed one only: what still has to be judged, and whose word is missing. `settling` is
    how long after closing mail may still be under way that was in time.
    """
    status = status_at(challenge, instant)
    if status is not ChallengeStatus.CLOSED or outcome is None:
        return Phase(status.value)
    if outcome.waiting_for:
        return Phase.JUDGING
    if outcome.unconfirmed is not None or is_settling(challenge, instant, settling):
        return Phase.SETTLING
    return Phase.CLOSED


def is_settling(challenge: Challenge, instant: datetime, settling: timedelta) -> bool:
    """Whether mail that was sent in time may still be with somebody who takes it for us; to the last instant."""
    closes_at = challenge.closes_at
    return closes_at is not None and closes_at <= instant <= closes_at + settling and settling > timedelta(0)


def is_past_closing(challenge: Challenge, instant: datetime) -> bool:
    """Whether `instant` is too late for an answer. The closing time itself is."""
    return challenge.closes_at is not None and instant >= challenge.closes_at


def is_late(entry: Entry, settling: timedelta) -> bool:
    """Whether an answer came at the closing time or later (`docs/ledger.md`, Who wins).

    Where somebody else took it for us and says when, that instant counts, as long as their mail may be under way after
    closing: for `settling`, as the terms say it of the door.
    """
    closes_at = entry.challenge.closes_at
    if closes_at is None or entry.received_at < closes_at:
        return False
    return not (may_have_been_under_way(entry) and entry.received_at <= closes_at + settling)


def may_have_been_under_way(entry: Entry) -> bool:
    """Whether an answer came after closing, and somebody else says that they took it for us before that."""
    closes_at, stamped_at = entry.challenge.closes_at, entry.delivery.stamped_at
    return closes_at is not None and stamped_at is not None and stamped_at < closes_at <= entry.received_at


def needs_address(challenge: Challenge) -> bool:
    """Whether a winner is asked where the prize is to be sent; the rules can say that nothing is asked of them."""
    return challenge.rules.get("asked", "").strip(" .").casefold() not in _ASKS_NOTHING


def longest_settling() -> timedelta:
    """How long after closing mail that was in time may still come in by one of the doors of this site."""
    settings = current_settings()
    is_used = {
        Door.MAILGUN: settings.mailgun_signing_key is not None,
        Door.POSTMARK: settings.postmark is not None,
        Door.IMAP: settings.mailbox is not None,
    }
    return max((terms_of_door(door).settling for door, used in is_used.items() if used), default=timedelta(0))


def why_not_eligible(
    entry: Entry, message: ReadMessage, staff_addresses: Collection[str], settling: timedelta
) -> Ineligible | None:
    """Why an entry can never win, judged by what its message is; None when it can.

    `staff_addresses` are those of the message's addresses that belong to the staff or the article's author; for
    `settling` see `is_late`. A message that could not be read is eligible: a person must read it.
    """
    if entry.delivery.forgotten_at is not None:
        return Ineligible.WITHDRAWN
    if is_a_machine(message):
        return Ineligible(message.kind)
    reasons = {
        Ineligible.LATE: is_late(entry, settling),
        Ineligible.STAFF: bool(staff_addresses),
        Ineligible.EMPTY: message.readable and _says_nothing(message),
        Ineligible.DUPLICATE: is_again(message),
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


def is_for_a_person(entry: Entry, message: ReadMessage) -> bool:
    """Whether a receipt would reach a person who has none: no machine, and no null sender (RFC 3834 §2).

    A door that was not told the sender (None) leaves it to what the message says.
    """
    return (
        not may_be_a_machine(message)
        and entry.delivery.envelope_sender != ""
        and entry.why_not != Ineligible.DUPLICATE
    )


def may_be_a_machine(message: ReadMessage) -> bool:
    """Whether a machine has written it, or there is a doubt about that: then no program answers it.

    A doubt alone does not keep an entry from winning; a judge looks at it.
    """
    return is_a_machine(message) or message.automatic_reason is not None


def is_a_machine(message: ReadMessage) -> bool:
    """Whether a machine has written it for sure: then it says nothing in anybody's name."""
    return message.kind in MACHINES


def is_again(message: ReadMessage) -> bool:
    """Whether it is a mail that has been answered before: its sender's server sent it twice."""
    return message.duplicate_of_id is not None


def _says_nothing(message: ReadMessage) -> bool:
    return not (message.text.strip() or message.elided.strip() or message.attachments)
