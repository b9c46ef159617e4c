"""Asking a provider something over HTTP, as somebody who does not trust what comes back.

No redirects, no cookies, no proxies; so many seconds and so many bytes, and no more. What Authlib asks of a session
(`post`, and answers with `json()`) is all there is: no library of ours does less than that.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, Protocol, cast
from urllib.parse import urlencode
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request

from blog.core.config import is_safe_address

# One wait, and the whole answer. Whoever signs in sits before the page meanwhile, and so does a thread of ours.
WAIT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
MAX_BYTES = 512 * 1024
_AT_ONCE = 64 * 1024


class ProviderFailed(Exception):
    """A provider does not answer, or not what it has to. Says why for the log: never a code, a token or a secret."""


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
    """Sends requests to a provider. Each of them raises `ProviderFailed`."""

    def __init__(self) -> None:
        # Nothing but these two: what would follow redirects, read files or ask a proxy is not even there.
        self._opener = OpenerDirector()
        self._opener.add_handler(HTTPHandler())
        self._opener.add_handler(HTTPSHandler())

    def get_json(self, url: str, *, bearer: str | None = None) -> dict[str, Any]:
        """The JSON object at an address; `bearer` is an access token to show."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = self._send(Request(_checked(url), headers=headers))  # noqa: S310 - checked on the line itself
        if answer.status_code != 200:
            raise ProviderFailed(f"it answers {answer.status_code}")
        return json_object(answer)

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth
    ) -> Answer:
        """Send a form, as Authlib asks for it."""
        address, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        request = Request(_checked(address), data=body.encode(), headers=sent, method="POST")  # noqa: S310 - the same
        return self._send(request)

    def _send(self, request: Request) -> Answer:
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", "Rejoinder")
        deadline = time.monotonic() + ANSWER_SECONDS
        try:
            response = self._opener.open(request, timeout=WAIT_SECONDS)
            with response:
                return Answer(response.status, _read(response, deadline))
        except (OSError, HTTPException, ValueError) as error:
            raise ProviderFailed(f"no answer: {type(error).__name__}") from None


def json_object(answer: Answer) -> dict[str, Any]:
    """An answer that has to be one JSON object. Raises `ProviderFailed`."""
    try:
        content = answer.json()
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ProviderFailed("the answer is no JSON object")
    return cast("dict[str, Any]", content)


def _checked(url: str) -> str:
    if not is_safe_address(url):
        raise ProviderFailed("an address of it is neither https nor on this machine")
    return url


def _read(response: HTTPResponse, deadline: float) -> bytes:
    """The body, piece by piece: a provider that sends a byte now and then is not waited for."""
    body = bytearray()
    while piece := response.read1(_AT_ONCE):
        body += piece
        if len(body) > MAX_BYTES:
            raise ProviderFailed("the answer is too large")
        if time.monotonic() > deadline:
            raise ProviderFailed("the answer takes too long")
    return bytes(body)
