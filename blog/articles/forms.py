"""The form in which articles are written."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from blog.articles.models import Article
from blog.articles.values import MAX_BODY, MAX_PROPOSITION, MAX_REASON, MAX_SLUG, MAX_TITLE, ArticleText
from blog.core.errors import InvalidInput


def _languages() -> dict[str, str]:
    """The languages of the site, by their own names."""
    return {"nl": "Nederlands", "en": "English"}


class ArticleForm(FlaskForm):
    """Everything about an article that is written. `version` is the one the writer had before them."""

    title = StringField(_("Title"), [InputRequired(_("Give it a title.")), Length(max=MAX_TITLE)])
    slug = StringField(_("Address"), [Length(max=MAX_SLUG)])
    language = SelectField(_("Language"), choices=_languages)
    proposition = StringField(_("Proposition"), [Length(max=MAX_PROPOSITION)])
    tags = StringField(_("Tags"), [Length(max=1000)])
    body = TextAreaField(_("Text"), [Length(max=MAX_BODY)])
    # Asked for where others depend on what the article says.
    reason = TextAreaField(_("Why this changes"), [Length(max=MAX_REASON)])
    version = HiddenField()

    def text(self) -> ArticleText:
        """What was typed."""
        return ArticleText(
            title=self.title.data or "",
            slug=self.slug.data or "",
            body=self.body.data or "",
            language=self.language.data,
            proposition=self.proposition.data,
            tags=tuple((self.tags.data or "").split(",")),
        )

    @property
    def asks_for_reason(self) -> bool:
        """Whether the form shows the field for a reason: once somebody was asked for one."""
        return bool(self.reason.errors or self.reason.data)

    def seen_version(self) -> int:
        """The version that was opened; 0, which is older than all, when the field was tampered with."""
        value = self.version.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0

    def show_faults(self, error: InvalidInput) -> None:
        """Put the faults that an action found at their fields."""
        for name, fault in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, str(fault)]


def form_for(article: Article) -> ArticleForm:
    """The form that shows an article; of a request that posts it, it holds what was typed."""
    return ArticleForm(
        data={
            "title": article.title,
            "slug": article.slug,
            "language": article.language,
            "proposition": article.proposition,
            "tags": ", ".join(article.tags),
            "body": article.body,
            "version": str(article.version),
        }
    )
