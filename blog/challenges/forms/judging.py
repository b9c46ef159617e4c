"""What judges say, and what editors say of who may take part."""

import re

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from blog.challenges.forms.faults import FaultsForm
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.verdicts import MAX_ALIKE, Sight
from blog.challenges.values import MAX_REASON, Judgement, Opinion, Seen, WhyDisqualified
from blog.challenges.words.judging import disqualified_words
from blog.challenges.words.states import judgement_words

_SEEN = re.compile(r"([0-9]{1,9})\.([0-9]{1,18})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def _judgements() -> dict[str, str]:
    return {judgement.value: judgement_words(judgement) for judgement in Judgement}


def reasons_to_disqualify() -> list[tuple[str, str]]:
    """What an editor chooses from when an entry cannot take part; nothing is chosen at first."""
    return [("", "–"), *((why.value, disqualified_words(why)) for why in WhyDisqualified)]


class VerdictForm(FaultsForm):
    """What a judge says; the button that was pressed is the judgement.

    `seen` is what stood before them, and `alike` the numbers of the answers that were offered as written alike.
    """

    judgement = SelectField(_("Verdict"), choices=_judgements)
    rubric = SelectMultipleField(
        _("What you see in it"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    reason = TextAreaField(_("Reason"), [Length(max=MAX_REASON)])
    together = BooleanField(_("Give them the same verdict"))
    seen = HiddenField()
    alike = HiddenField()

    def opinion(self) -> Opinion:
        """What was said, once the form is valid."""
        return Opinion(
            Judgement(self.judgement.data),
            self.reason.data or "",
            tuple(dict.fromkeys(self.rubric.data or ())),
        )

    def what_was_seen(self) -> Seen | None:
        """What stood before the judge; None where the form does not say."""
        match = _SEEN.fullmatch(self.seen.data or "")
        return Seen(int(match[1]), int(match[2])) if match else None

    def numbers(self) -> list[int]:
        """The entries that get the same verdict."""
        if not self.together.data:
            return []
        return [int(each) for each in _NUMBER.findall(self.alike.data or "")[:MAX_ALIKE]]

    def show(self, challenge: Challenge, sight: Sight, alike: list[int], *, is_told: bool) -> None:
        """Let it stand for what its judge has before them now. What they typed and ticked stays.

        A form that was sent goes on standing for what they had before them then, until they are told what is different.
        """
        self.rubric.choices = [(item["code"], item["words"]) for item in challenge.rubric]
        if not self.is_submitted() and sight.mine is not None:
            self.rubric.data = list(sight.mine.rubric)
        if is_told or not self.seen.data:
            self.seen.data = f"{sight.seen.terms}.{sight.seen.verdict}"
        self.alike.data = " ".join(map(str, alike))


class DisqualifyForm(FaultsForm):
    """Why an entry cannot take part."""

    code = SelectField(_("Why"), choices=reasons_to_disqualify, validate_choice=False)
    reason = TextAreaField(_("In your own words"), [Length(max=MAX_REASON)], id="disqualify-reason")


class ReinstateForm(FaultsForm):
    """Why it can take part after all."""

    reason = TextAreaField(
        _("Why it can take part after all"), [Length(max=MAX_REASON)], id="reinstate-reason"
    )
