"""Paragraphs that were sent as flowed lines, put together again (RFC 3676)."""

from collections.abc import Iterator

from blog.mailroom.parser.containers import WRITTEN


def unflow(text: str, *, delsp: bool) -> str:
    """Text of `format=flowed` with one line per paragraph. `delsp`: the space at the end of a flowed line is
    not part of the text. Quoted lines keep one `>` per level, then a space; a `>` that the person wrote, which
    was sent with a space before it (§4.4), gets the mark that tells it from those.
    """
    return "\n".join(_paragraphs(text.split("\n"), delsp=delsp))


def _paragraphs(lines: list[str], *, delsp: bool) -> Iterator[str]:
    held: list[str] = []
    held_depth = 0
    for line in lines:
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if held and depth != held_depth:
            yield _paragraph(held, held_depth)
            held = []
        held_depth = depth
        # The signature mark ends in a space and yet is never flowed (§4.3).
        if content == "-- ":
            if held:
                yield _paragraph(held, depth)
                held = []
            yield _paragraph([content], depth)
        elif content.endswith(" "):
            held.append(content[:-1] if delsp else content)
        else:
            yield _paragraph([*held, content], depth)
            held = []
    if held:
        yield _paragraph(held, held_depth)


def _paragraph(pieces: list[str], depth: int) -> str:
    text = "".join(pieces)
    if not depth:
        return WRITTEN + text if text.startswith(">") else text
    return f"{'>' * depth} {text}" if text else ">" * depth
