"""People and their roles."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import KEPT_IDS, Base, UtcDateTime
from blog.core.lookalikes import look


class Person(Base):
    """Somebody with an account. `email` keeps what was typed, `email_key` is its comparable form.

    `handle_key` is what the handle looks like (`blog.core.lookalikes`): that no two people have the same one is what
    keeps one from being taken for the other. `picture` is the digest of a `SquarePicture`, `bio` is Markdown.
    What came from the address before `email_since` is not theirs: somebody else had it then.
    `time_given_at` is when an admin last gave them time to set up a passkey or an app.
    """

    __tablename__ = "person"
    __table_args__ = KEPT_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), unique=True)
    email_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(sa.String(80))
    handle: Mapped[str] = mapped_column(sa.String(40), unique=True)
    handle_key: Mapped[str] = mapped_column(sa.String(50), unique=True)
    bio: Mapped[str | None] = mapped_column(sa.String(500))
    picture: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    language: Mapped[str | None] = mapped_column(sa.String(5))
    time_zone: Mapped[str | None] = mapped_column(sa.String(64))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    time_given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    roles: Mapped[list["PersonRole"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )

    @validates("handle")
    def _note_look(self, _name: str, handle: str) -> str:
        self.handle_key = look(handle)
        return handle

    @property
    def actor(self) -> Actor:
        """The person as somebody who acts."""
        return Actor(self.id, self.name, frozenset(role.role for role in self.roles), picture=self.picture)


class PersonRole(Base):
    """One role of one person; everybody is a reader without a row."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship(back_populates="roles")


class FormerHandle(Base):
    """A handle that somebody had: it leads to them until somebody else has it, and is kept for them for a while."""

    __tablename__ = "former_handle"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    handle: Mapped[str] = mapped_column(sa.String(40), unique=True)
    handle_key: Mapped[str] = mapped_column(sa.String(50), unique=True)
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeftHandle(Base):
    """What the handle of somebody who was erased looked like: for a while nobody can be taken for them.

    `look_mac` needs the secret of the site (`blog.accounts.names`); whoever has that can try handles one by one.
    `left_at` is the midnight (UTC) with which that day began.
    """

    __tablename__ = "left_handle"

    look_mac: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    left_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FormerAddress(Base):
    """A mail address that somebody had until an instant: what came from it and went to it before then is theirs.

    But not what came before `since`, when somebody else had it.
    """

    __tablename__ = "former_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class FormerName(Base):
    """What somebody was called until an instant, so that whoever was spoken of by that name can still be found."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
