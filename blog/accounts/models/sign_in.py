"""Browsers that are signed in, passwords that were refused, and the one-time link of the first admin."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import KEPT_IDS, Base, UtcDateTime


class BrowserSession(Base):
    """One browser in which somebody is signed in. The cookie holds the token, this row its digest."""

    __tablename__ = "browser_session"
    # Guesses are counted by it, and it stands in addresses: no other session may come to stand for it.
    __table_args__ = KEPT_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(sa.String(200))
    # How the person came in (a `SignInMethod`), and when they last showed who they are; maybe never.
    method: Mapped[str] = mapped_column(sa.String(20))
    proved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """One refused password, kept for a quarter of an hour, or second step, kept for a day: to slow down guessing."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        sa.Index("ix_sign_in_failure_account", "email_key", "at"),
        sa.Index("ix_sign_in_failure_source", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(sa.String(254))
    source: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SetupLink(Base):
    """The one-time link by which the first admin comes in; only its digest is stored."""

    __tablename__ = "setup_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
