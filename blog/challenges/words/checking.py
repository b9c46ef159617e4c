"""What the page that checks a ledger says; its script fills in `{row}`, `{size}`, `{prize}` and `{number}`."""

from collections.abc import Mapping

from flask_babel import gettext as _


def checking_words() -> Mapping[str, str]:
    """All of it, by the names that the script knows (`blog/static/js/verify.js`)."""
    return {**_fault_words(), **_found_words()}


def _found_words() -> Mapping[str, str]:
    return {
        "good": _("Nothing in it was changed, left out or put in afterwards."),
        "unsigned": _(
            "All hashes fit, and nothing contradicts anything else. Who has signed the checkpoints could not be "
            "checked here: that takes a newer browser, and a page that came over https. The program below can do it."
        ),
        "rows": _("Rows"),
        "entries": _("Entries"),
        "checkpoints": _("Checkpoints"),
        "signatures": _("Signatures"),
        "signed": _("good, all of them"),
        "not-signed": _("not checked"),
        "stamps": _("Stamps of others"),
        "seals": _("What was sealed"),
        "sealed": _("still sealed, until the challenge has ended"),
        "opened": _("opened, and as it was fixed"),
        "winners-title": _("Who wins"),
        "won": _("Prize {prize}: entry {number}, as the rules say."),
        "nobody": _("nobody, as the rules say"),
        "later": _("can be checked once the challenge has ended"),
    }


def _fault_words() -> Mapping[str, str]:
    return {**_of_the_file(), **_of_a_row(), **_of_what_was_sealed(), **_of_witnesses()}


def _of_the_file() -> Mapping[str, str]:
    return {
        "fetch": _("The ledger could not be fetched. Try again in a moment, or choose a file."),
        "file": _("This file is not as it was handed out: it was changed outside of its rows."),
        "format": _("This is not the file of a ledger."),
        "empty": _("There is nothing in this file that could be checked yet."),
        "unreadable": _("This file cannot be read: it was changed or cut off."),
        "unreadable-row": _("Row {row} cannot be read: it was changed or cut off."),
    }


def _of_a_row() -> Mapping[str, str]:
    return {
        "written": _("Row {row} is written otherwise than it was handed out."),
        "shape": _("Row {row} does not have what such a row has."),
        "place": _("Row {row} is not the one that belongs there: one was left out, put in or moved."),
        "first": _("Row {row} is not where the opening stands: it is the first row, and only that."),
        "time": _("Row {row} is earlier than the row before it."),
        "number": _("Row {row} has another entry than the next one: one was left out, put in or moved."),
        "hash": _("Row {row} does not have the hash that stands beside it: something in it was changed."),
        "unknown-entry": _("Row {row} is about an entry that has not arrived."),
        "missing": _(
            "Row {row} is missing, and all behind it: a checkpoint covers more rows than there are."
        ),
        "uncovered": _("Row {row} stands behind the last checkpoint: nobody has signed it."),
    }


def _of_what_was_sealed() -> Mapping[str, str]:
    return {
        "opened-early": _("Row {row} opens something that is not sealed, or not to be opened yet."),
        "not-opened": _("Row {row} does not open what was sealed in it, and the challenge has ended."),
        "opening": _("Row {row} opens something else than what was sealed in it."),
        "late": _("Row {row} says that an entry can win that came too late."),
        "not-late": _("Row {row} calls an entry late that came in time."),
        "judged-after": _("Row {row} is a verdict given after it was clear who had won."),
        "closed": _("Row {row} closes the challenge at a time that cannot be."),
        "over": _("Row {row} changes something after the challenge had ended."),
        "ended": _("Row {row} ends the challenge before it was decided."),
        "judged": _("Row {row} is a verdict on an entry that could not win."),
        "terms": _("Row {row} is a verdict under other terms than those of that moment."),
        "winner": _("Row {row} gives a prize to an entry that had not won it."),
        "step": _("Row {row} is a step of a prize that cannot follow the one before."),
        "winners": _("Row {row} names other winners than those who have the prizes."),
    }


def _of_witnesses() -> Mapping[str, str]:
    return {
        "checkpoint": _("The checkpoint over {size} rows is not written as one, or not in its place."),
        "root": _("The checkpoint over {size} rows is over other rows than these."),
        "signature": _("The checkpoint over {size} rows is not signed with the key of this ledger."),
        "stamp": _("A stamp on the checkpoint over {size} rows belongs to no row, or cannot be read."),
        "key": _("Row {row} names no key that could be used."),
        "anchor": _("Row {row} is about a stamp that is not there, or is another one."),
    }
