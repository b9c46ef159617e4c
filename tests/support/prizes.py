"""Winners in tests: an entry wins, its sender gets a code by mail, and claims the prize with it."""

import re

import sqlalchemy as sa

from blog.challenges.actions.awards import agree_on_name, announce_winner
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import CodeCheck, Judgement
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage
from blog.mailroom.values import OutboxState
from tests.factories.accounts import make_person
from tests.factories.challenges import token_of

_CODE = re.compile(r"^ {4}(\w{4}-\w{4}-\w{4})$", re.MULTILINE)


def code_of(entry: Entry) -> str:
    """The code in the last mail that told the sender of an entry that they have won."""
    mail = session.scalars(
        sa.select(OutboxMessage)
        .where(OutboxMessage.cause.startswith(f"winner:{entry.id}"))
        .order_by(OutboxMessage.id.desc())
    ).first()
    assert mail is not None
    (code,) = _CODE.findall(mail.text)
    return code


def announce(entry: Entry, *, by: Actor | None = None) -> str:
    """Let an entry be correct, and its sender be told that they have won. Returns the code from the mail."""
    editor = by or make_person(role="editor").actor
    with unit_of_work():
        judge_entry(editor, entry, Judgement.CORRECT, "secret thoughts of the judge")
    with unit_of_work():
        announce_winner(editor, session.get_one(Challenge, entry.challenge_id))
    return code_of(entry)


def claim(
    entry: Entry, *, name: str | None = None, address: str | None = None, initials: bool = False
) -> None:
    """The sender of an entry claims its prize with the code from the mail."""
    code = code_of(entry)
    with unit_of_work():
        check = agree_on_name(token_of(entry), code, name, address, shows_initials=initials)
        assert check is CodeCheck.AGREED


def send_letters() -> None:
    """Let the letters of winners leave that have not: their time to claim begins with that."""
    with unit_of_work():
        waiting = session.scalars(
            sa.select(OutboxMessage).where(
                OutboxMessage.cause.startswith("winner:"), OutboxMessage.state == OutboxState.WAITING
            )
        )
        for letter in waiting:
            letter.note_attempt(OutboxState.CAUGHT, None)


def win(entry: Entry, *, by: Actor | None = None) -> str:
    """Let an entry win its prize, and its sender claim it: with one prize the challenge is over. Returns the code."""
    code = announce(entry, by=by)
    claim(entry)
    return code
