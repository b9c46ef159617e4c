"""Between parsing and HTML: the house's way with images, tables, quotes, task lists, definitions, deep emphasis."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.core.markdown.inline_text import inline_text
from blog.core.markdown.labels import table_label
from blog.core.markdown.limits import MAX_NESTING
from blog.core.markdown.links import is_own_image

_EMPHASIS = frozenset({"em", "strong", "s"})
# With the selector that keeps systems from showing an emoji.
_TASK_BOXES = {True: "\u2611\ufe0e ", False: "\u2610\ufe0e "}
# A table's name is heard before every table: beyond this it tires.
_MAX_TABLE_LABEL = 120
_SOURCE_MARKS = ("\u2014", "\u2013")
_LANGUAGE_LETTERS = frozenset("+#.-_")


def shared_rules(parser: MarkdownIt) -> None:
    """Plugin: what articles and comments have in common."""
    parser.core.ruler.push("unused_definitions", _show_unused_definitions)
    parser.core.ruler.push("empty_links", _spell_out_empty_links)
    parser.core.ruler.push("shallow_emphasis", _limit_emphasis)
    parser.core.ruler.push("code_languages", _keep_info_of_code)


def article_rules(parser: MarkdownIt) -> None:
    """Plugin: own images, figures, tables with classes instead of styles, task lists without form fields."""
    parser.core.ruler.push("own_images", _link_foreign_images)
    parser.core.ruler.push("figures", _frame_images)
    parser.core.ruler.push("quote_sources", _mark_sources_of_quotes)
    parser.core.ruler.push("tables", _dress_tables)
    parser.core.ruler.push("code_frames", _frame_code)
    parser.core.ruler.push("task_boxes", _write_task_boxes)


def comment_rules(parser: MarkdownIt) -> None:
    """Plugin: no images and no rules across the page."""
    parser.core.ruler.push("no_images", _link_all_images)
    parser.core.ruler.push("no_rules", _spell_out_rules)


def _show_unused_definitions(state: StateCore) -> None:
    """Show `[Jan]: https://…` as text when nothing refers to it: mostly it was not meant as a definition."""
    if not state.env.get("references"):
        return
    wanted = set(_labels_in(state.tokens))
    tokens: list[Token] = []
    for token in state.tokens:
        if token.type != "definition":
            tokens.append(token)
        elif token.meta["id"] in wanted:
            wanted.remove(token.meta["id"])  # a second definition of the same label is not the one in use
        else:
            tokens += _paragraph(_definition_as_typed(token))
    state.tokens = tokens


def _labels_in(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if "label" in token.meta and token.type in ("link_open", "image"):
            yield token.meta["label"]
        yield from _labels_in(token.children or [])


def _definition_as_typed(token: Token) -> str:
    title = f' "{token.meta["title"]}"' if token.meta["title"] else ""
    return f"[{token.meta['label']}]: {token.meta['url']}{title}"


def _paragraph(text: str) -> list[Token]:
    line = Token("inline", "", 0, content=text, children=[Token("text", "", 0, content=text)])
    return [Token("paragraph_open", "p", 1, block=True), line, Token("paragraph_close", "p", -1, block=True)]


def _spell_out_empty_links(state: StateCore) -> None:
    """Show `[word]()` and `![word]()` as they were typed: they lead nowhere."""
    for line in state.tokens:
        is_empty = False
        for token in line.children or []:
            if token.type == "link_open":
                is_empty = not token.attrs["href"]
                if is_empty:
                    _become_text(token, "[")
            elif token.type == "link_close" and is_empty:
                _become_text(token, "]()")
            elif token.type == "image" and not token.attrs["src"]:
                _become_text(token, f"![{token.content}]()")


def _become_text(token: Token, text: str) -> None:
    token.type, token.tag, token.nesting, token.content = "text", "", 0, text


def _limit_emphasis(state: StateCore) -> None:
    """Show the markers of emphasis that lies too deep as they were typed: every element costs a browser."""
    for line in state.tokens:
        shown: list[bool] = []
        for token in line.children or []:
            if token.tag not in _EMPHASIS:
                continue
            if token.nesting == 1:
                shown.append(len(shown) < MAX_NESTING)
                is_shown = shown[-1]
            else:
                is_shown = shown.pop()
            if not is_shown:
                _become_text(token, token.markup)


def _keep_info_of_code(state: StateCore) -> None:
    """The words behind a code fence: one is a language, several are the first line of what was written."""
    for token in state.tokens:
        if token.type != "fence":
            continue
        info, token.info = token.info.strip(), ""
        if _is_language(info):
            token.attrSet("class", f"language-{info.lower()}")
        elif info:
            token.content = f"{info}\n{token.content}"


def _is_language(info: str) -> bool:
    return 0 < len(info) <= 30 and all(
        (letter.isascii() and letter.isalnum()) or letter in _LANGUAGE_LETTERS for letter in info
    )


def _link_foreign_images(state: StateCore) -> None:
    _replace_images(state, is_own_image)


def _link_all_images(state: StateCore) -> None:
    _replace_images(state, lambda _: False)


def _replace_images(state: StateCore, may_stay: Callable[[str], bool]) -> None:
    for line in state.tokens:
        if any(token.type == "image" for token in line.children or []):
            line.children = list(_without_images(line.children or [], may_stay))


def _without_images(children: list[Token], may_stay: Callable[[str], bool]) -> Iterator[Token]:
    in_link = False
    for token in children:
        if token.type != "image":
            in_link = token.type == "link_open" or (in_link and token.type != "link_close")
            yield token
            continue
        address = str(token.attrs["src"])
        description = inline_text(token.children or [])
        if may_stay(address):
            token.children = [Token("text", "", 0, content=description)]
            token.attrSet("loading", "lazy")
            yield token
        elif in_link:
            yield Token("text", "", 0, content=description or address)
        else:
            yield from _link(address, description or address, token.attrs.get("title"))


def _link(address: str, text: str, title: str | float | None) -> list[Token]:
    opening = Token("link_open", "a", 1, {"href": address})
    if title:
        opening.attrSet("title", title)
    return [opening, Token("text", "", 0, content=text), Token("link_close", "a", -1)]


def _frame_images(state: StateCore) -> None:
    """An image that is a paragraph of its own is a figure; its title, when it has one, stands below it."""
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        image = _only_image(tokens[-2]) if token.type == "paragraph_close" else None
        if image is None or token.hidden:
            continue
        title = str(image.attrs.pop("title", ""))
        tokens[-3].type, tokens[-3].tag = "figure_open", "figure"
        token.type, token.tag = "figure_close", "figure"
        tokens[-1:] = [*_caption(title), token]
    state.tokens = tokens


def _only_image(line: Token) -> Token | None:
    """The image of a line that holds nothing else."""
    children = line.children or []
    return children[0] if len(children) == 1 and children[0].type == "image" else None


def _caption(text: str) -> list[Token]:
    if not text:
        return []
    line = Token("inline", "", 0, content=text, children=[Token("text", "", 0, content=text)])
    opening = Token("caption_open", "figcaption", 1, block=True)
    return [opening, line, Token("caption_close", "figcaption", -1, block=True)]


def _mark_sources_of_quotes(state: StateCore) -> None:
    """The last paragraph of a quote says whose words they are when it begins with a dash."""
    for index, token in enumerate(state.tokens):
        if token.type != "blockquote_close" or index < 4:
            continue
        before, opening, line = state.tokens[index - 4 : index - 1]
        is_last_of_several = opening.type == "paragraph_open" and before.type != "blockquote_open"
        if is_last_of_several and line.content.startswith(_SOURCE_MARKS):
            opening.attrSet("class", "quote-source")


def _frame_code(state: StateCore) -> None:
    """Code does not wrap: it scrolls by itself, by keyboard too, so it has a name. Our languages share the word."""
    tokens: list[Token] = []
    for token in state.tokens:
        tokens += _framed(token) if token.type in ("fence", "code_block") else [token]
    state.tokens = tokens


def _framed(code: Token) -> list[Token]:
    frame: dict[str, str | int | float] = {"tabindex": "0", "role": "group", "aria-label": "Code"}
    return [
        Token("pre_open", "pre", 1, frame),
        Token("code_open", "code", 1, code.attrs),
        Token("text", "", 0, content=code.content),
        Token("code_close", "code", -1),
        Token("pre_close", "pre", -1, block=True),
    ]


def _dress_tables(state: StateCore) -> None:
    tokens: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type == "table_open":
            tokens.append(_scroller(_headings_of_table(state.tokens, index), state.env.get("language", "")))
        tokens.append(token)
        if token.type == "table_close":
            tokens.append(Token("scroll_close", "div", -1, block=True))
        elif token.type in ("th_open", "td_open"):
            _dress_cell(token)
    state.tokens = tokens


def _scroller(headings: str, language: str) -> Token:
    """What a table that is wider than the page scrolls in, by keyboard too: so it has a name."""
    attributes: dict[str, str | int | float] = {
        "class": "table-scroll",
        "tabindex": "0",
        "role": "group",
        "aria-label": table_label(language, headings),
    }
    return Token("scroll_open", "div", 1, attributes, block=True)


def _headings_of_table(tokens: Sequence[Token], start: int) -> str:
    """The words in the first row of the table that opens at `start`."""
    end = next(index for index in range(start, len(tokens)) if tokens[index].type == "thead_close")
    lines = (token for token in tokens[start:end] if token.type == "inline")
    headings = ", ".join(filter(None, (inline_text(line.children or []).strip() for line in lines)))
    return headings if len(headings) <= _MAX_TABLE_LABEL else f"{headings[:_MAX_TABLE_LABEL].rstrip()}…"


def _dress_cell(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if style:
        token.attrSet("class", f"align-{style.removeprefix('text-align:')}")


def _write_task_boxes(state: StateCore) -> None:
    """A box in a task list is a character: it cannot be ticked here, so it is no form field."""
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.type == "list_item_open" and "checked" in token.meta:
            box = _TASK_BOXES[token.meta.pop("checked")]
            tokens += [
                Token("box_open", "span", 1, {"class": "task-box"}),
                Token("text", "", 0, content=box),
                Token("box_close", "span", -1),
            ]
    state.tokens = tokens


def _spell_out_rules(state: StateCore) -> None:
    tokens: list[Token] = []
    for token in state.tokens:
        tokens += _paragraph(token.markup) if token.type == "hr" else [token]
    state.tokens = tokens
