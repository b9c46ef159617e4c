"""What somebody decides about prizes holds for what they have seen: where that is so no more, nothing is done."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from blog.challenges.models.awards import Award
from blog.challenges.queries.seen import is_at_step, mark_of
from blog.challenges.values import AwardStep
from blog.challenges.words.outcomes import numbers_in_words
from blog.challenges.words.prizes import step_words
from blog.core.errors import Conflict

# In all of these the caller has locked the challenge, and `seen` is None where nobody says what they have seen.


def refuse_unseen(award: Award | None, seen: str | None) -> None:
    """Raise `Conflict` where a prize is not as it was `seen` (`mark_of`). None: of an entry that never had one."""
    if seen is None or seen == mark_of(award):
        return
    if award is None:
        raise Conflict(
            _("This page does not show the entry as it is now. Look at it again; nothing was changed.")
        )
    number = award.entry.number
    if is_at_step(award, seen):
        raise Conflict(
            _(
                "Meanwhile something about the prize of entry %(number)s has changed: where it is to be sent, how it "
                "can be followed, or the letter to its winner. Look at it again; nothing was done.",
                number=number,
            )
        )
    raise Conflict(
        _(
            "The prize of entry %(number)s has meanwhile come to this: %(state)s. Look at it again; nothing was "
            "changed.",
            number=number,
            state=step_words(AwardStep(award.step)),
        )
    )


def refuse_other_winners(holders: Mapping[int, int], seen: Mapping[int, int] | None) -> None:
    """Raise `Conflict` where other entries hold the prizes of a challenge, by rank, than were `seen`."""
    if seen is not None and seen != holders:
        raise Conflict(
            _("Meanwhile others have its prizes than this page said. Look at it again; nothing was ended.")
        )


def refuse_others_to_be_told(new: Mapping[int, int], seen: Mapping[int, int] | None) -> None:
    """Raise `Conflict` where other entries come to a prize now, by rank, than were `seen`."""
    if seen is not None and seen != new:
        raise Conflict(
            ngettext(
                "Nobody was told: by now it would be entry %(numbers)s, and not who was named.",
                "Nobody was told: by now it would be entries %(numbers)s, and not who was named.",
                len(new),
                numbers=numbers_in_words(sorted(new.values())),
            )
        )
