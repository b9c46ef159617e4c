"""What imports and exports read across features."""

import sqlalchemy as sa

from blog.accounts.queries import person_by_id
from blog.articles.body import body_of, current_html
from blog.articles.models import Article
from blog.articles.values import ArticleText
from blog.challenges.queries.challenges import challenges_by_slug
from blog.challenges.values import RulesPart
from blog.challenges.words.rules import usual_rules
from blog.core.db import session
from blog.discussions.models import Comment, Thread
from blog.transfer.front_matter import ChallengeHead, article_document


def imported_comments(thread: Thread) -> dict[str, Comment]:
    """The comments of a thread that came from elsewhere, by the ids that they had there."""
    found = session.scalars(
        sa.select(Comment).where(Comment.thread_id == thread.id, Comment.external_id.is_not(None))
    )
    return {comment.external_id: comment for comment in found if comment.external_id is not None}


def document_of(article: Article) -> str:
    """The file of an article: importing it again changes nothing."""
    author = person_by_id(article.author_id) if article.author_id is not None else None
    text = ArticleText(
        title=article.title,
        slug=article.slug,
        body=article.body,
        language=article.language,
        proposition=article.proposition,
        tags=tuple(article.tags),
    )
    return article_document(text, author.handle if author else article.byline, _challenge_of(article))


def _challenge_of(article: Article) -> ChallengeHead | None:
    """What the front matter says of the challenge in the text, once it has been set up for this article."""
    slugs = [part.slug for part in body_of(current_html(article)).parts_of_kind("challenge")]
    for challenge in challenges_by_slug(slugs).values() if slugs else ():
        if challenge.article_id == article.id:
            usual = usual_rules(challenge.language)
            organiser, address = (
                text if (text := challenge.rules.get(part, "")) != usual[part] else ""
                for part in (RulesPart.ORGANISER, RulesPart.ADDRESS)
            )
            return ChallengeHead(
                challenge.slug,
                challenge.prize,
                challenge.judging,
                challenge.closes_at,
                organiser=organiser,
                organiser_address=address,
            )
    return None
