"""Small values of accounts, and what a name, an address and a password have to look like."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _

from blog.core.errors import InvalidInput
from blog.core.lookalikes import BLANK, is_seen

MAX_NAME = 80
# Of a name, with the spaces around it: more is looked at no further.
_MAX_TYPED = 1000
MAX_BIO = 500
MAX_EMAIL = 254
MAX_KEY_NAME = 60
MIN_PASSWORD = 10
MAX_PASSWORD = 200
MAX_NOTE = 2000
# The joiners that Persian, Hindi and emoji need; every other invisible format character is refused in names.
_JOINERS = {"\u200c", "\u200d"}
_NOT_IN_NAMES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Marks that stand on, in or below one letter: Hebrew and Tibetan know three or four, nobody's name so many that they
# reach into the lines around it.
_TOO_MANY_MARKS = 6
_WITHOUT_DOTS = {"gmail.com", "googlemail.com"}
# What browsers call themselves; the first mark that is found counts, since most also claim to be others.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# One slash, then anything but a second one, a backslash (browsers read it as a slash), spaces and controls.
_PATH_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*")


class Role(StrEnum):
    """What somebody does here. An admin may do everything."""

    READER = "reader"
    AUTHOR = "author"
    EDITOR = "editor"
    MODERATOR = "moderator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as the browser of a request holds it: by its number, and by the token that it had then."""

    id: int
    token: str = field(repr=False)


class SignInMethod(StrEnum):
    """How somebody showed who they are."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    CODE = "code"
    PASSKEY = "passkey"
    SETUP_LINK = "setup link"
    INVITATION = "invitation"
    PROVIDER = "provider"
    # Beside a password, or once more in a browser that is signed in: alone it lets nobody in.
    APP = "app"


class AuditDoor(StrEnum):
    """Through which door an act came in."""

    WEB = "web"
    COMMAND_LINE = "command line"
    # By itself, when the time has come.
    JOB = "job"


# The `act` of a mailed code that shows that a new address is somebody's: it lets nobody in, see `actions.addresses`.
NEW_ADDRESS = "accounts.address"
# The `act` of a code by which somebody shows their mailbox who came from a provider, see `receivers`.
FROM_PROVIDER = "accounts.provider"


class SignInChange(StrEnum):
    """What was changed in how somebody signs in; they are told of it by mail."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    FIRST_PASSWORD = "first password"  # noqa: S105 - a word, not a secret
    ADDRESS = "address"
    APP_ON = "app on"
    APP_REPLACED = "app replaced"
    APP_OFF = "app off"
    RECOVERY_CODES = "recovery codes"
    RECOVERY_CODE_USED = "recovery code used"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PROVIDER_LINKED = "provider linked"
    PROVIDER_UNLINKED = "provider unlinked"
    LINKS_ENDED = "links ended"
    RECOVERED = "recovered"
    TIME_GIVEN = "time given"


# When somebody last showed here who they are, who came in without doing so: never.
NEVER_PROVED = datetime(1970, 1, 1, tzinfo=UTC)

# What these are called in the audit log.
ACTS_OF_CHANGE = {
    SignInChange.PASSWORD: "password changed",
    SignInChange.FIRST_PASSWORD: "password chosen",
    SignInChange.ADDRESS: "address changed",
    SignInChange.APP_ON: "app turned on",
    SignInChange.APP_REPLACED: "app replaced",
    SignInChange.APP_OFF: "app turned off",
    SignInChange.RECOVERY_CODES: "recovery codes made",
    SignInChange.RECOVERY_CODE_USED: "recovery code used",
    SignInChange.PASSKEY_ADDED: "passkey added",
    SignInChange.PASSKEY_REMOVED: "passkey removed",
    SignInChange.PROVIDER_LINKED: "provider linked",
    SignInChange.PROVIDER_UNLINKED: "provider unlinked",
    SignInChange.LINKS_ENDED: "links ended",
    SignInChange.RECOVERED: "ways in taken away",
    SignInChange.TIME_GIVEN: "time given",
}

# What the browser keeps in which somebody came from a provider, until a code has shown their mailbox.
CAME_FROM_PROVIDER = "came_from_provider"

# For how long mails and wrong codes of a mailbox are counted, at most.
COUNTED_FOR = timedelta(days=1)

# How long a browser stays signed in without being used, and at all (OWASP ASVS 5.0, 7.3).
READER_LIMITS = (timedelta(days=30), timedelta(days=90))
STAFF_LIMITS = (timedelta(hours=12), timedelta(days=7))


def cause_of_invitation(invitation_id: int, mail: int) -> str:
    """What the letter with an invitation is sent for, each time that it is mailed."""
    return f"invitation:{invitation_id}:{mail}"


def cause_of_change(person_id: int, change: SignInChange, at: datetime) -> str:
    """What the letter about a change of how somebody signs in is sent for."""
    return f"sign-in-changed:{person_id}:{change.value}:{at.isoformat()}"


def cause_of_guessing(person_id: int, at: datetime) -> str:
    """What the letter about wrong second steps is sent for."""
    return f"second-step-guessed:{person_id}:{at.isoformat()}"


def cause_of_erasure(erasure_id: str) -> str:
    """What the letter is sent for that tells somebody that they will be erased."""
    return f"erasure:{erasure_id}"


def cause_of_role(person_id: int, change: str, at: datetime, *, by: int | None) -> str:
    """What the letter is sent for that tells somebody of a role; `by` is who gave or took it, and is named in it."""
    return f"role:{person_id}{by_whom(by)}{change}:{at.isoformat()}"


