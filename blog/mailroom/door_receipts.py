"""What a door remembers between two times that somebody knocks: which token was used up, how far a mailbox was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from blog.core import clock
from blog.core.db import session, take_turns
from blog.mailroom.models import DoorReceipt
from blog.mailroom.values import Door


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that a mailbox has and did not give us: since when, and how often it hung up over it.

    Of messages that were passed by, `hung_up` tells which one is asked for next: the one with the least.
    """

    since: datetime
    hung_up: int = 0


def use_token(door: Door, token: str, digest: str) -> bool:
    """Use up a token of a provider for the message with this digest. Returns whether it is that message's.

    The same message may come with it again, for the provider may not have heard our answer. Another one may not: a
    signature that covers the token alone would let whoever has seen it hand in what they like.
    """
    return _remember(door, f"token {token}", digest).told == [digest]


def read_up_to(door: Door, mailbox: str) -> int:
    """The last UID of a mailbox that was dealt with; 0 when none was. `mailbox` names its UIDVALIDITY, too."""
    told = session.scalar(
        sa.select(DoorReceipt.told).where(DoorReceipt.door == door, DoorReceipt.key == _progress(mailbox))
    )
    return int(told[0]) if told else 0


def note_read_up_to(door: Door, mailbox: str, uid: int) -> None:
    """Write down that a mailbox was dealt with up to `uid`. It never goes back."""
    receipt = _remember(door, _progress(mailbox), str(uid))
    receipt.told = [str(max(uid, int(receipt.told[0])))]
    receipt.at = clock.now()


def withheld_by(door: Door, mailbox: str) -> dict[int, Withheld]:
    """What a mailbox has not given us yet, by UID and in their order."""
    told = session.scalar(
        sa.select(DoorReceipt.told).where(DoorReceipt.door == door, DoorReceipt.key == _withheld(mailbox))
    )
    return _messages_in(told or [])


def note_withheld(
    door: Door, mailbox: str, before: Mapping[int, Withheld], now: Mapping[int, Withheld]
) -> None:
    """Write down what has changed since `before` in what a mailbox has not given us yet.

    Somebody else may look into it at the same time: what they wrote meanwhile stays.
    """
    receipt = _remember(door, _withheld(mailbox))
    known = _messages_in(receipt.told)
    kept = {uid: one for uid, one in known.items() if uid in now or uid not in before}
    changed = {uid: one for uid, one in now.items() if before.get(uid) != one}
    receipt.told = [
        f"{uid} {one.since.isoformat()} {one.hung_up}" for uid, one in sorted((kept | changed).items())
    ]
    receipt.at = clock.now()


def _messages_in(told: Sequence[str]) -> dict[int, Withheld]:
    words = (line.split() for line in told)
    return {int(uid): Withheld(datetime.fromisoformat(since), int(times)) for uid, since, times in words}


def _withheld(mailbox: str) -> str:
    return f"withheld {mailbox}"


def _progress(mailbox: str) -> str:
    return f"read {mailbox}"


def _remember(door: Door, key: str, *told: str) -> DoorReceipt:
    # Whoever comes with the same meanwhile waits, and finds what was written.
    take_turns(f"mailroom.receipt.{door}.{key}")
    known = session.scalar(sa.select(DoorReceipt).where(DoorReceipt.door == door, DoorReceipt.key == key))
    if known is not None:
        return known
    receipt = DoorReceipt(door=door, key=key, told=list(told), at=clock.now())
    session.add(receipt)
    session.flush()
    return receipt
