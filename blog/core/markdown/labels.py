"""What the renderer itself says in an article: names of things that one hears and does not see.

An article's HTML is stored, so they are in the language of the article and not in that of whoever reads it.
"""

from collections.abc import Generator
from contextlib import contextmanager

from flask_babel import force_locale
from flask_babel import gettext as _

from blog.core.config import LANGUAGES


def notes_label(language: str) -> str:
    """The name of the list of footnotes."""
    with _speaking(language):
        return _("Notes")


def back_label(language: str, number: int, use: int) -> str:
    """The name of a link from footnote `number` to where it is used for the `use`th time, from 1."""
    with _speaking(language):
        if use == 1:
            return _("Back to the text at note %(number)s", number=number)
        return _("Back to the text at note %(number)s, place %(use)s", number=number, use=use)


def table_label(language: str, columns: str) -> str:
    """The name of a table that scrolls; `columns` are its headings, empty when it has none."""
    with _speaking(language):
        return _("Table: %(columns)s", columns=columns) if columns else _("Table")


@contextmanager
def _speaking(language: str) -> Generator[None]:
    """Speak `language` meanwhile; English when it is none of ours."""
    with force_locale(language if language in LANGUAGES else "en"):
        yield
