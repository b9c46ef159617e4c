"""What a provider has said: one thread asks for it, the others take what is known, and nobody asks one that rests."""

import threading
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Self

import pytest
import time_machine

from blog.accounts.openid import remembered
from blog.accounts.openid.remembered import LIFE, REST, STALE, Remembered, Rest
from blog.accounts.openid.transport import Conversation, NotAsked, ProviderDown, Transport
from blog.core import clock

# So long that a test which waits for it fails.
FOR_EVER = 20.0


class Slow:
    """A provider that counts how often it is asked, and answers when it is let; or not, when it is `down`."""

    def __init__(self) -> None:
        self.asked = 0
        self.down = False
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def ask(self, _talk: Conversation) -> str:
        self.asked += 1
        self.is_asked.set()
        assert self.may_answer.wait(FOR_EVER)
        if self.down:
            raise ProviderDown("it is down")
        return f"answer {self.asked}"


@pytest.fixture
def provider() -> Generator[Slow]:
    slow = Slow()
    yield slow
    slow.may_answer.set()


@pytest.fixture
def answer(provider: Slow) -> Remembered[str]:
    return Remembered("answer", provider.ask)


def value(answer: Remembered[str], **ages: timedelta) -> str:
    return answer.value(Transport(answer_seconds=FOR_EVER).conversation(), **ages)


class Asking:
    """Somebody asks in a thread of their own, and waits for the provider until the block ends."""

    def __init__(self, answer: Remembered[str], provider: Slow) -> None:
        self.got: list[str] = []
        self._provider = provider
        self._thread = threading.Thread(target=lambda: self.got.append(value(answer)))

    def __enter__(self) -> Self:
        self._provider.may_answer.clear()
        self._provider.is_asked.clear()
        self._thread.start()
        assert self._provider.is_asked.wait(FOR_EVER)
        return self

    def __exit__(self, *_error: object) -> None:
        self._provider.may_answer.set()
        self._thread.join()


def later(age: timedelta) -> time_machine.travel:
    return time_machine.travel(clock.now() + age, tick=False)


def test_it_is_asked_for_once_in_its_life(answer: Remembered[str], provider: Slow) -> None:
    with later(timedelta()):
        assert [value(answer), value(answer)] == ["answer 1", "answer 1"]
        with later(LIFE - timedelta(seconds=1)):
            assert value(answer) == "answer 1"
        with later(LIFE):
            assert value(answer) == "answer 2"
        assert provider.asked == 2


def test_while_one_asks_the_others_take_what_is_known(answer: Remembered[str], provider: Slow) -> None:
    with later(timedelta()):
        value(answer)
        with later(LIFE), Asking(answer, provider) as one:
            # In this thread, while the other one waits: at once.
            assert value(answer) == "answer 1"
            assert one.got == []
        assert one.got == ["answer 2"]
        assert provider.asked == 2


def test_while_one_asks_and_nothing_is_known_the_others_do_not_wait_for_long(
    answer: Remembered[str], provider: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "PATIENCE_SECONDS", 0.1)
    with Asking(answer, provider) as one:
        with pytest.raises(ProviderDown, match="somebody else asks it"):
            value(answer)
        assert one.got == []
    assert one.got == ["answer 1"]


def test_who_waits_a_moment_gets_what_the_other_one_was_told(
    answer: Remembered[str], provider: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "PATIENCE_SECONDS", FOR_EVER)
    got: list[str] = []
    waiting = threading.Thread(target=lambda: got.append(value(answer)))
    with Asking(answer, provider):
        waiting.start()
    waiting.join()
    assert (got, provider.asked) == (["answer 1"], 1)


def test_who_has_no_time_left_does_not_wait(answer: Remembered[str], provider: Slow) -> None:
    with Asking(answer, provider), pytest.raises(ProviderDown, match="somebody else asks it"):
        answer.value(Transport(answer_seconds=0).conversation())


def test_what_was_said_before_does_for_a_day_while_it_is_down(
    answer: Remembered[str], provider: Slow
) -> None:
    with later(timedelta()):
        value(answer)
        provider.down = True
        with later(STALE - timedelta(seconds=1)):
            assert value(answer) == "answer 1"
        with later(STALE), pytest.raises(ProviderDown):
            value(answer)


@pytest.mark.parametrize("is_known", [True, False])
def test_it_rests_when_it_did_not_answer(answer: Remembered[str], provider: Slow, is_known: bool) -> None:
    with later(timedelta()):
        if is_known:
            value(answer)
        provider.down = True
        with later(LIFE):
            asked = provider.asked
            for _time in range(3):
                assert outcome(lambda: value(answer)) == ("answer 1" if is_known else "down")
            assert provider.asked == asked + 1
            provider.down = False
            with later(REST - timedelta(seconds=1)):
                value_or_down = outcome(lambda: value(answer))
                assert (value_or_down, provider.asked) == ("answer 1" if is_known else "down", asked + 1)
            with later(REST):
                assert value(answer) == f"answer {asked + 2}"


def test_who_needs_a_newer_one_gets_no_older_one(answer: Remembered[str], provider: Slow) -> None:
    minute = timedelta(minutes=1)
    with later(timedelta()):
        value(answer)
        with later(minute - timedelta(seconds=1)):
            assert value(answer, life=minute, stale=minute) == "answer 1"
        provider.down = True
        with later(minute):
            with pytest.raises(ProviderDown):
                value(answer, life=minute, stale=minute)
            # For all others it does.
            assert value(answer) == "answer 1"


def test_who_asks_though_something_is_known_keeps_half_of_the_time() -> None:
    seconds: list[float] = []

    def ask(talk: Conversation) -> str:
        seconds.append(talk.seconds_left())
        return "answer"

    answer = Remembered("answer", ask)
    with later(timedelta()):
        value(answer)
        with later(LIFE):
            value(answer)
    assert FOR_EVER / 2 < seconds[0] <= FOR_EVER
    assert FOR_EVER / 4 < seconds[1] <= FOR_EVER / 2


def test_what_nobody_asked_does_not_rest() -> None:
    """That somebody had no time left says nothing about the provider: the next one asks it."""
    rest = Rest()
    for failure in (NotAsked("no time is left"), ProviderDown("it is down")):
        with pytest.raises(ProviderDown, match=str(failure)), rest.around():
            raise failure
    with pytest.raises(ProviderDown, match="a moment ago"), rest.around():
        pass


def outcome(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except ProviderDown:
        return "down"
