"""What the mailroom's values are called, for people."""

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.mailroom.values import Door

# Whether somebody sent what says that it is from them (`blog.mailroom.authentication`).
SENDER_WORDS: Mapping[str, LazyString] = {
    "aligned": _("proven by the domain of the address that it names"),
    "unaligned": _("not proven: anybody can write an address on a mail"),
    "unknown": _("not found out: that domain did not answer us"),
}
# The same in a word, where one sees many.
SENDER_BADGES: Mapping[str, LazyString] = {
    "aligned": _("Proven"),
    "unaligned": _("Not proven"),
    "unknown": _("Not found out"),
}
DOOR_NAMES: Mapping[str, LazyString] = {
    "smtp": _("SMTP"),
    "lmtp": _("LMTP"),
    "pipe": _("Pipe"),
    "mailgun": _("Mailgun"),
    "postmark": _("Postmark"),
    "imap": _("IMAP"),
    "form": _("Form"),
}
# What has become of a delivery (`Became`).
BECAME_NAMES: Mapping[str, LazyString] = {
    "entry": _("Entry"),
    "reply": _("Reply"),
    "confirmation": _("Confirmation"),
    "bounce": _("Delivery report"),
    "automatic": _("Automatic"),
    "unparsed": _("For a person to read"),
    "other": _("Other mail"),
    "own-test": _("Test of our own"),
    "waiting": _("Not read yet"),
}
# The same where they are counted.
BECAME_COUNTED: Mapping[str, LazyString] = {
    "entry": _("Entries"),
    "reply": _("Replies"),
    "confirmation": _("Confirmations"),
    "bounce": _("Delivery reports"),
    "automatic": _("Automatic"),
    "unparsed": _("For a person to read"),
    "other": _("Other mail"),
    "own-test": _("Tests of our own"),
    "waiting": _("Not read yet"),
}
REFUSAL_WORDS: Mapping[str, LazyString] = {
    "no-such-address": _("no such address here"),
    "too-large": _("too large"),
    "too-many": _("too much at once from one network, or for too many addresses"),
    "too-slow": _("too slow"),
    "no-room": _("no room on the disk"),
    "not-proven": _("not proven to come from the provider"),
    "broken": _("against the rules of the protocol"),
    "not-given": _("the mailbox did not give it"),
    "our-fault": _("a fault of ours: it was asked for again"),
}
# What is wrong or doubtful in a message (`blog.mailroom.parser.defects`).
DEFECT_WORDS: Mapping[str, LazyString] = {
    "too-large": _("it is too large to be read"),
    "header-too-large": _("its header is too large"),
    "address-header-too-large": _("it names more addresses than are read"),
    "too-deep": _("its parts are nested too deeply"),
    "too-many-parts": _("it has too many parts"),
    "text-too-long": _("its text is longer than is read"),
    "subject-too-long": _("its subject was cut off"),
    "no-headers": _("it has no header"),
    "missing-separator": _("no empty line stands between header and text"),
    "repeated-header": _("a field that may be there once is there more than once"),
    "undeclared-header-charset": _("its header does not say in which characters it is written"),
    "no-from": _("it does not say from whom it is"),
    "odd-from": _("whom it says it is from cannot be made out"),
    "several-from": _("it says that it is from more than one person"),
    "no-message-id": _("it has no Message-ID"),
    "odd-message-id": _("its Message-ID is none"),
    "odd-date": _("its date is none"),
    "missing-boundary": _("it does not say where its parts begin"),
    "unclosed-multipart": _("its last part does not end"),
    "unknown-encoding": _("a part is written in an unknown way"),
    "broken-base64": _("a part is damaged (base64)"),
    "broken-quoted-printable": _("a part is damaged (quoted-printable)"),
    "undeclared-charset": _("it does not say in which characters it is written"),
    "unknown-charset": _("it is written in unknown characters"),
    "wrong-charset": _("it is written in other characters than it says"),
    "doubtful-charset": _("some of its characters may be read as others"),
    "control-characters": _("it had characters that cannot be seen"),
    "html-only": _("it came as HTML only"),
    "hidden-text": _("some of its text was hidden from its reader"),
    "empty-text": _("it has no text"),
    "alternatives-differ": _("its plain text and its HTML do not say the same"),
    "tnef": _("a part is in a form that only Outlook reads (winmail.dat)"),
    "uuencode": _("a file stands in its text (uuencode)"),
    "encrypted": _("it is encrypted"),
    "unparsable": _("it could not be read"),
    "parser-crashed": _("the reader died of it"),
    "parser-timeout": _("reading it took too long"),
}
# Why a person has to look at a message, by what is wrong in it: of several the first counts.
UNREADABLE_WORDS: Mapping[str, LazyString] = {
    "encrypted": _("This message is encrypted, so no program knows what it says."),
    "unknown-encoding": _(
        "A part of this message is written in a way that no program here knows, so a person has to look at it."
    ),
    "broken-base64": _("A part of this message is damaged, so a person has to look at it."),
    "alternatives-differ": _(
        "Its plain text and its HTML do not say the same, so a person has to look what was meant."
    ),
    "hidden-text": _("Some of its text was hidden from its reader, so a person has to look what it says."),
    "doubtful-charset": _(
        "Some of its characters may have been read as others, so a person has to look what it says."
    ),
    "uuencode": _("A file stands in its text, so a person has to look where the words end."),
    "tnef": _(
        "A part of this message is in a form that only Outlook reads (winmail.dat), so a person has to look whether "
        "its text is complete."
    ),
    "empty-text": _("This message has no text, so a person has to look what is in it."),
}
_STOPPED = _("No program could read all of this message, so a person has to.")
# With one of these reading ended before the message did.
STOPPING = frozenset(
    (
        "too-large header-too-large address-header-too-large too-deep too-many-parts text-too-long "
        "unparsable parser-crashed parser-timeout"
    ).split()
)
# What gave away that a program has sent a mail (`blog.mailroom.parser.automatic`).
_AUTOREPLY, _LIST = _("a header of automatic replies"), _("a header of mailing lists")
AUTOMATIC_WORDS: Mapping[str, LazyString] = {
    "disposition-notification": _("it tells that a mail was read"),
    "feedback-report": _("it is a complaint that a program passes on"),
    "multipart-report": _("it is a report on a delivery"),
    "delivery-status": _("it is a report on a delivery"),
    "mailer-daemon": _("the address that it comes from is that of a mail server"),
    "failed-recipients": _("a header of reports on deliveries"),
    "ms-exchange-message-is-ndr": _("a header of reports on deliveries"),
    "undelivered-subject": _("a subject of reports on deliveries"),
    "auto-submitted": _("it says so itself (Auto-Submitted)"),
    "x-autoreply": _AUTOREPLY,
    "x-auto-reply": _AUTOREPLY,
    "x-autorespond": _AUTOREPLY,
    "x-autoresponder": _AUTOREPLY,
    "x-autogenerated": _AUTOREPLY,
    "x-autoreply-from": _AUTOREPLY,
    "x-autoreply-domain": _AUTOREPLY,
    "x-mail-autoreply": _AUTOREPLY,
    "x-autorespond-from": _AUTOREPLY,
    "x-vacation": _AUTOREPLY,
    "list-id": _LIST,
    "list-unsubscribe": _LIST,
    "list-post": _LIST,
    "list-help": _LIST,
    "list-subscribe": _LIST,
    "list-owner": _LIST,
    "list-archive": _LIST,
    "precedence": _("it was sent to many, or says that it is a reply of a program (Precedence)"),
    "null-sender": _("nobody can be answered: the envelope names no sender"),
    "subject": _("a subject of automatic replies"),
}
# What came out of a check of the sender, in the words of RFC 8601 (section 2.7).
CHECK_RESULTS: Mapping[str, LazyString] = {
    "none": _("nothing to check"),
    "neutral": _("says nothing"),
    "pass": _("right"),
    "fail": _("wrong"),
    "softfail": _("probably wrong"),
    "policy": _("not accepted here"),
    "temperror": _("no answer from the DNS"),
    "permerror": _("the domain has set it up wrongly"),
}
# Why the sender of a mail is of a class (`Why` of `blog.mailroom.authentication`).
WHY_WORDS: Mapping[str, LazyString] = {
    "dkim-aligned": _("the domain has signed it"),
    "spf-aligned": _("it came from a machine of the domain"),
    "reported-aligned": _("our own mail server has found that it is from the domain"),
    "no-from": _("it does not say from whom it is"),
    "several-from": _("it says that it is from more than one person"),
    "odd-from": _("whom it says it is from cannot be made out"),
    "unusable-domain": _("the domain that it names cannot be one"),
    "header-too-large": _("its header is too large"),
    "not-signed": _("nobody has signed it"),
    "signature-not-accepted": _("its signature is not accepted"),
    "signed-by-others": _("somebody else has signed it"),
    "sent-from-elsewhere": _("it came from a machine that the domain does not know"),
    "sent-for-others": _("it was sent in the name of another domain"),
    "peer-unknown": _("it is not known which machine it came from"),
    "no-spf": _("the domain does not say from which machines its mail comes"),
    "dkim-unanswered": _("the key of a signature could not be looked up"),
    "spf-unanswered": _("from which machines its mail comes could not be looked up"),
}
# What is known beside the result of a check.
CHECK_FIELDS: Mapping[str, LazyString] = {
    "domain": _("domain"),
    "scope": _("name that was checked"),
    "selector": _("key"),
    "reason": _("reason"),
    "organizational_domain": _("organization"),
    "policy": _("what the domain asks for"),
    "found_at": _("found at"),
    "adkim": _("signatures have to be"),
    "aspf": _("machines have to be"),
    "is_testing": _("the domain tries it out"),
    "is_uncertain": _("a question on the way was not answered"),
}
# What the value of such a field means, where it is a code.
CHECK_VALUES: Mapping[str, Mapping[str, LazyString]] = {
    "reason": {
        # Of SPF.
        "peer-unknown": _("it is not known which machine it came from"),
        "sender-unknown": _("the sender of the envelope is not known"),
        "no-domain": _("there is no domain to ask"),
        "nothing-included": _("it refers to a domain that says nothing"),
        "several-records": _("the domain says it more than once"),
        "too-many-hosts": _("it names too many machines"),
        "too-many-lookups": _("it takes too many questions to the DNS"),
        "too-many-void-lookups": _("too many of its questions to the DNS lead to nothing"),
        "too-many-questions": _("it took more questions to the DNS than we ask"),
        "unanswered": _("a question on the way was not answered"),
        "syntax": _("what the domain says cannot be read"),
        # Of signatures and their keys.
        "malformed": _("it cannot be read"),
        "expired": _("its time is over"),
        "testing": _("the domain tries it out"),
        "key-unanswered": _("its key could not be looked up"),
        "body-changed": _("the text is not the one that was signed"),
        "header-changed": _("the header is not the one that was signed"),
        "key-of-other-kind": _("its key is of another kind"),
        "short-key": _("its key is too short to be trusted"),
        "no-subdomains": _("its key is not for domains below its own"),
        "from-not-signed": _("it does not sign from whom the mail is"),
        "body-length": _("it signs only the beginning of the text"),
        "agent-outside-domain": _("it names somebody outside its domain"),
        "unknown-algorithm": _("it is made in a way that is not known here"),
        "rsa-sha1": _("it is made in a way that is no longer safe (SHA-1)"),
        "no-key": _("its key is not there"),
        "several-keys": _("there is more than one key of its name"),
        "key-revoked": _("its key was taken back"),
        "key-for-other-hashes": _("its key is not for signatures made this way"),
        "key-for-other-services": _("its key is not for mail"),
        "key-unreadable": _("its key cannot be read"),
        "key-unsupported": _("its key is of a kind that is not known here"),
    },
    "scope": {"mailfrom": _("sender of the envelope"), "helo": _("mail server")},
    "policy": {
        "none": _("nothing"),
        "quarantine": _("to set it aside"),
        "reject": _("to refuse it"),
    },
    "adkim": {"r": _("of the organization"), "s": _("of the very domain")},
    "aspf": {"r": _("of the organization"), "s": _("of the very domain")},
}


# What comes by these has come another way before, of which nobody tells us.
_OF_AN_UNKNOWN_WAY = frozenset({Door.PIPE, Door.IMAP})


def why_a_person(defects: Collection[str]) -> LazyString:
    """Why a program cannot vouch for what it has read in a message with these defects, in a sentence."""
    found = [] if STOPPING.intersection(defects) else [*UNREADABLE_WORDS.keys() & set(defects)]
    return next((words for defect, words in UNREADABLE_WORDS.items() if defect in found), _STOPPED)


def way_words(door: str, *, tls: bool) -> LazyString:
    """Whether nobody could read a message on its way to us; that of some doors is not known."""
    if door in _OF_AN_UNKNOWN_WAY:
        return _("not told")
    return _("encrypted") if tls else _("not encrypted")
