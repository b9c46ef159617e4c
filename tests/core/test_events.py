from dataclasses import dataclass

from blog.core.events import Event, publish, subscribe


@dataclass(frozen=True, slots=True)
class DoorOpened(Event):
    number: int


@dataclass(frozen=True, slots=True)
class DoorClosed(Event):
    number: int


def test_it_tells_every_receiver_of_that_kind_once() -> None:
    told: list[tuple[str, int]] = []

    def first(event: DoorOpened) -> None:
        told.append(("first", event.number))

    def second(event: DoorOpened) -> None:
        told.append(("second", event.number))

    subscribe(DoorOpened, first)
    subscribe(DoorOpened, second)
    subscribe(DoorOpened, first)
    publish(DoorOpened(7))
    publish(DoorClosed(8))

    assert told == [("first", 7), ("second", 7)]
