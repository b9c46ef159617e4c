"""Routes: which feature takes the mail for which address.

A feature above registers a `Route`. The order of the calls is what makes arrival fair: `take_places` locks the
counter and gives the numbers, then the instants are taken, then the rows are written, then the commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.values import Arrival

MAX_ADDRESS_LENGTH = 320
_PLUS_PREFIX = "answers+"


class Route(Protocol):
    """What a feature does with mail for its addresses."""

    @property
    def name(self) -> str:
        """A stable name, kept with every delivery."""
        ...

    def resolve(self, local_part: str) -> int | None:
        """The id of what a (lower-case) local part stands for; None when it is unknown. Only reads."""
        ...

    def take_places(self, target_id: int, how_many: int) -> int:
        """The first of so many numbers in a row for the next deliveries, under a lock that holds until the commit."""
        ...

    def accept(self, arrivals: Sequence[Arrival]) -> Sequence[str]:
        """Write what belongs to deliveries. Returns what the sender's mail server is told of each behind `250`."""
        ...

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """React to a delivery that has been read. May be called again for the same one."""
        ...


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message for one recipient goes."""

    route: Route
    target_id: int
    recipient: str


_routes: dict[str, Route] = {}


def register_route(route: Route) -> None:
    """Offer mail to `route`; one registered later under the same name takes its place."""
    _routes[route.name] = route


def route_named(name: str) -> Route:
    """The route that a delivery was accepted for. Raises `KeyError` when no feature offers it any more."""
    return _routes[name]


def resolve(address: str, answer_domain: str) -> Destination | None:
    """Where mail for `address` goes; None for an address that is not ours.

    `<local part>@<answer_domain>`, in any case, with or without `answers+` before it.
    """
    if len(address) > MAX_ADDRESS_LENGTH:
        return None
    _name, at, domain = address.strip().lower().rpartition("@")
    if not at or domain != answer_domain.lower():
        return None
    local_part = local_part_of(address)
    for route in _routes.values():
        target_id = route.resolve(local_part)
        if target_id is not None:
            return Destination(route, target_id, address)
    return None


def local_part_of(address: str) -> str:
    """What stands before the `@`, in lower case and without `answers+`: the name that routes know."""
    return address.strip().lower().rpartition("@")[0].removeprefix(_PLUS_PREFIX)
