"""Footnotes of articles: `[^1]` in the text, `[^1]: the note` on a line of its own.

The parsing rules are those of mdit-py-plugins; where the notes end up is ours, because the plugin leaves out
notes that nothing points to, and what somebody wrote is never left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def, footnote_ref

from blog.core.markdown.labels import back_label, notes_label

Note = tuple[str, list[Token]]
"""A note's label and its content."""

_NOT_FOR_AN_ID = re.compile(r"[^a-z0-9]+")


def footnotes(parser: MarkdownIt) -> None:
    """Plugin: footnotes, numbered by first use, in a section at the end of the text."""
    parser.block.ruler.before("reference", "footnote_def", _definition, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.after("image", "footnote_ref", footnote_ref)
    parser.core.ruler.push("footnotes", _place_footnotes)


def footnote_prefix(document_id: str) -> str:
    """What keeps the footnotes of several documents on one page apart; empty for an empty id."""
    plain = _NOT_FOR_AN_ID.sub("-", document_id.lower()).strip("-")
    return f"{plain}-" if plain else ""


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # On the top level or directly in a block, and never within another note: so notes do not nest. A line that is
    # not indented as a note's text is does not belong to the note above: there it begins the next one.
    is_in_note = state.env.get("in_note") and state.sCount[start] >= state.blkIndent
    if state.level > 1 or is_in_note:
        return False
    state.env["in_note"] = not silent
    try:
        return footnote_def(state, start, end, silent)
    finally:
        state.env["in_note"] = False


def _place_footnotes(state: StateCore) -> None:
    prefix: str = state.env.get("footnote_prefix", "")
    language: str = state.env.get("language", "")
    uses: Counter[int] = Counter()
    for token in state.tokens:
        if token.children:
            token.children = list(_with_reference_links(token.children, prefix, uses))
    text, notes = _without_notes(state.tokens)
    if notes:
        numbered = _in_order_of_number(notes, state.env["footnotes"]["list"])
        items = [_item(note, id_ + 1, uses[id_], prefix, language) for id_, note in enumerate(numbered)]
        text += _section([token for item in items for token in item], notes_label(language))
    state.tokens = text


def _section(items: list[Token], label: str) -> list[Token]:
    attributes: dict[str, str | int | float] = {
        "class": "footnotes",
        "role": "doc-endnotes",
        "aria-label": label,
    }
    return [
        Token("footnotes_open", "section", 1, attributes, block=True),
        Token("ordered_list_open", "ol", 1, block=True),
        *items,
        Token("ordered_list_close", "ol", -1, block=True),
        Token("footnotes_close", "section", -1, block=True),
    ]


def _with_reference_links(children: list[Token], prefix: str, uses: Counter[int]) -> Iterator[Token]:
    for token in children:
        if token.type != "footnote_ref":
            yield token
            continue
        number = f"{prefix}{token.meta['id'] + 1}"
        target = {
            "href": f"#fn-{number}",
            "id": _use_id(number, uses[token.meta["id"]]),
            "role": "doc-noteref",
        }
        uses[token.meta["id"]] += 1
        yield Token("sup_open", "sup", 1, {"class": "footnote-ref"})
        yield Token("link_open", "a", 1, {**target})
        yield Token("text", "", 0, content=f"[{token.meta['id'] + 1}]")
        yield Token("link_close", "a", -1)
        yield Token("sup_close", "sup", -1)


def _use_id(number: str, use: int) -> str:
    return f"fnref-{number}-{use + 1}" if use else f"fnref-{number}"


def _without_notes(tokens: list[Token]) -> tuple[list[Token], list[Note]]:
    text: list[Token] = []
    notes: list[Note] = []
    target = text
    for token in tokens:
        if token.type == "footnote_reference_open":
            note: Note = (token.meta["label"], [])
            notes.append(note)
            target = note[1]
        elif token.type == "footnote_reference_close":
            target = text
        else:
            target.append(token)
    return text, notes


def _in_order_of_number(notes: list[Note], used: Mapping[int, Mapping[str, Any]]) -> list[list[Token]]:
    """The notes as the parser has numbered them by first use, then those that nobody uses."""
    labels = {use["label"] for use in used.values()}
    first: dict[str, list[Token]] = {}
    others: list[list[Token]] = []
    for label, content in notes:
        if label in labels and label not in first:
            first[label] = content
        else:
            others.append(content)
    return [first[use["label"]] for _, use in sorted(used.items())] + others


def _item(note: list[Token], number: int, uses: int, prefix: str, language: str) -> list[Token]:
    back = [
        link
        for use in range(uses)
        for link in _link_back(_use_id(f"{prefix}{number}", use), back_label(language, number, use + 1), use)
    ]
    tokens = list(note)
    if tokens and tokens[-1].type == "paragraph_close":
        tokens[-1:-1] = back
    else:
        tokens += back
    opening = Token("footnote_open", "li", 1, {"id": f"fn-{prefix}{number}"}, block=True)
    return [opening, *tokens, Token("footnote_close", "li", -1, block=True)]


def _link_back(target: str, label: str, use: int) -> list[Token]:
    attributes = {
        "href": f"#{target}",
        "class": "footnote-backref",
        "role": "doc-backlink",
        "aria-label": label,
    }
    # With the selector that keeps systems from showing an emoji; from the second place on, which one it is.
    arrow = "\u21a9\ufe0e" + (f" {use + 1}" if use else "")
    return [
        Token("text", "", 0, content=" "),
        Token("link_open", "a", 1, {**attributes}),
        Token("text", "", 0, content=arrow),
        Token("link_close", "a", -1),
    ]
