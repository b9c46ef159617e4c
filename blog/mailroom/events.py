"""What happens to mail, for whoever listens."""

from dataclasses import dataclass

from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class SenderProven(Event):
    """Who sent a delivery could not be found out when it was read, and is proven now."""

    delivery_id: int
