"""What somebody says when an older copy of the database was put back, and rows are gone that were signed."""

from flask_babel import lazy_gettext as _

from blog.challenges.checks import checked_reason
from blog.challenges.ledger import leaves
from blog.challenges.ledger.notes import Checkpoint
from blog.challenges.losses import lost_checkpoint
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.challenges import challenge_locked
from blog.challenges.recording import append
from blog.core import clock
from blog.core.actor import Actor
from blog.core.errors import Conflict
from blog.core.permissions import require


def admit_loss(actor: Actor, challenge: Challenge, reason: str) -> Checkpoint:
    """Say in the ledger that rows are lost that were signed, and why: everybody reads it. Then it is signed again.

    No row that follows is earlier than what was signed. Returns the checkpoint over what was lost. Raises `Forbidden`,
    `InvalidInput` (`reason`), and `Conflict` where nothing is lost.
    """
    require(actor, "challenge:admit_loss", challenge)
    why = checked_reason(reason)
    locked = challenge_locked(challenge)
    lost = lost_checkpoint(locked)
    if lost is None:
        raise Conflict(_("No row of “%(slug)s” is missing that was signed.", slug=locked.slug))
    append(
        locked.id,
        [
            leaves.restored(
                size=lost.size,
                root=lost.root,
                signed_at=lost.at,
                reason=why,
                at=max(clock.now(), lost.at),
            )
        ],
    )
    return lost
