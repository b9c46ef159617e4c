"""Asking a time-stamp authority one question, as somebody who does not trust what comes back."""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from http.client import HTTPResponse
from urllib.parse import unquote, urlsplit

from blog.core import asking
from blog.core.asking import NotAnswered, Question, body_of

MAX_BYTES = 64 * 1024


class AskingFailed(Exception):
    """No answer that could be used. Says why in few words: nothing of the address, and nothing that was sent."""


def ask(url: str, question: bytes, *, content_type: str, answer_type: str, seconds: float) -> bytes:
    """Post a question of `content_type`, and give the body of the answer, which has to be of `answer_type`.

    `url` is http or https; a name and a password in it are shown as RFC 7617 has it. Whatever happens on the way takes
    `seconds` at most, and the answer has `MAX_BYTES` at most. Raises `AskingFailed`.
    """

    def read(response: HTTPResponse) -> bytes:
        if response.status != 200:
            raise NotAnswered(f"it answers {response.status}")
        if response.headers.get_content_type() != answer_type:
            raise NotAnswered(f"the answer is no {answer_type}")
        return body_of(response, MAX_BYTES)

    try:
        asked = Question("POST", url, _headers(url, content_type, answer_type), question)
        return asking.ask(
            asked, read, tls=ssl.create_default_context(), seconds=seconds, wait_seconds=seconds
        )
    except NotAnswered as failure:
        raise AskingFailed(str(failure)) from None
    except ValueError:
        raise AskingFailed("its address is neither http nor https") from None


def _headers(url: str, content_type: str, answer_type: str) -> Mapping[str, str]:
    headers = {
        "Content-Type": content_type,
        "Accept": answer_type,
        "User-Agent": "Rejoinder",
        "Connection": "close",
    }
    parts = urlsplit(url)
    if parts.username is None:
        return headers
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {**headers, "Authorization": f"Basic {b64encode(login.encode()).decode()}"}
