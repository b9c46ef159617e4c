"""What is said at the desk of the judges: whose turn it is, why a reason is needed, and what entries share."""

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from blog.challenges.turns import Turn
from blog.challenges.values import NeedsReason, Shared, WhyDisqualified
from blog.challenges.words.outcomes import numbers_in_words


def turn_words(turn: Turn) -> str:
    """What an entry wants of the judge who looks at it, where two have to agree; nothing where that is plain."""
    return {
        Turn.WANTED: "",
        Turn.DECIDE: _("Two judges differ on this entry. Your verdict decides, and needs a reason."),
        Turn.JUDGED: _("This entry has been judged."),
        Turn.SEALED: _(
            "You have judged this entry. Nobody sees your verdict before the second judge has given theirs."
        ),
        Turn.OTHERS: _("You and another judge differ on this entry. Somebody else decides now."),
        Turn.AGREED: _("Two judges have agreed on this entry. It needs no third verdict."),
        Turn.DECIDED: _(
            "Two judges differed on this entry, and a third has decided. It needs no more verdicts."
        ),
        Turn.OWN: _("This answer came from your own address. Somebody else judges it."),
    }[turn]


def short_turn_words(turn: Turn) -> str:
    """The same in a list, in a few words; nothing where it wants a verdict like any other."""
    return {
        Turn.WANTED: "",
        Turn.DECIDE: _("for you to decide"),
        Turn.JUDGED: "",
        Turn.SEALED: _("judged by you"),
        Turn.OTHERS: _("for somebody else to decide"),
        Turn.AGREED: "",
        Turn.DECIDED: "",
        Turn.OWN: _("your own"),
    }[turn]


def reason_hint(needs: Sequence[NeedsReason]) -> str:
    """For which verdicts the reason is needed, and why: below the field for it."""
    sentences = {
        NeedsReason.OWN: _("Needed when you change your verdict."),
        NeedsReason.OTHERS: _("Needed when you do not agree with the judge before you."),
        NeedsReason.RULE: _("Needed when you do not agree with the rule."),
        NeedsReason.CONFLICT: _("Needed, whatever you say: you decide between two judges."),
        NeedsReason.UNREADABLE: _("Needed for “correct”, too: no program could read this message."),
        NeedsReason.ATTACHED: _("Needed for “correct”, too: the answer stands in an attachment."),
    }
    if NeedsReason.CONFLICT in needs:
        return sentences[NeedsReason.CONFLICT]
    others = [words for need, words in sentences.items() if need in needs]
    return " ".join([_("Needed for “unclear”."), *others])


def shared_words(what: Shared) -> str:
    """What two entries have in common, in a few words that name nobody."""
    return {
        Shared.ADDRESS: _("the same address"),
        Shared.NAME: _("the same name"),
        Shared.NETWORK: _("typed at the same connection"),
        Shared.WORDS: _("the same words"),
    }[what]


def what_is_shared(what: Sequence[Shared]) -> str:
    """Several things that two entries have in common, as a list in a sentence."""
    return format_list([shared_words(each) for each in what], locale=get_locale() or "en")


def shared_group_words(what: Shared, numbers: Sequence[int]) -> str:
    """Which entries have something in common, in a sentence."""
    listed = numbers_in_words(numbers)
    return {
        Shared.ADDRESS: _("Entries %(numbers)s come from the same address.", numbers=listed),
        Shared.NAME: _("Entries %(numbers)s have the same name above them.", numbers=listed),
        Shared.NETWORK: _("Entries %(numbers)s were typed at the same connection.", numbers=listed),
        Shared.WORDS: _("Entries %(numbers)s have the same words.", numbers=listed),
    }[what]


def disqualified_words(why: WhyDisqualified) -> str:
    """Why an entry cannot take part, in a few words: for editors, and for its sender."""
    return {
        WhyDisqualified.SAME_PERSON: _("another entry of the same person"),
        WhyDisqualified.KEPT_OUT: _("somebody whom the rules keep out"),
        WhyDisqualified.COPIED: _("somebody else’s answer"),
        WhyDisqualified.CHEATED: _("an attempt to get at the prize in another way"),
        WhyDisqualified.AGAINST_RULES: _("against another rule of the challenge"),
    }[why]