def by_whom(person_id: int | None) -> str:
    """The part of a cause that says who is named in the letter as the one who did it."""
    return f":by:{'nobody' if person_id is None else person_id}:"


def causes_about(person_id: int) -> tuple[str, ...]:
    """How the causes begin of letters about somebody's account, to whichever address they went."""
    return f"sign-in-changed:{person_id}:", f"second-step-guessed:{person_id}:", f"role:{person_id}:"


# How the keys begin that second steps are counted by, and codes on paper.
SECOND_STEP = "SECOND:"
ON_PAPER = "PAPER:"


def email_key(address: str) -> str:
    """The comparable form of a mail address: NFKC, trimmed, in lower case, its domain readable.

    Dots and `+tags` stay: only the owner of a domain knows whether they make a difference. Takes any text
    and raises nothing; what is no address equals no address of a person.
    """
    # PostgreSQL takes no NUL, and no address of a person holds one.
    text = unicodedata.normalize("NFKC", address.replace("\0", "\ufffd")).strip()
    with suppress(EmailNotValidError):
        text = _normalized(text)
    return unicodedata.normalize("NFKC", text).lower()


def second_step_key(person_id: int) -> str:
    """What guesses at the second step of a person are counted by, beside the keys of addresses.

    Capital letters make it one that no mail address has, so nobody fills it up from the page where one signs in.
    """
    return f"{SECOND_STEP}{person_id}"


def on_paper_key(person_id: int) -> str:
    """The same of codes on paper: whoever guesses at the app keeps nobody from using one."""
    return f"{ON_PAPER}{person_id}"


def mailbox_of(key: str) -> str:
    """The mailbox that an address leads to, as far as one can guess it: for counting what goes there, and nothing else.

    Everybody can think of a new `+tag`; Gmail passes over dots as well. `key` is what `email_key` gives.
    """
    local, _at, domain = key.rpartition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain in _WITHOUT_DOTS else local}@{domain}"


def checked_email(typed: str) -> str:
    """A mail address as it is kept: what was typed, with a tidy domain. Raises `InvalidInput` (`email`)."""
    try:
        return _normalized(unicodedata.normalize("NFKC", typed).strip())
    except EmailNotValidError as error:
        message = _("Give a mail address like name@example.org.")
        raise InvalidInput(message, {"email": message}) from error


def checked_name(typed: str) -> str:
    """A name as it is shown: 1 to 80 characters on one line. Raises `InvalidInput` (`name`).

    A sign that stands for several letters (U+FDFA: eighteen) counts as these, as whoever compares names has to read
    them. Control characters and direction overrides are refused: they can make a name look like another one. So are
    heaps of accents, which hide what stands above and below, and names in which nothing is to be seen.
    """
    name = " ".join(unicodedata.normalize("NFC", typed[:_MAX_TYPED]).split())
    is_short = len(typed) <= _MAX_TYPED and 1 <= len(name) <= MAX_NAME
    if not is_short or len(unicodedata.normalize("NFKC", name)) > MAX_NAME:
        message = _("Give a name of 1 to 80 characters.")
        raise InvalidInput(message, {"name": message})
    if not is_seen(name) or any(map(_is_invisible, name)):
        message = _("This name holds invisible characters. Type it again without them.")
        raise InvalidInput(message, {"name": message})
    if _has_heap_of_marks(name):
        message = _("Too many accents stand on one letter of this name. Type it again with fewer.")
        raise InvalidInput(message, {"name": message})
    return name


def checked_key_name(typed: str) -> str:
    """What somebody calls one of their passkeys: one line of 60 characters. Raises `InvalidInput` (`name`)."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not 1 <= len(name) <= MAX_KEY_NAME or any(
        unicodedata.category(letter) in _NOT_IN_NAMES for letter in name
    ):
        message = _("Give a name of 1 to 60 characters.")
        raise InvalidInput(message, {"name": message})
    return name


def checked_bio(typed: str) -> str:
    """What somebody says of themself, in Markdown: up to 500 characters, or nothing. Raises `InvalidInput` (`bio`)."""
    bio = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\0", "").strip()
    if len(bio) > MAX_BIO:
        message = _("At most 500 characters fit here.")
        raise InvalidInput(message, {"bio": message})
    return bio


def checked_password(typed: str) -> str:
    """A new password: 10 to 200 characters, whichever. Raises `InvalidInput` (`password`)."""
    if not MIN_PASSWORD <= len(typed) <= MAX_PASSWORD:
        message = _("Give a password of 10 to 200 characters; a few words in a row are fine.")
        raise InvalidInput(message, {"password": message})
    return typed


def path_here(target: str | None, otherwise: str = "/") -> str:
    """`target` when it is a path of this site, else `otherwise`: an address may not send people elsewhere."""
    return target if target and _PATH_HERE.fullmatch(target) else otherwise


def browser_from(user_agent: str) -> tuple[str, str]:
    """Browser and system, such as `Firefox` and `Windows`; an empty string for what it does not say.

    For people who look over their sessions: nothing depends on it.
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return browser, system


def _is_invisible(letter: str) -> bool:
    return letter in BLANK or (unicodedata.category(letter) in _NOT_IN_NAMES and letter not in _JOINERS)


def _has_heap_of_marks(text: str) -> bool:
    heap = 0
    for letter in text:
        heap = heap + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if heap >= _TOO_MANY_MARKS:
            return True
    return False


def _normalized(text: str) -> str:
    return validate_email(text, check_deliverability=False, test_environment=True).normalized
