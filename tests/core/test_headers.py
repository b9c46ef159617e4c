"""Headers on every answer, and what caches may keep."""

from flask import Flask, Response
from flask import session as cookie


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
