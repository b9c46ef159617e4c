"""An article as a file: YAML front matter between two lines `---`, then the text in Markdown.

The keys are `title slug language author tags proposition challenge`; those of a challenge are
`slug prize judging closes organiser organiser_address`. Reading keeps the line of everything, so that whoever finds a
fault later can still say where it stands.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml
from flask_babel import lazy_gettext as _

from blog.articles.values import ArticleText, slug_from
from blog.core.config import LANGUAGES
from blog.core.errors import Message
from blog.transfer.values import IMPOSSIBLE, Fault, ImportRefused, decoded, instant_from

KEYS = ("title", "slug", "language", "author", "tags", "proposition", "challenge")
CHALLENGE_KEYS = ("slug", "prize", "judging", "closes", "organiser", "organiser_address")
DEFAULT_JUDGING = "editor"
_FENCE = "---"
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class ChallengeHead:
    """What the front matter says of the challenge; its question stands in the block of the text."""

    slug: str
    prize: str
    judging: str = DEFAULT_JUDGING
    closes_at: datetime | None = None
    # Who holds it, and where they can be written to; the site itself where nothing is said.
    organiser: str = ""
    organiser_address: str = ""


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One article as its file says it. `lines` tells on which line each key stands (`challenge.slug`)."""

    name: str
    text: ArticleText
    author: str | None
    challenge: ChallengeHead | None
    body_line: int
    lines: Mapping[str, int] = field(default_factory=dict[str, int])

    def fault(self, key: str, message: Message) -> Fault:
        """A fault at one key; at the first line when the file does not have it."""
        return Fault(self.name, self.lines.get(key, 1), message)

    def body_fault(self, line: int, message: Message) -> Fault:
        """A fault at a line of the Markdown text (from 1)."""
        return Fault(self.name, self.body_line + line - 1, message)


def read_article_file(name: str, data: bytes, *, language: str, zone: ZoneInfo) -> ArticleFile:
    """Read one article file.

    `language` stands in for a missing one, `zone` is that of times without one.
    Raises `ImportRefused` with every fault of the front matter, each with its line.
    """
    head, body, body_line = _split(name, decoded(name, data))
    reader = _Reader(name)
    node = _parsed(name, head)
    values = reader.mapping(node, KEYS) if node is not None else {}
    title = reader.required(values, "title", "title: …")
    proposal = slug_from(title) or "een-adres"
    slug = reader.required(values, "slug", f"slug: {proposal}") if title or "slug" in values else ""
    text = ArticleText(
        title=title,
        slug=slug,
        body=body,
        language=reader.one_of(values, "language", LANGUAGES, language),
        proposition=reader.text(values, "proposition"),
        tags=reader.texts(values, "tags"),
    )
    author = reader.text(values, "author")
    challenge = reader.challenge(values.get("challenge"), zone)
    if reader.faults:
        raise ImportRefused(reader.faults)
    return ArticleFile(name, text, author, challenge, body_line, reader.lines)


