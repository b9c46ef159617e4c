"""`flask mail serve`, which writes down what it refused only when it ends: not in the middle of another test.

Run as `python -m tests.support.uncounting_door mail serve --port PORT`.
"""

import sys

from flask.cli import main

from blog.mailroom.doors import server

if __name__ == "__main__":
    server._REFUSALS_EVERY = 86_400.0  # pyright: ignore[reportPrivateUsage]
    sys.exit(main())
