"""What a handle has to look like, and which names are nobody's."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from blog.accounts.offices import speaks_for_site
from blog.core.errors import InvalidInput
from blog.core.letters import PLAIN_LETTERS
from blog.core.lookalikes import look, looks

MIN_HANDLE = 3
MAX_HANDLE = 30
# Of what somebody types who means one, with letters of other scripts perhaps. What is longer is compared with nothing.
MAX_TYPED_HANDLE = 40
HANDLE_RULE = _(
    "Take 3 to 30 letters from a to z, digits and hyphens; "
    "no hyphen at the start, at the end or beside another one."
)
_HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Handles that would be taken for a place of the site, a mailbox that every site has (RFC 2142), or for nobody.
_PLACES = (
    "abuse account accounts api appeals archive articles artikelen assets auth author authors auteur auteurs blog c "
    "challenge challenges comment comments contact debat debaten debate debates debatten demo desk error everybody "
    "everyone feed feeds healthz help helpdesk home hostmaster iedereen info invitations join jobs legal log login "
    "logout mail mailer-daemon media metrics moderation news nieuws nobody noc noreply no-reply null oidc owner "
    "hooks me password "
    "people person personen press pers privacy reactie reacties readyz receipts register rejoinder root rss search "
    "security settings sign-in sign-out signin signout signup site sitemap somebody static sales support system "
    "systeem tag tags team threads uitdaging uitdagingen undefined user users visitor well-known www you zoeken"
).split()
# What those who have left are called in debates, before a number, in every language that we speak.
FORMER_READERS = ("Former reader", "Oud-lezer")
_FORMER_READER = re.compile(rf"(?:{'|'.join(map(look, FORMER_READERS))})[\dols]*")
_PLACE_LOOKS = frozenset(map(look, _PLACES))


def handle_from(name: str) -> str:
    """The beginning of a handle: the name in plain letters, digits and hyphens; `person` without any."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(PLAIN_LETTERS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain)[:MAX_HANDLE].strip("-") or "person"


def is_handle(text: str) -> bool:
    """Whether `text` can be anybody's handle: an address with anything else in it is nobody's."""
    return len(text) <= MAX_HANDLE + 10 and _HANDLE.fullmatch(text) is not None


def look_mac(secret_key: str, look_of_handle: str) -> str:
    """What knows a handle again that nobody is to read any more; there are few enough to try them all without a key."""
    return hmac.new(secret_key.encode(), f"left-handle:{look_of_handle}".encode(), hashlib.sha256).hexdigest()


def handle_looks(typed: str) -> frozenset[str]:
    """What a handle looks like that somebody has typed; nothing when it is too long to be one, however it is read."""
    return looks(typed) - {""} if _may_be_handle(typed) else frozenset()


def checked_handle(typed: str, site_name: str) -> str:
    """A handle that somebody chooses: 3 to 30 small letters, digits, single hyphens.

    What is kept for the site, and what looks like it in any script, is refused whoever asks. Whether somebody else
    has it already is not known here. Raises `InvalidInput` (`handle`).
    """
    if _may_be_handle(typed) and is_kept_handle(typed, site_name):
        message = _("This address is kept for the site itself. Choose another one.")
        raise InvalidInput(message, {"handle": message})
    handle = typed.strip().lower()
    if not MIN_HANDLE <= len(handle) <= MAX_HANDLE or not _HANDLE.fullmatch(handle):
        raise InvalidInput(HANDLE_RULE, {"handle": HANDLE_RULE})
    return handle


def is_kept_handle(handle: str, site_name: str) -> bool:
    """Whether a handle is a place or an office of the site or of who has left, or looks like one."""
    kept = _PLACE_LOOKS | looks(site_name)
    is_kept = not looks(handle).isdisjoint(kept) or is_former_readers(handle)
    return is_kept or speaks_for_site(handle, site_name)


def is_former_readers(name: str) -> bool:
    """Whether a name looks like what somebody is called who has left: nobody who is here can be."""
    # Some digits look like letters, and a name without a number is half of one with it.
    return any(_FORMER_READER.fullmatch(each) for each in looks(name))


def can_be_taken_for(name: str, others: Iterable[str]) -> bool:
    """Whether a name looks like one of `others`. Names without letters and digits look like nothing."""
    seen = looks(name) - {""}
    return any(not seen.isdisjoint(looks(other)) for other in others)


def _may_be_handle(typed: str) -> bool:
    """Whether it is short enough to be compared. A single sign may be eighteen letters (U+FDFA)."""
    text = typed.strip()
    return len(text) <= MAX_TYPED_HANDLE and len(unicodedata.normalize("NFKD", text)) <= 2 * MAX_TYPED_HANDLE
