"""Signing in by way of a provider, for tests: a real one that runs, and what a browser does there."""

import html
import http.client
import json
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.accounts.openid.provider import CALLBACK, Provider
from blog.accounts.openid.transport import Transport
from blog.core.config import OpenIdProvider, Settings
from dev.node_tools import FOLDERS, is_installed, node
from tests.support.processes import free_port, running
from tests.support.web import wait_for_http

REMEDY = "oidc-provider is not installed (make tools, with a network)"
SITE = "http://localhost"
# With what a secret may hold and a header may not.
SECRET = "100% of a secret: with + and a/b, and long enough"
# Who has an account at the provider, and what it says of them.
PEOPLE: dict[str, dict[str, object]] = {
    "nora": {"name": "Nora van Dam", "email": "nora@example.org", "email_verified": True},
    "eva": {"name": "Eva Smit", "email": "eva@example.org", "email_verified": True},
    "bram": {"name": "Bram Bos", "email": "bram@example.org", "email_verified": False},
    "nameless": {"email": "nameless@example.org", "email_verified": True},
    "boss": {"name": "The admin", "email": "boss@example.org", "email_verified": True},
    "silent": {"name": "Sil Lent"},
}


def provider_is_here() -> bool:
    """Whether the provider of npm is installed."""
    return is_installed(FOLDERS["oidc"])


@contextmanager
def real_provider(*redirects: str) -> Generator[OpenIdProvider]:
    """The certified provider as a process; browsers may come back to the addresses `redirects`."""
    port = free_port()
    settings = {
        "PORT": str(port),
        "REDIRECTS": " ".join(redirects),
        "PEOPLE": json.dumps(PEOPLE),
        "CLIENT_SECRET": SECRET,
    }
    with running([node() or "node", str(FOLDERS["oidc"] / "provider.js")], settings) as process:
        wait_for_http(port, "/.well-known/openid-configuration", process)
        yield OpenIdProvider(f"http://127.0.0.1:{port}", "rejoinder", SECRET, "Example", trusts_email=False)


@contextmanager
def signing_in_with(
    app: Flask, provider: OpenIdProvider, *, trusts_email: bool = False
) -> Generator[Provider]:
    """Let a site have this provider for the length of a test."""
    before: Settings = app.extensions["settings"]
    settings = replace(before, provider=replace(provider, trusts_email=trusts_email))
    assert settings.provider is not None
    app.extensions["settings"] = settings
    here = Provider(settings.provider, settings.site_url, settings.secret_key, way_to_providers())
    app.extensions["openid_provider"] = here
    try:
        yield here
    finally:
        app.extensions["settings"] = before
        app.extensions["openid_provider"] = None


@cache
def way_to_providers() -> Transport:
    """A site has one, made when it starts: to read all certificates of the machine takes longer than a sign-in."""
    return Transport()


def begin(browser: FlaskClient, path: str = "/account/provider", goal: str = "") -> str:
    """Press the button. Returns the address at the provider where the browser is sent."""
    query = f"?{urlencode({'next': goal})}" if goal else ""
    page = browser.post(f"{path}{query}")
    assert page.status_code == 200, page.location
    return address_on(page.text)


def address_on(page: str) -> str:
    """Where a page goes on to by itself."""
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', page)
    assert found, page
    return html.unescape(found[1])


def asked(address: str) -> dict[str, str]:
    """What the provider is asked with this address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(browser: FlaskClient, address: str) -> TestResponse:
    """The provider has sent the browser here."""
    assert address.startswith(SITE + CALLBACK), address
    return browser.get(address.removeprefix(SITE))


@dataclass(slots=True)
class AtProvider:
    """A browser as the provider knows it: follows, fills in, agrees, and keeps its cookies."""

    provider: OpenIdProvider
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    pages: list[str] = field(default_factory=list[str])

    def sign_in(self, address: str, name: str) -> str:
        """Sign in as `name` where that is asked, and agree to all of it. Returns the address to come back to."""
        for _step in range(12):
            status, location, page = self._send("GET", address)
            if status == 200:
                status, location = self._fill_in(page, name)
            assert status in {302, 303}, (status, page)
            if location.startswith(SITE):
                return location
            address = urljoin(address, location)
        raise AssertionError("it never came back")

    def refuse(self, address: str) -> str:
        """Do not sign in. Returns the address to come back to."""
        for _step in range(6):
            status, location, page = self._send("GET", address)
            if status == 200:
                found = re.search(r'href="([^"]+/abort)"', page)
                assert found, page
                location = found[1]
            if location.startswith(SITE):
                return location
            address = urljoin(address, location)
        raise AssertionError("it never came back")

    def _fill_in(self, page: str, name: str) -> tuple[int, str]:
        action = re.search(r'action="([^"]+)"', page)
        assert action, page
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
        # Who was signed in there as somebody else is signed out on a page of its own.
        self.pages.append(hidden.get("prompt", "sign out"))
        body = urlencode({**hidden, "login": name, "password": "any"})
        status, location, _page = self._send("POST", html.unescape(action[1]), body)
        return status, location

    def _send(self, method: str, address: str, body: str | None = None) -> tuple[int, str, str]:
        parts = urlsplit(urljoin(self.provider.issuer, address))
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        page = response.read().decode()
        self._keep(response.headers.get_all("Set-Cookie") or [])
        connection.close()
        return response.status, response.headers.get("Location", ""), page

    def _keep(self, cookies: Sequence[str]) -> None:
        for cookie in cookies:
            name, _equals, rest = cookie.partition("=")
            value = rest.partition(";")[0]
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


def answer_address(address: str, **answer: str) -> str:
    """An address to come back to from `address`, with what it holds of `answer`."""
    request: Mapping[str, str] = asked(address)
    return f"{request['redirect_uri']}?{urlencode({'state': request['state'], **answer})}"
