"""Languages and time zones: which one a page speaks, and how instants are written in it.

A signed-in person has a language and a zone of their own (port `person_locale`); everybody else gets the
language of `?lang=`, else what the browser asks for, else the site's. Nothing is remembered in a cookie: who asks
for another language than the browser does takes it along in every address of the site (`carried_language`).
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, format_date, format_datetime, get_locale, refresh

from blog.core.config import LANGUAGES, ROOT, Settings, current_settings


@dataclass(frozen=True, slots=True)
class PersonLocale:
    """The language and time zone that a person chose; None leaves it to the request and the site."""

    language: str | None
    time_zone: str | None


babel = Babel()
# What speaks no language, or the one of what it is about.
_WITHOUT_LANGUAGE = ("assets.", "media.", "static")


def init_app(app: Flask, settings: Settings) -> None:
    """Set up translations and the formats that templates use."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.site_language
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.time_zone
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "blog" / "translations")
    babel.init_app(app, locale_selector=_select_language, timezone_selector=_select_time_zone)
    app.add_template_global(format_datetime_long)
    app.add_template_global(format_date_long)
    app.add_template_global(format_day)
    app.add_template_global(carried_language)
    app.add_template_global(address_in)
    app.add_template_global(address_here)
    app.add_template_global(in_same_language)
    app.url_defaults(_carry_language)
    app.after_request(_vary_by_language)


@contextmanager
def speaking_to(language: str, time_zone: str | None) -> Generator[None]:
    """Words and times as somebody reads them who is not here: in their language, and their time zone or the site's."""
    before = g.get("spoken_time_zone")
    g.spoken_time_zone = time_zone or current_settings().time_zone
    try:
        with force_locale(language):
            refresh()
            yield
    finally:
        g.spoken_time_zone = before
        refresh()


def language() -> str:
    """The language in use: `nl` or `en`."""
    locale = get_locale()
    return locale.language if locale else "en"


def address_in(language: str) -> str:
    """The address of the page being shown, with all that was asked of it, in `language`."""
    arguments = request.args.copy()
    arguments["lang"] = language
    return f"{quote(request.path)}?{urlencode(list(arguments.items(multi=True)))}"


def address_here() -> str:
    """The address of the page being shown, with all that was asked of it but a language."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return quote(request.path) + (f"?{urlencode(arguments)}" if arguments else "")


def in_same_language(path: str) -> str:
    """`path`, an address of this site written by hand, as `url_for` would give it: with the language taken along."""
    carried = carried_language()
    asked = urlsplit(path)
    if not carried or "lang" in parse_qs(asked.query):
        return path
    query = f"{asked.query}&lang={carried}" if asked.query else f"lang={carried}"
    return asked._replace(query=query).geturl()


def carried_language() -> str | None:
    """The language that was asked for by address, where it is another than this browser or person would get."""
    if not has_request_context():
        return None
    if "carried_language" not in g:
        asked = _asked_language()
        g.carried_language = asked if asked in LANGUAGES and asked != _unasked_language() else None
    return cast("str | None", g.carried_language)


def resume_language(language: str) -> None:
    """Speak the language in which somebody left for another site, who comes back to an address that cannot carry it."""
    g.resumed_language = language
    g.pop("carried_language", None)
    refresh()


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
        asked = _asked_language()
        return asked if asked in LANGUAGES else _unasked_language()
    return current_settings().site_language


def _asked_language() -> str | None:
    return cast("str | None", g.get("resumed_language")) or request.args.get("lang")


def _unasked_language() -> str:
    chosen = _person_locale().language or request.accept_languages.best_match(LANGUAGES)
    return chosen or current_settings().site_language


def _carry_language(endpoint: str, values: dict[str, Any]) -> None:
    """Let `url_for` take the language along; `lang=None` leaves it out (the one address of a page)."""
    if not endpoint.startswith(_WITHOUT_LANGUAGE) and (carried := carried_language()):
        values.setdefault("lang", carried)


def _select_time_zone() -> str:
    spoken = cast("str | None", g.get("spoken_time_zone")) if g else None
    return spoken or _person_locale().time_zone or current_settings().time_zone


def _vary_by_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response
