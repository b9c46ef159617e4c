"""Who may moderate. Everybody may read the log of it."""

from blog.core.permissions import Rule, any_role

MODERATORS = ("moderator", "editor")
is_moderator = any_role(*MODERATORS)

POLICY: dict[str, tuple[Rule, ...]] = {
    "moderation:read": (is_moderator,),
    "thread:close": (is_moderator,),
    "thread:reopen": (is_moderator,),
    "comment:remove": (is_moderator,),
}
