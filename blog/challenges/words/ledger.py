"""What the rows of a ledger say, for whoever reads them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from blog.challenges.ledger.leaves import Kind
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.values import AwardStep, Ending, Ineligible, Judgement
from blog.challenges.words.states import ineligible_words, judgement_words
from blog.core.i18n import format_datetime_long
from blog.mailroom.values import Door, RefusalReason

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row as the page of a ledger draws it. `sealed`: there is more in it, which is not opened yet."""

    position: int
    words: str
    at: datetime
    hash: str
    kind: str
    sealed: bool


def shown_row(row: LedgerLeaf, *, is_over: bool) -> ShownRow:
    """A row in words; once the challenge is over with what was sealed in it."""
    leaf = json.loads(row.leaf)
    opened = json.loads(row.sealed) if is_over and row.sealed is not None else None
    return ShownRow(
        position=row.position,
        words=row_words(Kind(row.kind), leaf, opened),
        at=row.at,
        hash=row.hash.hex(),
        kind=row.kind,
        sealed=row.sealed is not None and opened is None,
    )


def row_words(kind: Kind, leaf: Said, opened: Said | None) -> str:
    """What a row says; with what was sealed in it, where that is `opened`."""
    if kind is Kind.STANDING:
        return _standing(leaf["number"], opened)
    if kind is Kind.VERDICT:
        return _verdict(leaf["number"], opened)
    if kind is Kind.AWARD:
        return _award(opened)
    return {
        Kind.OPENED: _opened,
        Kind.ENTRY: _entry,
        Kind.REFUSED: _refused,
        Kind.AMENDED: _amended,
        Kind.CLOSED: _closed,
        Kind.ENDED: _ended,
        Kind.KEY: _key,
        Kind.ANCHOR: _anchor,
        Kind.RESTORED: _restored,
    }[kind](leaf)


def _opened(leaf: Said) -> str:
    if leaf["closes_at"] is None:
        return _("The challenge opened. Its prizes, its rules and its answer are fixed from here on.")
    return _(
        "The challenge opened, until %(instant)s. Its prizes, its rules and its answer are fixed from here on.",
        instant=_instant(leaf["closes_at"]),
    )


def _entry(leaf: Said) -> str:
    if leaf["door"] == Door.FORM:
        return _("Entry %(number)s arrived: typed on the page.", number=leaf["number"])
    return _("Entry %(number)s arrived by mail.", number=leaf["number"])


def _refused(leaf: Said) -> str:
    return ngettext(
        "%(num)s message was not taken: %(why)s.",
        "%(num)s messages were not taken: %(why)s.",
        leaf["count"],
        why=refusal_words(leaf["why"]),
    )


def _amended(leaf: Said) -> str:
    told = leaf["reason"]
    if leaf["rejudge"]:
        words = _("The terms were changed, and every entry is judged again.")
    else:
        words = _("The terms were changed.")
    return f"{words} {told}".rstrip()


def _closed(leaf: Said) -> str:
    return _(
        "The challenge closed: what came at %(instant)s or later is late.",
        instant=_instant(leaf["closes_at"]),
    )


def _ended(leaf: Said) -> str:
    how = Ending(leaf["how"])
    if how is Ending.FINAL:
        numbers = [str(each["number"]) for each in leaf["winners"]]
        words = ngettext(
            "The challenge is over. Entry %(numbers)s has won. All that was sealed is opened.",
            "The challenge is over. The entries %(numbers)s have won. All that was sealed is opened.",
            len(numbers),
            numbers=", ".join(numbers),
        )
    elif how is Ending.NO_WINNER:
        words = _("The challenge is over, without a winner. All that was sealed is opened.")
    else:
        words = _("The challenge was cancelled. All that was sealed is opened.")
    return f"{words} {leaf['reason'] or ''}".rstrip()


def _key(_leaf: Said) -> str:
    return _("From here on another key signs the checkpoints.")


def _anchor(leaf: Said) -> str:
    return ngettext(
        "%(authority)s has stamped the checkpoint over the first row.",
        "%(authority)s has stamped the checkpoint over the first %(num)s rows.",
        leaf["size"],
        authority=leaf["authority"],
    )


def _restored(leaf: Said) -> str:
    words = ngettext(
        "An older copy of the database was put back. %(num)s row had been signed by %(instant)s, and is lost.",
        "An older copy of the database was put back. %(num)s rows had been signed by %(instant)s, and not all of "
        "them are here.",
        leaf["size"],
        instant=_instant(leaf["signed_at"]),
    )
    return f"{words} {leaf['reason']}"


def _standing(number: int, opened: Said | None) -> str:
    if opened is None:
        return _("Entry %(number)s was looked at: it is settled whether it can win.", number=number)
    if not opened["eligible"]:
        why = ineligible_words(Ineligible(opened["why"] or Ineligible.EMPTY))
        return _("Entry %(number)s cannot win: %(why)s.", number=number, why=why)
    if not opened["proven"]:
        return _("Entry %(number)s can win once its sender has confirmed it.", number=number)
    return _("Entry %(number)s can win.", number=number)


def _verdict(number: int, opened: Said | None) -> str:
    if opened is None:
        return _("Somebody judged entry %(number)s.", number=number)
    verdict = judgement_words(Judgement(opened["judgement"]))
    if opened["judge"] == "rule":
        return _("The rule judged entry %(number)s: %(verdict)s.", number=number, verdict=verdict)
    return _(
        "Judge %(judge)s on entry %(number)s: %(verdict)s.",
        judge=opened["judge"].removeprefix("j"),
        number=number,
        verdict=verdict,
    )


def _award(opened: Said | None) -> str:
    if opened is None:
        return _("Something was settled about a prize.")
    values = {"prize": opened["prize"], "number": opened["number"]}
    return {
        AwardStep.NOTIFIED: _("Prize %(prize)s goes to entry %(number)s, whose sender was told.", **values),
        AwardStep.CLAIMED: _("The sender of entry %(number)s claimed prize %(prize)s.", **values),
        AwardStep.SENT: _("Prize %(prize)s was sent to the sender of entry %(number)s.", **values),
        AwardStep.RECEIVED: _("Prize %(prize)s has reached the sender of entry %(number)s.", **values),
        AwardStep.DECLINED: _("The sender of entry %(number)s does not want prize %(prize)s.", **values),
        AwardStep.EXPIRED: _("Nobody claimed prize %(prize)s for entry %(number)s in time.", **values),
        AwardStep.DISQUALIFIED: _("Entry %(number)s was disqualified and loses prize %(prize)s.", **values),
        AwardStep.REVOKED: _("Prize %(prize)s was taken back from entry %(number)s.", **values),
    }[AwardStep(opened["step"])]


def refusal_words(why: str) -> str:
    """Why a door did not take a message, in a few words, for whoever sent it."""
    return {
        RefusalReason.NO_SUCH_ADDRESS: _("there was no such address"),
        RefusalReason.TOO_LARGE: _("too large"),
        RefusalReason.TOO_MANY: _("too many at once"),
        RefusalReason.TOO_SLOW: _("its end did not come"),
        RefusalReason.NO_ROOM: _("there was no room, so it was to come again"),
        RefusalReason.NOT_PROVEN: _("it was not shown who brought it"),
        RefusalReason.BROKEN: _("it was broken"),
        RefusalReason.NOT_GIVEN: _("the mailbox did not hand it over"),
        RefusalReason.OUR_FAULT: _("a fault of ours, so it was to come again"),
    }[RefusalReason(why)]


def _instant(text: str) -> str:
    return format_datetime_long(datetime.fromisoformat(text))
