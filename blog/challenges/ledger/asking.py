"""Asking a stranger one question over HTTP, and waiting only so long for only so many bytes.

No redirects, no cookies, no proxies. The question goes out in a thread of its own, so that its caller stops waiting
when the time is up, whatever it is that takes so long: a name that nobody resolves, a handshake, headers or a body that
come byte by byte.
"""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Thread
from urllib.parse import SplitResult, unquote, urlsplit

MAX_BYTES = 64 * 1024


class AskingFailed(Exception):
    """No answer that could be used. Says why in few words: nothing of the address, and nothing that was sent."""


def ask(url: str, question: bytes, *, content_type: str, answer_type: str, seconds: float) -> bytes:
    """Post a question of `content_type`, and give the body of the answer, which has to be of `answer_type`.

    `url` is http or https; a name and a password in it are shown as RFC 7617 has it. Whatever happens on the way takes
    `seconds` at most, and the answer has `MAX_BYTES` at most. Raises `AskingFailed`.
    """
    call = _Call(url, question, content_type, answer_type, seconds)
    try:
        call.start()
    except RuntimeError:
        # The machine lets us have no more threads.
        raise AskingFailed("there is no thread to ask with") from None
    call.join(seconds)
    if call.is_alive():
        call.hang_up()
        raise AskingFailed("the answer takes too long")
    if call.answer is None:
        raise AskingFailed(call.why_not)
    return call.answer


class _Call(Thread):
    """One question on its way. `answer` is what came back; when it ends with None, `why_not` says why."""

    def __init__(
        self, url: str, question: bytes, content_type: str, answer_type: str, seconds: float
    ) -> None:
        super().__init__(name="asks a stranger", daemon=True)
        self.answer: bytes | None = None
        self.why_not = "no answer"
        self._url = url
        self._question = question
        self._content_type = content_type
        self._answer_type = answer_type
        self._seconds = seconds
        self._line: socket | None = None
        self._is_over = False

    def run(self) -> None:
        """Ask, and keep what comes back."""
        try:
            self.answer = self._ask()
        except AskingFailed as failure:
            self.why_not = str(failure)
        except (OSError, HTTPException, ValueError) as error:
            # What it says in full may hold the address.
            self.why_not = f"no answer: {type(error).__name__}"

    def hang_up(self) -> None:
        """Wait for nothing more: what is being read ends at once, what is being connected after one wait."""
        self._is_over = True
        if self._line is not None:
            with suppress(OSError):
                # That of TLS would say goodbye first, and wait for it.
                socket.shutdown(self._line, SHUT_RDWR)

    def _ask(self) -> bytes:
        parts = urlsplit(self._url)
        connection = _connection(parts, self._seconds)
        try:
            connection.connect()
            self._line = connection.sock
            # Whoever asked may have gone before there was anything to hang up.
            if self._is_over:
                raise AskingFailed("nobody waits for it any more")
            connection.request("POST", _target(parts), self._question, self._headers(parts))
            with connection.getresponse() as response:
                return _body(response, self._answer_type)
        finally:
            connection.close()

    def _headers(self, parts: SplitResult) -> Mapping[str, str]:
        headers = {
            "Content-Type": self._content_type,
            "Accept": self._answer_type,
            "User-Agent": "Rejoinder",
            "Connection": "close",
        }
        if parts.username is None:
            return headers
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        return {**headers, "Authorization": f"Basic {b64encode(login.encode()).decode()}"}


def _connection(parts: SplitResult, seconds: float) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http" and host:
        return HTTPConnection(host, parts.port or 80, timeout=seconds)
    if parts.scheme == "https" and host:
        return HTTPSConnection(host, parts.port or 443, timeout=seconds, context=ssl.create_default_context())
    raise AskingFailed("its address is neither http nor https")


def _target(parts: SplitResult) -> str:
    """What is asked for on the host: path and query."""
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _body(response: HTTPResponse, answer_type: str) -> bytes:
    if response.status != 200:
        raise AskingFailed(f"it answers {response.status}")
    if response.headers.get_content_type() != answer_type:
        raise AskingFailed(f"the answer is no {answer_type}")
    body = bytearray()
    while piece := response.read1(MAX_BYTES):
        body += piece
        if len(body) > MAX_BYTES:
            raise AskingFailed("the answer is too large")
    if response.length:
        raise AskingFailed("the answer ends too early")
    return bytes(body)
