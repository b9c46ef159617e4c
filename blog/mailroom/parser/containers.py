"""The elements that mail programs put around what is not new: they say so in any language.

What they say is written before the line that it is about, as a control character: no text that was decoded holds
one, so nobody can forge it. `quotes` takes it out again.
"""

ATTRIBUTION = "\x1e"
"""Before a line that announces a quotation."""
REST = "\x1d"
"""Before a line with which an older message begins, to the end of the text."""

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
