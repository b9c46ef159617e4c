"""What can be wrong with a message, and what of it a rule may not judge over."""

from enum import StrEnum


class Defect(StrEnum):
    """What is wrong or doubtful in a message. The slugs are stable: they are stored, shown and printed."""

    # Sizes: reading stopped there.
    TOO_LARGE = "too-large"
    HEADER_TOO_LARGE = "header-too-large"
    ADDRESS_HEADER_TOO_LARGE = "address-header-too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY_PARTS = "too-many-parts"
    TEXT_TOO_LONG = "text-too-long"
    SUBJECT_TOO_LONG = "subject-too-long"
    # Header.
    NO_HEADERS = "no-headers"
    MISSING_SEPARATOR = "missing-separator"
    REPEATED_HEADER = "repeated-header"
    UNDECLARED_HEADER_CHARSET = "undeclared-header-charset"
    NO_FROM = "no-from"
    ODD_FROM = "odd-from"
    SEVERAL_FROM = "several-from"
    NO_MESSAGE_ID = "no-message-id"
    ODD_MESSAGE_ID = "odd-message-id"
    ODD_DATE = "odd-date"
    # Structure and encoding.
    MISSING_BOUNDARY = "missing-boundary"
    UNCLOSED_MULTIPART = "unclosed-multipart"
    UNKNOWN_ENCODING = "unknown-encoding"
    BROKEN_BASE64 = "broken-base64"
    BROKEN_QUOTED_PRINTABLE = "broken-quoted-printable"
    UNDECLARED_CHARSET = "undeclared-charset"
    UNKNOWN_CHARSET = "unknown-charset"
    WRONG_CHARSET = "wrong-charset"
    DOUBTFUL_CHARSET = "doubtful-charset"
    CONTROL_CHARACTERS = "control-characters"
    # Content.
    HTML_ONLY = "html-only"
    HIDDEN_TEXT = "hidden-text"
    EMPTY_TEXT = "empty-text"
    ALTERNATIVES_DIFFER = "alternatives-differ"
    TNEF = "tnef"
    UUENCODE = "uuencode"
    ENCRYPTED = "encrypted"
    # The reader itself.
    UNPARSABLE = "unparsable"
    PARSER_CRASHED = "parser-crashed"
    PARSER_TIMEOUT = "parser-timeout"


NEEDS_A_PERSON = frozenset(
    {
        Defect.TOO_LARGE,
        Defect.HEADER_TOO_LARGE,
        Defect.ADDRESS_HEADER_TOO_LARGE,
        Defect.TOO_DEEP,
        Defect.TOO_MANY_PARTS,
        Defect.TEXT_TOO_LONG,
        Defect.UNKNOWN_ENCODING,
        Defect.BROKEN_BASE64,
        Defect.DOUBTFUL_CHARSET,
        Defect.HIDDEN_TEXT,
        Defect.EMPTY_TEXT,
        Defect.ALTERNATIVES_DIFFER,
        Defect.TNEF,
        Defect.UUENCODE,
        Defect.ENCRYPTED,
        Defect.UNPARSABLE,
        Defect.PARSER_CRASHED,
        Defect.PARSER_TIMEOUT,
    }
)
"""With one of these the text is not vouched for: no rule may judge it, a person reads the raw message."""
