"""Who may look into the mailroom.

Where a relay is configured the outbox holds letters to real people, and a judge who could read them would know
who wrote which answer: only admins see it. Without one the site is being tried out, and all staff may look.
"""

from blog.core.actor import Actor
from blog.core.permissions import Rule, any_role


def is_staff_of_trial(actor: Actor, relay: object) -> bool:
    """Whether this is staff of a site that sends no mail yet (`relay` is None)."""
    return relay is None and actor.is_staff


POLICY: dict[str, tuple[Rule, ...]] = {
    "outbox:read": (any_role("admin"), is_staff_of_trial),
}
