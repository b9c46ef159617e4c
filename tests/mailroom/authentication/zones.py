"""A resolver that answers from a few lines of text, and counts what it is asked."""

from collections import Counter

from blog.mailroom.authentication.resolver import RecordType, TemporaryFailure

SILENCE = "SILENCE"


class ZoneFile:
    """Lines of `name TYPE data`. Data SILENCE means that there is no answer; TXT data stands as it is, without quotes.

    A line `* SILENCE` makes everything silent.
    """

    def __init__(self, text: str) -> None:
        self._records: dict[tuple[str, RecordType], list[str]] = {}
        self.asked: Counter[tuple[str, RecordType]] = Counter()
        self._is_silent = False
        for line in filter(None, map(str.strip, text.splitlines())):
            if line == f"* {SILENCE}":
                self._is_silent = True
                continue
            name, kind, data = line.split(" ", 2)
            self._records.setdefault((name, RecordType(kind)), []).append(data)

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """As the port says."""
        self.asked[name, kind] += 1
        found = self._records.get((name, kind), [])
        if self._is_silent or SILENCE in found:
            raise TemporaryFailure
        return tuple(found)
