"""Headers on every answer, and what caches may keep."""

from pathlib import Path

import pytest
from flask import Flask, Response
from flask import session as cookie
from flask.testing import FlaskClient

from blog.factory import create_app
from tests.conftest import environment_for
from tests.factories.articles import make_article


def test_an_answer_that_sets_a_cookie_is_kept_by_no_cache(app: Flask) -> None:
    with app.test_request_context("/"):
        cookie["csrf_token"] = "a token"
        response = app.process_response(Response("a form", headers={"Cache-Control": "public, max-age=60"}))
    assert "Set-Cookie" in response.headers
    assert response.headers["Cache-Control"] == "private, no-store"


def test_an_answer_without_a_cookie_may_be_kept_and_asked_for_again(app: Flask) -> None:
    with app.test_request_context("/"):
        response = app.process_response(Response("a page"))
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("address", "name", "is_secure"),
    [("http://localhost", "session", False), ("https://example.org", "__Host-session", True)],
)
def test_the_cookie_stays_with_this_host(tmp_path: Path, address: str, name: str, is_secure: bool) -> None:
    """So named, browsers take it from this very host only, over TLS: no neighbour plants one (RFC 6265bis, 4.1.3)."""
    environ = environment_for(f"sqlite:///{tmp_path}/nothing.db", tmp_path) | {"SITE_URL": address}
    app = create_app(environ)
    with app.test_request_context("/", base_url=address):
        cookie["csrf_token"] = "a token"
        response = app.process_response(Response("a form"))
    (found,) = response.headers.getlist("Set-Cookie")
    value, *attributes = found.split("; ")
    assert value.startswith(f"{name}=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if is_secure else set())
    assert ("Strict-Transport-Security" in response.headers) is is_secure


def test_headers_that_nobody_knows_make_no_other_page(client: FlaskClient) -> None:
    """A cache would give that page to everybody (cache poisoning)."""
    unknown = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Port": "1",
        "X-Original-URL": "/site/",
        "X-Rewrite-URL": "/site/",
        "X-HTTP-Method-Override": "DELETE",
        "X-Preview": "1",
    }
    address = f"/articles/{make_article().slug}"
    for path in ("/", address, f"{address}?preview=1", "/debates", "/nothing"):
        clean, other = client.get(path), client.get(path, headers=unknown)
        assert (other.status_code, other.headers, other.data) == (
            clean.status_code,
            clean.headers,
            clean.data,
        )
