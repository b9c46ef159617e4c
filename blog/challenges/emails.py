"""What entrants and winners are told by mail, in the language of the challenge."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Amendment
from blog.challenges.models.entries import Entry
from blog.challenges.policy import needs_address
from blog.challenges.proofs import newest_checkpoint
from blog.challenges.queries.awards import is_first, prize_of_rank
from blog.challenges.queries.disqualifications import tries_over_limit
from blog.challenges.queries.entries import has_other_entries
from blog.challenges.queries.ledger import row_of_entry
from blog.challenges.tokens import confirm_code, confirm_mailbox, receipt_token
from blog.challenges.values import CONFIRM_WITHIN, STILL_TO_BE_SENT, AwardStep, ChallengeStatus
from blog.challenges.words.taking_part import tries_words
from blog.challenges.words.terms import change_words
from blog.core.config import Settings, current_settings
from blog.core.i18n import language, speaking_to
from blog.core.tokens import digest
from blog.mailroom.models import ReadMessage
from blog.mailroom.values import Door

_MAX_TITLE_IN_SUBJECT = 80
_MAX_MESSAGE_ID_LENGTH = 250
# RFC 5322 §3.6.4, without what only obsolete messages have; anything odd is no Message-ID to answer to.
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject of one line, and a plain text."""

    subject: str
    text: str


