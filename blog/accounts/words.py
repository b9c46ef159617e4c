"""What things of people are called on pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.accounts.holdings import CommentsFate
from blog.accounts.values import SignInChange, SignInMethod
from blog.core.config import current_settings
from blog.core.i18n import format_datetime_long

ROLE_NAMES = {
    "author": _("author"),
    "editor": _("editor"),
    "moderator": _("moderator"),
    "admin": _("admin"),
}

# What a role lets somebody do, for the mail that tells them of it.
ROLES_IN_WORDS = {
    "author": _("You write articles; an editor publishes them."),
    "editor": _("You publish articles, judge answers to challenges, look after debates, and invite authors."),
    "moderator": _(
        "You look after debates: you remove comments that do not belong there, and close a debate."
    ),
    "admin": _("You look after the people here and their roles, and may do everything that the others may."),
}

# In a mail to whoever it is about: what has happened, as its subject and as its first words.
SIGN_IN_CHANGES = {
    SignInChange.PASSWORD: _("the password was changed"),
    SignInChange.FIRST_PASSWORD: _("a password was chosen"),
    SignInChange.ADDRESS: _("the mail address was changed"),
    SignInChange.APP_ON: _("codes of an app are asked for from now on"),
    SignInChange.APP_REPLACED: _("codes come from another app from now on"),
    SignInChange.APP_OFF: _("codes of an app are asked for no more"),
    SignInChange.RECOVERY_CODES: _("there are new recovery codes"),
    SignInChange.RECOVERY_CODE_USED: _("a recovery code was used"),
    SignInChange.PASSKEY_ADDED: _("a passkey was added"),
    SignInChange.PASSKEY_REMOVED: _("a passkey was removed"),
    SignInChange.PROVIDER_LINKED: _("an account elsewhere was linked, to sign in with"),
    SignInChange.PROVIDER_UNLINKED: _("an account elsewhere is no longer linked"),
    SignInChange.LINKS_ENDED: _(
        "accounts elsewhere let you in no more, because you work here now; you can link them anew"
    ),
    SignInChange.TIME_GIVEN: _("an admin gave you time to set up a passkey or an app"),
    SignInChange.RECOVERED: _("whoever runs the site has taken away all ways to sign in"),
}

DOOR_NAMES = {
    "web": _("on the site"),
    "command line": _("on the command line"),
    "job": _("the site itself"),
}


def former_colleague() -> str:
    """Who decided something here and has left for good, in the language of the site."""
    with force_locale(current_settings().site_language):
        return gettext("a former colleague")


def former_reader(language: str | None = None) -> str:
    """Who is spoken of somewhere and has left for good, in a language, or in that of the site."""
    with force_locale(language or current_settings().site_language):
        return gettext("a former reader")


# How somebody signed in.
METHOD_NAMES = {
    "password": _("with a password"),
    "code": _("with a mailed code"),
    "passkey": _("with a passkey"),
    "app": _("with a code of the app"),
    "invitation": _("with an invitation"),
    "setup link": _("with the set-up link"),
    "provider": _("with an account elsewhere"),
}


def method_name(method: str, provider_name: str) -> str:
    """How somebody signed in; `provider_name` is what the provider of this site is called, if it has one."""
    if method == SignInMethod.PROVIDER and provider_name:
        return gettext("with %(provider)s", provider=provider_name)
    return str(METHOD_NAMES.get(method, method))


# What an act in the audit log is called. Features above this one add their own.
ACT_NAMES: dict[str, LazyString] = {
    "joined": _("Account made"),
    "signed in": _("Signed in"),
    "confirmed": _("Showed once more who they are"),
    "sign-in refused": _("Sign-in refused"),
    "confirmation refused": _("Wrong when asked once more who they are"),
    "sign-in held back": _("Too much was wrong: held back"),
    "passkey refused": _("Passkey refused"),
    "second step guessed": _("Wrong codes after the right password"),
    "password changed": _("Password changed"),
    "password chosen": _("Password chosen"),
    "address changed": _("Mail address changed"),
    "app turned on": _("App turned on"),
    "app replaced": _("App replaced by another one"),
    "app turned off": _("App turned off"),
    "recovery codes made": _("Recovery codes made"),
    "recovery code used": _("Recovery code used"),
    "passkey added": _("Passkey added"),
    "passkey removed": _("Passkey removed"),
    "passkey renamed": _("Passkey renamed"),
    "provider linked": _("Account elsewhere linked"),
    "provider unlinked": _("Account elsewhere no longer linked"),
    "links ended": _("Accounts elsewhere unlinked with the first role"),
    "ways in taken away": _("All ways to sign in taken away"),
    "name changed": _("Name changed"),
    "handle changed": _("Address of the page changed"),
    "picture sent": _("Picture sent"),
    "role given": _("Role given"),
    "role taken": _("Role taken away"),
    "time given": _("Time given for a passkey or an app"),
    "signed out from afar": _("Signed out from elsewhere"),
    "note written": _("Note written"),
    "invitation mailed": _("Invitation mailed"),
    "invitation taken back": _("Invitation taken back"),
    "invitation used": _("Invitation accepted"),
    "erasure asked for": _("Erasure asked for"),
    "erasure changed": _("Changed what becomes of the comments"),
    "erasure taken back": _("Erasure taken back"),
    "erased": _("Account erased"),
    "log exported": _("This log taken away as a file"),
}
# What an act was done to.
SUBJECT_NAMES: dict[str, LazyString] = {"person": _("person"), "invitation": _("invitation")}

# What a detail of an act says, by the name of the detail and then by its value.
DETAIL_WORDS: dict[str, Mapping[str, LazyString]] = {
    "role": ROLE_NAMES,
    "method": METHOD_NAMES,
    "comments": {
        CommentsFate.KEEP: _("comments stay, without the name"),
        CommentsFate.GO: _("comments go, too"),
    },
    "file": {"csv": _("as a table (CSV)"), "jsonl": _("as JSON lines")},
}
# What is said around the value of a detail.
_SENTENCES: dict[str, Callable[[str], str]] = {
    "invited_by": lambda name: gettext("invited by %(name)s", name=name),
    "author": lambda name: gettext("now under the name of %(name)s", name=name),
    "person": lambda name: gettext("about %(name)s", name=name),
    "number": lambda number: gettext("number %(number)s", number=number),
    "until": lambda time: gettext("until %(time)s", time=time),
    "since": lambda time: gettext("from %(time)s", time=time),
    "before": lambda time: gettext("until %(time)s", time=time),
}
# What a detail without a value means; of the others "None" is said.
_ABSENT = {
    "author": _("now under the name of somebody without an account"),
    "until": _("until somebody closes it"),
}
# Details that are numbers of rows, for programs.
_UNTOLD = frozenset({"browser", "note", "invitation"})


def name_acts(
    acts: Mapping[str, LazyString],
    subjects: Mapping[str, LazyString],
    details: Mapping[str, Mapping[str, LazyString]],
) -> None:
    """Say what acts, subjects and details of another feature are called in the audit log."""
    ACT_NAMES.update(acts)
    SUBJECT_NAMES.update(subjects)
    DETAIL_WORDS.update(details)


@dataclass(frozen=True, slots=True)
class AuditWords:
    """How records of the audit log read. `names` has the people in them by their ids, as far as they are still here."""

    names: Mapping[int, str]

    def act(self, act: str) -> str:
        """What was done."""
        return str(ACT_NAMES.get(act, act))

    def who(self, actor_id: int | None, door: str) -> str:
        """Who did it."""
        if actor_id is not None:
            return self.names.get(actor_id) or gettext("person %(number)s", number=actor_id)
        return gettext("a visitor") if door == "web" else str(DOOR_NAMES.get(door, door))

    def subject(self, kind: str | None, number: int | None) -> str:
        """What it was done to; an empty string for nothing."""
        if kind is None or number is None:
            return ""
        if kind == "person" and number in self.names:
            return self.names[number]
        return gettext("%(kind)s %(number)s", kind=SUBJECT_NAMES.get(kind, kind), number=number)

    def details(self, details: Mapping[str, object]) -> str:
        """The rest, in a line."""
        return "; ".join(filter(None, (self._detail(name, value) for name, value in sorted(details.items()))))

    def _detail(self, name: str, value: object) -> str:
        if name in _UNTOLD:
            return ""
        if value is None and name in _ABSENT:
            return str(_ABSENT[name])
        told = self._told(name, value)
        sentence = _SENTENCES.get(name)
        return sentence(told) if sentence else told

    def _told(self, name: str, value: object) -> str:
        match name, value:
            case "roles", list():
                return ", ".join(str(ROLE_NAMES.get(str(role), role)) for role in cast("list[object]", value))
            case (("invited_by" | "author" | "person"), int()):
                return self.who(value, "")
            case (("since" | "until" | "before"), str()):
                return _time(value)
            case "act", str():
                return self.act(value)
            case _:
                return str(DETAIL_WORDS.get(name, {}).get(str(value), value))


def _time(instant: str) -> str:
    return format_datetime_long(datetime.fromisoformat(instant))
