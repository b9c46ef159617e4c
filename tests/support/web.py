"""Waiting for a web server that was started as a process."""

import http.client
import time

from tests.support.processes import Program, last_words

_START_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.05


def wait_for_http(port: int, path: str, process: Program) -> None:
    """Return when `path` answers 200; fail when the process ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(port, path):
            return
        time.sleep(_LOOK_AGAIN_SECONDS)
    raise AssertionError(f"the web server did not answer: {last_words(process)}")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
