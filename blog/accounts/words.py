"""What things of people are called on pages."""

from flask_babel import lazy_gettext as _

from blog.accounts.values import SignInChange

ROLE_NAMES = {
    "author": _("author"),
    "editor": _("editor"),
    "moderator": _("moderator"),
    "admin": _("admin"),
}

# In a mail to whoever it is about: what has happened, as its subject and as its first words.
SIGN_IN_CHANGES = {
    SignInChange.PASSWORD: _("the password was changed"),
    SignInChange.ADDRESS: _("the mail address was changed"),
    SignInChange.APP_ON: _("codes of an app are asked for from now on"),
    SignInChange.APP_OFF: _("codes of an app are asked for no more"),
    SignInChange.RECOVERY_CODES: _("there are new recovery codes"),
    SignInChange.RECOVERY_CODE_USED: _("a recovery code was used"),
    SignInChange.PASSKEY_ADDED: _("a passkey was added"),
    SignInChange.PASSKEY_REMOVED: _("a passkey was removed"),
    SignInChange.RECOVERED: _("an admin has taken away all ways to sign in"),
}
