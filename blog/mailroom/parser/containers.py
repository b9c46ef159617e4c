"""The elements that mail programs put around what is not new: they say so in any language.

What they say is written before the line that it is about, as a control character: no text that was decoded holds
one, so nobody can forge it. `quotes` takes it out again.
"""

import re

ATTRIBUTION = "\x1e"
"""Before a line that announces a quotation."""
REST = "\x1d"
"""Before a line with which an older message begins, to the end of the text."""

WRITTEN = "\x1f"
"""Before a line whose `>` the person wrote (RFC 3676 §4.4): it is no mark of a quotation."""
PART = "\x1c"
"""A line of its own between the texts of two parts: what ends one says nothing about the next."""
MARKS = ATTRIBUTION + REST + WRITTEN + PART

_ATTRIBUTION_CLASSES = frozenset({"gmail_attr", "moz-cite-prefix"})
_REST_IDS = frozenset(
    {
        # Outlook on the web, the new Outlook, and its apps.
        "divrplyfwdmsg",
        "mail-editor-reference-message-container",
        "ms-outlook-mobile-body-separator-line",
        "outlookmessageheader",
        # Zimbra.
        "zwchr",
    }
)
_REST_CLASSES = frozenset(
    {"outlookmessageheader", "moz-forward-container", "ms-outlook-mobile-reference-message"}
)
# `border-left: 1px solid`, `border:none;border-left:solid #CCC 1.0pt`, and what is the same in other words.
_LINE_AT_SIDE = re.compile(
    r"border-(?:left|inline-start)(?:-width|-style)?\s*+:\s*+(?!none\b|0(?![.\d])|hidden\b)[^;\s]"
)


def is_quotation(attributes: dict[str, str]) -> bool:
    """Whether a `blockquote` with these attributes is a quotation, and not just moved to the right: by its type, by
    a name that says so, or by the line at its side.
    """
    if attributes.get("type", "").casefold() == "cite" or attributes.get("cite"):
        return True
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".casefold()
    if "quote" in names or "cite" in names.split():
        return True
    return _LINE_AT_SIDE.search(attributes.get("style", "").casefold()) is not None


def mark_of(attributes: dict[str, str]) -> str:
    """The mark for an element with these attributes, empty for most."""
    name = attributes.get("id", "").casefold()
    classes = frozenset(attributes.get("class", "").casefold().split())
    if not name and not classes:
        return ""
    # Outlook on the web puts `x_` before the names of what it quotes; Yahoo, a number for each message.
    name = name.removeprefix("x_")
    classes = frozenset(each.removeprefix("x_") for each in classes)
    if name in _REST_IDS or classes & _REST_CLASSES or any(each.endswith("yahoo_quoted") for each in classes):
        return REST
    return ATTRIBUTION if classes & _ATTRIBUTION_CLASSES else ""
