"""What the style sheets promise: colours are tokens, text can be read on its ground, and pages carry little."""

import re
from collections.abc import Mapping

import pytest

from blog.core.assets import SHEET_OF_DATA, STATIC, STYLE_SHEETS, stylesheet_files, stylesheet_source

_CSS = STATIC / "css"
_TOKENS = (_CSS / "tokens.css").read_text(encoding="utf-8")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)\(")
_TOKEN = re.compile(r"--([a-z-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));")
_SOFT = ("good", "warning", "error", "info", "accent")
_GROUNDS = ("paper", "surface", "sunk")
# What stands on what, and the least contrast (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11).
_PAIRS = [
    *((ink, ground, 7.0) for ink in ("ink", "ink-soft") for ground in _GROUNDS),
    *((ink, ground, 4.5) for ink in ("ink-faint", "accent") for ground in _GROUNDS),
    *(("line-strong", ground, 3.0) for ground in ("paper", "surface")),
    *((state, f"{state}-soft", 4.5) for state in _SOFT),
    *(("ink", f"{state}-soft", 7.0) for state in _SOFT),
    *((stance, ground, 4.5) for stance in ("for", "against", "nuance") for ground in _GROUNDS),
    ("accent-deep", "accent-soft", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-deep", 4.5),
    ("on-state", "error", 4.5),
    ("paper", "ink", 7.0),
    ("prize-ink", "prize", 7.0),
    ("prize-ink", "prize-pale", 7.0),
    ("prize-soft-ink", "prize", 7.0),
    ("on-prize-deep", "prize-deep", 7.0),
    ("focus", "paper", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "prize", 3.0),
]


def test_every_style_sheet_stands_once_in_the_lists() -> None:
    named = [file for name in (*STYLE_SHEETS, SHEET_OF_DATA) for file in stylesheet_files(name)]
    assert sorted(named) == sorted(str(path.relative_to(_CSS)) for path in _CSS.rglob("*.css"))


@pytest.mark.parametrize("sheets", [("common", "article", "print"), ("common", "forms", "article", "print")])
def test_an_article_needs_little_css(sheets: tuple[str, ...]) -> None:
    """Under 40 KB on the page of an article, as the browser reads it: for a visitor, and for a member."""
    assert sum(len(stylesheet_source(name).encode()) for name in sheets) < 40_000


@pytest.mark.parametrize("name", [*STYLE_SHEETS, SHEET_OF_DATA])
def test_making_it_short_changes_no_selector(name: str) -> None:
    """`.a :is(b)` is not `.a:is(b)`; what makes sheets short knows that, except in an `@container`."""
    files = [(_CSS / file).read_text(encoding="utf-8") for file in stylesheet_files(name)]
    source = re.sub(r"/\*.*?\*/", "", "\n".join(files), flags=re.DOTALL)
    within = r"[\w)\]*] :(?=[a-z])"
    assert len(re.findall(within, stylesheet_source(name))) == len(re.findall(within, source))


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: str) -> None:
    colours = _colours(scheme)
    too_weak = [
        f"{ink} on {ground}: {ratio:.2f}, not {least}"
        for ink, ground, least in _PAIRS
        if (ratio := _contrast(colours[ink], colours[ground])) < least
    ]
    assert too_weak == []


def _colours(scheme: str) -> Mapping[str, str]:
    return {
        name: both or (light if scheme == "light" else dark)
        for name, light, dark, both in _TOKEN.findall(_TOKENS)
    }


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
