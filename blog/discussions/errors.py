"""What can go wrong in threads, beyond the refusals that every feature knows."""

from datetime import datetime
from typing import Any, cast

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.core.errors import Conflict
from blog.core.i18n import format_datetime_long


class ThreadClosed(Conflict):
    """Somebody wants to write in a closed thread; the message says who closed it, why and until when."""

    code = "thread_closed"

    def __init__(self, *, by_name: str | None, reason: str | None, until: datetime | None) -> None:
        name = by_name or _("A moderator")
        why = reason or _("no reason was given")
        if until is None:
            message = _("%(name)s closed this debate: %(reason)s", name=name, reason=why)
        else:
            # The reader's language and zone are known when the message is shown, not here.
            end = cast("Any", LazyString)(format_datetime_long, until)
            message = _(
                "%(name)s closed this debate until %(until)s: %(reason)s", name=name, until=end, reason=why
            )
        super().__init__(message, by_name=by_name, reason=reason, until=until)


class FormUsed(Conflict):
    """A form that has posted a comment comes back with other words, which must not get lost."""

    code = "form_used"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This form has posted a comment already. If these words are another comment, send them once more."
            )
        )


class AlreadyRemoved(Conflict):
    """Somebody acts on a comment that a moderator has taken away; the message says who did it and why."""

    code = "already_removed"

    def __init__(self, *, by_name: str | None, reason: str | None) -> None:
        name = by_name or _("A moderator")
        why = reason or _("no reason was given")
        super().__init__(
            _("%(name)s has removed this comment: %(reason)s", name=name, reason=why),
            by_name=by_name,
            reason=reason,
        )