def article_document(text: ArticleText, author: str, challenge: ChallengeHead | None) -> str:
    """The file of an article: what `read_article_file` reads back to the same values."""
    head: dict[str, object] = {
        "title": text.title,
        "slug": text.slug,
        "language": text.language,
        "author": author,
        "tags": _InOneLine(text.tags),
    }
    if text.proposition:
        head["proposition"] = text.proposition
    if challenge:
        head["challenge"] = _challenge_values(challenge)
    front = yaml.dump(head, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return f"{_FENCE}\n{front}{_FENCE}\n{text.body}"


class _InOneLine(list[str]):
    """A list that is written between brackets."""


class _Dumper(yaml.SafeDumper):
    """Writes strings, lists and mappings, and nothing that a reader would have to trust."""


def _represent_in_one_line(dumper: yaml.SafeDumper, values: _InOneLine) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Dumper.add_representer(_InOneLine, _represent_in_one_line)


def _challenge_values(challenge: ChallengeHead) -> dict[str, str]:
    values = {"slug": challenge.slug, "prize": challenge.prize, "judging": challenge.judging}
    if challenge.closes_at:
        values["closes"] = challenge.closes_at.isoformat()
    if challenge.organiser:
        values["organiser"] = challenge.organiser
    if challenge.organiser_address:
        values["organiser_address"] = challenge.organiser_address
    return values


def _split(name: str, text: str) -> tuple[str, str, int]:
    """The front matter, the Markdown, and the line on which the latter begins."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        message = _("The front matter is missing. Begin the file with a line “---”, then “title: …”.")
        raise ImportRefused([Fault(name, 1, message)])
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == _FENCE), None)
    if end is None:
        message = _("The front matter has no end. Put a line “---” between it and the text.")
        raise ImportRefused([Fault(name, 1, message)])
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _parsed(name: str, head: str) -> yaml.Node | None:
    """The front matter as nodes, which know their lines (the values alone would not)."""
    try:
        return yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = _yaml_line(error)
        problem = error.problem or error.context or ""
        remedy = _("Put a value that holds a colon or begins with a sign in quotes, and check the indents.")
    except yaml.reader.ReaderError as error:
        line = head.count("\n", 0, error.position)
        problem, remedy = error.reason, _("Remove the invisible character from this line.")
    except RecursionError:
        line, problem, remedy = 0, "nested too deeply", _("Write the values plainly.")
    message = _("The front matter is not valid YAML: %(problem)s. %(remedy)s", problem=problem, remedy=remedy)
    raise ImportRefused([Fault(name, _file_line(line), message)])


def _yaml_line(error: yaml.MarkedYAMLError) -> int:
    """Where the fault is (from 0): what was never closed began at the context, all else is at the problem."""
    is_open = "quoted" in (error.context or "") or "flow" in (error.context or "")
    mark = error.context_mark if is_open and error.context_mark else error.problem_mark
    return mark.line if mark else 0


def _file_line(line: int) -> int:
    """The line of the file for a line of the front matter (from 0), which begins on the second one."""
    return line + 2


class _Reader:
    """Takes values out of the nodes, notes their lines, and collects every fault so that all are told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {}

    def refuse(self, line: int, message: Message) -> None:
        self.faults.append(Fault(self.name, line, message))

    def mapping(self, node: Any, known: Iterable[str], prefix: str = "") -> dict[str, Any]:
        """The entries of a mapping, by key. Unknown keys and keys that stand twice are faults."""
        if not isinstance(node, yaml.MappingNode):
            line = _file_line(node.start_mark.line) if isinstance(node, yaml.Node) else 1
            self.refuse(line, _("Write this as lines of “key: value”."))
            return {}
        values: dict[str, Any] = {}
        for key_node, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            key, line = str(key_node.value), _file_line(key_node.start_mark.line)
            if key not in known:
                self.refuse(line, _unknown_key(key, known))
            elif key in values:
                self.refuse(line, _("“%(key)s” stands here a second time. Keep one of the two.", key=key))
            else:
                self.lines[prefix + key] = line
                if value.tag != _NULL:
                    values[key] = value
        return values

    def text(self, values: Mapping[str, Any], key: str) -> str | None:
        """A value of one line, whatever YAML would make of it (a title may be a number); None when absent."""
        node = values.get(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(_file_line(node.start_mark.line), _("“%(key)s” takes one value, no list.", key=key))
            return None
        value = str(node.value).strip()
        if IMPOSSIBLE.search(value):
            message = _("“%(key)s” holds a character that cannot be kept. Remove it.", key=key)
            self.refuse(_file_line(node.start_mark.line), message)
        return value or None

    def texts(self, values: Mapping[str, Any], key: str) -> tuple[str, ...]:
        node = values.get(key)
        if node is None:
            return ()
        entries = cast("list[yaml.Node]", node.value) if isinstance(node, yaml.SequenceNode) else [node]
        words = [str(entry.value) for entry in entries if isinstance(entry, yaml.ScalarNode)]
        if not isinstance(node, yaml.SequenceNode) or len(words) < len(entries):
            message = _("“%(key)s” takes a list. Write it as “%(key)s: [one, two]”.", key=key)
            self.refuse(_file_line(node.start_mark.line), message)
            return ()
        if IMPOSSIBLE.search("".join(words)):
            message = _("“%(key)s” holds a character that cannot be kept. Remove it.", key=key)
            self.refuse(_file_line(node.start_mark.line), message)
        return tuple(words)

    def required(self, values: Mapping[str, Any], key: str, example: str, prefix: str = "") -> str:
        faults = len(self.faults)
        value = self.text(values, key)
        if value is None and len(self.faults) == faults:
            line = self.lines.get(prefix + key, self.lines.get(prefix.rstrip("."), 1))
            message = _("“%(key)s” is missing. Add a line such as “%(example)s”.", key=key, example=example)
            self.refuse(line, message)
        return value or ""

    def one_of(self, values: Mapping[str, Any], key: str, known: Iterable[str], default: str) -> str:
        value = self.text(values, key)
        if value is not None and value not in known:
            message = _(
                "“%(value)s” cannot be used for “%(key)s”. Give one of: %(known)s.",
                value=value,
                key=key,
                known=", ".join(known),
            )
            self.refuse(self.lines[key], message)
        return value or default

    def challenge(self, node: Any, zone: ZoneInfo) -> ChallengeHead | None:
        if node is None:
            return None
        values = self.mapping(node, CHALLENGE_KEYS, "challenge.")
        if not isinstance(node, yaml.MappingNode):
            return None
        return ChallengeHead(
            slug=self.required(values, "slug", "slug: een-uitdaging", "challenge."),
            prize=self.required(values, "prize", "prize: …", "challenge."),
            judging=self.text(values, "judging") or DEFAULT_JUDGING,
            closes_at=self._closing_time(values, zone),
            organiser=self.text(values, "organiser") or "",
            organiser_address=self.text(values, "organiser_address") or "",
        )

    def _closing_time(self, values: Mapping[str, Any], zone: ZoneInfo) -> datetime | None:
        value = self.text(values, "closes")
        if value is None:
            return None
        try:
            return instant_from(value, zone, end_of_day=True)
        except (ValueError, OverflowError):
            message = _("“%(value)s” is no time. Write it as 2026-12-31 or 2026-12-31T18:00.", value=value)
            self.refuse(self.lines["challenge.closes"], message)
            return None


def _unknown_key(key: str, known: Iterable[str]) -> Message:
    near = difflib.get_close_matches(key, list(known), n=1)
    if near:
        return _("“%(key)s” is not known. Did you mean “%(near)s”?", key=key, near=near[0])
    return _("“%(key)s” is not known. The keys are: %(known)s.", key=key, known=", ".join(known))
