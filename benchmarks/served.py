"""The application with one address more: a string that was built beforehand, the least that Flask can serve."""

from flask import Flask, Response

from blog.core.routing import public
from blog.factory import create_app

PREBUILT_PATH = "/prebuilt"
_PREBUILT = "<!doctype html><title>Prebuilt</title>".ljust(60_000, "x")


def create_measured_app() -> Flask:
    """The product, and the prebuilt page beside it, in one process behind one server."""
    app = create_app()

    @app.get(PREBUILT_PATH)
    @public
    def prebuilt() -> Response:
        return Response(_PREBUILT, mimetype="text/html")

    return app
