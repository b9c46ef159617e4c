"""What somebody who thinks of leaving would give up in accounts."""

from flask_babel import ngettext
from markupsafe import Markup

from blog.accounts.models.people import Person
from blog.accounts.queries import open_invitations_by
from blog.core import clock


def open_invitations(*, person: Person) -> Markup:
    """How many people could not take up their invitations any more; nothing when there are none."""
    count = open_invitations_by(person.id, clock.now())
    if not count:
        return Markup()
    words = ngettext(
        "%(num)s open invitation of yours: it ends, and whoever has it cannot use it any more.",
        "%(num)s open invitations of yours: they end, and whoever has them cannot use them any more.",
        count,
    )
    return Markup("<li>{}</li>").format(words)
