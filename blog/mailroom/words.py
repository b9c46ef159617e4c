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
