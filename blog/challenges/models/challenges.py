"""Challenges and the prizes that they promise."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.articles.models import Article
from blog.challenges.values import CLAIM_DAYS, ChallengeStatus
from blog.core.db import KEPT_IDS, Base, UtcDateTime


class Challenge(Base):
    """A question, prizes, and a time in which answers can be mailed. Its slug is its mail address.

    `entry_total` numbers the next entry: it grows in the transaction that stores the message, under the lock
    of this row, so numbers have no gaps and follow the order of the commits. `ledger_size` does the same for the rows
    of its ledger, and `ledger_at` is the instant of the last one: none is ever earlier.
    """

    __tablename__ = "challenge"
    __table_args__ = KEPT_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    article_id: Mapped[int | None] = mapped_column(sa.ForeignKey("article.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    question_html: Mapped[str] = mapped_column(sa.Text)
    # The first prize in one line, for lists and letters: what `Prize` says in full.
    prize: Mapped[str] = mapped_column(sa.String(300))
    judging: Mapped[str] = mapped_column(sa.String(20), default="editor")
    language: Mapped[str] = mapped_column(sa.String(5))
    status: Mapped[str] = mapped_column(sa.String(20), default=ChallengeStatus.DRAFT)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entry_total: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # How many answers of one person count; None: any number.
    attempts: Mapped[int | None] = mapped_column()
    # How many people must agree on a verdict: one, or two.
    judges: Mapped[int] = mapped_column(default=1)
    # How long a winner has to say that they want the prize.
    claim_days: Mapped[int] = mapped_column(default=CLAIM_DAYS)
    # The rules text by its parts (`RulesPart`), as everybody reads it.
    rules: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    # What judges look at beside right and wrong: a list of {"code": …, "words": …}.
    rubric: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    # The key to the answer, as `blog.challenges.rules` writes it, with the samples that it is tested on; None: no rule.
    answer_rule: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # Counts amendments after which everything was judged again: only verdicts under the last terms count.
    terms_version: Mapped[int] = mapped_column(default=0)

    ledger_size: Mapped[int] = mapped_column(default=0)
    ledger_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Makes names for senders, and keys for answers that are alike; gone when it has ended, or no answer is kept.
    sender_key: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    # When it ended (final, without a winner, or cancelled), and why, where that has a reason.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str] = mapped_column(sa.Text, default="")

    article: Mapped[Article | None] = relationship()
    prizes: Mapped[list["Prize"]] = relationship(
        back_populates="challenge", order_by="Prize.rank", cascade="all, delete-orphan"
    )


class Prize(Base):
    """What one winner gets. Rank 1 goes to the first correct answer, rank 2 to the second, and so on."""

    __tablename__ = "prize"
    __table_args__ = (sa.UniqueConstraint("challenge_id", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id", ondelete="CASCADE"))
    rank: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(sa.String(300))
    # What it is worth, in cents of a euro.
    value_cents: Mapped[int | None] = mapped_column()
    # The digest under which its picture is kept.
    picture: Mapped[str | None] = mapped_column(sa.String(64))
    picture_text: Mapped[str] = mapped_column(sa.String(300), default="")

    challenge: Mapped[Challenge] = relationship(back_populates="prizes")


class Amendment(Base):
    """What was changed of the terms after opening, by whom, and what everybody is told about it. Only ever added."""

    __tablename__ = "amendment"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(sa.ForeignKey("challenge.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(sa.Text)
    # What is different, by name: {"closes_at": ["2026-…", "2026-…"]}; of the answer key only that it is.
    changes: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    rejudge: Mapped[bool] = mapped_column()

    challenge: Mapped[Challenge] = relationship()
