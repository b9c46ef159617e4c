"""Questions to the DNS: the port, and what keeps one message from asking too much."""

import re
from enum import StrEnum
from typing import Protocol

QUESTIONS = 60
"""How much one message may ask for. Honest mail asks for a dozen things; RFC 7208 alone would allow over a hundred."""

# Anything else is no name that anybody has: it is answered without asking (a macro of SPF can make one of any text).
_NAME = re.compile(r"[!-\-/-\[\]-~]{1,63}(?:\.[!-\-/-\[\]-~]{1,63})*")


class RecordType(StrEnum):
    """What is asked for."""

    TXT = "TXT"
    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    PTR = "PTR"


class TemporaryFailure(Exception):
    """There was no answer (timeout, SERVFAIL): neither that there is something, nor that there is nothing."""


class TooManyQuestions(Exception):
    """The message wants more looked up than any honest one does."""


class Resolver(Protocol):
    """Where answers come from."""

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """The records of that name and type; empty when there are none (NXDOMAIN, no data).

        TXT: the strings of each record joined, as Latin-1. A and AAAA: addresses. MX: names of hosts, the preferred one
        first. PTR: names. No name has a final dot. Raises TemporaryFailure.
        """
        ...


class Questions:
    """All that is asked for one message: each thing once, and `QUESTIONS` of them at most.

    `failed` counts how often there was no answer; the same question fails again without being asked anew.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._answers: dict[tuple[str, RecordType], tuple[str, ...] | None] = {}
        self.failed = 0

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """As `Resolver.ask`; raises TooManyQuestions, too."""
        if len(name) > 253 or not _NAME.fullmatch(name):
            return ()
        key = (name.lower(), kind)
        if key not in self._answers:
            if len(self._answers) >= QUESTIONS:
                raise TooManyQuestions
            self._answers[key] = self._answer(*key)
        answer = self._answers[key]
        if answer is None:
            self.failed += 1
            raise TemporaryFailure
        return answer

    def _answer(self, name: str, kind: RecordType) -> tuple[str, ...] | None:
        try:
            return self._resolver.ask(name, kind)
        except TemporaryFailure:
            return None
