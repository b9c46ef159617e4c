"""Languages and time zones: which one a page speaks, and how instants are written in it.

A signed-in person has a language and a zone of their own (port `person_locale`); everybody else gets the
language of `?lang=`, else what the browser asks for, else the site's. Nothing is remembered in a cookie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, get_locale

from blog.core.config import LANGUAGES, ROOT, Settings, current_settings


@dataclass(frozen=True, slots=True)
class PersonLocale:
    """The language and time zone that a person chose; None leaves it to the request and the site."""

    language: str | None
    time_zone: str | None


babel = Babel()


def init_app(app: Flask, settings: Settings) -> None:
    """Set up translations and the formats that templates use."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.site_language
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.time_zone
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "blog" / "translations")
    babel.init_app(app, locale_selector=_select_language, timezone_selector=_select_time_zone)
    app.add_template_global(format_datetime_long)
    app.add_template_global(format_date_long)
    app.add_template_global(format_day)
    app.add_template_global(address_in)
    app.after_request(_vary_by_language)


def language() -> str:
    """The language in use: `nl` or `en`."""
    locale = get_locale()
    return locale.language if locale else "en"


def address_in(language: str) -> str:
    """The address of the page being shown, with all that was asked of it, in `language`."""
    arguments = request.args.copy()
    arguments["lang"] = language
    return f"{quote(request.path)}?{urlencode(list(arguments.items(multi=True)))}"


def format_datetime_long(value: datetime) -> str:
    """An instant with weekday-free date and minutes, in the reader's language and zone."""
    return format_datetime(value, "d MMMM y 'om' HH:mm" if language() == "nl" else "d MMMM y 'at' HH:mm")


def format_date_long(value: datetime) -> str:
    """The day of an instant, in the reader's language and zone."""
    return format_date(value, "d MMMM y")


def format_day(value: datetime) -> str:
    """The day of an instant where its year is said already, in the reader's language and zone."""
    return format_date(value, "d MMMM")


def format_month(value: datetime) -> str:
    """The month of an instant as a heading, in the reader's language and zone."""
    month = format_date(value, "LLLL y")
    return f"{month[0].upper()}{month[1:]}"


def _person_locale() -> PersonLocale:
    loader = cast("Callable[[], PersonLocale] | None", current_app.extensions.get("person_locale"))
    if not has_request_context() or loader is None:
        return PersonLocale(None, None)
    if "person_locale" not in g:
        g.person_locale = loader()
    return cast("PersonLocale", g.person_locale)


def _select_language() -> str:
    if has_request_context():
        asked = request.args.get("lang")
        if asked in LANGUAGES:
            return asked
        chosen = _person_locale().language or request.accept_languages.best_match(LANGUAGES)
        if chosen:
            return chosen
    return current_settings().site_language


def _select_time_zone() -> str:
    return _person_locale().time_zone or current_settings().time_zone


def _vary_by_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response
