"""What may be typed: a challenge's words, the reason for a verdict, a winner's name."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

from flask_babel import lazy_gettext as _

from blog.challenges.models.challenges import Challenge
from blog.challenges.names import MAX_NAME_LENGTH, tidy_name
from blog.challenges.values import (
    MAX_ADDRESS,
    MAX_ATTEMPTS,
    MAX_CLAIM_DAYS,
    MAX_JUDGES,
    MAX_PICTURE_TEXT,
    MAX_PRIZE,
    MAX_PRIZES,
    MAX_REASON,
    MAX_RUBRIC,
    MAX_RUBRIC_WORDS,
    MAX_RULES,
    MAX_TITLE,
    MAX_TRACKING,
    MAX_VALUE,
    RUBRIC_CODE,
    SLUG,
    Judging,
    NeedsReason,
    Opinion,
    PrizeWords,
    RubricItem,
    RulesPart,
    TermsWords,
    WhyDisqualified,
    is_reserved,
)
from blog.challenges.words.rules import can_be_seen, empty_parts, part_words
from blog.core.config import LANGUAGES
from blog.core.errors import InvalidInput, Message, RuleBroken

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


def rules_field(part: RulesPart) -> str:
    """The field in which a part of the rules text is written."""
    return f"rules_{part.value}"


def prize_field(name: str, rank: int) -> str:
    """The field in which something of a prize is written: those of the first one have plain names."""
    return name if rank == 1 else f"{name}_{rank}"


def check_terms(terms: TermsWords) -> None:
    """Raise `InvalidInput`, with each fault at its field, unless a challenge can have these terms."""
    faults: dict[str, Message] = {}
    if not 0 < len(terms.title) <= MAX_TITLE:
        faults["title"] = _("Give a title of at most %(limit)s characters.", limit=MAX_TITLE)
    if terms.attempts is not None and not 0 < terms.attempts <= MAX_ATTEMPTS:
        faults["attempts"] = _("Give a number from 1 to %(most)s, or leave it empty.", most=MAX_ATTEMPTS)
    if not 0 < terms.judges <= MAX_JUDGES:
        faults["judges"] = _("One or two people judge.")
    if not 0 < terms.claim_days <= MAX_CLAIM_DAYS:
        faults["claim_days"] = _("Give a number from 1 to %(most)s.", most=MAX_CLAIM_DAYS)
    faults.update(_faults_of_prizes(terms.prizes))
    faults.update(_faults_of_rubric(terms.rubric))
    for part in RulesPart:
        if len(terms.rules.get(part, "")) > MAX_RULES:
            faults[rules_field(part)] = _("Use at most %(limit)s characters.", limit=MAX_RULES)
    if faults:
        raise InvalidInput(_("The challenge cannot be set up like this."), faults)


def _faults_of_prizes(prizes: Sequence[PrizeWords]) -> Mapping[str, Message]:
    faults: dict[str, Message] = {}
    if len(prizes) > MAX_PRIZES:
        faults["prize"] = _("Name at most %(most)s prizes.", most=MAX_PRIZES)
    for rank, prize in enumerate(prizes[:MAX_PRIZES], start=1):
        if not prize.title:
            faults[prize_field("prize", rank)] = _("Say what the prize is, or leave all of it empty.")
        elif len(prize.title) > MAX_PRIZE:
            faults[prize_field("prize", rank)] = _("Use at most %(limit)s characters.", limit=MAX_PRIZE)
        if prize.value_cents is not None and not 0 < prize.value_cents <= MAX_VALUE:
            faults[prize_field("value", rank)] = _("Give an amount in euros, like 24.95.")
        if len(prize.picture_text) > MAX_PICTURE_TEXT:
            fault = _("Use at most %(limit)s characters.", limit=MAX_PICTURE_TEXT)
            faults[prize_field("picture_text", rank)] = fault
        elif prize.picture and not prize.picture_text:
            fault = _("Say in words what the picture shows, for whoever cannot see it.")
            faults[prize_field("picture_text", rank)] = fault
    return faults


def _faults_of_rubric(rubric: Sequence[RubricItem]) -> Mapping[str, Message]:
    fault: Message | None = None
    codes = [item.code for item in rubric]
    wrong = next((item for item in rubric if not RUBRIC_CODE.fullmatch(item.code) or not item.words), None)
    if wrong is not None:
        fault = _(
            "Write each on a line of its own: a short name in small letters, a colon, and what it means. "
            "This one is not like that: %(line)s",
            line=f"{wrong.code}: {wrong.words}"[:80],
        )
    elif len(set(codes)) < len(codes):
        fault = _("Give each item a name of its own.")
    elif len(rubric) > MAX_RUBRIC:
        fault = _("Use at most %(limit)s items.", limit=MAX_RUBRIC)
    elif any(len(item.words) > MAX_RUBRIC_WORDS for item in rubric):
        fault = _("Use at most %(limit)s characters for each item.", limit=MAX_RUBRIC_WORDS)
    return {} if fault is None else {"rubric": fault}


def check_complete(challenge: Challenge, rules: Mapping[str, str]) -> None:
    """Raise `RuleBroken` or `InvalidInput`, at the field, while something is missing that an open challenge needs."""
    if not says_something(challenge.question_html):
        raise RuleBroken(_("Write the question first: the challenge block in the article is empty."))
    if not challenge.prize:
        raise RuleBroken(_("Say what the prize is first."), field="prize")
    empty = empty_parts(rules)
    if empty:
        named = ", ".join(f"“{part_words(part)}”" for part in empty)
        faults: dict[str, Message] = {
            rules_field(part): _(
                "Say something about “%(part)s”: no part of the rules may be empty.", part=part_words(part)
            )
            for part in empty
        }
        raise InvalidInput(_("The rules are not complete. Fill in: %(parts)s.", parts=named), faults)


def checked_reason(reason: str) -> str:
    """A reason that everybody is told, tidied. Raises `InvalidInput` (`reason`) for none or an endless one."""
    tidy = tidy_text(reason)
    fault: Message | None = None
    if not tidy:
        fault = _("Say why: everybody reads it who has taken part.")
    elif len(tidy) > MAX_REASON:
        fault = _("Use at most %(limit)s characters.", limit=MAX_REASON)
    if fault is not None:
        raise InvalidInput(fault, {"reason": fault})
    return tidy


def tidy_text(text: str) -> str:
    """Text of several lines as it is stored: without what no database and no ledger keeps."""
    clean = text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()
    return clean.strip()


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
        fault = _("Type the name, or choose to be shown without one.")
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
    told = tidy_text(reason)
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
    return "<img" in html or can_be_seen(unescape(_TAG.sub("", html)))
