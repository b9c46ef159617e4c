"""What discussions do when something happens to an article, and when we know who wrote a comment that waited."""

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.accounts.waiting import Data, Done
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleSlugChanged, ArticleUnpublished
from blog.core.actor import Actor
from blog.core.errors import DomainError
from blog.core.markdown.rendering import render_comment
from blog.core.routing import current_actor
from blog.discussions.access import comment_for, thread_for
from blog.discussions.actions import follow_article, post_comment, thread_for_article
from blog.discussions.queries import thread_by_id, thread_of_article
from blog.discussions.values import WAITING_COMMENT
from blog.discussions.views.comments import address_of, address_of_comment
from blog.discussions.views.visitors import asked_again


class WaitingComment:
    """A comment by somebody whose mailbox has to be shown to be theirs. It is posted with the code from there."""

    name = WAITING_COMMENT

    def in_words(self, data: Data) -> str:
        """In which debate it is posted. The title is ours; whatever a stranger typed stays out of the mail."""
        thread = thread_by_id(data["thread_id"])
        title = thread.title if thread else ""
        return _("With it you post your comment in the debate “%(title)s”, and sign in.", title=title)

    def on_button(self) -> str:
        """What the button says that posts it."""
        return _("Post my comment")

    def shown(self, data: Data) -> Markup:
        """The comment, as it will be read."""
        html = Markup(render_comment(data["body"]))  # noqa: S704 - rendered and sanitised as every comment is
        return Markup('<div class="prose prose--comment" dir="auto">{}</div>').format(html)

    def carry_out(self, actor: Actor, data: Data) -> Done:
        """Post it. Raises what `post_comment` raises, and `NotFound` when the debate is gone."""
        thread = thread_for(actor, data["thread_id"])
        answers = comment_for(actor, data["answers_id"]) if data["answers_id"] is not None else None
        comment = post_comment(
            actor, thread, body=data["body"], answers=answers, submission_key=data["submission_key"]
        )
        return Done(address_of_comment(comment), _("Your comment has been posted. You are signed in."))

    def begin_again(self, data: Data, name: str, email: str) -> Response:
        """The page that asks who wrote it, with words, name and address; where none can be written now, the words."""
        try:
            thread = thread_for(current_actor(), data["thread_id"])
            answers = (
                comment_for(current_actor(), data["answers_id"]) if data["answers_id"] is not None else None
            )
            return asked_again(thread, answers, data["body"], name=name, email=email)
        except DomainError as error:
            return self.give_back(data, error)

    def give_back(self, data: Data, error: DomainError) -> Response:
        """Why it was not posted, with its words."""
        thread = thread_by_id(data["thread_id"])
        page = render_template(
            "discussions/words_kept.html",
            message=str(error),
            body=data["body"],
            form=None,
            action="",
            back=address_of(thread) if thread else url_for("discussions.thread_list"),
            sign_in_url="",
        )
        response = make_response(page, error.status)
        response.headers["Cache-Control"] = "no-store"
        return response


def open_and_list_thread(event: ArticlePublished) -> None:
    """Give a published article its thread, and list it."""
    follow_article(thread_for_article(event.article), event.article)


def keep_thread_in_step(event: ArticleSaved | ArticleUnpublished | ArticleSlugChanged) -> None:
    """Let the thread follow its article; an article that was never published has none yet."""
    thread = thread_of_article(event.article.id)
    if thread is not None:
        follow_article(thread, event.article)
