"""Codes on their way to a mailbox, and what waits for them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import KEPT_IDS, Base, UtcDateTime


class MailedCode(Base):
    """Somebody says that a mailbox is theirs. The code that is mailed there, or the link beside it, shows it.

    `ask_digest` belongs to the token of the browser that asked, `link_digest` to the one in the mail. `act` names
    what is done once the code has come (see `blog.accounts.waiting`), with `act_data`.
    """

    __tablename__ = "mailed_code"
    # A row that is gone leaves its id in letters that were sent: no other code may come to stand for it.
    __table_args__ = KEPT_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(80))
    language: Mapped[str] = mapped_column(sa.String(5))
    goal: Mapped[str] = mapped_column(sa.Text)
    act: Mapped[str | None] = mapped_column(sa.String(40))
    act_data: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    act_done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ask_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    link_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    code_mac: Mapped[str] = mapped_column(sa.String(64))
    wrong_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)


class CodeMail(Base):
    """One mail that somebody had sent to an address of their choice (a code, an invitation), kept while it counts.

    So that nobody floods a mailbox through us. `email_key` is how its address was spelled.
    """

    __tablename__ = "code_mail"
    __table_args__ = (
        sa.Index("ix_code_mail_mailbox", "mailbox", "at"),
        sa.Index("ix_code_mail_source", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254))
    source: Mapped[str] = mapped_column(sa.String(64))
    was_sent: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WrongCode(Base):
    """One wrong code, kept for a day, to slow down guessing."""

    __tablename__ = "wrong_code"
    __table_args__ = (
        sa.Index("ix_wrong_code_mailbox", "mailbox", "at"),
        sa.Index("ix_wrong_code_source", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(sa.String(254))
    source: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
