"""On which line of a JSON text each value stands: the standard library's reader keeps no places."""

import json
import re
from bisect import bisect_left

Path = tuple[str | int, ...]
_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


def line_of_values(text: str, depth: int) -> dict[Path, int]:
    """The line (from 1) on which each value begins, by its path of keys and indexes; () is the whole text.

    `text` must be valid JSON: read it with `json.loads` first. Deeper than `depth` steps nothing is noted.
    """
    ends = [match.start() for match in re.finditer("\n", text)]
    walk = _Walk(text, depth)
    walk.value(0, ())
    return {path: bisect_left(ends, at) + 1 for path, at in walk.places.items()}


class _Walk:
    """Goes through the text once; what lies too deep is skipped by the standard library's own reader."""

    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth
        self.places: dict[Path, int] = {}

    def value(self, at: int, path: Path) -> int:
        """Note the value that begins at or after `at`; returns where it ends."""
        at = self._after_space(at)
        self.places[path] = at
        if len(path) < self.depth and self.text[at] == "{":
            return self._object(at + 1, path)
        if len(path) < self.depth and self.text[at] == "[":
            return self._array(at + 1, path)
        _value, end = _decoder.raw_decode(self.text, at)
        return end

    def _object(self, at: int, path: Path) -> int:
        at = self._after_space(at)
        while self.text[at] != "}":
            key, at = _decoder.raw_decode(self.text, at)
            colon = self._after_space(at)
            at = self._after_comma(self.value(colon + 1, (*path, str(key))))
        return at + 1

    def _array(self, at: int, path: Path) -> int:
        at = self._after_space(at)
        index = 0
        while self.text[at] != "]":
            at = self._after_comma(self.value(at, (*path, index)))
            index += 1
        return at + 1

    def _after_comma(self, at: int) -> int:
        at = self._after_space(at)
        return self._after_space(at + 1) if self.text[at] == "," else at

    def _after_space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at
