"""How much of a message is looked at before a person has to.

The limits stand far above what mail programs write and far below what hurts: the standard library needed 19 s
for one `To` with 20,000 addresses and 22 s for 100,000 parts, and 3,000 nested parts end its recursion.
"""

from blog.mailroom.parser.defects import Defect

MESSAGE_BYTES = 32 * 1024 * 1024
HEADER_BYTES = 64 * 1024
HEADER_LINES = 500
PART_HEADER_BYTES = 256 * 1024
"""Of all parts together: what is looked at field by field costs far more than what is only cut out."""
PARAMETERS = 100
ADDRESS_HEADER_BYTES = 8 * 1024
DEPTH = 20
PARTS = 200
TEXT_CHARACTERS = 1024 * 1024
TEXT_LINES = 30_000
HTML_TOKENS = 60_000
SIGNS = 200
"""Powers, bases and words struck through in the HTML that are looked for in the plain text."""
SUBJECT_CHARACTERS = 1000
NAME_CHARACTERS = 255
REFERENCES = 100

ADDRESS_HEADERS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "sender",
        "resent-from",
        "resent-to",
        "resent-cc",
        "resent-sender",
    }
)


class CapExceeded(Exception):
    """The message is larger or deeper in one respect than is read; `defect` says which."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect)
        self.defect = defect
