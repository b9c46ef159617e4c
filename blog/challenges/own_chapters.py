"""How a person reads what challenges hold of them: as somebody who took part, and as somebody who judged.

Of a verdict on their answer they are told once the challenge is over: before that not even two judges know what the
other has said.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload, selectinload

from blog.accounts.chapters import Chapter, Fact, Place, Told, as_read, on_site
from blog.accounts.holdings import Somebody, rows_about
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Amendment, Challenge
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.queries.awards import prize_of_rank
from blog.challenges.queries.disqualifications import disqualifications_by_entry
from blog.challenges.queries.entries import last_judgement
from blog.challenges.queries.outcomes import Told as TellsAll
from blog.challenges.queries.outcomes import told_of
from blog.challenges.values import AwardStep, ChallengeStatus, ConfirmedBy, Judgement, WhyDisqualified
from blog.challenges.words.judging import disqualified_words
from blog.challenges.words.prizes import step_words
from blog.challenges.words.receipts import is_called_off, receipt_words
from blog.challenges.words.states import confirmed_words, judgement_words
from blog.challenges.words.taking_part import disqualified_receipt
from blog.core.db import session
from blog.core.i18n import format_datetime_long
from blog.core.portions import rows_in_portions
from blog.mailroom.models import Delivery


def _answers(person: Somebody) -> Iterator[Told]:
    theirs: sa.Select[*tuple[Any, ...]] = (
        sa.select(Entry)
        .where(rows_about(person, Entry))
        .order_by(Entry.received_at.desc(), Entry.id.desc())
        .options(
            joinedload(Entry.challenge),
            joinedload(Entry.delivery).joinedload(Delivery.message),
            joinedload(Entry.confirmation),
            selectinload(Entry.verdicts),
        )
    )
    for rows in rows_in_portions(theirs):
        entries: list[Entry] = [row[0] for row in rows]
        awards = _awards_of([entry.id for entry in entries])
        told = {each.id: told_of(each) for each in {entry.challenge for entry in entries}}
        disqualifications = disqualifications_by_entry([entry.id for entry in entries])
        for entry in entries:
            yield _answer(
                entry,
                awards.get(entry.id),
                told[entry.challenge_id],
                disqualifications.get(entry.id, ()),
            )


def _awards_of(entry_ids: Collection[int]) -> Mapping[int, Award]:
    awards = (
        sa.select(Award)
        .where(Award.entry_id.in_(entry_ids))
        .options(joinedload(Award.challenge), selectinload(Award.steps))
    )
    return {award.entry_id: award for award in session.scalars(awards)}


def _answer(
    entry: Entry, award: Award | None, told: TellsAll | None, disqualifications: Sequence[Disqualification]
) -> Told:
    challenge, message = entry.challenge, entry.delivery.message
    standing = receipt_words(entry, last_judgement(entry), told, award)
    return Told(
        challenge.title,
        address=_address_of(challenge),
        language=challenge.language,
        at=entry.received_at,
        notes=[gettext("entry %(number)s", number=entry.number)],
        asked=as_read(challenge.question_html),
        words=message.text if message else "",
        facts=[
            Fact(gettext("How it stands"), standing),
            *(
                (Fact(gettext("Why the challenge was called off"), challenge.ended_why),)
                if is_called_off(entry)
                else ()
            ),
            *_confirmed(entry.confirmation),
            *_disqualified(disqualifications),
            *(_judged(entry) if told else ()),
            *((Fact(gettext("The roll of honour shows"), entry.honour_name),) if entry.honour_name else ()),
            *((_without_mail(entry.result_unwanted_at),) if entry.result_unwanted_at else ()),
            *(_won(award) if award else ()),
        ],
    )


def _without_mail(since: datetime) -> Fact:
    words = gettext("not mailed to you, as you said on %(instant)s", instant=format_datetime_long(since))
    return Fact(gettext("The result"), words)


def _confirmed(confirmation: EntryConfirmation | None) -> Iterator[Fact]:
    if confirmation is None:
        return
    if confirmation.confirmed_at is None:
        asked = gettext("asked on %(instant)s", instant=format_datetime_long(confirmation.asked_at))
        yield Fact(gettext("Is it yours?"), asked)
        return
    how = confirmed_words(
        ConfirmedBy(confirmation.confirmed_by), format_datetime_long(confirmation.confirmed_at)
    )
    yield Fact(gettext("Is it yours?"), how)


def _judged(entry: Entry) -> Iterator[Fact]:
    for verdict in entry.verdicts:
        verdict_words = gettext(
            "%(verdict)s, on %(instant)s: %(reason)s",
            verdict=judgement_words(Judgement(verdict.judgement)),
            instant=format_datetime_long(verdict.judged_at),
            reason=verdict.reason or "–",
        )
        yield Fact(gettext("Verdict"), verdict_words)


def _disqualified(disqualifications: Sequence[Disqualification]) -> Iterator[Fact]:
    for each in disqualifications:
        words = " ".join(disqualified_receipt(each))
        yield Fact(gettext("Disqualified"), words)
        if each.lifted_at is not None:
            yield Fact(gettext("Takes part again"), format_datetime_long(each.lifted_at))


def _won(award: Award) -> Iterator[Fact]:
    yield Fact(gettext("Prize"), prize_of_rank(award.challenge, award.rank))
    yield Fact(gettext("Announced"), format_datetime_long(award.announced_at))
    if award.is_living:
        shown = award.shown_name or gettext("entry %(number)s", number=award.entry.number)
        yield Fact(gettext("The result shows"), shown)
    if award.agreed_at:
        yield Fact(gettext("Chosen by you"), format_datetime_long(award.agreed_at))
    if award.address:
        yield Fact(gettext("Where it is sent"), award.address)
    if award.tracking:
        yield Fact(gettext("How to follow it"), award.tracking)
    for step in award.steps:
        words = gettext(
            "%(step)s, on %(instant)s",
            step=step_words(AwardStep(step.step)),
            instant=format_datetime_long(step.at),
        )
        yield Fact(gettext("Prize"), f"{words}: {step.reason}" if step.reason else words)


def _verdicts(person: Somebody) -> Iterator[Told]:
    given: sa.Select[*tuple[Any, ...]] = (
        sa.select(Verdict)
        .where(rows_about(person, Verdict), Verdict.judge_id == person.id)
        .order_by(Verdict.id.desc())
        .options(joinedload(Verdict.entry).joinedload(Entry.challenge))
    )
    for rows in rows_in_portions(given):
        for (verdict,) in rows:
            yield _given(verdict)


def _given(verdict: Verdict) -> Told:
    challenge = verdict.entry.challenge
    return Told(
        challenge.title,
        address=_address_of(challenge),
        language=challenge.language,
        at=verdict.judged_at,
        notes=[
            gettext("entry %(number)s", number=verdict.entry.number),
            judgement_words(Judgement(verdict.judgement)),
        ],
        words=verdict.reason,
    )


def _announced(person: Somebody) -> Iterator[Told]:
    """Of others' prizes only which it was, the number of the entry, and when: not who has it, or where they live."""
    theirs = (
        sa.select(AwardStepTaken)
        .join(AwardStepTaken.award)
        .where(
            rows_about(person, AwardStepTaken),
            AwardStepTaken.by_id == person.id,
            AwardStepTaken.step == AwardStep.NOTIFIED,
        )
        .order_by(AwardStepTaken.id.desc())
        .options(
            joinedload(AwardStepTaken.award).options(joinedload(Award.challenge), joinedload(Award.entry))
        )
    )
    for step in session.scalars(theirs):
        award = step.award
        yield Told(
            award.challenge.title,
            address=_address_of(award.challenge),
            language=award.challenge.language,
            at=step.at,
            notes=[
                gettext("prize %(rank)s", rank=award.rank),
                gettext("entry %(number)s", number=award.entry.number),
            ],
        )


