"""What a page showed of prizes, as its buttons send it along."""

from collections.abc import Mapping

from flask import request

from blog.challenges.queries.seen import ranks_in
from blog.core.errors import Conflict, DomainError


def what_was_seen() -> str | None:
    """What stood on the page on which a button was pressed; None where it does not say."""
    return request.form.get("seen")


def ranks_seen() -> Mapping[int, int] | None:
    """The same of entries by rank."""
    seen = what_was_seen()
    return None if seen is None else ranks_in(seen)


def seen_still(error: DomainError | None = None) -> str | None:
    """What a form that comes back still holds for: what its reader had seen, until they are told of a conflict."""
    return None if isinstance(error, Conflict) else what_was_seen()
