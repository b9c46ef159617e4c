"""Taking files in: all of them or nothing. Whoever calls opens one unit of work around one act."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _

from blog.accounts.queries import person_by_handle
from blog.articles.actions import InvalidArticle, publish_article, save_article, write_article
from blog.articles.body import Part, body_of, current_html
from blog.articles.models import Article
from blog.articles.queries import article_by_slug
from blog.articles.values import Byline
from blog.challenges.actions.challenges import open_challenge, set_up_challenge
from blog.challenges.models.challenges import Challenge
from blog.challenges.values import ChallengeStatus, ChallengeWords
from blog.core import clock
from blog.core.actor import Actor
from blog.core.errors import Conflict, DomainError, Forbidden, InvalidInput
from blog.core.markdown.blocks import blocks_in, check_article
from blog.discussions.actions import correct_imported_comment, import_comment, thread_for_article
from blog.discussions.models import Comment, Thread
from blog.transfer.comments_file import CommentNote, CommentsFile, parents_first
from blog.transfer.front_matter import CHALLENGE_KEYS, ArticleFile, ChallengeHead
from blog.transfer.queries import imported_comments
from blog.transfer.values import Fault, ImportRefused


@dataclass(frozen=True, slots=True)
class ImportedArticle:
    """What became of one file. `did` is created, updated or unchanged."""

    article: Article
    challenge: Challenge | None
    did: str


@dataclass(frozen=True, slots=True)
class ImportedComments:
    """What became of a file of comments: how many were new, had other words, or were here already."""

    article: Article
    thread_id: int
    created: int
    updated: int
    unchanged: int


def import_articles(files: Sequence[ArticleFile], *, by: Actor, publish: bool) -> list[ImportedArticle]:
    """Write or update the article of each file, with its challenge; `publish` publishes and opens them.

    An article is known by its slug. Raises `ImportRefused` with every fault of every file; the caller's unit of
    work then keeps nothing of any.
    """
    faults = [*_taken_twice(files), *(fault for file in files for fault in _faults_of_blocks(file))]
    if faults:
        raise ImportRefused(faults)
    imported: list[ImportedArticle] = []
    for file in files:
        try:
            imported.append(_import_article(file, by, publish=publish))
        except ImportRefused as refused:
            faults += refused.faults
    if faults:
        raise ImportRefused(faults)
    return imported


def import_comments(file: CommentsFile) -> ImportedComments:
    """Take the comments of a file into the thread of their article; those that are known by id are updated.

    Raises `ImportRefused`; the caller's unit of work then keeps nothing.
    """
    article = article_by_slug(file.article)
    if article is None:
        message = _(
            "There is no article “%(slug)s”. Import it first, or correct the slug.", slug=file.article
        )
        raise ImportRefused([file.fault(file.article_line, message)])
    thread = thread_for_article(article)
    known = imported_comments(thread)
    did: Counter[str] = Counter()
    faults: list[Fault] = []
    for note in parents_first(file, known):
        try:
            did[_import_comment(note, thread, known)] += 1
        except DomainError as error:
            faults += [file.fault(note.line, text) for text in _messages_of(error)]
            if note.id not in known:
                # Its answers have nowhere to go: they are not wrong themselves.
                break
    if faults:
        raise ImportRefused(faults)
    return ImportedComments(article, thread.id, did["created"], did["updated"], did["unchanged"])


def _import_comment(note: CommentNote, thread: Thread, known: dict[str, Comment]) -> str:
    """Take one comment in, or bring it up to date. Adds it to `known`; returns what was done."""
    parent = None if note.parent is None else known[note.parent]
    comment = known.get(note.id)
    if comment is None:
        known[note.id] = import_comment(
            thread,
            external_id=note.id,
            parent=parent,
            author_name=note.author,
            body=note.body,
            created_at=note.created_at or clock.now(),
        )
        return "created"
    if comment.answers_id != (parent.id if parent else None):
        raise Conflict(
            _("“%(id)s” was imported in another place, and keeps it. Restore its “parent”.", id=note.id)
        )
    changed = correct_imported_comment(comment, author_name=note.author, body=note.body)
    return "updated" if changed else "unchanged"


def _taken_twice(files: Iterable[ArticleFile]) -> Iterator[Fault]:
    """Files that would overwrite each other."""
    articles: dict[str, ArticleFile] = {}
    challenges: dict[str, ArticleFile] = {}
    for file in files:
        other = articles.setdefault(file.text.slug, file)
        if other is not file:
            message = _("%(other)s has the same slug. Give each article its own.", other=other.name)
            yield file.fault("slug", message)
        if file.challenge is None:
            continue
        other = challenges.setdefault(file.challenge.slug, file)
        if other is not file:
            message = _("%(other)s has a challenge with the same slug. Give each its own.", other=other.name)
            yield file.fault("challenge.slug", message)


def _faults_of_blocks(file: ArticleFile) -> Iterator[Fault]:
    """What is wrong with the blocks of the text, and where text and front matter do not say the same."""
    for problem in check_article(file.text.body):
        yield file.body_fault(problem.line, problem.message)
    head = file.challenge.slug if file.challenge else None
    blocks = [block for block in blocks_in(file.text.body) if block.kind == "challenge"]
    for block in blocks:
        if block.slug != head:
            message = _(
                "The front matter says nothing of the challenge “%(slug)s”. Add “challenge:” with its slug and prize.",
                slug=block.slug,
            )
            yield file.body_fault(block.line, message)
    if head is not None and head not in {block.slug for block in blocks}:
        message = _(
            "The text has no block for this challenge. Put its question between “::: challenge %(slug)s” and “:::”.",
            slug=head,
        )
        yield file.fault("challenge.slug", message)


def _import_article(file: ArticleFile, by: Actor, *, publish: bool) -> ImportedArticle:
    try:
        article, did = _store(file, by)
        if publish:
            publish_article(article, by=by)
    except DomainError as error:
        raise ImportRefused(_article_faults(file, error, by)) from error
    if file.challenge is None:
        return ImportedArticle(article, None, did)
    try:
        challenge = _set_up(file.challenge, article, by)
        if publish and challenge.status == ChallengeStatus.DRAFT:
            open_challenge(by, challenge)
    except DomainError as error:
        raise ImportRefused(_challenge_faults(file, error)) from error
    return ImportedArticle(article, challenge, did)


def _store(file: ArticleFile, by: Actor) -> tuple[Article, str]:
    article = article_by_slug(file.text.slug)
    byline = _byline_of(file.author, article, by)
    if article is None:
        return write_article(file.text, by=by, byline=byline), "created"
    with force_locale(article.language):
        reason = gettext("The question was edited.")
    changed = save_article(article, file.text, version=article.version, by=by, byline=byline, reason=reason)
    return article, "updated" if changed else "unchanged"


def _byline_of(author: str | None, article: Article | None, by: Actor) -> Byline:
    """Under whose name it stands: somebody's handle here, else the name as it is written."""
    if author is None:
        return Byline(article.byline, article.author_id) if article else Byline(by.name, by.person_id)
    person = person_by_handle(author)
    return Byline(person.name, person.id) if person else Byline(author)


