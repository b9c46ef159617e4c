"""What challenges do when mail comes in, a winner is announced, or an article is saved."""

from collections.abc import Sequence
from datetime import timedelta

from blog.articles.body import body_of
from blog.articles.events import ArticleSaved
from blog.challenges.actions.answer_rule import JUDGE_BY_RULE, foresee, judge_by_rule
from blog.challenges.actions.arrivals import record_entries, take_numbers
from blog.challenges.actions.challenges import keep_question
from blog.challenges.actions.entries import keep_out_copies, note_words, settle_eligibility
from blog.challenges.actions.witness import count_refusals
from blog.challenges.asked import copies_of, is_asked_for, is_vouched_for
from blog.challenges.automatic import decides
from blog.challenges.confirming import (
    address_to_ask,
    ask_to_confirm,
    begin_the_week,
    cause_of_letter,
    confirm_by_reply,
    confirm_proven,
    is_ours,
    keep_letter,
    share_letter,
)
from blog.challenges.emails import (
    Letter,
    confirm_address,
    confirm_letter,
    kept_out_letter,
    message_id_of,
    name_letter,
    news_letter,
    not_confirmed_letter,
    prize_letter,
    receipt_letter,
    reinstated_letter,
    revoked_letter,
    winner_letter,
)
from blog.challenges.events import (
    AwardRevoked,
    ChallengeEnded,
    EntryDisqualified,
    EntryReinstated,
    PrizeStepTaken,
    PublicNameRemoved,
    SenderAskedAgain,
    TermsAmended,
    TrackingCorrected,
    VerdictsGiven,
    WinnerAnnounced,
    WinnerCodeRenewed,
)
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import CONFIRMATIONS, Entry
from blog.challenges.policy import is_a_machine, is_for_a_person, may_be_a_machine
from blog.challenges.queries.amendments import amendment_numbered, entry_to_tell
from blog.challenges.queries.awards import award_of_entry
from blog.challenges.queries.challenges import challenges_by_slug, open_address
from blog.challenges.queries.entries import (
    RECEIPT_CAUSE,
    address_of,
    entry_of_delivery,
    entry_with_message,
    receipts_sent,
)
from blog.challenges.recording import record_standing
from blog.challenges.tokens import entry_in_mailbox
from blog.challenges.values import AwardStep, ChallengeStatus, Heard
from blog.core import clock
from blog.core.config import current_settings
from blog.core.jobs.queue import enqueue
from blog.mailroom.actions import send_mail
from blog.mailroom.events import MailRefused, SenderProven
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.routes import local_part_of
from blog.mailroom.values import Arrival

# To one address, of one challenge and of all of them: nobody can flood somebody else by answering in their name.
RECEIPTS_A_DAY, RECEIPTS_A_DAY_IN_ALL = 3, 10
# Where it is sure whose mail it is; only no two programs shall answer each other without end.
PROVEN_RECEIPTS_A_DAY, PROVEN_RECEIPTS_A_DAY_IN_ALL = 20, 50
_DAY = timedelta(days=1)
# The job that tells everybody who took part how it has ended (`blog.challenges.jobs`).
TELL_RESULT = "challenges.tell_result"


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
        hashes = record_entries(arrivals)
        return [_told(one, hashes.get(one.delivery_id)) for one in arrivals]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """Settle whether the entry can win, and send its receipt. Doing it again does nothing new."""
        entry = entry_of_delivery(delivery.id)
        if entry is None:
            return
        # Reading it again, perhaps years later, asks nobody anything.
        is_new = entry.eligible is None
        # Before anything is locked: reading takes its time.
        foreseen = foresee(entry, message) if is_new else None
        settle_eligibility(entry, message)
        note_words(entry, message)
        keep_out_copies(entry)
        code = ask_to_confirm(entry) if is_new else None
        if is_new:
            record_standing([entry])
            if foreseen is not None and judge_by_rule(entry, message, foreseen) is not None:
                ask_first_to_confirm(entry.challenge)
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
        """The entry that is confirmed here, if it was asked for: nobody makes such an address up.

        Also when it is too late: whoever answers then has done nothing wrong, and their mail does not come back.
        """
        entry_id = entry_in_mailbox(current_settings().secret_key, local_part)
        return entry_id if entry_id is not None and is_asked_for(entry_id) else None

    def take_places(self, target_id: int, how_many: int) -> int:  # noqa: ARG002 - as every route does
        """These have no order."""
        return 0

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        """Nothing is decided before they have been read."""
        return [arrival.told("received") for arrival in arrivals]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """Confirm the entry if that is what somebody writes: an automatic reply knows nothing of it.

        Where there is only a doubt whether it is one, it is obeyed and not answered: no program says yes to an address
        that only whom we have asked knows.
        """
        entry_id = self.resolve(local_part_of(delivery.recipient))
        if entry_id is not None and not is_a_machine(message) and delivery.envelope_sender != "":
            entry = entry_with_message(entry_id)
            heard = confirm_by_reply(entry, message.text, at=delivery.received_at)
            if heard in {Heard.UNCLEAR, Heard.TOO_LATE} and not may_be_a_machine(message):
                _answer_once(entry, message, is_late=heard is Heard.TOO_LATE)


