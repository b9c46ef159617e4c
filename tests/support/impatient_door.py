"""`flask mail serve`, which ends at once when its disk fails, where the real one lets a supervisor wait.

Run as `python -m tests.support.impatient_door mail serve --port PORT`.
"""

import sys

from flask.cli import main

from blog.mailroom.doors import server

if __name__ == "__main__":
    server.SHORTEST_LIFE_SECONDS = 0.0
    sys.exit(main())
