"""Going through many rows a few at a time: whoever else wants to write waits for no longer than those take."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from blog.core.db import session

# So many rows as one unit of work may change.
PORTION = 200
T = TypeVar("T")


def in_portions(keys: Sequence[T], size: int | None = None) -> Iterator[Sequence[T]]:
    """Keys that are known, so many at a time as one unit of work may change, or `size` at a time."""
    step = size or PORTION
    return (keys[start : start + step] for start in range(0, len(keys), step))


def in_light_portions(keys: Sequence[T], weights: Mapping[T, int], most: int) -> Iterator[Sequence[T]]:
    """Keys in their order, so many at a time that their `weights` come to no more than `most`; a heavier one alone."""
    portion: list[T] = []
    weight = 0
    for key in keys:
        added = weights.get(key, 0)
        if portion and weight + added > most:
            yield portion
            portion, weight = [], 0
        portion.append(key)
        weight += added
    if portion:
        yield portion


def rows_in_portions(query: sa.Select[*tuple[Any, ...]]) -> Iterator[Sequence[sa.Row[*tuple[Any, ...]]]]:
    """The rows of a query as they are now, a few in memory at a time, however many there are: to be read only."""
    return session.execute(query.execution_options(yield_per=PORTION)).partitions()


def numbers_in_portions(
    column: sa.ColumnElement[int] | InstrumentedAttribute[int],
    which: sa.ColumnElement[bool],
    *,
    size: int | None = None,
) -> Iterator[Sequence[int]]:
    """The numbers in `column` of the rows that are so, from the lowest on; at the end those that have come since.

    All are looked up at once: of a million rows the numbers take less memory than one large message, and to look them
    up again for each portion takes, in a large table, longer than what is done with it. Between two portions nothing
    is being read: what is done with one is a unit of work of its own, and finds some of its rows changed or gone.
    """
    last = 0
    while True:
        numbers = session.scalars(sa.select(column).where(which, column > last).order_by(column)).all()
        session.rollback()
        if not numbers:
            return
        yield from in_portions(numbers, size)
        last = numbers[-1]
