"""What we hold of oneself, in one file."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from babel.dates import get_timezone_location
from flask import get_template_attribute, send_file, stream_template
from flask_babel import format_decimal, get_locale, get_timezone
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions.personal_data import FOR_PROGRAMS, write_archive
from blog.accounts.chapters import Chapter, chapters
from blog.accounts.holdings import Somebody
from blog.accounts.models.people import Person
from blog.accounts.queries import somebody
from blog.accounts.views.blueprint import blueprint
from blog.accounts.views.proof import recently_proved
from blog.core import clock
from blog.core.assets import style_to_take_along
from blog.core.pictures import SIZES, picture_name
from blog.core.routing import current_actor, members_only
from blog.core.storage import current_storage

# A file up to this size is made in memory, and so is one chapter of it.
_IN_MEMORY = 4 * 1024 * 1024
_CHAPTER_IN_MEMORY = 256 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class WrittenChapter:
    """A chapter, how much it tells, and its HTML in pieces, to be read once."""

    chapter: Chapter
    count: int
    pieces: Iterator[Markup]

    @property
    def figure(self) -> str:
        """The count as it is written in the language of the reader."""
        return format_decimal(self.count)


@blueprint.post("/data")
@members_only
@recently_proved
def personal_data() -> Response:
    """A ZIP with all that we hold of the person who asks: JSON for programs, HTML to read."""
    person = person_for(current_actor())
    now = clock.now()
    # The response closes it, once it has been sent.
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    with ExitStack() as until_read:
        readable = _readable(person, now, until_read)
        write_archive(person, readable, file, now, kept_elsewhere=_picture_of(person))
    file.seek(0)
    name = f"{person.handle}-{now:%Y-%m-%d}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)


def _readable(person: Person, made_at: datetime, until_read: ExitStack) -> Iterator[str]:
    """The HTML in pieces. Its chapters are written first: the contents before them say how much each one tells."""
    whom = somebody(person)
    written = [_write(chapter, whom, until_read) for chapter in chapters()]
    return stream_template(
        "accounts/personal_data.html",
        person=person,
        made_at=made_at,
        programs_file=FOR_PROGRAMS,
        zone=_zone_words(),
        style=style_to_take_along(),
        told=[each for each in written if each.count],
        nothing=[each.chapter.title for each in written if not each.count],
    )


def _write(chapter: Chapter, whom: Somebody, until_read: ExitStack) -> WrittenChapter:
    macro = get_template_attribute("accounts/_told.html", "told_line" if chapter.lines else "told_thing")
    file = until_read.enter_context(_text_file())
    count = 0
    for told in chapter.told(whom):
        file.write(macro(told))
        count += 1
    file.seek(0)
    return WrittenChapter(chapter, count, _pieces_of(file))


def _text_file() -> SpooledTemporaryFile[str]:
    return SpooledTemporaryFile(_CHAPTER_IN_MEMORY, "w+", encoding="utf-8", newline="")


def _pieces_of(file: SpooledTemporaryFile[str]) -> Iterator[Markup]:
    while piece := file.read(_PIECE):
        yield Markup(piece)  # noqa: S704 - the macro has escaped it


def _zone_words() -> str:
    """The place whose time is told, as the reader calls it: Amsterdam, say."""
    zone = str(get_timezone())
    is_place = "/" in zone and not zone.startswith("Etc/")
    return get_timezone_location(zone, locale=get_locale() or "en", return_city=True) if is_place else zone


def _picture_of(person: Person) -> dict[str, bytes]:
    """The picture of a person, as large as we have it; nothing for who has none."""
    name = picture_name(person.picture, SIZES[-1]) if person.picture else ""
    content = current_storage().get(name) if name else None
    return {name: content} if content is not None else {}
