"""How tests are spread over processes: a file stays together, and what takes longest begins first.

Browsers, sites and mail doors are started once for each process that needs them, so the tests that share one stay
together too. The order is random all the same, within a file and among the files (but for the long ones).
"""

from typing import Any
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

# Pages of the example site: one process shows them, of more than two every second one.
_EXHIBITION = ("tests/browser/test_pages.py", "tests/browser/test_structure.py")
# What takes longer than ten seconds.
_LONG = (
    *_EXHIBITION,
    "tests/browser/",
    "tests/architecture/test_permission_matrix.py",
    "tests/mailroom/test_kills.py",
    "tests/mailroom/test_disk_failures.py",
    "tests/mailroom/parser/test_hostile.py",
    "tests/core/test_workers.py",
    "tests/flows/",
    "tests/accounts/",
    "tests/architecture/",
)


class ByFile(LoadScopeScheduling):
    """A file is for one process."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        # In the order of `long_ones_first`.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file not in _EXHIBITION:
            return file
        return f"the exhibition {crc32(nodeid.encode()) % max(1, self.numnodes // 2)}"


def long_ones_first(items: list[pytest.Item]) -> None:
    """Put the tests of long files before the others; else their order stays."""
    items.sort(
        key=lambda item: next(
            (at for at, name in enumerate(_LONG) if item.nodeid.startswith(name)), len(_LONG)
        )
    )
