"""Words in scripts that people see. They come with the page, in `data-*` attributes: scripts know no language.

Read without a parser: comments are taken out and literals masked, so that what is left can be searched for the places
where text is shown. `dev.check_words` runs this over all scripts of ours.
"""

import re
from collections.abc import Iterator

from dev.spoken import SPOKEN_ATTRIBUTES, has_words, reads_like_words

Finding = tuple[int, str]

_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<text> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\.|\$\{(?:[^{}`]|\{[^{}]*\}|`[^`]*`)*\}|[^`\\])*` )
    | (?P<pattern> (?<=[=(,:!&|?;{}\[])[ ]*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]* )
    """,
    re.VERBOSE | re.DOTALL,
)
_MASK = "§"
_SHOWN_PROPERTIES = (
    "textContent|innerText|innerHTML|title|alt|placeholder|label|returnValue|"
    "ariaLabel|ariaDescription|ariaPlaceholder|ariaRoleDescription|ariaValueText"
)
_ASSIGNED = re.compile(rf"\.(?:{_SHOWN_PROPERTIES})\s*\+?=(?!=)")
_CALLED = re.compile(
    r"\b(?:alert|confirm|prompt|Notification|Option)\(|"
    r"\.(?:append|prepend|before|after|replaceChildren|replaceWith|createTextNode|setCustomValidity)\("
)
_ATTRIBUTE_SET = re.compile(rf"\.setAttribute\(\s*{_MASK}(\d+){_MASK}\s*,")
_CONSTANT = re.compile(rf"\b(?:const|let|var)\s+(\w+)\s*=\s*{_MASK}(\d+){_MASK}")
_FUNCTION = re.compile(
    r"\b(?:function\s+(?P<declared>\w+)\s*\((?P<parameters>[^()]*)\)"
    r"|(?P<assigned>\w+)\s*=\s*(?:async\s*)?\((?P<names>[^()]*)\)\s*=>)"
)
_LITERAL = re.compile(rf"{_MASK}(\d+){_MASK}")
# Not shown: what developers read in the console, and what a literal is compared with.
_UNSEEN = re.compile(r"(?:\bconsole\.\w+\(|\bError\()\s*$")
_COMPARED = re.compile(r"[=!]==?\s*$")
_NAME = re.compile(r"(?<![\w.])([A-Za-z_$][\w$]*)\b(?![\w$.(])")


def findings(text: str) -> list[Finding]:
    """The faults of one script: line number and what is wrong, in order."""
    script = _Script(text)
    return sorted({*script.shown(), *script.sentences()})


class _Script:
    """A script with its literals masked by numbers."""

    def __init__(self, text: str) -> None:
        self._literals: list[tuple[int, str]] = []
        self._source = text
        self._code = _TOKEN.sub(self._mask, text)
        constants = _CONSTANT.findall(self._code)
        self._constants = {name: self._literals[int(number)] for name, number in constants}

    def _mask(self, match: re.Match[str]) -> str:
        lines = "\n" * match.group().count("\n")
        if match["text"] is None:
            return lines if match["comment"] else "/ /"
        self._literals.append((self._source.count("\n", 0, match.start()) + 1, match["text"][1:-1]))
        return f"{_MASK}{len(self._literals) - 1}{_MASK}{lines}"

    def shown(self) -> Iterator[Finding]:
        """Literals that are put where people see them."""
        expressions = [_until(self._code, match.end(), ";") for match in _ASSIGNED.finditer(self._code)]
        expressions += [_until(self._code, match.end(), ")") for match in _CALLED.finditer(self._code)]
        expressions += [
            _until(self._code, match.end(), ")")
            for match in _ATTRIBUTE_SET.finditer(self._code)
            if self._literals[int(match[1])][1] in SPOKEN_ATTRIBUTES
        ]
        expressions += self._given_to_functions_that_show(expressions)
        for expression in expressions:
            yield from self._words_in(expression)

    def _given_to_functions_that_show(self, shown: list[str]) -> Iterator[str]:
        """What is given to functions of this script whose parameters are among the names that are shown."""
        names = {name for expression in shown for name in _NAME.findall(_without_calls(expression))}
        for function in _FUNCTION.finditer(self._code):
            parameters = re.findall(r"\w+", function["parameters"] or function["names"] or "")
            if names & {*parameters}:
                called = re.compile(rf"(?<!function )\b{function['declared'] or function['assigned']}\(")
                yield from (_until(self._code, match.end(), ")") for match in called.finditer(self._code))

    def sentences(self) -> Iterator[Finding]:
        """Literals that look like words for people, wherever they stand."""
        for match in _LITERAL.finditer(self._code):
            line, text = self._literals[int(match[1])]
            # One word with a capital is the name of a key or an event; a sentence is none.
            if " " in text and reads_like_words(text) and not _UNSEEN.search(self._code, 0, match.start()):
                yield line, f"{text!r} is shown and not translated: take it from a data attribute"

    def _words_in(self, expression: str) -> Iterator[Finding]:
        """The words that an expression comes out as; what it gives to calls inside it is theirs."""
        own = _without_calls(expression)
        literals = [
            self._literals[int(match[1])]
            for match in _LITERAL.finditer(own)
            if not _COMPARED.search(own, 0, match.start())
        ]
        literals += [self._constants[name] for name in _NAME.findall(own) if name in self._constants]
        for line, text in literals:
            if has_words(re.sub(r"\$?\{[^}]*\}", " ", text)):
                yield line, f"{text!r} is shown and not translated: take it from a data attribute"


def _until(code: str, start: int, end: str) -> str:
    """The code from `start` to the first `end` that belongs to no bracket inside."""
    depth = 0
    for position in range(start, len(code)):
        character = code[position]
        if depth == 0 and (character == end or character in ";}"):
            return code[start:position]
        depth += (character in "([{") - (character in ")]}")
    return code[start:]


def _without_calls(expression: str) -> str:
    """An expression without the arguments of calls; brackets that only group stay."""
    kept: list[str] = []
    calls: list[bool] = []
    for position, character in enumerate(expression):
        if character in "([":
            before = expression[:position].rstrip()[-1:]
            calls.append(before.isalnum() or before in {"_", "$", ")", "]"})
        if not any(calls):
            kept.append(character)
        if character in ")]" and calls:
            calls.pop()
    return "".join(kept)
