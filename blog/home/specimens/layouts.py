"""The layouts that pages extend, drawn small, with what each is for and a page that has it."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a drawn page, in hundredths of its width and of its height. `tone` is a token."""

    x: int
    y: int
    width: int
    height: int
    tone: str = "line"


@dataclass(frozen=True, slots=True)
class Layout:
    """One of templates/layouts/, what it is for, the address of a page that has it, and its parts."""

    file: str
    purpose: LazyString
    address: str
    boxes: tuple[Box, ...]


_HEADER = Box(0, 0, 100, 9, "line-strong")
_FOOTER = Box(0, 93, 100, 7, "sunk")
_SIDE_NAVIGATION = Box(2, 12, 14, 40, "sunk")


def layouts() -> tuple[Layout, ...]:
    """All layouts, readers' first."""
    return (
        Layout(
            "reading.html",
            _("What is read and argued about: one column in the middle, jumps in the margin."),
            "/",
            (
                _HEADER,
                Box(27, 14, 55, 10, "ink"),
                Box(10, 30, 12, 18, "line"),
                Box(27, 30, 44, 22),
                Box(24, 56, 50, 14, "prize"),
                Box(27, 75, 44, 14),
                _FOOTER,
            ),
        ),
        Layout(
            "list.html",
            _("Lists for readers: a title, what narrows the list, the things themselves, the way to more."),
            "/debates/",
            (_HEADER, Box(10, 14, 40, 8, "ink"), *(Box(10, y, 80, 12) for y in (28, 44, 60)), _FOOTER),
        ),
        Layout(
            "form.html",
            _("A page that is one question: narrow, one main button."),
            "/account/sign-in",
            (
                _HEADER,
                Box(32, 16, 30, 8, "ink"),
                Box(32, 30, 36, 8),
                Box(32, 42, 36, 8),
                Box(32, 56, 14, 8, "accent"),
                _FOOTER,
            ),
        ),
        Layout(
            "error.html",
            _("What went wrong, what to do, and ways on."),
            "/no-such-page",
            (
                _HEADER,
                Box(32, 18, 16, 14, "line-strong"),
                Box(32, 37, 30, 8, "ink"),
                Box(32, 49, 36, 8),
                Box(32, 62, 14, 8, "accent"),
                _FOOTER,
            ),
        ),
        Layout(
            "desk.html",
            _(
                "The work of staff: navigation at the side, the work, and a panel beside it with what one looks at."
            ),
            "/desk/",
            (
                _HEADER,
                _SIDE_NAVIGATION,
                Box(20, 14, 34, 8, "ink"),
                Box(20, 28, 50, 58),
                Box(74, 28, 24, 40, "sunk"),
                _FOOTER,
            ),
        ),
        Layout(
            "queue.html",
            _("Work that comes one after the other: the same desk, and every act has a key."),
            "/desk/challenges/",
            (
                _HEADER,
                _SIDE_NAVIGATION,
                Box(20, 14, 34, 8, "ink"),
                Box(20, 28, 50, 30),
                Box(20, 62, 14, 8, "accent"),
                Box(37, 62, 14, 8, "line-strong"),
                Box(74, 28, 24, 40, "sunk"),
                Box(20, 80, 78, 6, "line"),
                _FOOTER,
            ),
        ),
    )
