"""Who may look behind the scenes."""

from blog.core.permissions import Rule, any_role

POLICY: dict[str, tuple[Rule, ...]] = {
    "site:operate": (any_role("admin"),),
}
