"""A browser for tests: every request gets an application context of its own, as it does on a server.

The suite keeps a context open for the whole test. Flask would share it with each request, so that `g` (who
acts) and the rows that one request loaded would be seen by the next one, which happens on no server.
"""

from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.core.db import session


class Browser(FlaskClient):
    """Sends requests in a fresh context; afterwards the test reads what they committed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request, as `FlaskClient.open` does."""
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        # The test's own rows were read before the request: let go of them, and of their read transaction.
        if has_app_context():
            session.rollback()
        return response
