# What we use of google-re2 1.1, with types; the package itself has none.

from collections.abc import Iterator

class error(Exception): ...  # noqa: N801

class Options:
    log_errors: bool
    case_sensitive: bool

class _Match:
    def group(self) -> str: ...
    def span(self) -> tuple[int, int]: ...

class _Regexp:
    @property
    def programsize(self) -> int: ...
    @property
    def reverseprogramsize(self) -> int: ...
    def search(self, text: str) -> _Match | None: ...
    def finditer(self, text: str) -> Iterator[_Match]: ...

def compile(pattern: str, options: Options | None = None) -> _Regexp: ...  # noqa: A001