def receipt_letter(entry: Entry, settings: Settings, *, code: str | None = None) -> Letter:
    """The receipt of an entry: number, instant, fingerprint, what decides, and the way to its page.

    With a `code` its reader is asked to confirm that the entry is theirs, if it can win then.
    """
    challenge, tries = entry.challenge, tries_over_limit(entry)
    with force_locale(challenge.language):
        subject = _("Entry %(number)s: your answer to “%(title)s”", number=entry.number, title=_title(entry))
        text = render_template(
            "challenges/email/receipt.txt",
            challenge=challenge,
            number=entry.number,
            received_at=instant_in_words(entry.received_at, settings.time_zone),
            closed_at=instant_in_words(challenge.closes_at, settings.time_zone)
            if challenge.closes_at
            else "",
            why_not=entry.why_not,
            sha256=entry.delivery.sha256,
            row=row_of_entry(entry),
            checkpoint=newest_checkpoint(challenge.id),
            link=receipt_link(entry, settings),
            code=None if tries or challenge.status == ChallengeStatus.CANCELLED else code,
            tries=tries_words(tries) if tries else "",
            is_typed=entry.delivery.door == Door.FORM,
            winners=len(challenge.prizes),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def confirm_letter(entry: Entry, settings: Settings) -> Letter:
    """The question whether an answer is its reader's, asked when nothing else stands between it and the prize.

    It names no day: the week begins when it leaves.
    """
    with force_locale(entry.challenge.language):
        subject = _("Is this your answer to “%(title)s”?", title=_title(entry))
        text = render_template(
            "challenges/email/confirm.txt",
            challenge=entry.challenge,
            number=entry.number,
            received_at=instant_in_words(entry.received_at, settings.time_zone),
            days=CONFIRM_WITHIN.days,
            link=receipt_link(entry, settings),
            code=confirm_code(settings.secret_key, entry.id),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def not_confirmed_letter(entry: Entry, settings: Settings, *, is_late: bool) -> Letter:
    """What is answered to a mail that was to confirm an entry and does not: it came too late, or does not say so."""
    with force_locale(entry.challenge.language):
        subject = _(
            "Your mail about entry %(number)s of “%(title)s”", number=entry.number, title=_title(entry)
        )
        text = render_template(
            "challenges/email/not_confirmed.txt",
            challenge=entry.challenge,
            number=entry.number,
            received_at=instant_in_words(entry.received_at, settings.time_zone),
            is_late=is_late,
            link=receipt_link(entry, settings),
            code=confirm_code(settings.secret_key, entry.id),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def confirm_address(entry_id: int) -> str:
    """Where an answer to the receipt of an entry goes, which confirms it."""
    settings = current_settings()
    return f"{confirm_mailbox(settings.secret_key, entry_id)}@{settings.answer_domain}"


def winner_letter(award: Award, code: str, settings: Settings) -> Letter:
    """The news that somebody has won, with the code by which they claim the prize, and how long they can.

    It names no day: their time begins when it leaves. One that brings a new code is the same letter once more, with
    what they can still do with it.
    """
    entry = award.entry
    with force_locale(award.challenge.language):
        subject = _("You have won “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/winner.txt",
            challenge=award.challenge,
            prize=prize_of_rank(award.challenge, award.rank),
            is_first=is_first(award),
            number=entry.number,
            received_at=instant_in_words(entry.received_at, settings.time_zone),
            is_new=award.step == AwardStep.NOTIFIED,
            is_again=award.letter_id is not None,
            days=award.claim_days,
            asks_address=needs_address(award.challenge) and award.step in STILL_TO_BE_SENT,
            # Once the challenge is over the prize goes to nobody else any more.
            can_decline=award.challenge.status == ChallengeStatus.PROVISIONAL
            and award.step in {AwardStep.NOTIFIED, AwardStep.CLAIMED},
            is_sent=award.step == AwardStep.SENT,
            code=code,
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def news_letter(entry: Entry, news: str, settings: Settings, *, amendment: Amendment | None = None) -> Letter:
    """What everybody is told who has taken part: that a challenge was amended, or called off.

    `news` is `amended`, or `cancelled`.
    """
    challenge = entry.challenge
    with speaking_to(challenge.language, settings.time_zone):
        subject = {
            "amended": _("“%(title)s” has changed", title=_title(entry)),
            ChallengeStatus.CANCELLED.value: _("“%(title)s” has been called off", title=_title(entry)),
        }[news]
        text = render_template(
            "challenges/email/news.txt",
            challenge=challenge,
            news=news,
            reason=amendment.reason if amendment else challenge.ended_why,
            changes=change_words(amendment) if amendment else (),
            can_win=bool(entry.eligible),
            rejudge=amendment.rejudge if amendment else False,
            page=f"{settings.site_url}/challenges/{challenge.slug}",
            number=entry.number,
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def revoked_letter(award: Award, reason: str, settings: Settings, *, is_over: bool) -> Letter:
    """The news that somebody has not won after all."""
    entry = award.entry
    with force_locale(award.challenge.language):
        subject = _("About your prize in “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/revoked.txt",
            challenge=award.challenge,
            number=entry.number,
            reason=reason,
            is_over=is_over,
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def prize_letter(award: Award, step: AwardStep, reason: str, settings: Settings) -> Letter:
    """What a winner is told when their prize was sent or came back to us, or when they do not get it.

    `reason` is what the editors wrote, where they did that.
    """
    entry = award.entry
    with force_locale(award.challenge.language):
        subject = _("Your prize of “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/prize.txt",
            challenge=award.challenge,
            prize=prize_of_rank(award.challenge, award.rank),
            step=step.value,
            number=entry.number,
            claim_until=instant_in_words(award.claim_until, settings.time_zone) if award.claim_until else "",
            tracking=award.tracking,
            asks_address=needs_address(award.challenge),
            reason=reason,
            has_others=has_other_entries(entry),
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def kept_out_letter(award: Award, reason: str, settings: Settings) -> Letter:
    """The news that an answer whose prize was lost before cannot take part, and why."""
    entry = award.entry
    with force_locale(award.challenge.language):
        subject = _("About your answer to “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/kept_out.txt",
            challenge=award.challenge,
            number=entry.number,
            reason=reason,
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def reinstated_letter(award: Award, settings: Settings) -> Letter:
    """The news that an answer which had won, and was disqualified, takes part again; its prize does not come back."""
    entry = award.entry
    with force_locale(award.challenge.language):
        subject = _("About your prize in “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/reinstated.txt",
            challenge=award.challenge,
            number=entry.number,
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def name_letter(entry: Entry, reason: str, settings: Settings) -> Letter:
    """The news that the name which somebody chose is not shown any more, and why."""
    with force_locale(entry.challenge.language):
        subject = _("Your name in the result of “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/name.txt",
            challenge=entry.challenge,
            number=entry.number,
            reason=reason,
            link=receipt_link(entry, settings),
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def result_letter(
    entry: Entry, words: str, lines: Sequence[str], settings: Settings, *, may_name: bool
) -> Letter:
    """How a challenge has ended, for somebody who took part: `lines` for everybody, and `words` on their own entry.

    `may_name`: their answer stands on the roll of honour, and they can have their name there.
    """
    challenge = entry.challenge
    with force_locale(challenge.language):
        subject = _("The result of “%(title)s”", title=_title(entry))
        text = render_template(
            "challenges/email/result.txt",
            challenge=challenge,
            lines=lines,
            number=entry.number,
            words=words,
            may_name=may_name,
            link=receipt_link(entry, settings),
            page=f"{settings.site_url}/challenges/{challenge.slug}",
            ledger=f"{settings.site_url}/challenges/{challenge.slug}/ledger",
            site_name=settings.site_name,
        )
    return Letter(subject, text)


def receipt_link(entry: Entry, settings: Settings) -> str:
    """The address of an entry's receipt; empty when the site's secret has changed since the entry came in."""
    token = receipt_token(
        settings.secret_key,
        challenge_id=entry.challenge_id,
        number=entry.number,
        sha256=entry.delivery.sha256,
    )
    return f"{settings.site_url}/receipts/{token}" if digest(token) == entry.token_digest else ""


def instant_in_words(instant: datetime, zone: str) -> str:
    """An instant to the second, in the site's zone and the language in use; the zone is named."""
    local = instant.astimezone(ZoneInfo(zone))
    pattern = "d MMMM y 'om' HH:mm:ss" if language() == "nl" else "d MMMM y 'at' HH:mm:ss"
    return f"{format_datetime(local, pattern, rebase=False)} ({zone})"


def message_id_of(message: ReadMessage) -> str | None:
    """The Message-ID to answer to, if the message has a plain one (RFC 5322 §3.6.4)."""
    message_id = (message.message_id or "").strip()
    if len(message_id) > _MAX_MESSAGE_ID_LENGTH or not _MESSAGE_ID.fullmatch(message_id):
        return None
    return message_id


def _title(entry: Entry) -> str:
    title = entry.challenge.title
    return title if len(title) <= _MAX_TITLE_IN_SUBJECT else f"{title[: _MAX_TITLE_IN_SUBJECT - 1].rstrip()}…"
