"""The Markdown of an article, for whoever would rather read or keep that."""

from flask import Blueprint, Response

from blog.articles.access import article_for
from blog.core.actor import ANONYMOUS
from blog.core.routing import public
from blog.transfer.queries import document_of

blueprint = Blueprint("transfer", __name__)


@blueprint.get("/articles/<slug>.md")
@public
def article_markdown(slug: str) -> Response:
    """A published article as a file: the same for everybody, whoever asks."""
    article = article_for(ANONYMOUS, slug)
    return Response(document_of(article), mimetype="text/markdown")