def _amended(person: Somebody) -> Iterator[Told]:
    theirs = (
        sa.select(Amendment)
        .where(rows_about(person, Amendment))
        .order_by(Amendment.id.desc())
        .options(joinedload(Amendment.challenge))
    )
    for amendment in session.scalars(theirs):
        yield Told(
            amendment.challenge.title,
            address=_address_of(amendment.challenge),
            language=amendment.challenge.language,
            at=amendment.at,
            words=amendment.reason,
        )


def _disqualifications(person: Somebody) -> Iterator[Told]:
    said = (
        sa.select(Disqualification)
        .where(
            rows_about(person, Disqualification),
            sa.or_(Disqualification.by_id == person.id, Disqualification.lifted_by_id == person.id),
        )
        .order_by(Disqualification.id.desc())
        .options(joinedload(Disqualification.entry).joinedload(Entry.challenge))
    )
    for each in session.scalars(said):
        is_mine = each.by_id == person.id
        lifted = [gettext("takes part again")] if each.lifted_by_id == person.id else []
        yield Told(
            each.entry.challenge.title,
            address=_address_of(each.entry.challenge),
            language=each.entry.challenge.language,
            at=each.at if is_mine else each.lifted_at,
            notes=[
                gettext("entry %(number)s", number=each.entry.number),
                *([disqualified_words(WhyDisqualified(each.reason_code))] if is_mine else []),
                *lifted,
            ],
            words="\n".join(
                filter(None, [each.reason if is_mine else "", each.lifted_why if lifted else ""])
            ),
        )


def _address_of(challenge: Challenge) -> str:
    if challenge.status == ChallengeStatus.DRAFT:
        return ""
    return on_site(url_for("challenges.challenge_detail", slug=challenge.slug))


CHAPTERS = (
    Chapter(
        "answers",
        _("Your answers to challenges"),
        Place.WORDS,
        (Entry, EntryConfirmation, Verdict, Award, AwardStepTaken, Disqualification),
        _answers,
    ),
    Chapter("verdicts", _("Verdicts that you have given"), Place.WORK, (Verdict,), _verdicts),
    Chapter(
        "disqualified",
        _("Entries that you have disqualified, or let take part again"),
        Place.WORK,
        (Disqualification,),
        _disqualifications,
    ),
    Chapter("announced", _("Winners that you have announced"), Place.WORK, (AwardStepTaken,), _announced),
    Chapter("amendments", _("Changes of challenges that you have made"), Place.WORK, (Amendment,), _amended),
)
