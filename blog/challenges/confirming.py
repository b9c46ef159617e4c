"""Answers whose sender is not proven are confirmed by them: anybody can write an address on a mail.

Such an entry keeps its number and its place. Whoever has the mailbox that it names is asked with the receipt, and once
more when nothing else stands between the entry and the prize: from the moment at which that letter has left there is a
week's time, after which it keeps nobody waiting any more.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _

from blog.accounts.actions.locks import hold
from blog.accounts.models.people import Person
from blog.accounts.values import email_key
from blog.challenges.asked import (
    confirmation_of,
    confirmations_of,
    confirmations_that_wait,
    copies_of,
    entries_that_wait_for_senders,
    first_of,
    is_left_alone,
    is_vouched_for,
    letter_to,
)
from blog.challenges.events import SenderAskedAgain
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import LETTER_CAUSE, Entry, EntryConfirmation
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.queries.entries import address_of, entry_of_delivery
from blog.challenges.queries.vacancies import is_beyond_change
from blog.challenges.recording import record_standing
from blog.challenges.replies import Said, what_is_said
from blog.challenges.tokens import confirm_code, normal_code
from blog.challenges.values import CONFIRM_WITHIN, CodeCheck, ConfirmedBy, Heard, Ineligible
from blog.core import clock
from blog.core.actor import Actor
from blog.core.config import current_settings
from blog.core.db import read_again, session
from blog.core.errors import Conflict, NotFound, RuleBroken
from blog.core.events import publish
from blog.core.permissions import require
from blog.core.tokens import digest
from blog.mailroom.models import OutboxMessage
from blog.mailroom.sending_again import is_stuck
from blog.mailroom.values import OutboxState

MAX_CODE_FAILURES = 5


def ask_to_confirm(entry: Entry) -> str | None:
    """Ask whoever an entry names, once, whether it is theirs, where that is not proven. Returns the code for the mail.

    None where nobody is asked: the sender is proven, the entry cannot win, or the site does not check senders.
    """
    settings = current_settings()
    if not entry.eligible or not settings.check_senders or is_vouched_for([entry, *copies_of(entry)]):
        return None
    if confirmation_of(entry.id) is not None:
        return None
    code = confirm_code(settings.secret_key, entry.id)
    session.add(EntryConfirmation(entry_id=entry.id, asked_at=clock.now(), code_digest=digest(code)))
    session.flush()
    return code


def confirm(entry: Entry, how: ConfirmedBy, *, at: datetime | None = None) -> bool:
    """Note that an entry is of whom it names, since `at` (now, if left out). Returns whether it can win by that.

    Nothing happens to one that can no longer win, of which nobody was asked, or whose time was over by then.
    """
    asked, at = _asked_and_locked(entry), at or clock.now()
    if asked is None or asked.confirmed_at is not None:
        return False
    # Whoever let it lapse has had its lock: only now is it known.
    read_again(entry, ["eligible", "why_not"], lock=False)
    if not entry.eligible or (asked.due_at is not None and at >= asked.due_at):
        return False
    asked.confirmed_at, asked.confirmed_by, asked.disowned_at = at, how, None
    record_standing([entry])
    return True


def _asked_and_locked(entry: Entry) -> EntryConfirmation | None:
    """What was asked about an entry. First its challenge is locked, as by whoever decides anything about that."""
    challenge_locked(entry.challenge)
    return confirmation_of(entry.id)


def confirm_proven(delivery_id: int) -> None:
    """A delivery is proven to be of whom it names: so is its entry, and the first one with the same mail.

    Whichever of them can still win is confirmed by that.
    """
    entry = entry_of_delivery(delivery_id)
    if entry is not None:
        for each in {each.id: each for each in (entry, first_of(entry))}.values():
            confirm(each, ConfirmedBy.DOMAIN)


def confirm_by_reply(entry: Entry, text: str, *, at: datetime) -> Heard:
    """Do what somebody says with this `text`, who has answered our question about an entry `at` an instant.

    It goes for the first entry with the same mail, unless that one can win no more and this one can. "Not mine"
    changes nothing but that the editors see it.
    """
    first = first_of(entry)
    if entry.eligible and not first.eligible:
        first = entry
    asked = _asked_and_locked(first)
    # The code stands in the mail that was answered, perhaps that of a copy.
    said = what_is_said(text, lambda typed: any(_is_code(typed, each.id) for each in (entry, first)))
    if asked is None or first.why_not not in {None, Ineligible.UNCONFIRMED}:
        return Heard.DONE
    if said is Said.NO:
        asked.disowned_at = at
        session.flush()
        return Heard.DISOWNED
    if asked.confirmed_at is not None or (said is Said.YES and confirm(first, ConfirmedBy.REPLY, at=at)):
        return Heard.DONE
    return Heard.TOO_LATE if _is_late(first, asked, at) else Heard.UNCLEAR


def _is_late(entry: Entry, asked: EntryConfirmation, at: datetime) -> bool:
    is_over = asked.due_at is not None and asked.due_at <= at
    return is_over or not entry.eligible or is_beyond_change(entry.challenge)


def confirm_signed_in(entry: Entry) -> None:
    """Confirm an entry for whom is signed in with its address. Raises `NotFound` and `Conflict`."""
    _refuse_if_over(entry)
    _confirm_or_refuse(entry, ConfirmedBy.SIGN_IN)


def confirm_with_code(entry: Entry, typed: str) -> CodeCheck:
    """Confirm an entry with the code from its mail. A wrong one is counted, so commit; after five none is right.

    Raises `NotFound` for an entry of which nobody was asked, and `Conflict` when it is too late.
    """
    asked = _refuse_if_over(entry)
    if asked.confirmed_at is not None:
        return CodeCheck.AGREED
    if asked.code_failures >= MAX_CODE_FAILURES:
        return CodeCheck.BLOCKED
    # The letter may ask about another entry of the same address, with the code of that one.
    if not any(_is_code(typed, each) for each in {entry.id, asked.letter_entry_id or entry.id}):
        asked.code_failures += 1
        session.flush()
        return CodeCheck.BLOCKED if asked.code_failures >= MAX_CODE_FAILURES else CodeCheck.WRONG
    _confirm_or_refuse(entry, ConfirmedBy.CODE)
    return CodeCheck.AGREED


def _is_code(typed: str, entry_id: int) -> bool:
    """Whether this is the code in the letters about an entry, or the one of its receipt: the secret may be new."""
    asked = session.get(EntryConfirmation, entry_id)
    theirs = digest(normal_code(typed))
    ours = digest(confirm_code(current_settings().secret_key, entry_id))
    return asked is not None and theirs in {ours, asked.code_digest}


def _confirm_or_refuse(entry: Entry, how: ConfirmedBy) -> None:
    if not confirm(entry, how) and not _is_confirmed(entry):
        raise Conflict(_("It is too late to confirm this answer: it can no longer win."))


def _is_confirmed(entry: Entry) -> bool:
    asked = session.get(EntryConfirmation, entry.id)
    return bool(entry.eligible) and asked is not None and asked.confirmed_at is not None


def _refuse_if_over(entry: Entry) -> EntryConfirmation:
    asked = _asked_and_locked(entry)
    if asked is None:
        raise NotFound()
    if not _is_confirmed(entry) and _is_late(entry, asked, clock.now()):
        raise Conflict(_("It is too late to confirm this answer: it can no longer win."))
    return asked


def has_its_address(person: Person, entry: Entry) -> bool:
    """Whether somebody signs in with the address that an entry names."""
    return email_key(address_of(entry, entry.delivery.message)) == person.email_key


def address_to_ask(entry: Entry) -> str:
    """Where we ask whether an entry is somebody's; nothing where that would be ourselves, or nowhere."""
    address = address_of(entry, entry.delivery.message)
    return "" if is_ours(address) else address


