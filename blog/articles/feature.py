"""Joins this feature to the application."""

from flask import Flask

from blog.accounts.chapters import register_chapters
from blog.accounts.holdings import register_holdings
from blog.articles.cli import articles_cli
from blog.articles.own_chapters import CHAPTERS
from blog.articles.own_holdings import HOLDINGS
from blog.articles.policy import POLICY
from blog.articles.views import articles_of, blueprint
from blog.core.permissions import register
from blog.core.slots import fill


def init_app(app: Flask) -> None:
    """Register the pages, permissions and commands of articles."""
    register_holdings(*HOLDINGS)
    register_chapters(*CHAPTERS)
    register(POLICY)
    app.register_blueprint(blueprint)
    app.cli.add_command(articles_cli)
    fill("person.after", articles_of)
