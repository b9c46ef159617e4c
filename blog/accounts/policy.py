"""What an account needs before its roles may be used."""

from datetime import datetime, timedelta

from blog.accounts.models.people import Person


def second_factor_due(person: Person, *, has_factor: bool, days: int) -> datetime | None:
    """When the roles of a person begin to rest, for want of a second factor or a passkey; None when they never do.

    `days` after the first of the roles that they have was given. Readers need none; neither do the people of the
    demo, whose password stands on the screen of whoever runs it.
    """
    if has_factor or person.is_demo or not person.roles:
        return None
    return min(held.granted_at for held in person.roles) + timedelta(days=days)
