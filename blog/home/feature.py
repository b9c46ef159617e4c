"""Joins this feature to the application."""

from flask import Flask

from blog.core.permissions import register
from blog.home.cli import site_cli
from blog.home.demo.cli import demo_command
from blog.home.policy import POLICY
from blog.home.views import blueprint


def init_app(app: Flask) -> None:
    """Register the front page, the operator's pages and commands, and the demo."""
    register(POLICY)
    app.register_blueprint(blueprint)
    app.cli.add_command(site_cli)
    app.cli.add_command(demo_command)
