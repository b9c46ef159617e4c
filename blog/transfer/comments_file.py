"""Comments as a file: JSON with `article` (its slug) and `comments` (`id parent author body created`).

A comment may stand before the one that it answers: they are put into an order in which parents come first.
"""

import difflib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from blog.core import clock
from blog.core.errors import Message
from blog.transfer.json_lines import Path, line_of_values
from blog.transfer.values import IMPOSSIBLE, Fault, ImportRefused, decoded, instant_from

FILE_KEYS = ("article", "comments")
COMMENT_KEYS = ("id", "parent", "author", "body", "created")
MAX_ID = 100
MAX_AUTHOR = 80
MAX_BODY = 50_000


@dataclass(frozen=True, slots=True)
class CommentNote:
    """One comment as the file says it; `line` is where it begins."""

    id: str
    parent: str | None
    author: str | None
    body: str
    created_at: datetime | None
    line: int


@dataclass(frozen=True, slots=True)
class CommentsFile:
    """The comments of one article as a file says them, in the order of the file."""

    name: str
    article: str
    article_line: int
    comments: Sequence[CommentNote]

    def fault(self, line: int, message: Message) -> Fault:
        """A fault at one line of this file."""
        return Fault(self.name, line, message)


def read_comments_file(name: str, data: bytes, *, zone: ZoneInfo) -> CommentsFile:
    """Read one file of comments; `zone` is that of times without one.

    Raises `ImportRefused` with every fault of form, each with the line of its comment. Whether parents exist
    is a question for `parents_first`, which knows what was imported before.
    """
    text = decoded(name, data)
    content = _parsed(name, text)
    reader = _Reader(name, line_of_values(text, depth=3), zone)
    file = reader.file(content)
    if reader.faults:
        raise ImportRefused(reader.faults)
    return file


def parents_first(file: CommentsFile, known: Collection[str]) -> list[CommentNote]:
    """The comments in an order in which each parent comes before its answers; otherwise as in the file.

    `known` are the ids that the thread has already. Raises `ImportRefused` for parents that are nowhere, and
    for comments that answer each other in a circle.
    """
    own = {comment.id: comment for comment in file.comments}
    faults = [
        file.fault(comment.line, _missing_parent(comment.parent, [*own, *known]))
        for comment in file.comments
        if comment.parent is not None and comment.parent not in own and comment.parent not in known
    ]
    if faults:
        raise ImportRefused(faults)
    ordered: dict[str, CommentNote] = {}
    for comment in file.comments:
        branch: dict[str, CommentNote] = {}
        above: CommentNote | None = comment
        while above is not None and above.id not in ordered:
            if above.id in branch:
                raise ImportRefused([_circle(file, above, branch)])
            branch[above.id] = above
            above = own.get(above.parent) if above.parent is not None else None
        ordered |= dict(reversed(branch.items()))
    return list(ordered.values())


def _missing_parent(parent: str, ids: Iterable[str]) -> Message:
    near = difflib.get_close_matches(parent, list(ids), n=1)
    if near:
        return _(
            "This answers “%(parent)s”, which is nowhere. Did you mean “%(near)s”?",
            parent=parent,
            near=near[0],
        )
    return _("This answers “%(parent)s”, which is nowhere. Add it, or make “parent” null.", parent=parent)


def _circle(file: CommentsFile, at: CommentNote, branch: Mapping[str, CommentNote]) -> Fault:
    ids = list(branch)
    circle = [*ids[ids.index(at.id) :], at.id]
    return file.fault(
        at.line,
        _("These answer each other in a circle: %(ids)s. Give one another parent.", ids=" → ".join(circle)),
    )


