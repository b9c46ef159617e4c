"""The rule of a challenge as an editor writes it."""

from collections.abc import Callable, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from blog.challenges.automatic import parts_of, samples_of
from blog.challenges.forms.faults import FaultsForm
from blog.challenges.models.challenges import Challenge
from blog.challenges.rules.faults import RuleFault
from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Kind, Mode, Number, OnDate, Pattern, Rule
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.samples import Sample
from blog.challenges.rules.tokens import Language
from blog.challenges.rules.typed import shown_number, typed_date, typed_number
from blog.challenges.values import MAX_REASON
from blog.challenges.words.answer_rule import EXAMPLE_NUMBER, fault_words

_Reader = Callable[[str, Language, str], str]

NO_RULE = ""
_MAX_LINES = 5000
_MAX_LINE = 500


def _kinds() -> dict[str, str]:
    return {
        NO_RULE: gettext("no rule: people judge"),
        Exact.kind: gettext("exactly this answer"),
        AnyOf.kind: gettext("one of these answers"),
        Keywords.kind: gettext("all of these words"),
        Number.kind: gettext("a number"),
        OnDate.kind: gettext("a date"),
        Pattern.kind: gettext("a pattern (RE2)"),
    }


def _modes() -> dict[str, str]:
    return {
        str(Mode.PROPOSES): gettext("It tells the judge what it finds"),
        str(Mode.DECIDES): gettext(
            "It gives the verdict of what is plainly right or wrong; people judge the rest"
        ),
    }


class RuleForm(FaultsForm):
    """A rule: its kind, what that kind needs, the samples on which it is tried, and what it may do.

    Its numbers and its day are typed as in `language`, that of the challenge.
    """

    language = Language.DUTCH

    kind = SelectField(_("Kind of rule"), choices=_kinds)
    answer = StringField(_("The answer"), [Length(max=_MAX_LINE)])
    answers = TextAreaField(_("The answers"), [Length(max=_MAX_LINES)])
    keywords = TextAreaField(_("The words"), [Length(max=_MAX_LINES)])
    value = StringField(_("The number"), [Length(max=80)])
    tolerance = StringField(_("How far from it an answer may be"), [Length(max=80)])
    unit = StringField(_("Unit"), [Length(max=20)])
    date = StringField(_("The day"), [Length(max=20)])
    pattern = StringField(_("The pattern"), [Length(max=_MAX_LINE)])
    keep_accents = BooleanField(_("Accents make a difference"))
    mode = RadioField(_("What the rule does"), choices=_modes, default=str(Mode.PROPOSES))
    accepted = TextAreaField(_("Answers that are correct"), [Length(max=_MAX_LINES)])
    rejected = TextAreaField(_("Answers that are not correct"), [Length(max=_MAX_LINES)])
    reason = TextAreaField(_("Why it changes"), [Length(max=MAX_REASON)])

    @property
    def example_number(self) -> str:
        """A number as it is to be typed."""
        return shown_number(EXAMPLE_NUMBER, self.language)

    def rule(self) -> Rule | None:
        """The rule that was written; None for none."""
        if self.kind.data == NO_RULE:
            return None
        options = Options(self.language, bool(self.keep_accents.data))
        mode = Mode.DECIDES if self.mode.data == Mode.DECIDES else Mode.PROPOSES
        return Rule(self._kind(), options, mode)

    def validate_value(self, field: Field) -> None:
        """The number of a rule, as it is written in the language of the challenge."""
        self._check(Number.kind, typed_number, field)

    def validate_tolerance(self, field: Field) -> None:
        """The distance, written in the same way."""
        self._check(Number.kind, typed_number, field)

    def validate_date(self, field: Field) -> None:
        """The day of a rule, as it is written in the language of the challenge."""
        self._check(OnDate.kind, typed_date, field)

    def samples(self) -> Sequence[Sample]:
        """What it is to be tried on: each line is an answer."""
        return [
            *(Sample(line, accepted=True) for line in _lines(self.accepted.data)),
            *(Sample(line, accepted=False) for line in _lines(self.rejected.data)),
        ]

    def _kind(self) -> Kind:
        match self.kind.data:
            case AnyOf.kind:
                return AnyOf(tuple(_lines(self.answers.data)))
            case Keywords.kind:
                words = (_forms(line) for line in _lines(self.keywords.data))
                return Keywords(tuple(words))
            case Number.kind:
                tolerance = self._read(typed_number, self.tolerance) if _typed(self.tolerance.data) else "0"
                return Number(self._read(typed_number, self.value), tolerance, _typed(self.unit.data))
            case OnDate.kind:
                return OnDate(self._read(typed_date, self.date))
            case Pattern.kind:
                return Pattern(self.pattern.data or "")
            case _:
                return Exact(_typed(self.answer.data))

    def _read(self, read: _Reader, field: Field) -> str:
        """What was typed, in the form that rules have; empty, which is in no rule, when it cannot be understood."""
        try:
            return read(_typed(field.data), self.language, field.name)
        except RuleFault:
            return ""

    def _check(self, kind: str, read: _Reader, field: Field) -> None:
        try:
            if self.kind.data == kind:
                read(_typed(field.data), self.language, field.name)
        except RuleFault as fault:
            raise ValidationError(fault_words(fault.why, fault.detail, self.language)) from fault


def rule_form_for(challenge: Challenge) -> RuleForm:
    """The form that shows the rule of a challenge; of a request that posts it, it holds what was typed."""
    stored = dict(parts_of(challenge))
    samples, language = samples_of(challenge), Language(challenge.language)
    form = RuleForm(
        data={
            **{name: stored.get(name, "") for name in ("answer", "unit", "date", "pattern")},
            **{name: shown_number(stored.get(name, ""), language) for name in ("value", "tolerance")},
            "kind": stored.get("kind", NO_RULE),
            "answers": "\n".join(stored.get("answers", ())),
            "keywords": "\n".join(" / ".join(forms) for forms in stored.get("keywords", ())),
            "keep_accents": stored.get("keep_accents", False),
            "mode": stored.get("mode", str(Mode.PROPOSES)),
            "accepted": "\n".join(each.text for each in samples if each.accepted),
            "rejected": "\n".join(each.text for each in samples if not each.accepted),
        }
    )
    form.language = language
    return form


def _typed(text: str | None) -> str:
    return (text or "").strip()


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _forms(line: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in line.split("/") if form.strip())
