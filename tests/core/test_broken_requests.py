"""What the web server refuses before the application sees it: a page like every other, which tells no limits."""

import socket
from collections.abc import Generator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.running_site import Site, running_site

BROKEN = {
    "a long address": (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    "a long header": (b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: x=" + b"a" * 9_000 + b"\r\n\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", 431),
    "no words of HTTP": (b"<svg onload=alert(1)>\r\n\r\n", 400),
    "a method that is none": (b"G<T / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "a version that is none": (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
    "a header with a space in its name": (b"GET / HTTP/1.1\r\nHost: x\r\n<b> : c\r\n\r\n", 400),
    "two lengths": (
        b"POST /account/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        400,
    ),
    "a length and chunks": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a coding that nobody knows": (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        501,
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    with running_site(Path(tmp_path_factory.mktemp("site")), with_mail=False) as running:
        yield running


def said_to(site: Site, raw: bytes) -> tuple[bytes, Message, str]:
    """Status line, headers and page that come back for these bytes; the server has hung up then."""
    place = urlsplit(site.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as connection:
        connection.sendall(raw)
        answer = b""
        while portion := connection.recv(65_536):
            answer += portion
    head, _gap, body = answer.partition(b"\r\n\r\n")
    status, _line, headers = head.partition(b"\r\n")
    return status, message_from_bytes(headers), body.decode()


@pytest.mark.parametrize("name", BROKEN)
def test_a_request_that_is_broken_is_answered_like_every_other(site: Site, name: str) -> None:
    raw, status = BROKEN[name]
    line, headers, page = said_to(site, raw)
    assert line.startswith(f"HTTP/1.1 {status} ".encode())
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("text/html; charset=utf-8", "no-store")
    assert (headers["Connection"], headers["Set-Cookie"]) == ("close", None)
    assert headers["Content-Length"] == str(len(page.encode()))
    assert page.count("<h1") == 1
    assert f">{status}<" in page
    # Neither what was sent, nor what would have been taken.
    for told in ("onload", "xchunked", "4094", "8190", "aaaa", "gunicorn", "Invalid"):
        assert told not in page.lower(), told


def test_it_says_what_to_do(site: Site) -> None:
    assert "This address is longer than we read." in said_to(site, BROKEN["a long address"][0])[2]
    assert "Erase the cookies of this site" in said_to(site, BROKEN["a long header"][0])[2]
    assert "We could not read what your browser sent." in said_to(site, BROKEN["no words of HTTP"][0])[2]


def test_it_cannot_be_asked_for(site: Site) -> None:
    asked = b"GET / HTTP/1.1\r\nHost: localhost\r\nRejoinder.Refused: 414\r\nConnection: close\r\n\r\n"
    assert said_to(site, asked)[0] == b"HTTP/1.1 200 OK"
