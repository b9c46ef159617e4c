"""What the page that checks a ledger says; its script fills in `{row}`, `{size}` and the like."""

from collections.abc import Mapping

from flask_babel import gettext as _


def checking_words() -> Mapping[str, str]:
    """All of it, by the names that the script knows (`blog/static/js/verify.js`)."""
    return {
        **_fault_words(),
        **_found_words(),
        **_witness_words(),
        **_winner_words(),
        **_amendment_words(),
        **_editors_words(),
    }


def _found_words() -> Mapping[str, str]:
    return {
        "good": _(
            "These are the rows that were signed, and all in them follows the rules. Whether others were given the "
            "same rows, a checkpoint that somebody has kept can show."
        ),
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
        "origin": _("Ledger"),
        "keys": _("Signing keys"),
        "key-from": _("{name}, SHA-256 {fingerprint}, from row {row} on"),
        "seals": _("What was sealed"),
        "sealed": _("still sealed, until the challenge has ended"),
        "opened": _("opened, and as it was fixed"),
        "kept": _("Your checkpoint"),
        "kept-fits": _("fits: it was signed for the first {size} of these rows"),
    }


def _witness_words() -> Mapping[str, str]:
    return {
        "last": _("Last checkpoint"),
        "older": _("This is an older copy: more has been signed since."),
        "begun": _("Ledger begun"),
        "begun-later": _("{at}, after the challenge had opened on {opened}"),
        "begun-before": _("Entries said to have come before that, which nobody could have seen: {count}"),
        "wait": _("Longest wait for a checkpoint"),
        "waited": _("{time}, for row {row}"),
        "losses": _("Rows that were lost"),
        "loss": _("Row {row}: {size} rows had been signed at {at}, and an older copy was put back. {reason}"),
        "stamps": _("Stamps of others"),
        "stamps-none": _("none"),
        "more": _("and {count} more"),
        "late-stamps": _("Stamps more than an hour after their checkpoint"),
        "stamp-seen": _("{authority} saw the first {size} rows on {at}, {late} after they were signed."),
        "stamp-late": _(
            "{authority} saw the first {size} rows on {at}: only {late} after they were signed, which is long."
        ),
        "stamp-before": _(
            "{authority} saw the first {size} rows on {at}: by its clock {late} before they were signed."
        ),
        "stamps-unsigned": _(
            "That each of them is about its checkpoint was checked; whose signature is in it, openssl can tell."
        ),
    }


def _winner_words() -> Mapping[str, str]:
    return {
        "winners-title": _("Who wins"),
        "ending": _("End"),
        "ended-by": _("{how}, by row {row}, {at}"),
        "how-final": _("with a winner"),
        "how-no_winner": _("without a winner"),
        "how-cancelled": _("called off"),
        "closed-early-title": _("Closed early"),
        "closed-early": _("on {at}; until row {row} it was to close on {promised}"),
        "reason": _("The reason given: “{reason}”"),
        "won": _("Prize {prize}: entry {number}, as the rules say."),
        "found-by-title": _("By whose verdicts"),
        "found-by": _("Entry {number} was found correct by {by}."),
        "judge-rule": _("the rule"),
        "nobody": _("nobody, as the rules say"),
        "undecided": _("nobody, and not everything was decided"),
        "cancelled": _("nobody: the challenge was cancelled"),
        "later": _("can be checked once the challenge has ended"),
        "undecided-title": _("Entries that could still have won when it ended"),
        "in-time": _("Entries behind the end that had come in time"),
        "back": _("Prizes that came back"),
        "came-back": _("Prize {prize} of entry {number} on {at}: {step}, by {by}"),
        "step-declined": _("not wanted"),
        "step-expired": _("not claimed in time"),
        "step-disqualified": _("disqualified"),
        "step-revoked": _("taken back to judge again, or because all was called off"),
        "by-winner": _("its winner"),
        "by-desk": _("the editors"),
        "by-clock": _("the clock"),
    }


def _editors_words() -> Mapping[str, str]:
    """What is told because it rests on the word of the editors alone."""
    return {
        "turned": _("Entries judged one way, and then the other"),
        "restated": _("Entries of which it was changed, after they were judged, whether they can win"),
        "disqualified": _("Entries that were disqualified"),
        "nameless": _("Entries that won, whose senders have no name by which their tries could be counted"),
    }


