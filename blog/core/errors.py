"""What can go wrong in the words of the product, and nothing else: a table of contents of refusals.

Actions and gates raise these; one handler per edge (pages, commands) tells them to the person. The message
says what to do, may be lazily translated, and never holds a path, a secret or an internal name.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

Message = str | LazyString


class DomainError(Exception):
    """Base of all refusals. `status` is the HTTP status, `code` a stable name for programs."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, message: Message, **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.data: Mapping[str, object] = data

    def __str__(self) -> str:
        return str(self.message)


class SignInNeeded(DomainError):
    """A visitor tried something that only members do, or somebody whose session has ended meanwhile."""

    status = 401
    code = "sign_in_needed"

    def __init__(self, message: Message | None = None, **data: object) -> None:
        super().__init__(message or _("Sign in first, then try again."), **data)


class NotFound(DomainError):
    """There is no such thing, or this person may not know that there is."""

    status = 404
    code = "not_found"

    def __init__(self, message: Message | None = None, **data: object) -> None:
        super().__init__(message or _("There is nothing here."), **data)


class Forbidden(DomainError):
    """The person may see the thing, but not do this to it."""

    status = 403
    code = "forbidden"

    def __init__(self, message: Message | None = None, **data: object) -> None:
        super().__init__(message or _("You may not do this."), **data)


class Conflict(DomainError):
    """Somebody else was first, or the thing is no longer in the state that the person saw."""

    status = 409
    code = "conflict"


class TooMany(DomainError):
    """A limit is reached; the message says when to try again, and so does `retry_at` where that is known."""

    status = 429
    code = "too_many"

    def __init__(self, message: Message, *, retry_at: datetime | None = None, **data: object) -> None:
        super().__init__(message, **data)
        self.retry_at = retry_at


class NoRoom(DomainError):
    """The disk is nearly full: what would fill it has to wait, so that everything else goes on."""

    status = 503
    code = "no_room"

    def __init__(self, message: Message | None = None, **data: object) -> None:
        super().__init__(
            message or _("There is no room for this just now. Please try again in a few minutes."), **data
        )


class RuleBroken(DomainError):
    """A rule of the house stands against it; the message says which."""

    status = 422
    code = "rule_broken"


class InvalidInput(DomainError):
    """Something that was typed cannot be used. `fields` tells each field's fault."""

    status = 422
    code = "invalid_input"

    def __init__(self, message: Message, fields: Mapping[str, Message] | None = None, **data: object) -> None:
        super().__init__(message, **data)
        self.fields: Mapping[str, Message] = fields or {}
