"""Somebody pulls the plug between two units of work."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session


@contextmanager
def cut_off_after(commits: int) -> Generator[None]:
    """When so many units of work have been committed, the next one ends with `ConnectionResetError`."""
    left = commits

    def pull(_session: Session) -> None:
        nonlocal left
        if left == 0:
            raise ConnectionResetError
        left -= 1

    event.listen(Session, "before_commit", pull)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", pull)
