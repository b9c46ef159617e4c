"""A mail door that answers `250` before it commits: the fault that the kill harness must find.

Run as `python -m tests.support.sabotaged_door PORT`.
"""

import sys
import threading
import time
from concurrent.futures import Future

from flask import Flask

from blog.factory import create_app
from blog.mailroom.accepting import Incoming
from blog.mailroom.doors.intake import Accepted, Intake, Outcome
from blog.mailroom.doors.server import Listening, serve

# As long as a disk that is busy takes for one fsync.
_COMMIT_DELAY_SECONDS = 0.05


class SabotagedIntake(Intake):
    """Says "accepted" at once and hands the message to the real intake a little later."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._claimed = 0

    def hand_in(self, message: Incoming) -> Future[Outcome]:
        self._claimed += 1
        future: Future[Outcome] = Future()
        future.set_result(Accepted((f"entry {self._claimed} of a-promise",)))
        threading.Thread(target=self._store_later, args=(message,), daemon=True).start()
        return future

    def _store_later(self, message: Incoming) -> None:
        time.sleep(_COMMIT_DELAY_SECONDS)
        super().hand_in(message)


if __name__ == "__main__":
    application = create_app()
    serve(application, Listening("127.0.0.1", int(sys.argv[1])), SabotagedIntake(application))
