"""Several people at the same moment: threads that start together, each with a context and connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from blog.core.db import session
from blog.core.errors import DomainError


def at_once(app: Flask, how_many: int, act: Callable[[int], None]) -> list[DomainError]:
    """Let several threads `act` at the same moment. Returns the refusals; anything else fails the test."""
    session.rollback()
    refusals: list[DomainError] = []
    crashes: list[Exception] = []
    gate = Barrier(how_many)

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                act(number)
            except DomainError as refusal:
                refusals.append(refusal)
            except Exception as crash:
                crashes.append(crash)

    threads = [Thread(target=run, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Raised, not compared: what went wrong is then said whole.
    if crashes:
        raise ExceptionGroup("not only refusals", crashes)
    return refusals
