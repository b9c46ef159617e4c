"""Who waits for whom. There is one order, so that nobody ever waits in a ring (PostgreSQL would end one of them).

1. The person: whoever acts on somebody locks their row before anything that hangs on them (`read_again(person)`), also
   where the person is found by what hangs on them, such as a passkey, a link or a code. That is then read again, for it
   may be gone. Of several people the one with the smallest number comes first.
2. Turns (`take_turns`): admins, guesses by account and then by network, challenges, codes by network and then by
   mailbox.
3. Rows that hang on the person: sessions, codes, passkeys, links, invitations, erasures.

A row that names a person locks theirs as well, as far as that it stays there (PostgreSQL 13.3.2, FOR KEY SHARE). So an
act of a feature that locks a row and then writes down who did it holds whoever acts first (`hold`), if the last step of
an erasure touches such rows: it has the person locked by then.

`tests/accounts/test_lock_order.py` lets acts cross behind each of their locks. A new act belongs there.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from blog.accounts.models.people import Person
from blog.accounts.values import mailbox_of
from blog.core.actor import Actor
from blog.core.db import Base, session, take_turns


def hold(actor: Actor) -> None:
    """Let nobody take whoever acts away until the unit of work ends. Nothing for a visitor, or for whom is gone."""
    if actor.person_id is not None:
        here = sa.select(Person.id).where(Person.id == actor.person_id)
        session.execute(here.with_for_update(read=True, key_share=True))


def take_mailbox(key: str) -> str:
    """Wait until nobody else is busy with the codes of this mailbox. `key` is an `email_key`; returns its name."""
    mailbox = mailbox_of(key)
    take_turns(f"accounts.code.mailbox.{mailbox}")
    return mailbox


def take_mailboxes(keys: Iterable[str]) -> None:
    """The same of several mailboxes, always in one order."""
    for mailbox in sorted({mailbox_of(key) for key in keys if key}):
        take_mailbox(mailbox)


def clear_away(model: type[Base], which: sa.ColumnElement[bool]) -> None:
    """Remove rows that count for nothing any more, whosever they are, but those that somebody is busy with."""
    key = sa.inspect(model).primary_key[0]
    idle = sa.select(key).where(which).with_for_update(skip_locked=True)
    session.execute(sa.delete(model).where(key.in_(idle)))
