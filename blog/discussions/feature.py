"""Joins this feature to the application."""

from flask import Flask

from blog.accounts.chapters import register_chapters
from blog.accounts.holdings import register_holdings
from blog.accounts.waiting import register_act
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleSlugChanged, ArticleUnpublished
from blog.core.events import subscribe
from blog.core.permissions import register
from blog.core.slots import fill
from blog.discussions.cli import threads_cli
from blog.discussions.own_chapters import CHAPTERS
from blog.discussions.own_holdings import HOLDINGS
from blog.discussions.policy import POLICY
from blog.discussions.receivers import WaitingComment, keep_thread_in_step, open_and_list_thread
from blog.discussions.views import comments, people, visitors
from blog.discussions.views.blueprint import blueprint

# Importing the modules is what puts their views on the blueprint.
VIEWS = (comments, visitors)


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
    register_holdings(*HOLDINGS)
    register_chapters(*CHAPTERS)
    app.register_blueprint(blueprint)
    app.cli.add_command(threads_cli)
    register(POLICY)
    subscribe(ArticlePublished, open_and_list_thread)
    subscribe(ArticleUnpublished, keep_thread_in_step)
    subscribe(ArticleSaved, keep_thread_in_step)
    subscribe(ArticleSlugChanged, keep_thread_in_step)
    fill("article.after", comments.thread_under_article)
    fill("person.after", people.said_by_person)
    fill("erasure.extent", people.extent_of_erasure)
    register_act(WaitingComment())
