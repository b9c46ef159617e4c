"""Going through many rows a few at a time: whoever else wants to write waits for no longer than those take."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from blog.core.db import session

# So many rows as one unit of work may change.
PORTION = 200
T = TypeVar("T")


def in_portions(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    """Keys that are known, so many at a time as one unit of work may change."""
    return (keys[start : start + PORTION] for start in range(0, len(keys), PORTION))


def numbers_in_portions(
    column: sa.ColumnElement[int] | InstrumentedAttribute[int],
    which: sa.ColumnElement[bool],
    *,
    size: int | None = None,
) -> Iterator[Sequence[int]]:
    """The numbers in `column` of the rows that are so, from the lowest on, looked for anew for each portion.

    Between two portions nothing is being read: what is done with one is a unit of work of its own. Rows that come to be
    so behind the last one are passed over.
    """
    last = 0
    while True:
        query = sa.select(column).where(which, column > last).order_by(column).limit(size or PORTION)
        numbers = session.scalars(query).all()
        session.rollback()
        if not numbers:
            return
        yield numbers
        last = numbers[-1]
