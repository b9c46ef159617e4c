"""What the first part of the style guide shows: the tokens and the drawings, by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Text in the colour `ink` on the ground `ground`; both are tokens."""

    ink: str
    ground: str


# By what they are for, in the order of tokens.css.
READING = (
    Pair("ink", "paper"),
    Pair("ink-soft", "paper"),
    Pair("ink-faint", "paper"),
    Pair("ink", "surface"),
    Pair("ink-soft", "sunk"),
    Pair("accent", "paper"),
    Pair("on-accent", "accent"),
    Pair("accent-deep", "accent-soft"),
)
PRIZE = (
    Pair("prize-ink", "prize"),
    Pair("prize-soft-ink", "prize"),
    Pair("prize-ink", "prize-pale"),
    Pair("on-prize-deep", "prize-deep"),
)
STATES = (
    Pair("good", "good-soft"),
    Pair("warning", "warning-soft"),
    Pair("error", "error-soft"),
    Pair("info", "info-soft"),
    Pair("on-state", "error"),
)
STANCES = (
    Pair("for", "paper"),
    Pair("against", "paper"),
    Pair("nuance", "paper"),
)
LINES = ("line", "line-strong", "focus", "prize-line")
TYPE = (
    "title-huge",
    "title-large",
    "title-medium",
    "title-small",
    "text-lead",
    "text-read",
    "text-base",
    "text-small",
    "text-tiny",
)
SPACE = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8")
RADII = ("radius", "radius-large", "radius-round")


@dataclass(frozen=True, slots=True)
class Foundations:
    """All of it, for the page."""

    reading: tuple[Pair, ...] = READING
    prize: tuple[Pair, ...] = PRIZE
    states: tuple[Pair, ...] = STATES
    stances: tuple[Pair, ...] = STANCES
    lines: tuple[str, ...] = LINES
    type: tuple[str, ...] = TYPE
    space: tuple[str, ...] = SPACE
    radii: tuple[str, ...] = RADII
