"""A program that tells how it was started, and ends with 3.

Run as `python -m tests.support.telling_program FILE`.
"""

import json
import os
import signal
import sys
from pathlib import Path


def what_it_sees() -> dict[str, object]:
    """What a program can tell of its start."""
    return {
        "arguments": sys.argv[1:],
        "name": __name__,
        "folder": str(Path.cwd()),
        "environment": dict(os.environ),
        "leads its group": os.getpgid(0) == os.getpid(),
        "leads its session": os.getsid(0) == os.getpid(),
        "signals": [
            str(signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        ],
        "where it speaks": [os.fstat(number).st_rdev for number in (1, 2)],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(what_it_sees()), encoding="utf-8")
    sys.exit(3)