def _told(arrival: Arrival, row_hash: bytes | None) -> str:
    """What its sender's server hears; the hash of its row, where the challenge keeps a ledger."""
    told = arrival.told(f"entry {arrival.place} of {local_part_of(arrival.recipient)}")
    return f"{told} leaf={row_hash.hex()}" if row_hash else told


def _answer_once(entry: Entry, message: ReadMessage, *, is_late: bool) -> None:
    """Say to whoever means to have confirmed an entry that they have not: once, for a program may have answered us."""
    recipient = address_to_ask(entry)
    if not recipient:
        return
    letter = not_confirmed_letter(entry, current_settings(), is_late=is_late)
    send_mail(
        cause=f"{'too-late' if is_late else 'unclear'}:{entry.id}",
        recipient=recipient,
        language=entry.challenge.language,
        subject=letter.subject,
        text=letter.text,
        in_reply_to=message_id_of(message),
        reply_to=None if is_late else confirm_address(entry.id),
        is_automatic=True,
        is_secret=not is_late,
    )


def note_proven_sender(event: SenderProven) -> None:
    """The domain of an address vouches for a mail after all: its sender has nothing to confirm any more."""
    confirm_proven(event.delivery_id)


def count_refused_answers(event: MailRefused) -> None:
    """A door did not take messages for a challenge: its ledger is going to say how many."""
    if event.route == AnswersRoute.name:
        count_refusals(
            event.target_id, event.door, event.why, total=event.total, since=event.since, until=event.until
        )


def ask_after_verdicts(event: VerdictsGiven) -> None:
    """A verdict may leave nothing between an entry and the prize but the word of its sender."""
    ask_first_to_confirm(event.challenge)


def ask_after_change_of_standing(event: EntryDisqualified | EntryReinstated) -> None:
    """So may that an entry takes part no more."""
    ask_first_to_confirm(event.entry.challenge)


def judge_again_by_rule(event: TermsAmended) -> None:
    """By other terms a rule that decides judges everything once more: as work of its own, for there may be much."""
    if event.amendment.rejudge and decides(event.challenge):
        enqueue(JUDGE_BY_RULE, {"challenge_id": event.challenge.id})


def ask_first_to_confirm(challenge: Challenge) -> None:
    """Write to whoever wins but for their confirmation, once to each address. The caller has locked the challenge."""
    for entry in begin_the_week(challenge):
        recipient = address_to_ask(entry)
        if recipient and not share_letter(entry, recipient):
            _write_to_confirm(entry, recipient)


def ask_again_to_confirm(event: SenderAskedAgain) -> None:
    """Somebody at the desk wants the sender of an entry asked once more."""
    _write_to_confirm(event.entry, address_to_ask(event.entry))


def _write_to_confirm(entry: Entry, recipient: str) -> None:
    letter = confirm_letter(entry, current_settings())
    mail = send_mail(
        cause=cause_of_letter(entry),
        recipient=recipient,
        language=entry.challenge.language,
        subject=letter.subject,
        text=letter.text,
        reply_to=confirm_address(entry.id),
        is_secret=True,
    )
    keep_letter(entry, mail)


def tell_winner(event: WinnerAnnounced | WinnerCodeRenewed) -> None:
    """Write to the winner, once, in the transaction of the announcement. Without any address nobody is told.

    Once more only to whoever wins again, after all was judged under other terms, or is to get a new code. The time to
    claim runs from when the last of these letters has left.
    """
    award = event.award
    letter = winner_letter(award, event.code, current_settings())
    earlier = f":{award.letter_id}" if award.letter_id is not None else ""
    award.letter = _write_to_sender(award.entry, f"winner:{award.entry_id}{earlier}", letter, is_secret=True)


def tell_of_prize(event: PrizeStepTaken) -> None:
    """Write to a winner whose prize was sent or came back, or who does not get it, unless they say so themselves."""
    is_told = event.step in {AwardStep.SENT, AwardStep.RETURNED, AwardStep.EXPIRED, AwardStep.DISQUALIFIED}
    if is_told or (event.step is AwardStep.DECLINED and event.by is not None):
        letter = prize_letter(event.award, event.step, event.reason, current_settings())
        # A parcel can be sent, and come back, more than once.
        turn = sum(1 for taken in event.award.steps if taken.step == event.step) - 1
        again = f":{turn}" if turn > 0 else ""
        _write_to_sender(event.award.entry, f"{event.step}:{event.award.entry_id}{again}", letter)


def tell_of_tracking(event: TrackingCorrected) -> None:
    """Write to a winner once more how their prize can be followed."""
    letter = prize_letter(event.award, AwardStep.SENT, "", current_settings())
    _write_to_sender(event.award.entry, f"tracking:{event.award.entry_id}:{_now_in_cause()}", letter)


