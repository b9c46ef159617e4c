"""Workers of the product with one job more: it says that it has begun, then waits until a file appears.

Run as `python -m tests.support.slow_worker`, with the environment of the site.
"""

import time
from pathlib import Path

from blog.core.config import current_settings
from blog.core.jobs.engine import work_forever
from blog.core.jobs.queue import Payload, job
from blog.factory import create_app

KIND = "tests.slow"
BEGUN, MAY_END, DONE = "begun", "may-end", "done"


@job(KIND)
def wait_for_a_file(_payload: Payload) -> None:
    """Note each beginning and each end in the instance folder."""
    folder = current_settings().instance
    _note(folder / BEGUN)
    while not (folder / MAY_END).exists():
        time.sleep(0.02)
    _note(folder / DONE)


def times(folder: Path, what: str) -> int:
    """How often the job has begun, or has been done."""
    try:
        return (folder / what).read_text(encoding="ascii").count("x")
    except FileNotFoundError:
        return 0


def _note(file: Path) -> None:
    with file.open("a", encoding="ascii") as notes:
        notes.write("x")


if __name__ == "__main__":
    work_forever(create_app())
