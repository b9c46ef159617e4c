"""What readers see of articles, and the desk: where they are written, published and looked up again."""

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from blog.accounts.models.people import Person
from blog.accounts.queries import people_by_ids, person_called
from blog.articles.access import article_for, desk_article_for, revision_for
from blog.articles.actions import (
    InvalidArticle,
    StaleArticle,
    publish_article,
    save_article,
    unpublish_article,
    write_article,
)
from blog.articles.body import body_of, current_html, description_of, preview_of, read_minutes
from blog.articles.forms import ArticleForm, form_for
from blog.articles.models import Article
from blog.articles.queries import desk_articles, drafts, published_articles, revisions_of
from blog.core.actor import Actor
from blog.core.db import unit_of_work
from blog.core.errors import DomainError, InvalidInput
from blog.core.i18n import format_month
from blog.core.markdown.problems import MarkdownProblem
from blog.core.pages import Refusal, give_back, show_any, typed_in
from blog.core.permissions import allowed
from blog.core.routing import current_actor, public, staff_only

blueprint = Blueprint("articles", __name__)
WRITERS = ("author", "editor")
# Larger numbers are nobody's, and no database takes them.
_ID = "int(max=2147483647)"
_SHORT_LIST = 8
_LONG_LIST = 50
Page = str | tuple[str, int] | Response


@blueprint.get("/articles/")
@public
def article_list() -> str:
    """All that has been published, month by month, the newest first."""
    page = published_articles(request.args.get("after"), limit=_LONG_LIST)
    return render_template("articles/article_list.html", page=page, months=_by_month(page.items))


@blueprint.get("/articles/<slug>")
@public
def article_detail(slug: str) -> str:
    """An article, with its challenge and exercises where the author put them; a draft for who writes it."""
    article = article_for(current_actor(), slug)
    html = current_html(article)
    return render_template(
        "articles/article_detail.html",
        article=article,
        body=body_of(html),
        description=description_of(article, html),
        read_minutes=read_minutes(html),
        # A byline is words of its own: it leads to its author where it is their name, or was.
        author=person_called(article.author_id, article.byline) if article.author_id else None,
    )


def articles_of(person: Person) -> Markup:
    """Fills the slot on the page of a person: what they have written, the newest first; nothing for who has not."""
    if "after" in request.args:
        # Further down in what they have said.
        return Markup()
    page = published_articles(author_id=person.id)
    shown = render_template("articles/person_articles.html", articles=page.items) if page.items else ""
    return Markup(shown)  # noqa: S704 - rendered with escaping


@blueprint.get("/desk/")
@staff_only(*WRITERS)
def desk_home() -> str:
    """What waits for this person: the drafts come first, however long ago somebody wrote on them."""
    author_id = _author_filter(current_actor())
    changed_last = desk_articles(author_id=author_id, limit=_SHORT_LIST).items
    return render_template(
        "articles/desk_home.html",
        articles=[*drafts(author_id=author_id), *(each for each in changed_last if each.is_published)],
        oversees=author_id is None,
    )


@blueprint.get("/desk/articles/")
@staff_only(*WRITERS)
def desk_list() -> str:
    """Articles in every state: an author's own, an editor's all."""
    author_id = _author_filter(current_actor())
    page = desk_articles(author_id=author_id, cursor=request.args.get("after"))
    return render_template("articles/desk_list.html", page=page, oversees=author_id is None)


@blueprint.route("/desk/articles/new", methods=["GET", "POST"])
@staff_only(*WRITERS)
def desk_new() -> Page:
    """Begin an article."""
    form = ArticleForm()
    if _button() == "preview":
        return _editor(form, None, previewed=True)
    if not form.validate_on_submit():
        return _editor(form, None), 422 if form.is_submitted() else 200
    try:
        with unit_of_work():
            article = write_article(form.text(), by=current_actor())
            notice = _carry_out(_button(), article) or _("Saved.")
            address = url_for("articles.desk_edit", article_id=article.id)
    except InvalidInput as error:
        return _refused(form, None, error)
    flash(notice, "good")
    return redirect(address, 303)


