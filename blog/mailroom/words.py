"""What the mailroom's values are called, for people."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

# Whether somebody sent what says that it is from them (`blog.mailroom.authentication`).
SENDER_WORDS: Mapping[str, LazyString] = {
    "aligned": _("proven by the domain of the address that it names"),
    "unaligned": _("not proven: anybody can write an address on a mail"),
    "unknown": _("not found out: that domain did not answer us"),
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
    "bounce": _("Bounce"),
    "automatic": _("Automatic"),
    "unparsed": _("For a person to read"),
    "other": _("Other mail"),
    "waiting": _("Not read yet"),
}
# The same where they are counted.
BECAME_COUNTED: Mapping[str, LazyString] = {
    "entry": _("Entries"),
    "reply": _("Replies"),
    "bounce": _("Bounces"),
    "automatic": _("Automatic"),
    "unparsed": _("For a person to read"),
    "other": _("Other mail"),
    "waiting": _("Not read yet"),
}
REFUSAL_WORDS: Mapping[str, LazyString] = {
    "no-such-address": _("no such address here"),
    "too-large": _("too large"),
    "too-many": _("too much at once from one network, or for too many addresses"),
    "too-slow": _("too slow"),
    "no-room": _("no room on the disk"),
    "not-proven": _("not proven to come from the provider"),
    "loop": _("went round in circles"),
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
    "control-characters": _("it had characters that cannot be seen"),
    "html-only": _("it came as HTML only"),
    "hidden-text": _("some of its text was hidden from its reader"),
    "empty-text": _("it has no text"),
    "tnef": _("a part is in a form that only Outlook reads (winmail.dat)"),
    "uuencode": _("a file stands in its text (uuencode)"),
    "encrypted": _("it is encrypted"),
    "unparsable": _("it could not be read"),
    "parser-crashed": _("the reader died of it"),
    "parser-timeout": _("reading it took too long"),
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
    "scope": {"mailfrom": _("sender of the envelope"), "helo": _("mail server")},
    "policy": {
        "none": _("nothing"),
        "quarantine": _("to set it aside"),
        "reject": _("to refuse it"),
    },
    "adkim": {"r": _("of the organization"), "s": _("of the very domain")},
    "aspf": {"r": _("of the organization"), "s": _("of the very domain")},
}
