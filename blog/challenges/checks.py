"""What may be typed: a challenge's words, the reason for a verdict, a winner's name."""

import re
from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from blog.challenges.names import MAX_NAME_LENGTH, tidy_name
from blog.challenges.values import (
    MAX_ADDRESS,
    MAX_PRIZE,
    MAX_REASON,
    MAX_TITLE,
    MAX_TRACKING,
    SLUG,
    Judgement,
    Judging,
    is_reserved,
)
from blog.core.config import LANGUAGES
from blog.core.errors import InvalidInput, Message

_TAG = re.compile(r"<[^<>]*+>")


def check_words(slug: str, words: Mapping[str, str]) -> None:
    """Raise `InvalidInput` unless a challenge can have this slug and these words (the prize may wait)."""
    faults: dict[str, Message] = {}
    if not SLUG.fullmatch(slug):
        faults["slug"] = _("Use 2 to 59 lower-case letters, digits and hyphens; it becomes a mail address.")
    elif is_reserved(slug):
        faults["slug"] = _(
            "“%(slug)s” is a mailbox of whoever runs the site. Choose another name.", slug=slug
        )
    if not 0 < len(words["title"]) <= MAX_TITLE:
        faults["title"] = _("Give a title of at most %(limit)s characters.", limit=MAX_TITLE)
    if len(words["prize"]) > MAX_PRIZE:
        faults["prize"] = _("Use at most %(limit)s characters.", limit=MAX_PRIZE)
    if words["judging"] not in set(Judging):
        faults["judging"] = _("Say “editor”: an editor judges the answers.")
    if words["language"] not in LANGUAGES:
        faults["language"] = _("Choose one of %(languages)s.", languages=", ".join(LANGUAGES))
    if faults:
        raise InvalidInput(_("The challenge “%(slug)s” cannot be set up like this.", slug=slug[:80]), faults)


def check_reason(judgement: Judgement, reason: str) -> None:
    """Raise `InvalidInput` when a verdict lacks a reason that it needs, or has an endless one."""
    fault: Message | None = None
    if judgement is Judgement.UNCLEAR and not reason:
        fault = _("Say what is unclear: whoever judges next must know.")
    elif len(reason) > MAX_REASON:
        fault = _("Use at most %(limit)s characters.", limit=MAX_REASON)
    if fault is not None:
        raise InvalidInput(_("The verdict cannot be given like this."), {"reason": fault})


def checked_name(display_name: str) -> str:
    """The name as it will be shown. Raises `InvalidInput` for none, a long one, and an address."""
    name = tidy_name(display_name)
    fault: Message | None = None
    if not name:
        fault = _("Type the name, or choose your initials.")
    elif len(name) > MAX_NAME_LENGTH:
        fault = _("Use at most %(limit)s characters.", limit=MAX_NAME_LENGTH)
    elif "@" in name or "://" in name:
        fault = _("Give a name, not an address.")
    if fault is not None:
        raise InvalidInput(_("This name cannot be shown."), {"display_name": fault})
    return name


def checked_address(typed: str) -> str:
    """Where a prize is to be sent, as on an envelope; nothing where nothing was typed. Raises `InvalidInput`."""
    lines = [tidy_name(line) for line in typed.splitlines()]
    address = "\n".join(line for line in lines if line)
    if len(address) > MAX_ADDRESS:
        fault = _("Use at most %(limit)s characters.", limit=MAX_ADDRESS)
        raise InvalidInput(_("The prize cannot be sent there."), {"address": fault})
    return address


def checked_tracking(typed: str) -> str:
    """How a parcel can be followed, in one line. Raises `InvalidInput` for an endless one."""
    tracking = tidy_name(typed)
    if len(tracking) > MAX_TRACKING:
        fault = _("Use at most %(limit)s characters.", limit=MAX_TRACKING)
        raise InvalidInput(_("This cannot be noted."), {"tracking": fault})
    return tracking


def check_told_reason(reason: str) -> str:
    """A reason that somebody is told, tidied. Raises `InvalidInput` for none, or an endless one."""
    told = reason.replace("\x00", "").strip()
    fault: Message | None = None
    if not told:
        fault = _("Say why: whom it concerns reads it.")
    elif len(told) > MAX_REASON:
        fault = _("Use at most %(limit)s characters.", limit=MAX_REASON)
    if fault is not None:
        raise InvalidInput(fault, {"reason": fault})
    return told


def says_something(html: str) -> bool:
    """Whether HTML holds words or a picture."""
    return "<img" in html or bool(_TAG.sub("", html).strip())
