"""The debate of the style guide: a whole thread with everything that happens in one, and the two sides of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from blog.discussions.forms import CommentForm
from blog.discussions.values import CommentStatus, Stance
from blog.home.specimens.words import ARABIC_NAME, ARABIC_SENTENCE, Words

# Above all numbers of real comments on a page: `comment-<id>` must not be there twice.
_FIRST_ID = 2_000_000_001
_RULES = {
    "nl": "Huisregel 2: het gaat over wat iemand zegt, niet over wie het zegt.",
    "en": "House rule 2: it is about what somebody says, not about who says it.",
}
_TITLES = {"nl": ("Het drukke debat", "Het stille debat"), "en": ("The busy debate", "The silent debate")}


@dataclass(frozen=True, slots=True)
class SampleAnswered:
    """The comment that another one answers."""

    id: int
    name: str | None
    is_published: bool


@dataclass(frozen=True, slots=True)
class SampleComment:
    """A comment with all that one can have: what `CommentView` knows, and what comes with debates."""

    id: int
    depth: int
    author_name: str | None
    html: Markup
    answers: SampleAnswered | None
    created_at: datetime
    edited_at: datetime | None
    status: str
    stance: str
    votes: int | None
    is_new: bool
    lang: str

    @property
    def is_published(self) -> bool:
        """Whether its text is shown."""
        return self.status == CommentStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class SampleArgument:
    """One side's argument, and the best answer to it."""

    author: str
    text: str
    url: str
    lang: str
    counter: "SampleArgument | None" = None


@dataclass(frozen=True, slots=True)
class ThreadSpecimens:
    """A thread, its two sides, and the forms in which one writes. `since` and `until` are moments of decisions."""

    title: str
    empty_title: str
    comments: Sequence[SampleComment]
    arguments_for: Sequence[SampleArgument]
    arguments_against: Sequence[SampleArgument]
    usual_form: CommentForm
    wrong_form: CommentForm
    full_form: CommentForm
    moderator: str
    long_reason: str
    rule: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class _Line:
    """A comment as it stands in a script. `parent` counts from the first line."""

    author: str | None
    text: str
    parent: int | None = None
    stance: str = ""
    status: str = CommentStatus.PUBLISHED
    votes: int | None = None
    is_new: bool = False
    is_edited: bool = False
    lang: str = ""


def thread_specimens(words: Words, now: datetime) -> ThreadSpecimens:
    """All of it, in the language of `words`; `now` is when the page is made."""
    comments = tuple(_played(tuple(_script(words)), now))
    wrong_form, full_form = CommentForm(prefix="wrong-"), CommentForm(prefix="full-")
    wrong_form.body.errors = [words.sentence]
    full_form.body.data = f"{words.paragraph}\n\n{words.unbroken}"
    title, empty_title = _TITLES[words.language]
    return ThreadSpecimens(
        title=title,
        empty_title=empty_title,
        comments=comments,
        arguments_for=(
            SampleArgument(
                words.name,
                words.paragraph,
                _address(comments[0]),
                words.language,
                SampleArgument(words.other_name, words.sentence, _address(comments[1]), words.language),
            ),
            SampleArgument(words.long_name, words.sentence, _address(comments[6]), words.language),
        ),
        arguments_against=(
            SampleArgument(
                ARABIC_NAME,
                ARABIC_SENTENCE,
                _address(comments[8]),
                "ar",
                SampleArgument(words.name, words.unbroken, _address(comments[9]), words.language),
            ),
        ),
        usual_form=CommentForm(prefix="usual-"),
        wrong_form=wrong_form,
        full_form=full_form,
        moderator=words.other_name,
        long_reason=f"{words.reason}\n\n{words.paragraph}",
        rule=_RULES[words.language],
        since=now - timedelta(days=1),
        until=now + timedelta(days=2),
    )


def _script(words: Words) -> Iterator[_Line]:
    """Who says what to whom: every depth, a dialogue below the last one, each stance, and whatever may be missing."""
    one, other = words.name, words.other_name
    yield _Line(one, words.paragraph, stance=Stance.FOR, votes=12)
    yield _Line(other, words.sentence, 0, Stance.AGAINST, votes=3)
    yield _Line(one, words.sentence, 1, Stance.NUANCE, is_edited=True)
    yield _Line(other, words.sentence, 2)
    yield _Line(one, words.paragraph, 3)
    yield _Line(other, words.sentence, 4, is_new=True)
    yield _Line(words.long_name, words.unbroken, 5, Stance.AGAINST, is_new=True)
    yield _Line(None, words.sentence, 4)
    yield _Line(ARABIC_NAME, ARABIC_SENTENCE, 1, Stance.AGAINST, lang="ar")
    yield _Line(one, words.sentence, 0, votes=0)
    yield _Line(other, "", None, status=CommentStatus.REMOVED)
    yield _Line(one, words.sentence, 10)
    yield _Line(one, "", None, status=CommentStatus.DELETED)
    yield _Line(other, words.sentence, 12)
    # What a rule will take away by itself has no status in the database yet; the component knows it.
    yield _Line(other, "", None, status="ruled")
    yield _Line(ARABIC_NAME, words.sentence, 14)


def _played(script: Sequence[_Line], now: datetime) -> Iterator[SampleComment]:
    depths: list[int] = []
    for number, line in enumerate(script):
        depths.append(0 if line.parent is None else depths[line.parent] + 1)
        posted = now - timedelta(hours=3 * (len(script) - number))
        yield SampleComment(
            id=_FIRST_ID + number,
            depth=depths[number],
            author_name=line.author if line.status == CommentStatus.PUBLISHED else None,
            html=Markup("<p>{}</p>").format(line.text),
            answers=_answered(script, line.parent),
            created_at=posted,
            edited_at=posted + timedelta(minutes=5) if line.is_edited else None,
            status=line.status,
            stance=line.stance,
            votes=line.votes,
            is_new=line.is_new,
            lang=line.lang,
        )


def _answered(script: Sequence[_Line], parent: int | None) -> SampleAnswered | None:
    if parent is None:
        return None
    is_published = script[parent].status == CommentStatus.PUBLISHED
    return SampleAnswered(_FIRST_ID + parent, script[parent].author if is_published else None, is_published)


def _address(comment: SampleComment) -> str:
    return f"#comment-{comment.id}"
