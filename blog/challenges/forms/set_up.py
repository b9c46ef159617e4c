"""What an editor decides about a challenge."""

import re
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask_babel import get_locale, get_timezone, gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from blog.challenges.checks import prize_field, rules_field
from blog.challenges.forms.faults import FaultsForm
from blog.challenges.models.challenges import Challenge
from blog.challenges.terms import version_of, words_of
from blog.challenges.values import (
    FIRST_YEAR,
    LAST_YEAR,
    MAX_ATTEMPTS,
    MAX_CLAIM_DAYS,
    MAX_PICTURE_TEXT,
    MAX_PRIZE,
    MAX_PRIZES,
    MAX_REASON,
    MAX_RULES,
    MAX_TITLE,
    PrizeWords,
    RubricItem,
    RulesPart,
    TermsWords,
)
from blog.challenges.words.rules import part_words, usual_rules
from blog.core.pictures import is_whole_digest

# What browsers send for <input type="datetime-local">: with seconds only where somebody gives them.
_LOCAL_TIME = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
# Up to a million, with cents or without; behind them a point or a comma.
_EUROS = re.compile(r"(?:€|EUR)?\s*(\d{1,7})(?:[.,](\d{2}|-))?")
# Of these parts one line is enough.
SHORT_PARTS = frozenset({RulesPart.ORGANISER, RulesPart.ADDRESS})