@blueprint.route(f"/desk/articles/<{_ID}:article_id>", methods=["GET", "POST"])
@staff_only(*WRITERS)
def desk_edit(article_id: int) -> Page:
    """Write on an article, and publish it."""
    article = desk_article_for(current_actor(), article_id)
    form = form_for(article)
    if _button() == "preview":
        return _editor(form, article, previewed=True)
    if not form.validate_on_submit():
        return _editor(form, article), 422 if form.is_submitted() else 200
    try:
        with unit_of_work():
            changed = save_article(
                article,
                form.text(),
                version=form.seen_version(),
                by=current_actor(),
                reason=form.reason.data or "",
            )
            notice = _carry_out(_button(), article)
    except StaleArticle:
        # The writer now sees what is stored: the next save replaces it, knowingly.
        form.version.data = str(article.version)
        return _editor(form, article, stored=article), 409
    except InvalidInput as error:
        return _refused(form, article, error)
    flash(notice or (_("Saved.") if changed else _("Nothing had changed.")), "good")
    return redirect(url_for("articles.desk_edit", article_id=article_id), 303)


@blueprint.post(f"/desk/articles/<{_ID}:article_id>/unpublish")
@staff_only(*WRITERS)
def desk_unpublish(article_id: int) -> Response:
    """Take an article back from readers. What it says stays as it is stored."""
    article = desk_article_for(current_actor(), article_id)
    with unit_of_work():
        unpublish_article(article, by=current_actor())
    flash(_("This article is a draft again. Readers no longer find it."), "good")
    return redirect(url_for("articles.desk_edit", article_id=article_id), 303)


@blueprint.post("/desk/preview")
@staff_only(*WRITERS)
def desk_preview() -> str:
    """The preview alone, for the script that shows it while somebody types. Stores nothing."""
    text = ArticleForm().text()
    return render_template(
        "articles/desk_preview.html", text=text, preview=preview_of(text.body, text.language)
    )


@blueprint.get(f"/desk/articles/<{_ID}:article_id>/revisions")
@staff_only(*WRITERS)
def desk_revisions(article_id: int) -> str:
    """What an article said at each version, and who saved it."""
    article = desk_article_for(current_actor(), article_id)
    revisions = revisions_of(article)
    people = people_by_ids(row.saved_by_id for row in revisions if row.saved_by_id is not None)
    return render_template(
        "articles/desk_revisions.html", article=article, revisions=revisions, people=people
    )


@blueprint.get(f"/desk/articles/<{_ID}:article_id>/revisions/<{_ID}:version>")
@staff_only(*WRITERS)
def desk_revision(article_id: int, version: int) -> str:
    """What an article said at one version, as it was typed."""
    article, revision = revision_for(current_actor(), article_id, version)
    return render_template("articles/desk_revision.html", article=article, revision=revision)


@blueprint.errorhandler(DomainError)
@blueprint.errorhandler(CSRFError)
@blueprint.errorhandler(OperationalError)
def keep_typed(error: Refusal) -> Response:
    """A refusal; with the text that somebody was sending, if they were: hours of work may be in it."""
    body = typed_in("body")
    if not body.strip() or request.endpoint == "articles.desk_preview":
        return show_any(error)
    return give_back(error, body, back=request.path, title=typed_in("title"))


def _author_filter(actor: Actor) -> int | None:
    """Whose articles the lists show: an author's own; None, which is everybody's, for an editor."""
    return None if allowed(actor, "article:oversee") else actor.person_id


def _by_month(articles: Sequence[Article]) -> list[tuple[str, list[Article]]]:
    """Published articles below the name of their month, in the order in which they come."""
    months = groupby(articles, lambda article: format_month(article.published_at or article.created_at))
    return [(month, list(those)) for month, those in months]


def _button() -> str:
    return request.form.get("act", "")


def _carry_out(act: str, article: Article) -> str:
    """What a button does beyond saving, inside the unit of work. Returns what to tell the person, if anything."""
    if act == "publish":
        publish_article(article, by=current_actor())
        return _("Saved and published.")
    return ""


def _refused(form: ArticleForm, article: Article | None, error: InvalidInput) -> tuple[str, int]:
    form.show_faults(error)
    problems = error.problems if isinstance(error, InvalidArticle) else ()
    return _editor(form, article, problems=problems), 422


def _editor(
    form: ArticleForm,
    article: Article | None,
    *,
    previewed: bool = False,
    problems: Sequence[MarkdownProblem] = (),
    stored: Article | None = None,
) -> str:
    """The page of the editor, with what was typed and what is to be said about it."""
    text = form.text()
    preview = preview_of(text.body, text.language) if previewed else None
    return render_template(
        "articles/desk_edit.html",
        article=article,
        form=form,
        editable=article is None or allowed(current_actor(), "article:edit", article),
        problems=preview.problems if preview else problems,
        preview=preview,
        stored=stored,
        unsaved=form.is_submitted(),
    )
