"""Asking a provider something over HTTP, as somebody who does not trust what comes back.

Each question is asked as `blog.core.asking` has it: in so many seconds, for so many bytes, and no more.

What Authlib asks of a session (`post`, and answers with `json()`) is all there is: no library of ours does less than
that.
"""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from blog.core.asking import NotAnswered, NoThread, Question, TooLate, ask, body_of
from blog.core.config import is_safe_address

# One wait, and all that one request of ours asks of a provider, from the name of its host to the last byte. Whoever
# signs in sits before the page meanwhile, and so does a thread of ours.
WAIT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
MAX_BYTES = 512 * 1024
# Who gets less of the time than this, because other questions took the rest, is not late.
_FAIR_SHARE = 0.2
_HEADERS = {"Accept": "application/json", "User-Agent": "Rejoinder", "Connection": "close"}
_TOO_MANY_REQUESTS = 429


class ProviderFailed(Exception):
    """A provider does not answer, or not what it has to. Says why for the log: never a code, a token or a secret."""


class ProviderDown(ProviderFailed):
    """It is out of order: whoever has come from there has done nothing wrong, and nothing is known of them."""


class NotAsked(ProviderDown):
    """Nobody has asked it, or nobody could wait for what it says: whether it is out of order is not known."""


class NoPlace(NotAsked):
    """As many people wait for it already as may at once."""


class AskedTooOften(ProviderDown):
    """It has too much to do, which is no word about what it was asked; but whoever asked has added to it."""


class ClientAuth(Protocol):
    """What Authlib puts our secret into a request with."""

    def prepare(
        self, method: str, uri: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str]:
        """Address, headers and body with it."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider has answered."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        """What it says, of whatever shape. Raises `ValueError`."""
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        """Raise `ProviderFailed` for an answer that says that something is wrong."""
        if self.status_code >= 400:
            raise ProviderFailed(f"it answers {self.status_code}")


class Transport:
    """The way to a provider. `wait_seconds` is for one wait, `answer_seconds` for a whole conversation."""

    def __init__(self, *, wait_seconds: float = WAIT_SECONDS, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._answer_seconds = answer_seconds
        self._tls = ssl.create_default_context()
        self._tls.set_alpn_protocols(["http/1.1"])

    def conversation(self) -> "Conversation":
        """Begin to ask: the time runs from now on."""
        fair_seconds = self._answer_seconds * _FAIR_SHARE
        return Conversation(
            self._tls, self._wait_seconds, time.monotonic() + self._answer_seconds, fair_seconds
        )


class Conversation:
    """All that is asked of a provider for one request of ours, within one time.

    What asks raises `ProviderDown`, which is `NotAsked` when other questions have left it less than `fair_seconds`.
    """

    def __init__(
        self, tls: ssl.SSLContext, wait_seconds: float, until: float, fair_seconds: float = 0.0
    ) -> None:
        self._tls = tls
        self._wait_seconds = wait_seconds
        self._until = until
        self._fair_seconds = fair_seconds

    def seconds_left(self) -> float:
        """How long its caller may wait yet."""
        return max(0.0, self._until - time.monotonic())

    def half(self) -> "Conversation":
        """For a question that may fail: it takes half of the time that is left, and leaves the other half."""
        until = time.monotonic() + self.seconds_left() / 2
        return Conversation(self._tls, self._wait_seconds, until, self._fair_seconds)

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        """The JSON object at an address; `bearer` is an access token to show."""
        answer = self._send("GET", url, {"Authorization": f"Bearer {bearer}"} if bearer else {})
        if answer.status_code != 200:
            raise ProviderDown(f"it answers {answer.status_code}")
        return json_object(answer)

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth
    ) -> Answer:
        """Send a form, as Authlib asks for it. What comes back may be a refusal; that is for the caller to see."""
        address, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        answer = self._send("POST", address, sent, body.encode())
        if answer.status_code == _TOO_MANY_REQUESTS:
            raise AskedTooOften(f"it answers {answer.status_code}")
        if answer.status_code >= 500:
            raise ProviderDown(f"it answers {answer.status_code}")
        return answer

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        if not is_safe_address(url):
            raise ProviderDown("an address of it is neither https nor on this machine")
        seconds = self.seconds_left()
        if not seconds:
            raise NotAsked("no time is left to ask it")
        question = Question(method, url, {**_HEADERS, **headers}, body)
        try:
            return ask(question, _read, tls=self._tls, seconds=seconds, wait_seconds=self._wait_seconds)
        except NoThread as failure:
            raise NotAsked(str(failure)) from None
        except TooLate as failure:
            too_late = ProviderDown if seconds >= self._fair_seconds else NotAsked
            raise too_late(str(failure)) from None
        except NotAnswered as failure:
            raise ProviderDown(str(failure)) from None


def json_object(answer: Answer) -> dict[str, Any]:
    """An answer that has to be one JSON object. Raises `ProviderDown`."""
    try:
        content = answer.json()
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ProviderDown("the answer is no JSON object")
    return cast("dict[str, Any]", content)


def _read(response: HTTPResponse) -> Answer:
    return Answer(response.status, body_of(response, MAX_BYTES))
