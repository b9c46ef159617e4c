"""What may be typed: a challenge's words, the reason for a verdict, a winner's name."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _

from blog.challenges.names import MAX_NAME_LENGTH, tidy_name
from blog.challenges.values import (
    MAX_PRIZE,
    MAX_REASON,
    MAX_TITLE,
    SLUG,
    Judging,
    NeedsReason,
    Opinion,
    WhyDisqualified,
    is_reserved,
)
from blog.core.config import LANGUAGES
from blog.core.errors import InvalidInput, Message

_MISSING_REASONS: Mapping[NeedsReason, Message] = {
    NeedsReason.UNCLEAR: _("Say what is unclear: whoever judges next must know."),
    NeedsReason.OWN: _("You said something else before. Say why it is different now."),
    NeedsReason.OTHERS: _("Another judge has said something else. Say why you do not agree."),
    NeedsReason.RULE: _("The rule has said something else. Say why it is wrong here."),
    NeedsReason.CONFLICT: _("Two judges differ, and you decide. Say why."),
    NeedsReason.UNREADABLE: _("No program could read this message. Say what you have read in it."),
    NeedsReason.ATTACHED: _("The answer stands in an attachment. Say how you know what it says."),
}
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


def check_opinion(opinion: Opinion, rubric: Sequence[Mapping[str, str]], needs: NeedsReason | None) -> None:
    """Raise `InvalidInput` when a verdict has no reason and needs one, an endless one, or a tick that is not there."""
    faults: dict[str, Message] = {}
    if needs is not None and not opinion.reason:
        faults["reason"] = _MISSING_REASONS[needs]
    elif len(opinion.reason) > MAX_REASON:
        faults["reason"] = _("Use at most %(limit)s characters.", limit=MAX_REASON)
    if not {item["code"] for item in rubric}.issuperset(opinion.rubric):
        faults["rubric"] = _("What judges look at has changed. Look at it again.")
    if faults:
        raise InvalidInput(_("The verdict cannot be given like this."), faults)


def check_disqualification(code: str, reason: str) -> None:
    """Raise `InvalidInput` unless an entry can be disqualified for this reason."""
    faults: dict[str, Message] = {}
    if code not in set(WhyDisqualified):
        faults["code"] = _("Choose why.")
    faults |= _faults_of_words(reason)
    if faults:
        raise InvalidInput(_("The entry cannot be disqualified like this."), faults)


def check_lifting(reason: str) -> None:
    """Raise `InvalidInput` unless a disqualification can be lifted for this reason."""
    if faults := _faults_of_words(reason):
        raise InvalidInput(_("The disqualification cannot be lifted like this."), faults)


def _faults_of_words(reason: str) -> dict[str, Message]:
    if not reason:
        return {"reason": _("Say why in your own words: its sender reads it.")}
    if len(reason) > MAX_REASON:
        return {"reason": _("Use at most %(limit)s characters.", limit=MAX_REASON)}
    return {}


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


def says_something(html: str) -> bool:
    """Whether HTML holds words or a picture."""
    return "<img" in html or bool(_TAG.sub("", html).strip())
