"""A mail to ourselves, which shows that everything between the door and the workers goes.

Its address is made for one mail and cannot be made up, so nobody fills the mailroom through it.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from blog.core.config import current_settings
from blog.mailroom.models import Delivery, ReadMessage
from blog.mailroom.values import Arrival

_PREFIX = "loopback."
_BYTES = 10


class LoopbackRoute:
    """Takes such mail in, and does nothing with it: whoever sent it looks whether it was read."""

    name = "loopback"

    def resolve(self, local_part: str) -> int | None:
        """Any one of them: they have no target."""
        nonce, _dot, mac = local_part.removeprefix(_PREFIX).partition(".")
        is_ours = local_part.startswith(_PREFIX) and hmac.compare_digest(_mac(nonce).encode(), mac.encode())
        return 0 if is_ours else None

    def take_places(self, target_id: int, how_many: int) -> int:  # noqa: ARG002 - as every route does
        """These have no order."""
        return 0

    def accept(self, arrivals: Sequence[Arrival]) -> list[str]:
        """They are here."""
        return ["loopback" for _arrival in arrivals]

    def process(self, delivery: Delivery, message: ReadMessage) -> None:
        """It was read, which is all that it is for."""


def new_address() -> str:
    """An address for one mail to ourselves."""
    nonce = _text(secrets.token_bytes(_BYTES))
    return f"{_PREFIX}{nonce}.{_mac(nonce)}@{current_settings().answer_domain}"


def _mac(nonce: str) -> str:
    subject = f"rejoinder loopback {nonce}"
    return _text(
        hmac.digest(current_settings().secret_key.encode(), subject.encode(), hashlib.sha256)[:_BYTES]
    )


def _text(data: bytes) -> str:
    return base64.b32encode(data).decode().lower()
