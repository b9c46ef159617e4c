"""Joins this feature to the application."""

from flask import Flask

from blog.accounts.chapters import register_chapters
from blog.accounts.holdings import register_holdings
from blog.core.permissions import register
from blog.core.slots import fill
from blog.discussions.cli import threads_cli
from blog.moderation.cli import set_mode
from blog.moderation.own_chapters import CHAPTERS
from blog.moderation.own_holdings import HOLDINGS
from blog.moderation.policy import POLICY
from blog.moderation.views import blueprint, close_link, remove_link


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
    register_holdings(*HOLDINGS)
    register_chapters(*CHAPTERS)
    app.register_blueprint(blueprint)
    register(POLICY)
    threads_cli.add_command(set_mode)
    fill("thread.actions", close_link)
    fill("comment.actions", remove_link)
