"""Every change of an article. Each is one act, checked again on what is true inside the unit of work."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.articles.body import lead_of
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleSlugChanged, ArticleUnpublished
from blog.articles.models import Article, ArticleRevision
from blog.articles.queries import free_slug
from blog.articles.values import (
    MAX_BODY,
    MAX_BYLINE,
    MAX_PROPOSITION,
    MAX_SLUG,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
    SLUG,
    ArticleStatus,
    ArticleText,
    Byline,
    slug_from,
)
from blog.core import clock
from blog.core.actor import Actor
from blog.core.config import LANGUAGES
from blog.core.db import conflict_of, read_again, session
from blog.core.errors import Conflict, InvalidInput, Message
from blog.core.events import publish
from blog.core.markdown.blocks import check_article
from blog.core.markdown.problems import MarkdownProblem
from blog.core.markdown.rendering import RENDERER_VERSION, render_article
from blog.core.permissions import require


class StaleArticle(Conflict):
    """Somebody else saved the article after this version was opened. What was typed is not saved."""

    code = "stale_article"


class InvalidArticle(InvalidInput):
    """Something in an article cannot be used. `problems` are those of the text, with their lines."""

    code = "invalid_article"

    def __init__(self, fields: dict[str, Message], problems: Sequence[MarkdownProblem] = ()) -> None:
        super().__init__(_("The article was not saved: something in it is not right yet."), fields)
        self.problems = tuple(problems)


def write_article(
    text: ArticleText, *, by: Actor, byline: Byline | None = None, is_demo: bool = False
) -> Article:
    """Begin an article, as a draft; an empty address is made from the title.

    It stands under the name of `by`, or of `byline` when that is given. Publishes `ArticleSaved`.
    Raises `Forbidden`, and `InvalidArticle` with each field's fault (also for an address that is taken).
    """
    require(by, "article:write")
    text = _checked(text)
    byline = byline or Byline(by.name, by.person_id)
    now = clock.now()
    article = Article(
        author_id=byline.person_id,
        byline=_checked_byline(byline.name),
        status=ArticleStatus.DRAFT,
        version=1,
        is_demo=is_demo,
        created_at=now,
        updated_at=now,
        published_at=None,
    )
    with _claiming(text.slug):
        _put(article, text)
        session.add(article)
    _keep_revision(article, by)
    publish(ArticleSaved(article, by, before=None))
    return article


def save_article(
    article: Article,
    text: ArticleText,
    *,
    version: int,
    by: Actor,
    byline: Byline | None = None,
    reason: str = "",
) -> bool:
    """Change what an article says. Returns whether anything did change.

    `version` is the one that the writer had before them: when it has moved on, and what is stored is not what
    they typed, nothing is overwritten (`StaleArticle`). The same form sent twice is therefore one save. `reason` is
    for those who depend on what it says; whoever tells them refuses a change without one (`InvalidInput`, `reason`).
    Publishes `ArticleSaved`, and `ArticleSlugChanged` for a draft that moves. The address of an article that was
    published stays. Raises `Forbidden`, `StaleArticle`, and `InvalidArticle` with every fault.
    """
    read_again(article)
    require(by, "article:edit", article)
    text = _checked(text)
    before = byline_of(article)
    byline = Byline(_checked_byline(byline.name), byline.person_id) if byline else before
    if text == text_of(article) and byline == before:
        return False
    if version != article.version:
        raise StaleArticle(
            _("Somebody else saved this article after you opened it. Nothing was overwritten.")
        )
    if article.published_at is not None and text.slug != article.slug:
        fault = _("Readers know this article by its address, so it stays “%(slug)s”.", slug=article.slug)
        raise InvalidArticle({"slug": fault})
    old_slug = article.slug
    with _claiming(text.slug):
        _put(article, text)
        article.byline, article.author_id = byline.name, byline.person_id
        article.version += 1
        article.updated_at = clock.now()
    _keep_revision(article, by)
    publish(ArticleSaved(article, by, before, reason))
    if article.slug != old_slug:
        publish(ArticleSlugChanged(article, old_slug))
    return True


def publish_article(article: Article, *, by: Actor) -> None:
    """Let everybody read an article; one that was published before keeps its first date.

    Publishes `ArticlePublished`; does nothing when it is published already.
    Raises `Forbidden`, and `InvalidArticle` for one that says nothing.
    """
    read_again(article)
    require(by, "article:publish", article)
    if article.is_published:
        return
    if not article.body:
        raise InvalidArticle({"body": _("Write something before it is published.")})
    article.status = ArticleStatus.PUBLISHED
    article.published_at = article.published_at or clock.now()
    session.flush()
    publish(ArticlePublished(article, by))


def unpublish_article(article: Article, *, by: Actor) -> None:
    """Make an article a draft again: readers get 404 until it is published once more.

    Publishes `ArticleUnpublished`; does nothing to a draft. Raises `Forbidden`.
    """
    read_again(article)
    require(by, "article:unpublish", article)
    if not article.is_published:
        return
    article.status = ArticleStatus.DRAFT
    session.flush()
    publish(ArticleUnpublished(article, by))


def text_of(article: Article) -> ArticleText:
    """What an article says now, in the form in which it is handed in."""
    return ArticleText(
        title=article.title,
        slug=article.slug,
        body=article.body,
        language=article.language,
        proposition=article.proposition,
        tags=tuple(article.tags),
    )


def byline_of(article: Article) -> Byline:
    """Under whose name an article stands now."""
    return Byline(article.byline, article.author_id)


def _checked(text: ArticleText) -> ArticleText:
    """The text as it is kept. Raises `InvalidArticle` with every fault at once."""
    text = text.tidied()
    if not text.slug:
        text = replace(text, slug=slug_from(text.title))
    problems = check_article(text.body)
    faults = {name: fault for name, fault in _faults_of(text, problems).items() if fault is not None}
    if faults:
        raise InvalidArticle(faults, problems)
    return text


def _faults_of(text: ArticleText, problems: Sequence[MarkdownProblem]) -> dict[str, Message | None]:
    return {
        "title": _fault_of_length(text.title, MAX_TITLE) or (None if text.title else _("Give it a title.")),
        "slug": _fault_of_slug(text),
        "language": None if text.language in LANGUAGES else _("Choose one of the languages of this site."),
        "proposition": _fault_of_length(text.proposition or "", MAX_PROPOSITION),
        "tags": _fault_of_tags(text.tags),
        "body": _fault_of_length(text.body, MAX_BODY) or _first_of(problems),
    }


def _fault_of_length(value: str, longest: int) -> Message | None:
    if len(value) <= longest:
        return None
    return _("This is %(count)s characters long; at most %(longest)s fit.", count=len(value), longest=longest)


def _fault_of_slug(text: ArticleText) -> Message | None:
    if SLUG.fullmatch(text.slug):
        return _fault_of_length(text.slug, MAX_SLUG)
    proposal = slug_from(text.slug) or slug_from(text.title)
    if not proposal:
        return _("Give it an address of small letters, digits and hyphens.")
    return _("An address has small letters, digits and hyphens only. Try “%(proposal)s”.", proposal=proposal)


def _fault_of_tags(tags: Sequence[str]) -> Message | None:
    if len(tags) > MAX_TAGS:
        return _("These are %(count)s tags; at most %(most)s fit.", count=len(tags), most=MAX_TAGS)
    return next((fault for tag in tags if (fault := _fault_of_length(tag, MAX_TAG))), None)


def _first_of(problems: Sequence[MarkdownProblem]) -> Message | None:
    if not problems:
        return None
    return _("Line %(line)s: %(fault)s", line=problems[0].line, fault=problems[0].message)


def _checked_byline(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    fault = _fault_of_length(name, MAX_BYLINE) or (None if name else _("Say who wrote it."))
    if fault:
        raise InvalidArticle({"byline": fault})
    return name


def _put(article: Article, text: ArticleText) -> None:
    article.title = text.title
    article.slug = text.slug
    article.body = text.body
    article.language = text.language
    article.proposition = text.proposition
    article.tags = list(text.tags)
    article.html = render_article(text.body, language=text.language)
    article.lead = lead_of(article.html)
    article.renderer_version = RENDERER_VERSION


@contextmanager
def _claiming(slug: str) -> Generator[None]:
    """Write what the block changes; the constraint decides about the address, also between two at once."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if conflict_of(error) != "uq_article_slug":
            raise
        fault = _("Another article has this address. Try “%(proposal)s”.", proposal=free_slug(slug))
        raise InvalidArticle({"slug": fault}) from error


def _keep_revision(article: Article, by: Actor) -> None:
    session.add(
        ArticleRevision(
            article_id=article.id,
            version=article.version,
            title=article.title,
            lead=article.lead,
            body=article.body,
            saved_by_id=by.person_id,
            saved_at=article.updated_at,
        )
    )
    session.flush()
