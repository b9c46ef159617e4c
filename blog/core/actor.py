"""Who acts: a person with roles, or anybody. Always an `Actor`, never `None`."""

from dataclasses import dataclass

STAFF_ROLES = frozenset({"author", "editor", "moderator", "admin"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at the door. `person_id` is None for an anonymous visitor.

    `resting` are roles that somebody has, but may not use until their account is safe enough for them.
    """

    person_id: int | None
    name: str
    roles: frozenset[str]
    resting: frozenset[str] = frozenset()
    # The digest of their picture, for the top of every page.
    picture: str | None = None

    @property
    def is_authenticated(self) -> bool:
        """Whether we know who this is."""
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether this person works here, in whatever role."""
        return not self.roles.isdisjoint(STAFF_ROLES)

    def has_role(self, *roles: str) -> bool:
        """Whether this person has one of `roles`; an admin has every role."""
        return _are_enough(self.roles, roles)

    def would_have_role(self, *roles: str) -> bool:
        """Whether one of `roles` rests: this person has it, and may not use it yet."""
        return _are_enough(self.resting, roles)


def _are_enough(held: frozenset[str], wanted: tuple[str, ...]) -> bool:
    return "admin" in held or not held.isdisjoint(wanted)


ANONYMOUS = Actor(person_id=None, name="", roles=frozenset())