def _amendment_words() -> Mapping[str, str]:
    return {
        "amendments": _("Amendments"),
        "amendment": _("Row {row}, {at}: {changes}. {verdicts} {reason}"),
        "verdicts-stay": _("Earlier verdicts count."),
        "verdicts-gone": _("No earlier verdict counts any more."),
        "changes-none": _("nothing was changed"),
        "changes-sealed": _("what is still sealed"),
        "change": _("{name} ({before}, now {now})"),
        "worth-less": _("{name} (worth less than before: {ranks})"),
        "value-none": _("none"),
        "term-answer": _("answer key"),
        "term-attempts": _("tries of each person"),
        "term-claim_days": _("days to claim a prize"),
        "term-closes_at": _("closing time"),
        "term-judges": _("number of judges"),
        "term-language": _("language"),
        "term-parser": _("how mail is read"),
        "term-prizes": _("prizes"),
        "term-question_sha256": _("question"),
        "term-rubric": _("what judges look at"),
        "term-rule_role": _("whether a rule decides"),
        "term-rules_sha256": _("rules"),
        "term-title": _("title"),
    }


def _fault_words() -> Mapping[str, str]:
    return {**_of_the_file(), **_of_a_row(), **_of_what_was_sealed(), **_of_witnesses()}


def _of_the_file() -> Mapping[str, str]:
    return {
        "fetch": _("The ledger could not be fetched. Try again in a moment, or choose a file."),
        "file": _("This file is not as it was handed out: it was changed outside of its rows."),
        "format": _("This is not the file of a ledger."),
        "another-ledger": _("This is the ledger of {origin}, and this page checks that of {own}."),
        "another-key": _(
            "This ledger is signed with {key}, and that of this page with {own}. One of them is not ours."
        ),
        "deep": _("This file cannot be read: values stand in values more than 32 times."),
        "deep-row": _("Row {row} cannot be read: values stand in values more than 32 times."),
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
        "lost": _("Row {row} says that rows were lost before they were signed."),
        "time": _(
            "Row {row} is earlier than the row before it, or than a checkpoint that was there before it."
        ),
        "begun": _("Row {row} says that the ledger was begun at a time that cannot be."),
        "before-begun": _("Row {row} is from before the ledger was begun, and no entry."),
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
        "judged-fixed": _("Row {row} is a verdict on what has led to somebody who was told of a prize."),
        "closed": _("Row {row} closes the challenge at a time that cannot be."),
        "over": _("Row {row} changes something after the challenge had ended."),
        "ended": _("Row {row} ends the challenge before it was decided."),
        "judged": _("Row {row} is a verdict on an entry that could not win."),
        "sender": _("Row {row} says that an entry is of another sender than before."),
        "unexplained": _("Row {row} disqualifies an entry, and no reason for it was fixed."),
        "judge": _("Row {row} is of a judge who is not called what the next one is called."),
        "no-rule": _("Row {row} is a verdict of a rule, and by the terms no rule decides."),
        "prizes": _("Row {row} takes a prize out of the terms that was promised."),
        "called-off": _("Row {row} calls all of it off, and there is a winner."),
        "judged-otherwise": _("Row {row} changes by what answers are judged, and earlier verdicts count on."),
        "attempts": _("Row {row} takes a try away from whoever has taken part."),
        "settling": _("Row {row} changes how long mail may be under way."),
        "whose": _("Row {row} is a step of a prize by somebody whose act that cannot be."),
        "expired": _("Row {row} takes a prize back before the time to claim it was over."),
        "not-closed": _("Row {row} ends the challenge, and it was never closed."),
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
        "stamp-early": _("Row {row} is about a stamp from before there was what it stamps."),
        "forked": _(
            "The first {size} rows are others than those that were signed here: there are two ledgers of one name."
        ),
        "forked-shorter": _(
            "{size} rows were signed here, and this file, which was signed later, has fewer: there are two ledgers of "
            "one name."
        ),
        "kept-unreadable": _(
            "What you have put in is no checkpoint. It takes all of its lines, with the signature."
        ),
        "kept-another": _("Your checkpoint is of another ledger: {origin}."),
        "kept-signature": _("Your checkpoint is not signed with a key of this ledger."),
        "kept-larger": _("Your checkpoint is over {size} rows, and here are fewer: fetch a newer copy."),
        "kept-root": _(
            "The first {size} rows are others than those that your checkpoint was signed for. Keep it: it proves that."
        ),
        "kept-newer-key": _(
            "Your checkpoint is over {size} rows, and here are fewer; nor is it signed with a key that stands here. "
            "Fetch a newer copy."
        ),
        "kept-shorter": _(
            "Your checkpoint is over {size} rows, and this file, which was signed later, has fewer: there are two "
            "ledgers of one name. Keep it: it proves that."
        ),
        "kept-unchecked": _(
            "Your checkpoint does not fit these rows, and who has signed it could not be checked here: that takes a "
            "newer browser, and a page that came over https. The program below can do it."
        ),
        "key": _("Row {row} names no key that could be used, or one of another name."),
        "anchor": _("Row {row} is about a stamp that is not there, or is another one."),
    }
