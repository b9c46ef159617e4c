"""What a handle has to look like, and which names speak for the site itself."""

import hashlib
import hmac
import re
import unicodedata

from flask_babel import lazy_gettext as _

from blog.core.errors import InvalidInput
from blog.core.letters import PLAIN_LETTERS
from blog.core.lookalikes import look, looks

MIN_HANDLE = 3
MAX_HANDLE = 30
_HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+")
# Who is called so speaks for the site. Held against every word of a name, and of a handle.
_OFFICES = (
    "admin administrator beheer beheerder beheerders editor editors hoofdredacteur hoofdredactie moderatie moderator "
    "moderators official officieel postmaster redacteur redacteuren redactie sitebeheer staff sysop webmaster"
).split()
# Handles that would be taken for a place of the site, a mailbox that every site has (RFC 2142), or for nobody.
_PLACES = (
    "abuse account accounts api appeals archive articles artikelen assets auth author authors auteur auteurs blog c "
    "challenge challenges comment comments contact debat debaten debate debates debatten demo desk error everybody "
    "everyone feed feeds healthz help helpdesk home hostmaster iedereen info invitations join jobs legal log login "
    "logout mail mailer-daemon media metrics moderation news nieuws nobody noc noreply no-reply null oidc owner "
    "me password "
    "people person personen press pers privacy reactie reacties readyz receipts register rejoinder root rss search "
    "security settings sign-in sign-out signin signout signup site sitemap somebody static sales support system "
    "systeem tag tags team threads uitdaging uitdagingen undefined user users visitor well-known www you zoeken"
).split()
# What those who have left are called in debates, before a number, in every language that we speak.
FORMER_READERS = ("Former reader", "Oud-lezer")
_FORMER_READER = re.compile(rf"(?:{'|'.join(map(look, FORMER_READERS))})[\dols]*")
_OFFICE_LOOKS = frozenset(map(look, _OFFICES))
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


def checked_handle(typed: str, site_name: str) -> str:
    """A handle that somebody chooses: 3 to 30 small letters, digits, single hyphens.

    What is kept for the site, and what looks like it in any script, is refused whoever asks. Whether somebody else
    has it already is not known here. Raises `InvalidInput` (`handle`).
    """
    if is_kept_handle(typed, site_name):
        message = _("This address is kept for the site itself. Choose another one.")
        raise InvalidInput(message, {"handle": message})
    handle = typed.strip().lower()
    if not MIN_HANDLE <= len(handle) <= MAX_HANDLE or not _HANDLE.fullmatch(handle):
        message = _(
            "Take 3 to 30 letters from a to z, digits and hyphens; "
            "no hyphen at the start, at the end or beside another one."
        )
        raise InvalidInput(message, {"handle": message})
    return handle


def is_kept_handle(handle: str, site_name: str) -> bool:
    """Whether a handle is a place or an office of the site, or looks like one."""
    kept = _PLACE_LOOKS | looks(site_name)
    return not looks(handle).isdisjoint(kept) or speaks_for_site(handle, site_name)


def speaks_for_site(name: str, site_name: str) -> bool:
    """Whether somebody of this name would be taken for the site: an office, or the site's own name, among its words."""
    words = [word.strip("0123456789") or word for word in _WORD.findall(unicodedata.normalize("NFKD", name))]
    if not looks(name).isdisjoint(_OFFICE_LOOKS) or any(
        not looks(w).isdisjoint(_OFFICE_LOOKS) for w in words
    ):
        return True
    site = looks(site_name) - {""}
    # The name of the site may be several words.
    runs = (
        "".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)
    )
    return any(not looks(run).isdisjoint(site) for run in runs)


def is_former_readers(name: str) -> bool:
    """Whether a name looks like what somebody is called who has left: nobody who is here can be."""
    # Some digits look like letters, and a name without a number is half of one with it.
    return any(_FORMER_READER.fullmatch(each) for each in looks(name))


def look_the_same(name: str, other: str) -> bool:
    """Whether two names can be taken for each other. Names without letters and digits look like nothing."""
    return not (looks(name) & looks(other)) <= {""}
