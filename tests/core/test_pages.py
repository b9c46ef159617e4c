"""What every page has: strict templates that escape, and errors that tell nothing of the inside."""

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext
from jinja2 import UndefinedError
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from blog.core.actor import Actor
from blog.core.routing import public
from blog.core.tokens import new_token
from tests.conftest import SignIn
from tests.factories.accounts import make_person


def test_a_translation_with_somebodys_words_in_it_is_escaped(app: Flask) -> None:
    words = lazy_gettext("Hello %(name)s", name="<script>alert(1)</script>")

    with app.test_request_context("/"):
        page = render_template_string("<p>{{ words }}</p>", words=words)

    assert page == "<p>Hello &lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_a_name_that_nobody_gave_stops_the_page(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(UndefinedError):
        render_template_string("{{ forgotten }}")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/none", "GET", 404), ("/articles/none", "GET", 404), ("/healthz", "POST", 405), ("/c/0", "GET", 404)],
)
def test_an_error_is_a_page_with_its_status(app: Flask, path: str, method: str, status: int) -> None:
    answer = app.test_client().open(path, method=method)

    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "<h1" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_crash_tells_nothing_of_the_inside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> str:
        raise RuntimeError("a secret at /var/lib/rejoinder")

    monkeypatch.setitem(app.view_functions, "home.healthz", public(break_down))

    answer = app.test_client().get("/healthz")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_the_log_of_a_crash_tells_where_and_no_secret(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(token: str) -> str:
        raise RuntimeError(len(token))

    monkeypatch.setitem(app.view_functions, "accounts.recover", public(break_down))
    token = new_token()
    with capture_logs() as lines:
        app.test_client().get(f"/account/recover/{token}")
    assert [line["path"] for line in lines] == ["/account/recover/…"]
    assert token not in repr(lines)


def test_who_may_not_leaves_a_line_in_the_log(sign_in: SignIn) -> None:
    reader = make_person()
    browser = sign_in(reader)

    with capture_logs() as lines:
        assert browser.get("/site/people").status_code == 403
        assert browser.post("/account/locale", json={"language": "nl"}).status_code == 415
        assert browser.get("/none").status_code == 404

    assert [(line["event"], line["status"], line["path"], line["person"]) for line in lines] == [
        ("a request was refused", 403, "/site/people", reader.id),
        ("a request was refused", 415, "/account/locale", reader.id),
    ]


def test_a_database_that_does_not_answer_is_told_as_try_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked() -> str:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setitem(app.view_functions, "home.healthz", public(locked))

    answer = app.test_client().get("/healthz")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "locked" not in answer.text


def test_a_database_that_is_away_is_told_in_a_page_that_asks_it_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Actor:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setitem(app.extensions, "actor_loader", away)
    monkeypatch.setitem(app.extensions, "person_locale", away)

    answer = app.test_client().get("/account/")

    assert answer.status_code == 503
    assert answer.headers["Content-Security-Policy"]