class LocalTimeField(DateTimeLocalField):
    """An instant as somebody types it in their time zone."""

    def pre_validate(self, form: object) -> None:  # noqa: ARG002 - as WTForms calls it
        """Refuse what is no instant, or two of them; what is stored already is the one that it was."""
        local = self.data
        if local is None or self.is_untouched():
            return
        if not FIRST_YEAR <= local.year <= LAST_YEAR:
            # Years at the ends of the calendar have no equal in every time zone.
            raise ValidationError(
                gettext("Give a year from %(first)d to %(last)d.", first=FIRST_YEAR, last=LAST_YEAR)
            )
        first, second = (local.replace(tzinfo=zone_in_use(), fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return
        if first.astimezone(UTC).astimezone(zone_in_use()).replace(tzinfo=None) == local:
            raise ValidationError(
                gettext("That night the clock goes back, and this time comes twice. Choose another one.")
            )
        raise ValidationError(
            gettext("That night the clock goes forward, and skips this time. Choose another one.")
        )

    def is_untouched(self) -> bool:
        """Whether what was typed is what the form showed, which has no seconds."""
        shown = cast("datetime | None", self.object_data)
        if shown is None or self.data is None:
            return False
        return self.data == shown.replace(tzinfo=None, fold=0, second=0, microsecond=0)

    def instant(self) -> datetime | None:
        """The instant that was typed, in UTC; None for none."""
        local = self.data
        return local.replace(tzinfo=zone_in_use()).astimezone(UTC) if local else None


class OpeningForm(FaultsForm):
    """When a challenge opens by itself."""

    opens_at = LocalTimeField(
        _("Opens at"), format=_LOCAL_TIME, validators=[InputRequired(_("Say when it opens."))]
    )


_WHY = _("Why")


def _reason_needed() -> list[InputRequired | Length]:
    return [InputRequired(_("Say why: everybody reads it who has taken part.")), Length(max=MAX_REASON)]


class CloseForm(FaultsForm):
    """Why a challenge closes before the time that was promised; nothing where none was."""

    reason = TextAreaField(_WHY, [Length(max=MAX_REASON)], id="why_closed")


class CancelForm(FaultsForm):
    """Why a challenge is called off."""

    reason = TextAreaField(_WHY, _reason_needed(), id="why_called_off")


class NoWinnerForm(FaultsForm):
    """Why a challenge ends without somebody who wins."""

    reason = TextAreaField(_WHY, _reason_needed(), id="why_nobody")


def _ways_to_judge() -> list[tuple[str, str]]:
    return [("1", gettext("One person judges")), ("2", gettext("Two people judge, and have to agree"))]


def _is_amount(_form: object, field: Field) -> None:
    """Whether what was typed is an amount in euros."""
    if cast("str | None", field.data) and cents_in(field.data) is None:
        raise ValidationError(gettext("Give an amount in euros, like 24.95."))


class _PrizesForm(FaultsForm):
    """What there is to win.

    Fields are made in the order of the page, for in that order it is told what is wrong with them.
    """

    title = StringField(_("Title"), [InputRequired(_("Give it a title.")), Length(max=MAX_TITLE)])


for _rank in range(1, MAX_PRIZES + 1):
    setattr(_PrizesForm, prize_field("prize", _rank), StringField(_("Prize"), [Length(max=MAX_PRIZE)]))
    setattr(_PrizesForm, prize_field("value", _rank), StringField(_("Value in euros"), [_is_amount]))
    setattr(_PrizesForm, prize_field("picture", _rank), FileField(_("Picture")))
    setattr(
        _PrizesForm,
        prize_field("picture_text", _rank),
        StringField(_("What the picture shows"), [Length(max=MAX_PICTURE_TEXT)]),
    )
    setattr(_PrizesForm, prize_field("kept", _rank), HiddenField())
    setattr(_PrizesForm, prize_field("no_picture", _rank), BooleanField(_("Take the picture away")))


class _TermsForm(_PrizesForm):
    """How one takes part, and how it is judged."""

    closes_at = LocalTimeField(_("Answers count until"), format=_LOCAL_TIME, validators=[Optional()])
    attempts = IntegerField(
        _("Tries of each person"),
        [Optional(), NumberRange(1, MAX_ATTEMPTS, _("Give a number from 1 to 1000, or leave it empty."))],
    )
    claim_days = IntegerField(
        _("Days to claim a prize"),
        [NumberRange(1, MAX_CLAIM_DAYS, _("Give a number from 1 to 90."))],
    )
    judges = RadioField(_("Judges"), choices=_ways_to_judge, default="1")
    rubric = TextAreaField(_("What judges look at"), [Length(max=MAX_RULES)])


for _part in RulesPart:
    _kind = StringField if _part in SHORT_PARTS else TextAreaField
    setattr(_TermsForm, rules_field(_part), _kind(_part.value, [Length(max=MAX_RULES)]))


class SetUpForm(_TermsForm):
    """What an editor decides about a challenge; the question is written in the article.

    Whatever is not sent stays as it is, so a program need not know all of it.
    """

    judge_again = BooleanField(_("Judge all answers again"))
    reason = TextAreaField(_("Why it changes"), [Length(max=MAX_REASON)])
    # Of the terms that whoever fills it in had before their eyes.
    seen = HiddenField()

    def closing_instant(self, stored: datetime | None) -> datetime | None:
        """The closing time that was typed, in UTC; None for none. What is `stored`, to the second, if not touched."""
        return stored if self.closes_at.is_untouched() else self.closes_at.instant()

    def words(self, challenge: Challenge) -> TermsWords:
        """The terms as they were filled in."""
        stored = words_of(challenge)
        return TermsWords(
            title=self.title.data or "",
            prizes=[words for rank in range(1, MAX_PRIZES + 1) if (words := self._prize(rank)) is not None],
            closes_at=self.closing_instant(stored.closes_at),
            attempts=self.attempts.data,
            judges=int(self.judges.data or 1),
            claim_days=self.claim_days.data or 0,
            rules={part.value: cast("str | None", self[rules_field(part)].data) or "" for part in RulesPart},
            rubric=_rubric_in(self.rubric.data or ""),
        )

    def pictures_sent(self) -> list[tuple[int, FileStorage]]:
        """The files that were chosen, by the rank of their prizes."""
        fields = ((rank, self[prize_field("picture", rank)].data) for rank in range(1, MAX_PRIZES + 1))
        return [(rank, data) for rank, data in fields if isinstance(data, FileStorage) and data.filename]

    def keep_picture(self, rank: int, digest: str) -> None:
        """Note under which digest a picture was kept: it stays chosen, also when something else is wrong."""
        self[prize_field("kept", rank)].data = digest

    def refuse_picture(self, rank: int, fault: str) -> None:
        """Tell at a picture why it cannot be shown."""
        field = self[prize_field("picture", rank)]
        field.errors = [*field.errors, fault]

    def ranks(self, stored: int) -> range:
        """The ranks of the prizes that the page shows: what there is, what was typed, and one more."""
        typed = [rank for rank in range(1, MAX_PRIZES + 1) if self._has(rank)]
        return range(1, min(max([stored, *typed, 0]) + 1, MAX_PRIZES) + 1)

    def _has(self, rank: int) -> bool:
        # A picture alone is what is left of a prize whose words were taken out.
        names = ("prize", "value", "picture_text")
        return any(self[prize_field(name, rank)].data for name in names)

    def _prize(self, rank: int) -> PrizeWords | None:
        if not self._has(rank):
            return None
        is_taken_away = bool(self[prize_field("no_picture", rank)].data)
        return PrizeWords(
            title=cast("str | None", self[prize_field("prize", rank)].data) or "",
            value_cents=cents_in(cast("str | None", self[prize_field("value", rank)].data) or ""),
            picture=None if is_taken_away else self.picture_of(rank),
            picture_text=cast("str | None", self[prize_field("picture_text", rank)].data) or "",
        )

    def picture_of(self, rank: int) -> str | None:
        """The digest of the picture that a prize has, or was sent with; None for none, or what is no digest."""
        digest = cast("str | None", self[prize_field("kept", rank)].data) or ""
        return digest if is_whole_digest(digest) else None


def set_up_form_for(challenge: Challenge) -> SetUpForm:
    """The form that shows a challenge; of a request that posts it, it holds what was typed."""
    return _labelled(SetUpForm(data=_set_up_of(challenge)))


def stored_set_up_form(challenge: Challenge) -> SetUpForm:
    """The form that shows a challenge as it stands, also in a request that posts something else."""
    return _labelled(SetUpForm(formdata=None, data=_set_up_of(challenge)))


def zone_in_use() -> ZoneInfo:
    """The time zone in which this person types and reads."""
    return ZoneInfo(str(get_timezone()))


def cents_in(text: str) -> int | None:
    """An amount in euros as somebody types it (`24,95`, `€ 25`), in cents; None for none, or what is no amount."""
    found = _EUROS.fullmatch(text.strip())
    if found is None:
        return None
    cents = found[2] if found[2] and found[2] != "-" else "0"
    return int(found[1]) * 100 + int(cents)


def _labelled(form: SetUpForm) -> SetUpForm:
    """The parts of the rules are called what they are everywhere, in the language in use."""
    for part in RulesPart:
        form[rules_field(part)].label.text = part_words(part)
    return form


def _typed_amount(cents: int | None) -> str:
    if cents is None:
        return ""
    locale = get_locale()
    point = "," if locale is not None and locale.language == "nl" else "."
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100}{point}{cents % 100:02}"


def _rubric_in(text: str) -> list[RubricItem]:
    lines = [line.partition(":") for line in text.splitlines() if line.strip()]
    return [RubricItem(code.strip(), words.strip()) for code, _colon, words in lines]


def _set_up_of(challenge: Challenge) -> dict[str, object]:
    words = words_of(challenge)
    values: dict[str, object] = {
        "title": words.title,
        "closes_at": words.closes_at.astimezone(zone_in_use()) if words.closes_at else None,
        "attempts": words.attempts,
        "judges": str(words.judges),
        "claim_days": words.claim_days,
        "rubric": "\n".join(f"{item.code}: {item.words}" for item in words.rubric),
        "seen": version_of(challenge),
    }
    for rank, prize in enumerate(words.prizes, start=1):
        values[prize_field("prize", rank)] = prize.title
        values[prize_field("value", rank)] = _typed_amount(prize.value_cents)
        values[prize_field("picture_text", rank)] = prize.picture_text
        values[prize_field("kept", rank)] = prize.picture or ""
    # One that was opened before challenges had rules is shown the usual ones to begin with.
    rules = {**usual_rules(challenge.language), **words.rules}
    return values | {rules_field(part): rules[part] for part in RulesPart}
