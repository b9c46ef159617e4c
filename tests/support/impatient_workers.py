"""`flask jobs work`, which ends at once when its disk fails, where the real one lets a supervisor wait.

Run as `python -m tests.support.impatient_workers jobs work`.
"""

import sys

from flask.cli import main

from blog.core import failed_disk

if __name__ == "__main__":
    failed_disk.SHORTEST_LIFE_SECONDS = 0.0
    sys.exit(main())
