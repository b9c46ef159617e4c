"""What a provider has said and what stays true for a while: asked for by one thread at a time, and shared by all."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from blog.accounts.openid.transport import Conversation, NotAsked, ProviderDown
from blog.core import clock

# How long we believe what a provider says; and how long when it cannot be asked again.
LIFE = timedelta(hours=1)
STALE = timedelta(days=1)
# How long something that was not answered is not asked again.
REST = timedelta(seconds=10)
# Who has nothing to go by while somebody else asks waits this long: a provider that is well has answered by then.
PATIENCE_SECONDS = 1.0
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Rest:
    """Leaves a provider alone that has just not answered. For all threads of a process."""

    def __init__(self) -> None:
        self._until: datetime | None = None

    def check(self) -> None:
        """Raise `NotAsked` while the rest lasts."""
        if self._until is not None and clock.now() < self._until:
            raise NotAsked("it did not answer a moment ago")

    @contextmanager
    def around(self) -> Generator[None]:
        """Around a question. Raises `NotAsked` while the rest lasts, which begins when it was asked and is down."""
        self.check()
        try:
            yield
        except NotAsked:
            raise
        except ProviderDown:
            self._until = clock.now() + REST
            raise


class Remembered(Generic[T]):
    """One answer of a provider: `ask` gets it, and raises `ProviderDown`. For all threads of a process."""

    def __init__(self, what: str, ask: Callable[[Conversation], T]) -> None:
        self._what = what
        self._ask = ask
        self._asking = threading.Lock()
        self._rest = Rest()
        self._kept: tuple[datetime, T] | None = None

    def known(self) -> T | None:
        """What it said within a day, if it did: without asking."""
        return self._younger_than(STALE)

    def fresh(self) -> T | None:
        """What it said not long ago, if it did: without asking, and nobody need ask again."""
        return self._younger_than(LIFE)

    def check(self) -> None:
        """Raise `NotAsked` when nothing is known, and it rests."""
        if self.known() is None:
            self._rest.check()

    def value(self, talk: Conversation, *, life: timedelta = LIFE, stale: timedelta = STALE) -> T:
        """The answer, when it is younger than `life`; else a new one, for which one thread asks.

        Whoever comes while it does, and everybody when nothing comes of it, gets one that is younger than `stale`;
        where there is one, to ask takes half of the time at most. Raises `ProviderDown` for whom there is none.
        """
        if (fresh := self._younger_than(life)) is not None:
            return fresh
        known = self._younger_than(stale)
        patience = PATIENCE_SECONDS if known is None else 0.0
        try:
            with self._in_turn(min(patience, talk.seconds_left())):
                return self._asked(talk if known is None else talk.half(), life)
        except ProviderDown as failure:
            if known is None:
                raise
            log.info("what the provider said before has to do", what=self._what, why=str(failure))
            return known

    @contextmanager
    def _in_turn(self, patience: float) -> Generator[None]:
        if not self._asking.acquire(timeout=patience):
            raise ProviderDown("somebody else asks it, and has no answer yet")
        try:
            yield
        finally:
            self._asking.release()

    def _asked(self, talk: Conversation, life: timedelta) -> T:
        # Somebody may have asked while we waited for our turn.
        if (fresh := self._younger_than(life)) is not None:
            return fresh
        with self._rest.around():
            answer = self._ask(talk)
        self._kept = (clock.now(), answer)
        return answer

    def _younger_than(self, age: timedelta) -> T | None:
        kept = self._kept
        return kept[1] if kept is not None and clock.now() < kept[0] + age else None
