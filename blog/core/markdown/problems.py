"""What is wrong with a text, told to the person who wrote it."""

from dataclasses import dataclass

from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class MarkdownProblem:
    """One fault: the line it stands on, counted from 1, and what to do about it."""

    line: int
    message: str | LazyString
