"""`flask articles import|export` and `flask comments import`: files in and out."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from blog.accounts.queries import person_by_email
from blog.articles.cli import articles_cli
from blog.articles.queries import article_by_slug
from blog.core.actor import Actor
from blog.core.cli import command, print_json
from blog.core.config import current_settings
from blog.core.db import unit_of_work
from blog.core.errors import NotFound
from blog.transfer.actions import ImportedArticle, ImportedComments, import_articles, import_comments
from blog.transfer.comments_file import read_comments_file
from blog.transfer.front_matter import ArticleFile, read_article_file
from blog.transfer.queries import document_of
from blog.transfer.values import Fault, ImportRefused

comments_cli = AppGroup("comments", help="Import comments.")


@articles_cli.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--publish", is_flag=True, help="Publish the articles and open their challenges.")
@click.option("--by", "email", metavar="EMAIL", help="Who does this; whoever runs the command if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command
def import_article_files(files: tuple[str, ...], publish: bool, email: str | None, as_json: bool) -> None:
    """Import articles: Markdown with YAML front matter. All of them or nothing; the same slug again updates."""
    articles = _read_all(files)
    with unit_of_work():
        imported = import_articles(articles, by=_actor(email), publish=publish)
        done = [_article_data(each) for each in imported]
    if as_json:
        print_json(done)
        return
    for each in done:
        click.echo(_article_line(each))


@articles_cli.command("export")
@click.argument("slug")
@command
def export_article(slug: str) -> None:
    """Print an article as Markdown with YAML front matter: what `import` takes."""
    article = article_by_slug(slug)
    if article is None:
        raise NotFound(_("There is no article “%(slug)s”. See: flask articles list", slug=slug))
    click.echo(document_of(article), nl=False)


@comments_cli.command("import")
@click.argument("file", metavar="FILE.json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command
def import_comments_file(file: str, as_json: bool) -> None:
    """Import the comments of an article from JSON. All of them or nothing; the same ids again update."""
    comments = read_comments_file(file, _bytes_of(file), zone=_zone())
    with unit_of_work():
        done = _comments_data(import_comments(comments))
    if as_json:
        print_json(done)
        return
    click.echo(
        _(
            "%(article)s: %(created)s comments created, %(updated)s updated, %(unchanged)s unchanged: %(url)s",
            **done,
        )
    )


def _read_all(files: tuple[str, ...]) -> list[ArticleFile]:
    """Read every file, and tell the faults of all of them together."""
    articles: list[ArticleFile] = []
    faults: list[Fault] = []
    language = current_settings().site_language
    for file in files:
        try:
            articles.append(read_article_file(file, _bytes_of(file), language=language, zone=_zone()))
        except ImportRefused as refused:
            faults += refused.faults
    if faults:
        raise ImportRefused(faults)
    return articles


def _bytes_of(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        message = _("The file cannot be read: %(reason)s.", reason=error.strerror or type(error).__name__)
        raise ImportRefused([Fault(file, 1, message)]) from error


def _zone() -> ZoneInfo:
    return ZoneInfo(current_settings().time_zone)


def _actor(email: str | None) -> Actor:
    """Who acts: the person with this address, else whoever runs the command, who may do everything anyway."""
    if email is None:
        return Actor(person_id=None, name=current_settings().site_name, roles=frozenset({"admin"}))
    person = person_by_email(email)
    if person is None:
        raise NotFound(_("Nobody here has the address %(email)s. See: flask people list", email=email))
    return person.actor


def _article_data(imported: ImportedArticle) -> dict[str, Any]:
    article, challenge = imported.article, imported.challenge
    return {
        "slug": article.slug,
        "did": imported.did,
        "status": article.status,
        "version": article.version,
        "challenge": {"slug": challenge.slug, "status": challenge.status} if challenge else None,
        "url": f"{current_settings().site_url}/articles/{article.slug}",
    }


def _article_line(data: dict[str, Any]) -> str:
    challenge = data["challenge"]
    told = "" if challenge is None else _("; challenge %(slug)s, %(status)s", **_in_words(challenge))
    return _("%(slug)s: %(did)s, %(status)s%(challenge)s: %(url)s", **_in_words(data), challenge=told)


def _in_words(data: dict[str, Any]) -> dict[str, Any]:
    """The same values, with what was done and what states things are in told in the site's language."""
    return {key: _words(key, str(value)) for key, value in data.items() if key != "challenge"}


def _words(key: str, value: str) -> str:
    if key not in {"did", "status"}:
        return value
    return {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "draft": _("draft"),
        "published": _("published"),
        "open": _("open"),
        "closed": _("closed"),
        "announced": _("announced"),
    }[value]


def _comments_data(imported: ImportedComments) -> dict[str, Any]:
    return {
        "article": imported.article.slug,
        "thread": imported.thread_id,
        "created": imported.created,
        "updated": imported.updated,
        "unchanged": imported.unchanged,
        "url": f"{current_settings().site_url}/articles/{imported.article.slug}",
    }
