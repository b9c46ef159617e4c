"""Without an admin nobody makes another: what would leave a site with none is refused."""

from flask_babel import lazy_gettext as _

from blog.accounts import queries
from blog.accounts.models.people import Person
from blog.accounts.values import Role
from blog.core import clock
from blog.core.db import read_again, take_turns
from blog.core.errors import RuleBroken


def refuse_last_admin(person: Person) -> None:
    """Nothing for who is no admin, or can be spared. Asked before somebody goes or stops being an admin.

    Somebody else has to be one who stays able: with a passkey or an app. Where nobody has that yet, because the site is
    in its first week, it is enough that they can still set one up. The caller has locked `person`. Raises `RuleBroken`.
    """
    if not _is_admin(person):
        return
    lasting = queries.lasting_admins()
    if lasting - {person.id}:
        return
    if person.id in lasting:
        raise RuleBroken(
            _("This is the last admin with a passkey or an app. Let another admin set one up first.")
        )
    now = clock.now()
    # Whose role rests can do nothing that would be missed. Without any admin the site prints its first link again.
    if queries.is_able(person, now) and not queries.has_working_admin(now, except_id=person.id):
        raise RuleBroken(_("This is the last admin who can do anything. Make somebody else an admin first."))


def refuse_to_strand(person: Person) -> None:
    """Nothing for who is no admin, or can do without what they have just taken away of what they sign in with.

    Their roles would come to rest, and only another admin, or whoever runs the site, can wake them. The caller has
    locked `person`. Raises `RuleBroken`.
    """
    if _is_admin(person) and not queries.lasting_admins():
        raise RuleBroken(
            _(
                "This is the last passkey or app that an admin has here: without one your role comes to rest, and "
                "nobody could wake it. Add another one first, or let another admin set one up."
            )
        )


def _is_admin(person: Person) -> bool:
    """Whether they are one; if so, nobody else stops being one until the unit of work ends."""
    read_again(person, ["roles"], lock=False)
    if all(held.role != Role.ADMIN for held in person.roles):
        return False
    take_turns("accounts.admins")
    return True
