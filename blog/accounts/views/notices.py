"""What staff are told above their work, until they have done it."""

from flask import render_template
from markupsafe import Markup

from blog.accounts.access import person_for
from blog.accounts.models.people import Person
from blog.accounts.queries import may_set_up_factor
from blog.accounts.sessions import came_by_link, present
from blog.accounts.values import Role
from blog.core import clock


def staff_notice() -> Markup:
    """Until when an account may do without a second factor; nothing for whom has one, or needs none.

    Whose roles rest, and who cannot set one up with what they have shown, is told who can help.
    """
    here = present()
    if here is None or here.factor_due is None:
        return Markup()
    person = person_for(here.actor)
    page = render_template(
        "accounts/_staff_notice.html",
        due=here.factor_due,
        is_resting=here.factor_due <= clock.now(),
        may_set_up=may_set_up_here(person),
        is_admin=any(held.role == Role.ADMIN for held in person.roles),
        email=person.email,
    )
    return Markup(page)  # noqa: S704 - a template of ours, escaped already


def may_set_up_here(person: Person) -> bool:
    """Whether what this browser has shown is enough for a first passkey or app."""
    return came_by_link() or may_set_up_factor(person, clock.now())