def is_ours(address: str) -> bool:
    """Whether mail for an address would come back to us."""
    settings = current_settings()
    domain = address.rpartition("@")[2].lower()
    return domain == settings.answer_domain.lower() or address.lower() == settings.mail_sender.lower()


def begin_the_week(challenge: Challenge) -> Sequence[Entry]:
    """Begin the time of the entries that win but for their senders' word: of all at once, or each would cost a week.

    That of entries that do so no more ends, as if it had not begun. Returns those about which a letter has to be
    written now: one for each address, about the earliest of its entries. The caller has locked the challenge.
    """
    waiting, now = entries_that_wait_for_senders(challenge), clock.now()
    ids = {entry.id for entry in waiting}
    for asked in confirmations_that_wait(challenge):
        if asked.entry_id not in ids:
            asked.first_since = None
    session.flush()
    all_asked = confirmations_of(ids)
    begun = {
        asked.entry_id for asked in all_asked if asked.first_since is None or is_left_alone(asked, all_asked)
    }
    for asked in all_asked:
        if asked.entry_id in begun:
            asked.first_since = now
    session.flush()
    return [entry for entry in waiting if entry.id in begun]


def share_letter(entry: Entry, address: str) -> bool:
    """Let a letter ask about an entry, if there is one that can. Returns whether.

    That is its own, of the week before, or one that is still going to ask its address about an entry which waits, too.
    """
    asked = _asked(entry)
    if _is_fresh(asked, address):
        return True
    letter = letter_to(address, entry.challenge)
    if letter is not None:
        asked.letter = letter
        session.flush()
    return letter is not None


