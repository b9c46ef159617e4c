"""Mail for the people behind the site: `postmaster` (RFC 5321, 4.5.1) and `abuse` (RFC 2142), read by staff.

Always accepted, never answered by a program: whoever writes here has something to say about mail that goes wrong.
"""

from collections.abc import Sequence

from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.routes import local_part_of
from blog.mailroom.values import Arrival

_NAMES = frozenset({"postmaster", "abuse"})
_TARGET = 0


class PostmasterRoute:
    """Deliveries of the route `postmaster` belong to nothing: the page of the mailroom shows them."""

    name = "postmaster"

    def resolve(self, local_part: str) -> int | None:
        """The one target that there is, for the names of the postmaster."""
        return _TARGET if local_part in _NAMES else None

    def take_places(self, target_id: int, how_many: int) -> int:  # noqa: ARG002 - as every route does
        """Nobody counts these, so nobody waits for another one."""
        return target_id

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        """What is said behind `250`. The deliveries themselves are all that is kept."""
        return [
            arrival.told(f"for {local_part_of(arrival.recipient)}, a person reads it") for arrival in arrivals
        ]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """Nothing happens by itself."""
