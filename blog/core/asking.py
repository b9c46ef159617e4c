"""Asking a stranger one question over HTTP, and waiting only so long for only so many bytes.

No redirects, no cookies, no proxies. The question goes out in a thread of its own, so that its caller stops waiting
when the time is up, whatever it is that takes so long: a name that nobody resolves, a handshake, headers or a body that
come byte by byte.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from ssl import SSLContext
from threading import Thread
from typing import Generic, TypeVar
from urllib.parse import urlsplit

_AT_ONCE = 64 * 1024
A = TypeVar("A")


class NotAnswered(Exception):
    """No answer that could be used. Says why in few words: nothing of the address, and nothing that was sent."""


class NoThread(NotAnswered):
    """Nobody was asked: the machine lets us have no more threads."""


class TooLate(NotAnswered):
    """There was no answer when the time was up."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `url` is http or https, and no name or password in it is looked at."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


def ask(
    question: Question,
    read: Callable[[HTTPResponse], A],
    *,
    tls: SSLContext,
    seconds: float,
    wait_seconds: float,
) -> A:
    """Ask, and give what `read` makes of the answer, in the thread that asks.

    Whatever happens on the way takes `seconds` at most, one wait of it `wait_seconds`. Raises `NotAnswered`, also when
    `read` does.
    """
    call = _Call(question, read, tls, wait_seconds)
    try:
        call.start()
    except RuntimeError:
        raise NoThread("there is no thread to ask with") from None
    call.join(seconds)
    if call.is_alive():
        call.hang_up()
        raise TooLate("the answer takes too long")
    if not call.answers:
        raise NotAnswered(call.why_not)
    return call.answers[0]


def body_of(response: HTTPResponse, most: int) -> bytes:
    """The whole body of an answer, of at most so many bytes. Raises `NotAnswered`."""
    body = bytearray()
    while piece := response.read1(_AT_ONCE):
        body += piece
        if len(body) > most:
            raise NotAnswered("the answer is too large")
    if response.length:
        raise NotAnswered("the answer ends too early")
    return bytes(body)


class _Call(Thread, Generic[A]):
    """One question on its way. `answers` has what came back; when it ends without, `why_not` says why."""

    def __init__(
        self, question: Question, read: Callable[[HTTPResponse], A], tls: SSLContext, wait_seconds: float
    ) -> None:
        super().__init__(name="asks a stranger", daemon=True)
        self.answers: list[A] = []
        self.why_not = "no answer"
        self._question = question
        self._read = read
        self._tls = tls
        self._wait_seconds = wait_seconds
        self._line: socket | None = None
        self._is_over = False

    def run(self) -> None:
        """Ask, and keep what comes back."""
        try:
            self.answers.append(self._ask())
        except NotAnswered as failure:
            self.why_not = str(failure)
        except (OSError, HTTPException, ValueError) as error:
            # What it says in full may hold what was sent.
            self.why_not = f"no answer: {type(error).__name__}"

    def hang_up(self) -> None:
        """Wait for nothing more: what is being read ends at once, what is being connected after one wait."""
        self._is_over = True
        if self._line is not None:
            with suppress(OSError):
                # That of TLS would say goodbye first, and wait for it.
                socket.shutdown(self._line, SHUT_RDWR)

    def _ask(self) -> A:
        connection = self._connection()
        try:
            connection.connect()
            self._line = connection.sock
            # Whoever asked may have gone before there was anything to hang up.
            if self._is_over:
                raise NotAnswered("nobody waits for it any more")
            question = self._question
            connection.request(question.method, _target(question.url), question.body, dict(question.headers))
            with connection.getresponse() as response:
                return self._read(response)
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self._question.url)
        host = parts.hostname or ""
        if parts.scheme == "http" and host:
            return HTTPConnection(host, parts.port or 80, timeout=self._wait_seconds)
        if parts.scheme == "https" and host:
            return HTTPSConnection(host, parts.port or 443, timeout=self._wait_seconds, context=self._tls)
        raise NotAnswered("its address is neither http nor https")


def _target(url: str) -> str:
    """What is asked for on the host: path and query."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