def _is_fresh(asked: EntryConfirmation, address: str) -> bool:
    letter = asked.letter
    if letter is None or not asked.is_of_itself or letter.recipient.lower() != address.lower():
        return False
    is_lost = letter.state == OutboxState.WAITING and is_stuck(letter)
    return not is_lost and letter.created_at > clock.now() - CONFIRM_WITHIN


def cause_of_letter(entry: Entry) -> str:
    """What the next letter about an entry is sent for: each is written once."""
    earlier = _asked(entry).letter_id
    cause = f"{LETTER_CAUSE}{entry.id}"
    return cause if earlier is None else f"{cause}:{earlier}"


def keep_letter(entry: Entry, letter: OutboxMessage) -> None:
    """Let this letter ask about an entry. Whoever has typed wrong codes may try again."""
    asked = _asked(entry)
    asked.letter, asked.code_failures = letter, 0
    session.flush()


def _asked(entry: Entry) -> EntryConfirmation:
    asked = confirmation_of(entry.id)
    if asked is None:
        raise NotFound()
    return asked


def ask_again(actor: Actor, entry: Entry) -> None:
    """Have the letter written once more that asks the sender of an entry, who has a week from then on.

    Also of one that was passed over because nobody could be asked: then it takes part again. Publishes
    `SenderAskedAgain`. Raises `Forbidden`, `NotFound` where nobody was asked, `RuleBroken` without an address, and
    `Conflict` when there is nothing to ask any more, or the letter has not left yet and is still going to.
    """
    require(actor, "entry:ask_again", entry.challenge)
    hold(actor)
    challenge = challenge_locked(entry.challenge)
    asked = _asked(entry)
    read_again(entry, ["eligible", "why_not"], lock=False)
    if is_beyond_change(challenge):
        raise Conflict(_("The winner of this challenge has been announced already."))
    if not can_be_asked_again(entry):
        raise Conflict(_("There is nothing to ask the sender of this entry now."))
    if asked.letter is not None and asked.letter.state == OutboxState.WAITING and not is_stuck(asked.letter):
        raise Conflict(_("The letter has not left yet. It is tried again by itself."))
    if not address_to_ask(entry):
        raise RuleBroken(_("This entry names no address to which we could write."))
    entry.eligible, entry.why_not = True, None
    record_standing([entry])
    publish(SenderAskedAgain(entry=entry, by=actor))


def can_be_asked_again(entry: Entry) -> bool:
    """Whether an entry waits for the word of its sender, or was passed over because nobody could be asked."""
    asked = entry.confirmation
    if asked is None or asked.confirmed_at is not None or asked.first_since is None:
        return False
    return bool(entry.eligible) or (entry.why_not == Ineligible.UNCONFIRMED and asked.is_unreachable)
