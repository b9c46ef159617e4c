"""What the style sheets promise: colours are tokens, dark is complete, and text can be read on its ground."""

import re
from collections.abc import Mapping

import pytest

from blog.core.assets import STATIC

_CSS = STATIC / "css"
_TOKENS = (_CSS / "tokens.css").read_text(encoding="utf-8")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)\(")
_HEX_TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
_GROUNDS = ("paper", "surface", "sunk")
# What stands on what, and the least contrast (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11).
_PAIRS = [
    *((ink, ground, 7.0) for ink in ("ink", "ink-soft") for ground in _GROUNDS),
    *((ink, ground, 4.5) for ink in ("ink-faint", "accent") for ground in _GROUNDS),
    *(("line-strong", ground, 3.0) for ground in ("paper", "surface")),
    *((state, f"{state}-soft", 4.5) for state in ("good", "warning", "error", "info", "accent")),
    *(("ink", f"{state}-soft", 7.0) for state in ("good", "warning", "error", "info", "accent")),
    ("accent-deep", "accent-soft", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-deep", 4.5),
    ("on-state", "error", 4.5),
    ("paper", "ink", 7.0),
    ("prize-ink", "prize", 7.0),
    ("prize-ink", "prize-pale", 7.0),
    ("prize-soft-ink", "prize", 7.0),
    ("on-prize-act", "prize-ink", 7.0),
    ("on-prize-deep", "prize-deep", 7.0),
    ("focus", "paper", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "prize", 3.0),
]


def test_every_style_sheet_stands_once_in_the_order() -> None:
    lines = (_CSS / "order.txt").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(str(path.relative_to(_CSS)) for path in _CSS.rglob("*.css"))


def test_colours_are_decided_in_the_tokens_only() -> None:
    elsewhere = {
        str(path.relative_to(_CSS)): found
        for path in _CSS.rglob("*.css")
        if path.name not in {"tokens.css", "print.css"}
        and (found := _COLOUR.findall(path.read_text(encoding="utf-8")))
    }
    assert elsewhere == {}


def test_every_token_that_is_used_is_declared() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in _CSS.rglob("*.css"))
    declared = set(re.findall(r"(--[a-z0-9-]+):", source))
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", source)) - declared == set()


def test_dark_by_choice_is_dark_by_device() -> None:
    assert _declarations(':root:not([data-theme="light"]) {') == _declarations(':root[data-theme="dark"] {')


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: str) -> None:
    colours = _colours(scheme)
    too_weak = [
        f"{ink} on {ground}: {ratio:.2f}, not {least}"
        for ink, ground, least in _PAIRS
        if (ratio := _contrast(colours[ink], colours[ground])) < least
    ]
    assert too_weak == []


def _declarations(opening: str) -> list[str]:
    block = _TOKENS.split(opening, 1)[1].split("}", 1)[0]
    return [line.strip() for line in block.splitlines() if line.strip()]


def _colours(scheme: str) -> Mapping[str, str]:
    light = dict(_HEX_TOKEN.findall("\n".join(_declarations(":root {"))))
    dark = dict(_HEX_TOKEN.findall("\n".join(_declarations(':root[data-theme="dark"] {'))))
    return light if scheme == "light" else light | dark


def _contrast(one: str, other: str) -> float:
    """The ratio of two colours, from 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
