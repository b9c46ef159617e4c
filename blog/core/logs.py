"""Logs: one line of JSON for each event on stderr, with the request's or job's id. Never a person's text."""

import logging
import re
import sys

import structlog
from flask import Flask, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from blog.core.tokens import new_token

# As long as a token is at least: what stands in the links of mails lets in whoever reads it.
_SECRET = re.compile(r"[\w.~-]{32,}", re.ASCII)


def path_to_log() -> str:
    """The path of this request without what may be a secret in it; beside it a line has the name of the view."""
    return _SECRET.sub("…", request.path)


def init_app(app: Flask) -> None:
    """Set up logging, and give each request of `app` an id of its own."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )

    def name_request() -> None:
        clear_contextvars()
        bind_contextvars(request_id=new_token()[:12], method=request.method, endpoint=request.endpoint)

    app.before_request(name_request)