def _set_up(head: ChallengeHead, article: Article, by: Actor) -> Challenge:
    block = _challenge_block(article, head.slug)
    return set_up_challenge(
        slug=head.slug,
        article=article,
        words=ChallengeWords(
            title=block.title or article.title,
            question_html=block.html,
            prize=head.prize,
            judging=head.judging,
            language=article.language,
        ),
        closes_at=head.closes_at,
        organiser=head.organiser,
        organiser_address=head.organiser_address,
        by=by,
    )


def _challenge_block(article: Article, slug: str) -> Part:
    parts = body_of(current_html(article)).parts_of_kind("challenge")
    found = next((part for part in parts if part.slug == slug), None)
    if found is None:
        # Only a text too large to be read as Markdown has a block in its source and none in its page.
        raise InvalidInput(_("The article is too large or too dense for its blocks. Make two of it."))
    return found


def _article_faults(file: ArticleFile, error: DomainError, by: Actor) -> list[Fault]:
    """The faults that articles found, each at its key of the front matter or its line of the text."""
    if isinstance(error, Forbidden):
        return [file.fault("slug", _("%(name)s may not do this. Let an editor import it.", name=by.name))]
    if not isinstance(error, InvalidArticle):
        return [file.fault("slug", error.message)]
    if error.problems:
        return [file.body_fault(problem.line, problem.message) for problem in error.problems]
    keys = {"byline": "author"}
    return [
        file.body_fault(1, fault) if name == "body" else file.fault(keys.get(name, name), fault)
        for name, fault in error.fields.items()
    ]


def _challenge_faults(file: ArticleFile, error: DomainError) -> list[Fault]:
    """The faults that challenges found, each at its key of the front matter."""
    if isinstance(error, InvalidInput) and error.fields:
        # Title and question stand in the block, whose place the front matter names by its slug.
        keys = {name: f"challenge.{name}" for name in CHALLENGE_KEYS} | {"closes_at": "challenge.closes"}
        return [file.fault(keys.get(name, "challenge.slug"), fault) for name, fault in error.fields.items()]
    return [file.fault("challenge.slug", error.message)]


def _messages_of(error: DomainError) -> list[str]:
    if isinstance(error, InvalidInput) and error.fields:
        return [str(fault) for fault in error.fields.values()]
    return [str(error)]
