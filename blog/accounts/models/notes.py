"""What admins note about people."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models.people import Person
from blog.core.db import Base, UtcDateTime


class PersonNote(Base):
    """One note by an admin about a person, which admins read. It is dated, signed and not changed afterwards."""

    __tablename__ = "person_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    written_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    written_by: Mapped[Person | None] = relationship(foreign_keys=[written_by_id], lazy="joined")
