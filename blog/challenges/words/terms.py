"""What was changed of the terms of a challenge, in words for everybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _

from blog.challenges.models.challenges import Amendment
from blog.challenges.values import Phase, RulesPart
from blog.challenges.words.rules import euros, part_words
from blog.core.i18n import format_datetime_long
from blog.core.markdown.text import plain_text


def phase_words(phase: Phase) -> str:
    """What a challenge is, for everybody."""
    return {
        Phase.DRAFT: _("draft"),
        Phase.SCHEDULED: _("scheduled"),
        Phase.OPEN: _("open"),
        Phase.CLOSED: _("closed"),
        Phase.JUDGING: _("the answers are being read"),
        Phase.SETTLING: _("settling"),
        Phase.PROVISIONAL: _("the result is being verified"),
        Phase.FINAL: _("decided"),
        Phase.NO_WINNER: _("without a winner"),
        Phase.CANCELLED: _("cancelled"),
    }[phase]


def phase_sentence(phase: Phase) -> str:
    """What that means, and what comes next; nothing where the page says it in another way."""
    return {
        Phase.JUDGING: _("The answers are judged in order of arrival. The result will stand here."),
        Phase.SETTLING: _(
            "All answers that have arrived are judged. Mail that was sent in time may still be under way, or a sender "
            "has still to confirm an answer; after that the result will stand here."
        ),
        Phase.CLOSED: _("The result will stand here."),
        # Also while a prize has come back to us, and the next winner is looked for.
        Phase.PROVISIONAL: _("The result will stand here as soon as it is certain."),
        Phase.NO_WINNER: _("Nobody has won."),
        Phase.CANCELLED: _("It was called off."),
    }.get(phase, "")


def change_words(amendment: Amendment) -> Sequence[str]:
    """What an amendment has changed, one sentence for each thing. Of the answer key only that it is another."""
    changes: Mapping[str, Any] = amendment.changes
    told = [_change(name, values) for name, values in sorted(changes.items())]
    if amendment.rejudge:
        told.append(_("All answers are judged again; earlier verdicts no longer count."))
    return told


def _change(name: str, values: list[Any] | None) -> str:
    what, _dot, part = name.partition(".")
    before, now = values or (None, None)
    if what == "rules":
        return _(
            "Under “%(part)s” the rules said: “%(before)s” Now they say: “%(now)s”",
            part=part_words(RulesPart(part)),
            before=before or _("nothing"),
            now=now or _("nothing"),
        )
    return {
        "answer": lambda: _("The key to the answer was corrected."),
        "attempts": lambda: _(
            "Tries of each person: %(before)s, now %(now)s.", before=_tries(before), now=_tries(now)
        ),
        "claim_days": lambda: _("Days to claim a prize: %(before)s, now %(now)s.", before=before, now=now),
        "closes_at": lambda: _(
            "Answers count until: %(before)s, now %(now)s.", before=_time(before), now=_time(now)
        ),
        "judges": lambda: _("Judges: %(before)s, now %(now)s.", before=before, now=now),
        "language": lambda: _("Its language is another."),
        "prizes": lambda: _prize_change(before, now),
        "question": lambda: _question_change(before, now),
        "rubric": lambda: _(
            "What judges look at was: %(before)s. Now it is: %(now)s.",
            before=_rubric(before),
            now=_rubric(now),
        ),
        "title": lambda: _("The title was “%(before)s”, and is now “%(now)s”.", before=before, now=now),
    }[what]()


def _tries(number: int | None) -> str:
    return _("as many as they like") if number is None else str(number)


def _time(instant: str | None) -> str:
    return format_datetime_long(datetime.fromisoformat(instant)) if instant else _("no closing time")


def _prize_change(before: object, now: object) -> str:
    if _prizes(before) == _prizes(now):
        return _("The prizes are the same; a picture of one of them was changed, or what is said of it.")
    return _("The prizes were %(before)s; now they are %(now)s.", before=_prizes(before), now=_prizes(now))


def _prizes(prizes: object) -> str:
    named = cast("list[tuple[str, int | None]]", prizes or [])
    return ", ".join(
        title if cents is None else f"{title} ({euros(cents)})" for title, cents, *_picture in named
    )


def _question_change(before: str | None, now: str | None) -> str:
    was, is_now = (plain_text(html or "") for html in (before, now))
    if was == is_now:
        return _("The question was edited; its words are the same.")
    return _("The question was: “%(before)s” Now it is: “%(now)s”", before=was, now=is_now)


def _rubric(items: object) -> str:
    named = cast("list[Mapping[str, str]]", items or [])
    return "; ".join(item["words"] for item in named) or _("nothing in particular")
