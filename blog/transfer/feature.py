"""Joins this feature to the application."""

from flask import Flask

from blog.transfer.cli import comments_cli
from blog.transfer.views import blueprint


def init_app(app: Flask) -> None:
    """Register files in and out; `import` and `export` of articles join the group `flask articles`."""
    app.register_blueprint(blueprint)
    app.cli.add_command(comments_cli)
