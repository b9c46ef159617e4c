"""What somebody can show beside a password or a mailbox: an app with codes, recovery codes, passkeys."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.core.db import Base, UtcDateTime


class CodeApp(Base):
    """The app of one person that makes codes (TOTP, RFC 6238).

    The secret of the app is not here: it is made of `salt` and the secret of the site (`blog.accounts.totp`), so
    whoever reads the database can make no code. `last_step` is the time step of the last code that was taken.
    """

    __tablename__ = "code_app"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(64))
    last_step: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """One of the codes on paper, for whom has lost the rest; each works once. Only its digest is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "code_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A key pair on a device of one person (Web Authentication Level 3); we keep its public half.

    `credential_id` and `user_handle` are base64url, as browsers write them. All keys of a person have the same
    `user_handle`, which says nothing about them; devices know the account by it.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    user_handle: Mapped[str] = mapped_column(sa.String(88))
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UsedChallenge(Base):
    """What a passkey has signed once, or a provider has answered once, for as long as it could be sent again."""

    __tablename__ = "used_challenge"

    challenge_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
