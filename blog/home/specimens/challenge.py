"""The challenges of the style guide: posters in every state, what a judge sees, and receipts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import BooleanField, Form, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from blog.challenges.queries.awards import Result
from blog.challenges.queries.outcomes import Passed
from blog.challenges.values import Judgement, Phase
from blog.challenges.views.shown import ShownChallenge, ShownPrize
from blog.challenges.words.outcomes import before_words
from blog.challenges.words.states import judgement_words
from blog.challenges.words.terms import phase_sentence, phase_words
from blog.home.specimens.words import ARABIC_NAME, ARABIC_SENTENCE, Words

_MANY = 12_000
_DOMAIN = "answers.example.org"


@dataclass(frozen=True, slots=True)
class Poster:
    """A challenge in one state. With `before_words` the result gives the whole account."""

    name: str
    challenge: ShownChallenge
    note: str = ""
    before_words: Sequence[str] = ()
    is_right_to_left: bool = False


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who gave a verdict."""

    name: str


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """What a judge said of an entry, with the names that `Verdict` has."""

    judgement: Judgement
    judge: Judge | None
    judged_at: datetime
    reason: str
    judge_label: str = "j1"
    rubric: Sequence[str] = ()


class TicksForm(Form):
    """What a judge ticks beside the verdict."""

    rubric = SelectMultipleField(
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    together = BooleanField()


@dataclass(frozen=True, slots=True)
class ChallengeSpecimens:
    """All that the part of the style guide shows."""

    posters: Sequence[Poster]
    wall: Sequence[ShownChallenge]
    verdicts: Sequence[GivenVerdict]
    judgement_words: Callable[[Judgement], str]
    rubric: Mapping[str, str]
    ticks: TicksForm
    same: Sequence[tuple[int, str, str]]
    url_of: Callable[[int], str]
    attachments: Sequence[tuple[str, int, str]]
    raw: str
    received_at: datetime


def challenge_specimens(words: Words, now: datetime) -> ChallengeSpecimens:
    """The challenges of a page in the language of `words`, seen from `now`."""
    return ChallengeSpecimens(
        posters=[*_open_posters(words, now), *_ended_posters(words, now)],
        wall=[
            replace(
                _challenge(words, f"wall-{number}", closes_at=now + timedelta(days=number)),
                title=f"{words.title} ({number})",
            )
            for number in (1, 2)
        ],
        verdicts=[
            GivenVerdict(Judgement.UNCLEAR, None, now - timedelta(hours=3), words.paragraph),
            GivenVerdict(
                Judgement.INCORRECT, Judge(words.long_name), now - timedelta(hours=2), words.unbroken
            ),
            GivenVerdict(
                Judgement.CORRECT, Judge(words.name), now - timedelta(minutes=4), "", rubric=["long"]
            ),
            GivenVerdict(Judgement.CORRECT, None, now - timedelta(minutes=3), "", judge_label="rule"),
        ],
        rubric={"long": words.long_title},
        judgement_words=judgement_words,
        ticks=_ticks(words),
        same=[(2, words.sentence, ""), (5, words.sentence.upper(), words.title), (8, words.unbroken, "")],
        url_of=lambda number: f"#entry-{number}",
        attachments=[("image/png", 48_213, "#guide-challenge")],
        raw=f"Subject: {words.title}\nContent-Type: text/plain; charset=utf-8\n\n{words.sentence}\n{words.unbroken}\n",
        received_at=now - timedelta(hours=5, seconds=27),
    )


def _ticks(words: Words) -> TicksForm:
    form = TicksForm(prefix="ticks-")
    form.rubric.label.text = _("What you see in it")
    form.rubric.choices = [("short", words.name), ("long", words.sentence)]
    form.rubric.data = ["long"]
    return form


def _open_posters(words: Words, now: datetime) -> list[Poster]:
    usual = _challenge(words, "plenty", closes_at=now + timedelta(days=20), entry_count=6)
    overfull = replace(
        usual,
        slug="overfull",
        title=f"{words.title}: {words.long_title}",
        prize=f"{words.long_title} ({words.unbroken})",
        address=f"{'nobody-remembers-it-' * 3}@{_DOMAIN}",
        question_html=Markup("<p>{0}</p><p>{0}</p><p><strong>{1}</strong></p>").format(
            words.paragraph, words.question
        ),
    )
    arabic = replace(
        usual,
        slug="arabic",
        language="ar",
        title=ARABIC_NAME,
        question_html=Markup("<p>{}</p>").format(ARABIC_SENTENCE),
        prize=ARABIC_NAME,
    )
    ranked = replace(
        usual,
        slug="ranked",
        prizes=[
            ShownPrize(words.prize, value="€ 24.95"),
            ShownPrize(words.long_title, value="€ 12.50"),
            ShownPrize(words.unbroken),
        ],
        has_rules=True,
    )
    last = replace(usual, slug="last", closes_at=now + timedelta(hours=3, minutes=5))
    endless = replace(usual, slug="endless", closes_at=None, entry_count=_MANY)
    return [
        _poster(
            _("Open"), usual, _("The question first, then what one wins and until when, then the one act.")
        ),
        _poster(_("Open: several prizes"), ranked),
        _poster(_("Open: the last hours"), last),
        # A page that was made just before the end, and is looked at just after it.
        _poster(_("Open: closing now"), replace(usual, slug="now", closes_at=now - timedelta(seconds=1))),
        _poster(_("Open: no closing time, very many entries"), endless),
        _poster(_("Open: no entries yet"), replace(usual, slug="first", entry_count=0)),
        _poster(_("Open: everything too long"), overfull),
        _poster(_("Open: right to left"), arabic, is_right_to_left=True),
    ]


def _ended_posters(words: Words, now: datetime) -> list[Poster]:
    over = _challenge(words, "judging", "judging", closes_at=now - timedelta(days=1), entry_count=312)
    won = replace(
        over,
        slug="won",
        state="final",
        results=[
            Result(
                words.name,
                7,
                now - timedelta(days=3, hours=4, seconds=33),
                now - timedelta(hours=6),
                over.prize,
            )
        ],
    )
    overfull = replace(
        won,
        slug="won-overfull",
        title=f"{words.name}: {words.long_title}",
        prize=f"{words.long_title} ({words.unbroken})",
        entry_count=_MANY,
        results=[
            Result(
                words.long_name,
                _MANY - 1,
                now - timedelta(days=3),
                now - timedelta(hours=6),
                f"{words.long_title} ({words.unbroken})",
            )
        ],
    )
    draft = replace(_in_state(over, Phase.DRAFT), entry_count=0, closes_at=now + timedelta(days=9))
    passed_over = {Passed.INCORRECT: 3, Passed.AUTOMATIC: 2, Passed.BARRED: 1}
    several = replace(
        won,
        slug="won-several",
        results=[
            *won.results,
            Result(words.long_name, 12, now - timedelta(days=2), now - timedelta(hours=6), words.prize, 2),
        ],
        ended_why=words.sentence,
    )
    return [
        _poster(_("Draft"), draft, _("Only those who prepare it see it.")),
        _poster(
            _("Draft with an opening time"),
            replace(_in_state(draft, Phase.SCHEDULED), opens_at=now + timedelta(days=2)),
        ),
        _poster(_("Draft: no prize yet"), replace(draft, slug="bare", prize="", closes_at=None)),
        _poster(_("Closed, and nobody answered"), replace(_in_state(over, Phase.CLOSED), entry_count=0)),
        _poster(_("Judging"), over, _("Saffron only while one can take part, and around who has won.")),
        _poster(_("Settling"), _in_state(over, Phase.SETTLING)),
        _poster(_("Being verified"), _in_state(over, Phase.PROVISIONAL)),
        _poster(_("Without a winner"), replace(_in_state(over, Phase.NO_WINNER), ended_why=words.sentence)),
        _poster(_("Called off"), replace(_in_state(over, Phase.CANCELLED), ended_why=words.paragraph)),
        _poster(_("Result, in an article"), won, _("The winner’s moment, with the way to the proof.")),
        _poster(
            _("Result, on its own page"),
            replace(won, slug="won-proof"),
            _("How we know, in words that need no explanation."),
            [before_words(passed_over)],
        ),
        _poster(
            _("Result with several prizes, one of which is left"),
            several,
            before_words=[before_words(passed_over), before_words({Passed.WON: 1, Passed.LOST: 2})],
        ),
        _poster(
            _("Result: everything too long"),
            overfull,
            before_words=[before_words({Passed.INCORRECT: _MANY - 2})],
        ),
    ]


def _poster(
    name: str,
    challenge: ShownChallenge,
    note: str = "",
    before_words: Sequence[str] = (),
    *,
    is_right_to_left: bool = False,
) -> Poster:
    """A poster whose title is the name of its state, for landmarks on one page need names of their own."""
    titled = replace(challenge, title=challenge.title or name)
    return Poster(name, titled, note, before_words, is_right_to_left)


def _in_state(challenge: ShownChallenge, phase: Phase) -> ShownChallenge:
    return replace(
        challenge,
        slug=phase.value.replace("_", "-"),
        state=phase.value,
        state_words=phase_words(phase),
        next_words=phase_sentence(phase),
    )


def _challenge(
    words: Words, slug: str, state: str = "open", *, closes_at: datetime, entry_count: int = 0
) -> ShownChallenge:
    return ShownChallenge(
        slug=slug,
        title="",
        question_html=Markup("<p>{}</p>").format(words.question),
        prize=words.prize,
        language=words.language,
        state=state,
        address=f"{slug}@{_DOMAIN}",
        entry_count=entry_count,
        opens_at=None,
        closes_at=closes_at,
        state_words=phase_words(Phase(state)),
        next_words=phase_sentence(Phase(state)),
    )
