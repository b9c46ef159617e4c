"""Small values of articles: states, addresses, tags, and the text that somebody hands in."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from blog.core.letters import PLAIN_LETTERS
from blog.core.markdown.limits import MAX_ARTICLE

MAX_TITLE = 300
MAX_SLUG = 120
MAX_PROPOSITION = 500
MAX_BYLINE = 200
MAX_TAGS = 12
MAX_TAG = 40
MAX_REASON = 2000
MAX_BODY = MAX_ARTICLE
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Short enough that a made address stays readable and has room for "-2".
_MADE_SLUG = 80


class ArticleStatus(StrEnum):
    """Where an article stands."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Byline:
    """Under whose name an article stands; `person_id` is None for somebody without an account."""

    name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an author hands in: everything about an article that is written, nothing that happens to it."""

    title: str
    slug: str
    body: str
    language: str
    proposition: str | None = None
    tags: tuple[str, ...] = ()

    def tidied(self) -> "ArticleText":
        """The same text as it is kept: line feeds only, no NUL, no space around single lines, tags normal."""
        proposition = _one_line(self.proposition or "")
        return ArticleText(
            title=_one_line(self.title),
            slug=self.slug.strip(),
            body=_lines(self.body),
            language=self.language,
            proposition=proposition or None,
            tags=normal_tags(self.tags),
        )


def slug_from(text: str) -> str:
    """An address made of `text`: lower-case letters and digits without accents, joined by hyphens.

    At most 80 characters, cut between words where there are any; empty when nothing in `text` can be used.
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(PLAIN_LETTERS))
    slug = "-".join(re.findall("[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))
    if len(slug) > _MADE_SLUG:
        slug = slug[: _MADE_SLUG + 1].rpartition("-")[0] or slug[:_MADE_SLUG]
    return slug


def normal_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: lower case, single spaces, no leading `#`, each once, in the order given."""
    words = (unicodedata.normalize("NFC", _one_line(tag).lstrip("# ").lower()) for tag in tags)
    return tuple(dict.fromkeys(word for word in words if word))


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _lines(text: str) -> str:
    """`text` with one line feed at each line's end and at its own; no NUL, which PostgreSQL cannot keep."""
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return lines.rstrip() + "\n" if lines.strip() else ""
