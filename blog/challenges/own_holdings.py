"""What challenges hold of a person: as somebody who took part, and as somebody who judged."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.holdings import Erased, Holding, NotPersonal, Somebody, Stays
from blog.challenges.erasing import erase_from_challenges, withdraw_latest
from blog.challenges.models.awards import Award, AwardStepTaken
from blog.challenges.models.challenges import Amendment, Challenge, Prize
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry, EntryConfirmation, Verdict
from blog.challenges.models.ledger import (
    LedgerBlock,
    LedgerCheckpoint,
    LedgerLeaf,
    LedgerRefusal,
    LedgerStamp,
)
from blog.challenges.values import OVER
from blog.mailroom.own_holdings import sent_by


def _entered(person: Somebody) -> sa.ColumnElement[bool]:
    return Entry.delivery_id.in_(sent_by(person))


def _decided_entries_of(person: Somebody) -> sa.Select[int]:
    """Of verdicts somebody is told when it is over: before that not even two judges know each other's."""
    over = sa.select(Challenge.id).where(Challenge.status.in_(OVER))
    return sa.select(Entry.id).where(_entered(person), Entry.challenge_id.in_(over))


HOLDINGS = (
    Holding(
        Entry,
        _("Your answers to challenges"),
        _entered,
        Erased(erase_from_challenges, withdraw_latest),
        # What its verdicts come to is told to nobody before the winner is announced; nor is which answers are alike.
        frozenset({"token_digest", "ruling", "sender", "answer_key"}),
    ),
    Holding(
        Verdict,
        _("Verdicts on your answers, and those that you have given"),
        lambda person: sa.or_(
            Verdict.judge_id == person.id, Verdict.entry_id.in_(_decided_entries_of(person))
        ),
        # Judging is blind: a verdict names neither who answered nor, once its judge has left, who judged. Its reason is
        # what a judge has typed, so it may refer to somebody all the same.
        Erased(erase_from_challenges),
        frozenset({"judge_id", "reason_salt"}),
    ),
    Holding(
        Award,
        # Of those that they have announced they find what they did for them below, and nothing of whose they are.
        _("Prizes that you have won"),
        lambda person: Award.entry_id.in_(sa.select(Entry.id).where(_entered(person))),
        Erased(erase_from_challenges, withdraw_latest),
        frozenset({"announced_by_id", "code_digest", "letter_id"}),
    ),
    Holding(
        AwardStepTaken,
        _("How your prizes have come to you, and what you did for those of others"),
        lambda person: sa.or_(
            AwardStepTaken.by_id == person.id,
            AwardStepTaken.award_id.in_(
                sa.select(Award.id).join(Entry, Entry.id == Award.entry_id).where(_entered(person))
            ),
        ),
        # Like a verdict it names nobody any more; its reason is what an editor has typed.
        Erased(erase_from_challenges),
        frozenset({"by_id", "reason_salt"}),
    ),
    Holding(
        EntryConfirmation,
        _("Whether you were asked to confirm that they are yours, and did"),
        lambda person: EntryConfirmation.entry_id.in_(sa.select(Entry.id).where(_entered(person))),
        # What is left says of an entry without a name that it was confirmed.
        Erased(erase_from_challenges),
        frozenset({"code_digest"}),
    ),
    Holding(
        Amendment,
        _("Changes of challenges that you have made"),
        lambda person: Amendment.by_id == person.id,
        Stays("Everybody is told what was changed and why, and nobody by whom."),
        frozenset({"by_id"}),
    ),
    Holding(
        Disqualification,
        _("Whether one of your answers could not take part, and what you have said of those of others"),
        lambda person: sa.or_(
            Disqualification.by_id == person.id,
            Disqualification.lifted_by_id == person.id,
            Disqualification.entry_id.in_(sa.select(Entry.id).where(_entered(person))),
        ),
        Erased(erase_from_challenges),
        # Its sender reads why, and not who. The salts are for the ledger.
        frozenset({"by_id", "lifted_by_id", "reason_salt", "lifted_salt"}),
    ),
    NotPersonal(Challenge, "a question, prizes and times"),
    NotPersonal(Prize, "what can be won"),
    NotPersonal(LedgerLeaf, "hashes, numbers, times and verdicts; what leads to a message goes with it"),
    NotPersonal(LedgerBlock, "hashes"),
    NotPersonal(LedgerCheckpoint, "a hash and a signature"),
    NotPersonal(LedgerStamp, "what somebody else says of a hash"),
    NotPersonal(LedgerRefusal, "how many messages were refused"),
)
