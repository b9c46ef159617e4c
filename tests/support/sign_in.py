"""Signing in for tests, without the cost of a password."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.tokens import digest, new_token


def browser_of(app: Flask, person: Person) -> FlaskClient:
    """The browser of `person`, who signed in just now."""
    token = new_token()
    now = clock.now()
    with unit_of_work():
        session.add(
            BrowserSession(
                person_id=person.id,
                token_digest=digest(token),
                user_agent="a test",
                method="password",
                proved_at=now,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=12),
            )
        )
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
        cookie.permanent = True
    return browser
