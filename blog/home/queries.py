"""What the front page shows, and what an operator asks."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import metadata

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.models.people import Person
from blog.articles.models import Article
from blog.articles.queries import published_articles
from blog.articles.values import ArticleStatus
from blog.challenges.losses import Loss, losses
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.queries.challenges import open_challenges
from blog.core.config import ROOT
from blog.core.db import session
from blog.core.jobs.models import Work
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import threads_list
from blog.discussions.values import CommentStatus
from blog.mailroom.models import Delivery, OutboxMessage
from blog.mailroom.values import OutboxState

ARTICLES_ON_FRONT = 9
CHALLENGES_ON_FRONT = 3
DEBATES_ON_FRONT = 5
_FAILED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a visitor sees first. `comment_counts` has the number of comments under each article by its id."""

    articles: Sequence[Article]
    has_more: bool
    comment_counts: Mapping[int, int]
    challenges: Sequence[Challenge]
    debates: Sequence[Thread]


@dataclass(frozen=True, slots=True)
class Operations:
    """What runs, in numbers. `failed` is work that was tried too often, the oldest first.

    `losses`: ledgers that are not signed, since an older copy of the database was put back.
    """

    database: str
    people: int
    published_articles: int
    comments: int
    open_challenges: int
    entries: int
    deliveries: int
    mail_failed: int
    work_waiting: int
    work_failed: int
    failed: Sequence[Work]
    losses: Sequence[Loss]


def front_page(instant: datetime) -> FrontPage:
    """The latest articles, open challenges, and the debates that moved last: five queries, however much exists."""
    latest = published_articles(limit=ARTICLES_ON_FRONT)
    return FrontPage(
        articles=latest.items,
        has_more=latest.next_cursor is not None,
        comment_counts=_comment_counts([article.id for article in latest.items]),
        challenges=open_challenges(instant)[:CHALLENGES_ON_FRONT],
        debates=threads_list(limit=DEBATES_ON_FRONT, with_comments=True).items,
    )


def operations(instant: datetime) -> Operations:
    """The numbers of the operations page."""
    failed = session.scalars(
        sa.select(Work).where(Work.failed_at.is_not(None)).order_by(Work.id).limit(_FAILED_SHOWN)
    ).all()
    return Operations(
        database=_database(),
        people=_count(Person.id),
        published_articles=_count(Article.id, Article.status == ArticleStatus.PUBLISHED),
        comments=_count(Comment.id, Comment.status == CommentStatus.PUBLISHED),
        open_challenges=len(open_challenges(instant)),
        entries=_count(Entry.id),
        deliveries=_count(Delivery.id),
        mail_failed=_count(OutboxMessage.id, OutboxMessage.state == OutboxState.FAILED),
        work_waiting=_count(Work.id, Work.failed_at.is_(None), Work.run_at <= instant),
        work_failed=_count(Work.id, Work.failed_at.is_not(None)),
        failed=failed,
        losses=losses(),
    )


def tables_are_current(migrations: str) -> bool:
    """Whether the database answers and has every migration in the folder `migrations`."""
    wanted = set(ScriptDirectory(migrations).get_heads())
    present = set(MigrationContext.configure(session.connection()).get_current_heads())
    return present == wanted


@lru_cache(maxsize=1)
def version() -> str:
    """Which release runs: that of the installed package, or of the checkout."""
    try:
        return metadata.version("rejoinder")
    except metadata.PackageNotFoundError:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def _comment_counts(article_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        sa.select(Thread.article_id, Thread.comment_count).where(Thread.article_id.in_(article_ids))
    )
    return {article_id: count for article_id, count in rows if article_id is not None}


def _database() -> str:
    dialect = session.connection().dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    return f"{'PostgreSQL' if dialect.name == 'postgresql' else 'SQLite'} {version}"


def _count(column: InstrumentedAttribute[int], *which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count(column)).where(*which)) or 0