def _parsed(name: str, text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError as error:
        message = _(
            "This is not valid JSON: %(problem)s, column %(column)s. Look at this line and the one above it.",
            problem=error.msg,
            column=error.colno,
        )
        raise ImportRefused([Fault(name, error.lineno, message)]) from error
    except (RecursionError, ValueError) as error:
        raise ImportRefused(
            [Fault(name, 1, _("This is nested too deeply, or holds a giant number."))]
        ) from error


class _Reader:
    """Takes values out of the JSON and collects every fault, so that all are told at once."""

    def __init__(self, name: str, lines: Mapping[Path, int], zone: ZoneInfo) -> None:
        self.name = name
        self.lines = lines
        self.zone = zone
        self.faults: list[Fault] = []

    def refuse(self, line: int, message: Message) -> None:
        self.faults.append(Fault(self.name, line, message))

    def file(self, content: object) -> CommentsFile:
        entries = self._object(content, FILE_KEYS, 1)
        article = entries.get("article")
        line = self.lines.get(("article",), 1)
        if not isinstance(article, str) or not article:
            self.refuse(line, _("“article” is missing. Give the slug of the article."))
            article = ""
        listed = entries.get("comments")
        if not isinstance(listed, list):
            self.refuse(
                self.lines.get(("comments",), 1), _("“comments” is missing. Give a list of comments.")
            )
            listed = []
        notes = [self._comment(at, entry) for at, entry in enumerate(cast("list[object]", listed))]
        self._refuse_duplicates(notes)
        return CommentsFile(self.name, article, line, notes)

    def _comment(self, at: int, entry: object) -> CommentNote:
        line = self.lines[("comments", at)]
        values = self._object(entry, COMMENT_KEYS, line)
        if isinstance(entry, dict) and values.get("id") is None:
            self.refuse(line, _("This comment has no “id”. Give each one its own."))
        return CommentNote(
            id=self._text(values, "id", MAX_ID, line) or "",
            parent=self._text(values, "parent", MAX_ID, line),
            author=self._text(values, "author", MAX_AUTHOR, line),
            body=self._body(values, line),
            created_at=self._created(values, line),
            line=line,
        )

    def _object(self, content: object, known: Sequence[str], line: int) -> dict[str, object]:
        if not isinstance(content, dict):
            self.refuse(line, _("This is no object. Write {…} with: %(known)s.", known=", ".join(known)))
            return {}
        entries = cast("dict[str, object]", content)
        for key in entries:
            if key not in known:
                self.refuse(line, _unknown_key(key, known))
        return entries

    def _text(self, values: Mapping[str, object], key: str, longest: int, line: int) -> str | None:
        """A text of one line; a number does as well (ids often are), and nothing counts as null."""
        value = values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return None
        if not isinstance(value, str) or IMPOSSIBLE.search(value) or (key == "id" and not value.strip()):
            self.refuse(
                line, _("“%(key)s” of this comment is no readable text. Write it in quotes.", key=key)
            )
            return None
        value = " ".join(value.split())
        if len(value) > longest:
            message = _(
                "“%(key)s” of this comment is longer than %(longest)s characters. Shorten it.",
                key=key,
                longest=longest,
            )
            self.refuse(line, message)
        return value or None

    def _body(self, values: Mapping[str, object], line: int) -> str:
        body = values.get("body")
        if not isinstance(body, str) or not body.strip():
            self.refuse(line, _("This comment says nothing. Give it a “body”, or leave it out."))
            return ""
        if IMPOSSIBLE.search(body):
            self.refuse(
                line, _("The “body” of this comment holds a character that cannot be kept. Remove it.")
            )
        if len(body) > MAX_BODY:
            self.refuse(
                line,
                _("The “body” of this comment is longer than %(longest)s characters.", longest=MAX_BODY),
            )
        return body

    def _created(self, values: Mapping[str, object], line: int) -> datetime | None:
        value = values.get("created")
        if value is None:
            return None
        try:
            instant = instant_from(str(value), self.zone)
        except (ValueError, OverflowError):
            message = _(
                "“%(value)s” is no time. Write it as 2026-12-31T18:00:00+01:00.", value=str(value)[:40]
            )
            self.refuse(line, message)
            return None
        if instant > clock.now():
            self.refuse(line, _("“created” lies in the future: %(value)s. Correct it.", value=str(value)))
        return instant

    def _refuse_duplicates(self, notes: Iterable[CommentNote]) -> None:
        first: dict[str, int] = {}
        for note in notes:
            if note.id and note.id in first:
                message = _(
                    "The id “%(id)s” is that of the comment on line %(line)s. Give each comment its own.",
                    id=note.id,
                    line=first[note.id],
                )
                self.refuse(note.line, message)
            first.setdefault(note.id, note.line)


def _unknown_key(key: str, known: Sequence[str]) -> Message:
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return _("“%(key)s” is not known. Did you mean “%(near)s”?", key=key, near=near[0])
    return _("“%(key)s” is not known. The keys are: %(known)s.", key=key, known=", ".join(known))
