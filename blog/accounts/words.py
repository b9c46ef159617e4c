"""What things of people are called on pages."""

from flask_babel import lazy_gettext as _

ROLE_NAMES = {
    "author": _("author"),
    "editor": _("editor"),
    "moderator": _("moderator"),
    "admin": _("admin"),
}
