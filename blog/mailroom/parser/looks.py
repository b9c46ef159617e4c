"""How an element looks, as far as that may hide text: by inheritance, by attribute, by style."""

import re
from typing import NamedTuple

Colour = tuple[int, int, int] | str
_NAMED: dict[str, Colour] = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ghostwhite": (248, 248, 255),
    "mintcream": (245, 255, 250),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
}
_TRANSPARENT = "transparent"
# With four numbers, or three and one behind a slash, the last one is how much of what is below stays hidden.
_SEE_THROUGH = re.compile(
    r"(?:rgb|hsl)a?\((?:[^,/)]{1,30}(?:,[^,/)]{1,30}){2},|[^,/)]{1,90}/)\s*+(?:0|0?\.0\d{0,9}|0%)\s*+\)"
)
_HEX_COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
_RGB_COLOUR = re.compile(r"rgba?\(\s*+(\d{1,3})[\s,]++(\d{1,3})[\s,]++(\d{1,3})\b")
_NEARLY_SAME = 12
_FAR_LEFT = re.compile(r"-\d{3,9}(?:\.\d{1,5})?(?:px|pt|em|rem|%|vw|vh)?")
_CLIPPED = re.compile(r"rect\(\s*+[01](?:px)?(?:[\s,]++[01](?:px)?){3}\s*+\)|inset\(\s*+(?:50|100)%.{0,40}\)")
_SIZE = re.compile(r"(\d{0,5}(?:\.\d{1,5})?)(px|pt|em|rem|%)?")
_TINIEST = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0}
_STRUCK = frozenset({"s", "strike", "del"})


class Look(NamedTuple):
    """How an element looks. Only what may make text invisible, or mean something else: `verbatim`, white space
    counts; `struck`, a line goes through it.
    """

    gone: bool = False
    invisible: bool = False
    tiny: bool = False
    ink: Colour = (0, 0, 0)
    paper: Colour = (255, 255, 255)
    verbatim: bool = False
    struck: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether text in it certainly cannot be seen."""
        return self.gone or self.invisible or self.tiny or self.ink == _TRANSPARENT

    @property
    def is_camouflaged(self) -> bool:
        """Whether text in it may have the colour of its ground."""
        return _same_colour(self.ink, self.paper)


def look_of(tag: str, attributes: dict[str, str], around: Look) -> Look:
    """How an element looks inside another one, by its attributes and its style."""
    changes: dict[str, object] = {}
    if tag == "pre":
        changes["verbatim"] = True
    if tag in _STRUCK:
        changes["struck"] = True
    if tag == "template" or "hidden" in attributes:
        changes["gone"] = True
    if (paper := _colour(attributes.get("bgcolor", ""))) is not None:
        changes["paper"] = paper
    if (ink := _colour(attributes.get("color", "") or attributes.get("text", ""))) is not None:
        changes["ink"] = ink
    if style := attributes.get("style"):
        changes |= _style_changes(_declarations(style))
    return around._replace(**changes) if changes else around


def _declarations(style: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for declaration in style.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def _style_changes(style: dict[str, str]) -> dict[str, object]:
    changes: dict[str, object] = {}
    if _takes_no_room(style) or _is_out_of_sight(style):
        changes["gone"] = True
    if "visibility" in style:
        changes["invisible"] = style["visibility"] in ("hidden", "collapse")
    if "white-space" in style:
        changes["verbatim"] = style["white-space"].startswith(("pre", "break-spaces"))
    if "line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", ""):
        changes["struck"] = True
    if "font-size" in style:
        changes["tiny"] = _is_tiny(style["font-size"])
    if (ink := _ink(style.get("color", ""))) is not None:
        changes["ink"] = ink
    ground = style.get("background-color") or style.get("background", "")
    if (paper := _colour(ground)) is not None:
        changes["paper"] = paper
    return changes


def _takes_no_room(style: dict[str, str]) -> bool:
    """Not laid out at all (Word knows a property of its own for that), or in a box without size."""
    if style.get("display") == "none" or style.get("mso-hide") == "all":
        return True
    if style.get("overflow") not in ("hidden", "clip"):
        return False
    return any(_is_zero(style.get(side)) for side in ("max-height", "height", "max-width", "width"))


def _is_out_of_sight(style: dict[str, str]) -> bool:
    """Laid out where nobody looks, cut away, shrunk to nothing, or seen through."""
    if style.get("position") in ("absolute", "fixed") and (
        any(_FAR_LEFT.fullmatch(style.get(side, "")) for side in ("left", "top", "right", "bottom"))
        or _CLIPPED.fullmatch(style.get("clip", "")) is not None
    ):
        return True
    return (
        any(_FAR_LEFT.fullmatch(style.get(name, "")) for name in ("text-indent", "margin-left", "margin-top"))
        or _CLIPPED.fullmatch(style.get("clip-path", "")) is not None
        or style.get("transform", "").replace(" ", "") in ("scale(0)", "scale(0,0)")
        or _is_faint(style.get("opacity", ""))
    )


def _is_faint(opacity: str) -> bool:
    match = _SIZE.fullmatch(opacity)
    if match is None or not match[1].strip("."):
        return False
    return float(match[1]) <= (5 if match[2] == "%" else 0.05)


def _ink(value: str) -> Colour | None:
    """The colour of letters: unlike a ground, one that is seen through hides them."""
    if value == _TRANSPARENT or _SEE_THROUGH.fullmatch(value):
        return _TRANSPARENT
    return _colour(value)


def _is_tiny(size: str) -> bool:
    match = _SIZE.fullmatch(size)
    if match is None or not match[1].strip("."):
        return False
    return float(match[1]) <= _TINIEST[match[2] or "px"]


def _is_zero(length: str | None) -> bool:
    return length is not None and length.rstrip("px temr%") in ("0", "0.0")


def _colour(value: str) -> Colour | None:
    """A colour that can be compared, or None when nothing is said about it."""
    value = value.strip().lower()
    if value in (
        "",
        "inherit",
        "initial",
        "unset",
        "transparent",
        "none",
        "auto",
        "currentcolor",
        "windowtext",
    ):
        return None
    if value in _NAMED:
        return _NAMED[value]
    if _SEE_THROUGH.fullmatch(value):
        return None
    if (match := _HEX_COLOUR.fullmatch(value)) is not None:
        digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    if (match := _RGB_COLOUR.match(value)) is not None:
        return (int(match[1]), int(match[2]), int(match[3]))
    return value


def _same_colour(ink: Colour, paper: Colour) -> bool:
    if isinstance(ink, str) or isinstance(paper, str):
        return ink == paper
    return all(abs(one - other) <= _NEARLY_SAME for one, other in zip(ink, paper, strict=True))
