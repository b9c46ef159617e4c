"""What the style guide puts into tables and charts: usual figures, none, one, and far too many."""

from collections.abc import Sequence
from dataclasses import dataclass

from blog.core.charts import Chart, Layers, bar_chart, layered_chart, line_chart
from blog.home.specimens.words import ARABIC_NAME, ARABIC_SENTENCE, Words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `kind` is that of a badge."""

    title: str
    name: str
    state: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class FigureSpecimens:
    """Rows for tables, drawings for charts. `columns` and `days` are their headings: of what, and what is counted."""

    rows: Sequence[Row]
    overfull: Sequence[Row]
    numbers: Sequence[tuple[str, str]]
    columns: tuple[str, str]
    bars: Chart
    far_apart: Chart
    arabic: Chart
    days: tuple[str, str]
    line: Chart
    many: Chart
    one: Chart
    none: Chart
    layers: Layers


def figure_specimens(words: Words) -> FigureSpecimens:
    """What to show, in the language of `words`."""
    is_dutch = words.language == "nl"
    draft, done = ("concept", "gepubliceerd") if is_dutch else ("draft", "published")
    stances = ("Voor", "Tegen", "Nuance") if is_dutch else ("For", "Against", "Nuance")
    comments, entries = ("Reacties", "Inzendingen") if is_dutch else ("Comments", "Entries")
    november = "november" if is_dutch else "November"
    week = (3, 12, 7, 0, 18, 9, 14)
    month = [(f"{day} {november}", day * 37 % 23 * 60) for day in range(1, 31)]
    return FigureSpecimens(
        rows=(
            Row(words.title, words.name, done, "good", 38),
            Row(words.sentence, words.other_name, draft, "neutral", 0),
            Row(words.proposition, words.name, done, "good", 1_204),
        ),
        overfull=(
            Row(words.long_title, words.long_name, done, "good", 1_234_567_890),
            Row(words.unbroken, words.unbroken, words.reason, "warning", 7),
        ),
        numbers=((comments, "75"), (entries, "6"), (stances[0], "1.234.567" if is_dutch else "1,234,567")),
        columns=("Kant" if is_dutch else "Side", comments),
        bars=bar_chart(list(zip(stances, (31, 18, 9), strict=True))),
        far_apart=bar_chart([(words.long_name, 12_345_678), (words.unbroken, 1), (words.title, 0)]),
        arabic=bar_chart([(ARABIC_NAME, 31), (ARABIC_SENTENCE, 18)]),
        days=("Dag" if is_dutch else "Day", entries),
        line=line_chart([(f"{day} {november}", count) for day, count in enumerate(week, start=19)]),
        many=line_chart(month),
        one=line_chart([(f"19 {november}", 4)]),
        none=bar_chart([]),
        layers=layered_chart(
            [
                (f"{day} {november}", (count % 5, count, count // 3, count % 2))
                for day, count in enumerate(week, start=19)
            ],
            (*stances, draft),
        ),
    )
