"""Lists of `tag=value`, as DKIM and DMARC write them (RFC 6376 §3.2, RFC 9989 §4.7)."""

import re

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SPACE = " \t\r\n"


def read_tags(text: str) -> dict[str, str] | None:
    """Values by tag, in the order in which they stand, or None when that is no such list.

    A tag that stands there twice makes the whole list worthless: two readers might choose different ones.
    """
    tags: dict[str, str] = {}
    for spec in text.split(";"):
        if not spec.strip(_SPACE):
            continue
        tag, equals, value = spec.partition("=")
        tag = tag.strip(_SPACE)
        if not equals or not _TAG.fullmatch(tag) or tag in tags:
            return None
        tags[tag] = value.strip(_SPACE)
    return tags


def without_space(value: str) -> str:
    """A value in which white space means nothing, such as base64, without it."""
    return "".join(value.split())