def tell_kept_out(event: EntryDisqualified) -> None:
    """Write to whoever had lost a prize that their answer, correct or not, cannot take part.

    Who loses it by this is told so with the prize; of who never had one the receipt tells.
    """
    if event.lost is not None:
        letter = kept_out_letter(event.lost, event.reason, current_settings())
        _write_to_sender(event.entry, f"kept-out:{event.entry.id}:{_now_in_cause()}", letter)


def tell_reinstated(event: EntryReinstated) -> None:
    """Write to whoever has lost a prize that their answer takes part again, and that its prize does not come back.

    Not where it was taken back as the terms changed: nobody wrote that it cannot take part, and it may win again.
    """
    award = award_of_entry(event.entry)
    if award is not None and AwardStep(award.step).is_lost:
        letter = reinstated_letter(award, current_settings())
        _write_to_sender(event.entry, f"reinstated:{event.entry.id}:{_now_in_cause()}", letter)


def tell_of_name(event: PublicNameRemoved) -> None:
    """Write to whoever chose a name that is not shown any more, and why."""
    letter = name_letter(event.entry, event.reason, current_settings())
    _write_to_sender(event.entry, f"name:{event.entry.id}:{_now_in_cause()}", letter)


def _now_in_cause() -> str:
    """What tells a letter from an earlier one of the same kind: each is for an act of its own."""
    return clock.now().isoformat()


def _write_to_sender(
    entry: Entry, cause: str, letter: Letter, *, is_secret: bool = False
) -> OutboxMessage | None:
    """Answer the mail with which somebody took part; None without an address, or once it was forgotten."""
    message = entry.delivery.message
    recipient = address_of(entry, message)
    if not recipient or entry.delivery.forgotten_at is not None:
        return None
    return send_mail(
        cause=cause,
        recipient=recipient,
        language=entry.challenge.language,
        subject=letter.subject,
        text=letter.text,
        in_reply_to=message_id_of(message) if message else None,
        is_secret=is_secret,
    )


def tell_revoked(event: AwardRevoked) -> None:
    """Write to whoever had been told that they have won, and has not: in the transaction in which that was decided."""
    award = event.award
    recipient = address_of(award.entry, award.entry.delivery.message)
    if not recipient:
        return
    letter = revoked_letter(award, event.reason, current_settings(), is_over=event.is_over)
    send_mail(
        cause=f"revoked:{award.id}:{award.steps[-1].id}",
        recipient=recipient,
        language=award.challenge.language,
        subject=letter.subject,
        text=letter.text,
    )


def tell_entrant(entry_id: int, news: str) -> None:
    """Write to whoever sent an entry what has become of its challenge.

    `news` is `amended:` and the id of the amendment, or `cancelled`. Once, however often it is asked for; not to a
    program, nor to ourselves.
    """
    entry = entry_to_tell(entry_id)
    message = entry.delivery.message if entry else None
    if entry is None or message is None:
        return
    recipient = address_of(entry, message)
    if not recipient or not is_for_a_person(entry, message) or is_ours(recipient):
        return
    what, _colon, number = news.partition(":")
    amendment = amendment_numbered(int(number)) if number else None
    letter = news_letter(entry, what, current_settings(), amendment=amendment)
    send_mail(
        cause=f"{news}:{entry.id}",
        recipient=recipient,
        language=entry.challenge.language,
        subject=letter.subject,
        text=letter.text,
        is_automatic=True,
    )


def ask_next_in_line(event: PrizeStepTaken) -> None:
    """A prize that has come back may leave nothing between another entry and it but the word of its sender."""
    if event.step.is_lost:
        ask_first_to_confirm(event.award.challenge)


def tell_result_later(event: ChallengeEnded) -> None:
    """Everybody who took part is told the result, by a job: they may be many."""
    challenge = event.challenge
    if challenge.status in {ChallengeStatus.FINAL, ChallengeStatus.NO_WINNER}:
        enqueue(TELL_RESULT, {"challenge_id": challenge.id}, key=f"{TELL_RESULT}:{challenge.id}")


def keep_questions_current(event: ArticleSaved) -> None:
    """Let the challenges of an article ask what their blocks ask now, until they have ended."""
    blocks = body_of(event.article.html).parts_of_kind("challenge")
    challenges = challenges_by_slug([block.slug for block in blocks]) if blocks else {}
    for block in blocks:
        challenge = challenges.get(block.slug)
        if challenge is not None and challenge.article_id == event.article.id:
            keep_question(challenge, block.html, event.reason, by=event.by)


def _gets_receipt(entry: Entry, message: ReadMessage, recipient: str) -> bool:
    """Only a person is answered (RFC 3834 §2), never ourselves, and nobody endlessly."""
    if not recipient or not is_for_a_person(entry, message) or is_ours(recipient):
        return False
    of_challenge, of_all = receipts_sent(entry.challenge, recipient, clock.now() - _DAY)
    if of_challenge < RECEIPTS_A_DAY and of_all < RECEIPTS_A_DAY_IN_ALL:
        return True
    is_theirs = is_vouched_for([entry, *copies_of(entry)])
    return is_theirs and of_challenge < PROVEN_RECEIPTS_A_DAY and of_all < PROVEN_RECEIPTS_A_DAY_IN_ALL
