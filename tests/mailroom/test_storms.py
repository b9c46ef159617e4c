"""Everybody answers in the same minute: nothing is lost, order is kept, readers read on. `make soak` sends 10,000."""

import http.client
import os
import statistics
import threading
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest

from tests.factories.challenges import make_challenge
from tests.support.kill_harness import books_of
from tests.support.mail_load import MailLoad
from tests.support.running_site import running_site

STORM = int(os.environ.get("STORM", "100"))
# From so many on it is a storm in which readers' time is told: less says nothing about a busy machine.
WHOLE_STORM = 10_000
CONNECTIONS = 20
READERS_WAIT_SECONDS = 0.5
_READ_EVERY_SECONDS = 0.05


class _Reader:
    """Reads a page again and again, and notes how long each time took."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.seconds: list[float] = []
        self.statuses: set[int] = set()

    def __enter__(self) -> Self:
        # The first time a page is made its template is compiled: once, and not by the storm.
        self._read()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stop.wait(_READ_EVERY_SECONDS):
            begun = time.monotonic()
            self.statuses.add(self._read())
            self.seconds.append(time.monotonic() - begun)

    def _read(self) -> int:
        connection = http.client.HTTPConnection(self._address, timeout=20)
        connection.request("GET", "/challenges/a-question")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status


@pytest.mark.timeout(1800)
def test_a_storm_of_answers_is_taken_in_order_while_readers_read(tmp_path: Path) -> None:
    with running_site(tmp_path, with_mail=True) as site, site.app.app_context():
        make_challenge(slug="a-question")
        load = MailLoad(site.smtp_port, "a-question@answers.example.org", clients=CONNECTIONS)
        begun = time.monotonic()
        with _Reader(site.url) as reader, load:
            while len(load.answered) < STORM and time.monotonic() - begun < 1500:
                time.sleep(0.01)
        taken = time.monotonic() - begun
        books = books_of(load)

    assert books.answered >= STORM
    assert books.is_clean, books
    assert books.stored == len(load.sent) == books.answered
    assert reader.statuses == {200}
    slow = statistics.quantiles(reader.seconds, n=20)[-1] if len(reader.seconds) > 1 else 0.0
    print(f"{books.answered} in {taken:.1f} s; readers waited {slow * 1000:.0f} ms (95 of 100)")
    if STORM >= WHOLE_STORM:
        assert slow < READERS_WAIT_SECONDS
