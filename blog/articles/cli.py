"""`flask articles …`; import and export hang below the same group (see `blog.transfer`)."""

import click
from flask.cli import AppGroup

from blog.articles.models import Article
from blog.articles.queries import all_articles
from blog.core.cli import command, print_json

articles_cli = AppGroup("articles", help="List, import and export articles.")


@articles_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command
def list_articles(as_json: bool) -> None:
    """All articles with their state."""
    articles = all_articles()
    if as_json:
        print_json([_described(article) for article in articles])
        return
    for article in articles:
        click.echo(f"{article.slug}  {article.status}  {article.language}  {article.title}")


def _described(article: Article) -> dict[str, object]:
    return {
        "slug": article.slug,
        "title": article.title,
        "language": article.language,
        "status": article.status,
        "author": article.byline,
        "tags": list(article.tags),
        "proposition": article.proposition,
        "version": article.version,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "updated_at": article.updated_at.isoformat(),
    }
