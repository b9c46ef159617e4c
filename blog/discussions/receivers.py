"""What discussions do when something happens to an article."""

from blog.articles.events import ArticlePublished, ArticleSaved, ArticleSlugChanged, ArticleUnpublished
from blog.discussions.actions import follow_article, thread_for_article
from blog.discussions.queries import thread_of_article


def open_and_list_thread(event: ArticlePublished) -> None:
    """Give a published article its thread, and list it."""
    follow_article(thread_for_article(event.article), event.article)


def keep_thread_in_step(event: ArticleSaved | ArticleUnpublished | ArticleSlugChanged) -> None:
    """Let the thread follow its article; an article that was never published has none yet."""
    thread = thread_of_article(event.article.id)
    if thread is not None:
        follow_article(thread, event.article)
