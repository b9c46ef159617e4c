"""Somebody is signed out in one process of the site: the next request to another one is a stranger's."""

import http.client
import re
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from http.cookies import SimpleCookie
from typing import cast
from urllib.parse import urlencode

import pytest
from flask import Flask

from blog.accounts.models.people import Person
from blog.core.db import session
from tests.factories.accounts import make_person
from tests.support.mail_door import settings_of
from tests.support.processes import free_port, running
from tests.support.sign_in import browser_of
from tests.support.web import wait_for_http

# Done when, says the specification: everywhere within a second.
WITHIN_SECONDS = 1.0


class Device:
    """A browser with the cookies of somebody who is signed in, which asks either process."""

    def __init__(self, app: Flask, person: Person) -> None:
        name = cast("str", app.config["SESSION_COOKIE_NAME"])
        kept = browser_of(app, person).get_cookie(name)
        assert kept is not None
        self._cookies: dict[str, str] = {name: kept.value}

    def is_in(self, port: int) -> bool:
        """Whether this process takes the browser for somebody who is signed in."""
        return self._ask(port, "GET", "/account/")[0] == 200

    def send(self, port: int, page: str, path: str, **fields: str) -> int:
        """Open a page and send one of its forms. Returns the status."""
        _status, text = self._ask(port, "GET", page)
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert token is not None, text[:200]
        return self._ask(port, "POST", path, urlencode({"csrf_token": token.group(1), **fields}))[0]

    def _ask(self, port: int, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {
            "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            wire.request(method, path, body, headers)
            answer = wire.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
            return answer.status, answer.read().decode()
        finally:
            wire.close()


Act = Callable[[int, Device, Device, int], int]


def sign_out_everywhere(port: int, own: Device, _admins: Device, _person_id: int) -> int:
    """Somebody signs themself out in all browsers."""
    return own.send(port, "/account/", "/account/sessions/end")


def change_password(port: int, own: Device, _admins: Device, _person_id: int) -> int:
    """Somebody sets another password."""
    return own.send(port, "/account/password", "/account/password", password="a newer password")


def give_role(port: int, _own: Device, admins: Device, person_id: int) -> int:
    """An admin lets somebody do more."""
    page = f"/site/people/{person_id}"
    return admins.send(port, page, f"{page}/roles", role="author")


def sign_them_out(port: int, _own: Device, admins: Device, person_id: int) -> int:
    """An admin signs somebody out."""
    page = f"/site/people/{person_id}"
    return admins.send(port, page, f"{page}/sessions/end")


ACTS: tuple[Act, ...] = (sign_out_everywhere, change_password, give_role, sign_them_out)


@pytest.mark.timeout(180)
def test_sessions_are_revoked_across_two_processes_within_a_second(app: Flask) -> None:
    with _two_processes(app) as (here, there):
        for act in ACTS:
            person = make_person(password_hash="a hash")
            own, elsewhere = Device(app, person), Device(app, person)
            admins = Device(app, make_person(role="admin", password_hash="a hash"))
            person_id = person.id
            session.rollback()
            # Whatever a process might remember of a session, it has it now.
            assert own.is_in(here)
            assert own.is_in(there)
            assert elsewhere.is_in(here)
            assert elsewhere.is_in(there)
            assert act(here, own, admins, person_id) == 303, act.__name__
            answered = time.monotonic()
            assert not elsewhere.is_in(there), act.__name__
            assert time.monotonic() - answered < WITHIN_SECONDS, act.__name__
            assert not elsewhere.is_in(here), act.__name__
            # Their own browser stays only where they have just shown who they are.
            assert own.is_in(there) is (act is change_password), act.__name__


@contextmanager
def _two_processes(app: Flask) -> Generator[tuple[int, int]]:
    """The ports of two web servers, each with its own processes, on the database of `app`."""
    web = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
    ports = free_port(), free_port()
    with ExitStack() as stack:
        started = [
            stack.enter_context(running(web, settings_of(app) | {"PORT": str(port)})) for port in ports
        ]
        for port, process in zip(ports, started, strict=True):
            wait_for_http(port, "/healthz", process)
        yield ports
