"""Who may look into the mailroom.

Where a relay is configured the outbox holds letters to real people, and a judge who could read them would know
who wrote which answer: only admins see it. Without one the site is being tried out, and all staff may look.
Mail that came in says on any site who wrote which answer: only admins see it.
"""

from blog.core.actor import Actor
from blog.core.permissions import Rule, any_role
from blog.mailroom.models import OutboxMessage
from blog.mailroom.values import OutboxState


def is_staff_of_trial(actor: Actor, relay: object) -> bool:
    """Whether this is staff of a site that sends no mail yet (`relay` is None)."""
    return relay is None and actor.is_staff


def is_caught_here(actor: Actor, message: OutboxMessage) -> bool:
    """Whether this admin may see a secret letter: only one that never left, on a site that is being tried out."""
    return actor.has_role("admin") and message.state == OutboxState.CAUGHT


def is_open(_actor: Actor, message: OutboxMessage) -> bool:
    """Whether the letter holds nothing that lets its reader in."""
    return not message.is_secret


POLICY: dict[str, tuple[Rule, ...]] = {
    "mail:read": (any_role("admin"),),
    "outbox:read": (any_role("admin"), is_staff_of_trial),
    "outbox:send_again": (any_role("admin"),),
    "outbox_message:read_text": (is_open, is_caught_here),
}
