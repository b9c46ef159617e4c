"""The file of wake-ups: no power cut and no broken page keeps a program from starting."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from huey import Huey

from blog.core.jobs.wake_up_file import WakeUpFile

PAGE_BYTES = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "wake-ups.db"


def open_queue(path: Path) -> Any:
    """The queue in a file, as a program finds it that starts. Huey has no types."""
    huey: Any = Huey("tests", filename=str(path), storage_class=WakeUpFile, results=False)
    return huey.storage


def test_what_one_program_puts_in_another_takes_out(path: Path) -> None:
    open_queue(path).enqueue(b"wake up")
    second = open_queue(path)
    assert second.dequeue() == b"wake up"
    assert second.dequeue() is None


def test_each_page_is_whole_after_a_power_cut(path: Path) -> None:
    with closing(open_queue(path).conn) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        # 1: NORMAL. 0, OFF, may leave a broken file; 2, FULL, syncs the disk for each answer that arrives.
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)


def break_all(path: Path) -> None:
    """Nothing of the file is what it was."""
    path.write_bytes(b"not a database" * 1000)


def break_a_page(path: Path) -> None:
    """The file opens as before, and one page in it is broken."""
    queue = open_queue(path)
    for _wake_up in range(200):
        queue.enqueue(b"wake up" * 20)
    queue.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)


@pytest.mark.parametrize("break_it", [break_all, break_a_page])
def test_a_broken_file_is_made_anew(path: Path, break_it: Callable[[Path], None]) -> None:
    break_it(path)
    queue = open_queue(path)
    queue.enqueue(b"wake up")
    assert queue.dequeue() == b"wake up"
    assert queue.dequeue() is None


def test_a_file_that_is_only_in_use_stays(path: Path) -> None:
    open_queue(path).enqueue(b"wake up")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Huey("tests", filename=str(path), storage_class=WakeUpFile, timeout=0)
    assert open_queue(path).dequeue() == b"wake up"
