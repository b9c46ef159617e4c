"""The file with everything that we hold of somebody is a document that they like to read."""

import io
import json
import re
import tracemalloc
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.chapters import chapters, told_tables
from blog.accounts.models.people import Person
from blog.challenges.actions.awards import announce_winner, end
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.entries import Entry
from blog.challenges.values import Ending, Judgement
from blog.core.db import Base, session, unit_of_work
from blog.core.portions import PORTION, in_portions
from blog.discussions.models import Comment
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.discussions import make_comment, make_thread
from tests.support.queries import counted_statements
from tests.support.somebody_with_everything import EMAIL, WORDS_OF, make_somebody_with_everything

NOW = datetime(2026, 11, 26, 15, 14, 7, 123456, tzinfo=UTC)
_numbers = count(1)
# What machines write and people do not read: values of Python, instants of ISO 8601, digests.
MACHINE_WORDS = re.compile(
    r"\b(None|True|False)\b|[{\[]['\"]|\[\]|\{\}|\d{4}-\d\d-\d\d[T ]\d\d|\+00:00|\b[0-9a-f]{32,}\b"
)


class Readable:
    """The two files of an archive, one to read and one for programs."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.html = self.archive.read("personal-data.html").decode()
        self.tables: dict[str, Any] = json.loads(self.archive.read("personal-data.json"))["tables"]
        reader = _Reader()
        reader.feed(self.html)
        self.text = " ".join(" ".join(reader.words).split())
        self.sections = reader.sections
        self.contents = [" ".join(words.split()) for words in reader.contents]

    @property
    def nothing(self) -> str:
        """What there is nothing of, as it stands at the end."""
        return self.sections.get("nothing", "")


class _Reader(HTMLParser):
    """Reads what is shown, and what stands in which section and in the contents."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.sections: dict[str, str] = {}
        self.contents: list[str] = []
        self._open: list[str] = []
        self._section = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.words += [given[name] or "" for name in ("alt", "title", "aria-label") if name in given]
        if tag == "section":
            self._section = given["aria-labelledby"] or ""
        if tag in {"nav", "style", "title"}:
            self._open.append(tag)
        if tag == "li" and "nav" in self._open:
            self.contents.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)
        if tag == "section":
            self._section = ""

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.words.append(data)
        if "nav" in self._open and self.contents:
            self.contents[-1] += data
        if self._section:
            said = f"{self.sections.get(self._section, '')} {data}"
            self.sections[self._section] = " ".join(said.split())


def test_every_table_that_a_chapter_shows_is_read(app: Flask, sign_in: SignIn) -> None:
    anna = make_somebody_with_everything()
    readable = data_of(anna, sign_in)

    assert set(WORDS_OF) == told_tables()
    assert [table for table, held in readable.tables.items() if not held["rows"]] == []
    assert [table for table, words in WORDS_OF.items() if words not in readable.html] == []
    assert "nothing" not in readable.sections
    assert list(readable.sections) == [chapter.name for chapter in chapters()]


def test_it_says_nothing_that_only_machines_read(app: Flask, sign_in: SignIn) -> None:
    readable = data_of(make_somebody_with_everything(), sign_in)

    columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
    names = {name for name in columns | set(Base.metadata.tables) if "_" in name}
    assert sorted(set(re.findall(r"\w+", readable.text)) & names) == []
    assert MACHINE_WORDS.findall(readable.text) == []
    # Neither is it in what one does not see, but in the attribute that is made for machines.
    markup = re.sub(r'<style>.*?</style>| datetime="[^"]+"', "", readable.html, flags=re.DOTALL)
    assert re.findall(r"\d{4}-\d\d-\d\dT", markup) == []


def test_what_somebody_wrote_stands_first_with_where_and_when(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOW, tick=False):
        anna = make_person(language="en")
        thread = make_thread(title="Who may speak <last>?", language="nl")
        answered = make_comment(thread=thread, body="Somebody else's words.")
        said = make_comment(
            answers=answered, author=anna, body="Two lines\nand [a link](/articles/somewhere)."
        )
        readable = data_of(anna, sign_in)

    section = readable.sections["comments"]
    assert next(iter(readable.sections)) == "comments"
    assert section == (
        "Your comments Who may speak <last>? 26 November 2026 at 16:14 in answer to another comment"
        " Two lines and a link ."
    )
    link = f'<a href="http://localhost/c/{said.id}">Who may speak &lt;last&gt;?</a>'
    assert link in readable.html
    assert f'<a href="http://localhost/c/{answered.id}">in answer to another comment</a>' in readable.html
    assert 'Two lines<br>\nand <a href="http://localhost/articles/somewhere" rel="noopener">' in readable.html
    assert "Somebody else" not in readable.html


def test_the_contents_count_and_what_is_empty_stands_together_at_the_end(app: Flask, sign_in: SignIn) -> None:
    anna = make_person(language="en")
    thread = make_thread()
    for _number in range(3):
        make_comment(thread=thread, author=anna)
    readable = data_of(anna, sign_in)

    assert readable.contents == [
        "Your comments 3",
        "Your account",
        "Where you are signed in, and were until lately 1",
        "How you sign in",
    ]
    assert list(readable.sections) == ["comments", "account", "browsers", "ways-in", "nothing"]
    assert "none: you sign in with a code by mail" in readable.sections["ways-in"]
    for title in ("Your answers to challenges", "What you mailed us", "What admins have noted about you"):
        assert title in readable.nothing


def test_times_are_those_of_the_reader(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOW, tick=False):
        anna = make_person(language="en")
        with unit_of_work():
            anna.time_zone = "America/New_York"
        make_comment(author=anna)
        text = data_of(anna, sign_in).text

    assert "on 26 November 2026 at 10:14. All times are those of New York." in text
    assert "16:14" not in text
    assert "15:14" not in text


def test_a_dutch_reader_reads_dutch(app: Flask, sign_in: SignIn) -> None:
    with time_machine.travel(NOW, tick=False):
        anna = make_person(language="nl")
        make_comment(author=anna)
        readable = data_of(anna, sign_in)

    assert '<html lang="nl">' in readable.html
    assert "26 november 2026 om 16:14" in readable.text
    assert "Wat Rejoinder van je bewaart" in readable.text


@pytest.mark.parametrize("is_announced", [False, True])
def test_a_verdict_is_told_once_a_winner_is_announced(
    is_announced: bool, app: Flask, sign_in: SignIn
) -> None:
    anna, editor = make_person(email=EMAIL, language="en"), make_person(role="editor")
    challenge = make_challenge(
        title="The first question", question_html="<h2>The</h2><p>What do you ask?</p>"
    )
    first = make_entry(challenge, text="Something.")
    mine = make_entry(challenge, from_address=EMAIL, text="What do you\nwant?")
    with unit_of_work():
        judge_entry(editor.actor, mine, Judgement.INCORRECT, "It was asked already.")
    if is_announced:
        announce(editor, first)
    answers = data_of(anna, sign_in).sections["answers"]

    assert "The first question" in answers
    assert "entry 2" in answers
    assert "What do you want?" in answers
    assert "The What do you ask?" in answers
    assert ("It was asked already." in answers) is is_announced
    assert ("Your answer was not correct. Entry 1 has won." in answers) is is_announced


def announce(editor: Person, entry: Entry) -> None:
    with unit_of_work():
        judge_entry(editor.actor, entry, Judgement.CORRECT, "As it was asked.")
    with unit_of_work():
        announce_winner(editor.actor, entry.challenge)
        end(entry.challenge, Ending.FINAL)


def test_what_was_typed_is_shown_and_never_obeyed(app: Flask, sign_in: SignIn) -> None:
    anna = make_person(email=EMAIL, language="en")
    thread = make_thread(title="<script>title()</script>")
    make_comment(thread=thread, author=anna, body="<script>comment()</script> & more")
    trap = "<img src=x onerror=mail()>\n</div></style><script>mail()</script>"
    make_entry(make_challenge(title="<b>bold</b>"), from_address=EMAIL, text=trap, elided=trap)
    with unit_of_work():
        anna.name, anna.bio = "<i>Anna</i>", "<script>bio()</script>"
    html = data_of(anna, sign_in).html

    for tag in ("<script", "<img", "<b>", "<i>"):
        assert tag not in html
    for words in ("title()", "comment()", "mail()", "bio()"):
        assert f"&lt;script&gt;{words}&lt;/script&gt;" in html


def test_it_names_others_only_where_what_we_hold_of_somebody_does(app: Flask, sign_in: SignIn) -> None:
    anna = make_somebody_with_everything()
    readable = data_of(anna, sign_in)

    held = json.dumps(readable.tables, ensure_ascii=False)
    others = session.execute(sa.select(Person.name, Person.email).where(Person.id != anna.id)).all()
    said = {words for person in others for words in person if words in readable.html}
    assert {words for words in said if words not in held} == set()
    # Whoever took a comment away said so in public; nobody else is named.
    assert said == {"Mila Hendriks"}
    for elsewhere in ("192.0.2.77", "203.0.113.1", "Somebody else", "Bram de Groot"):
        assert elsewhere not in readable.html


def test_the_picture_is_shown_from_the_archive(app: Flask, sign_in: SignIn) -> None:
    readable = data_of(make_somebody_with_everything(staff=False), sign_in)

    shown = re.findall(r'<img class="thing__picture" src="([^"]+)"', readable.html)
    assert len(shown) == 1
    assert readable.archive.read(shown[0])[8:12] == b"WEBP"


def test_every_link_leads_back_to_the_site_or_into_the_archive(app: Flask, sign_in: SignIn) -> None:
    readable = data_of(make_somebody_with_everything(), sign_in)

    links = set(re.findall(r'(?:href|src)="([^"]*)"', readable.html))
    ids = set(re.findall(r' id="([^"]+)"', readable.html))
    files = set(readable.archive.namelist())
    astray = [
        link
        for link in links
        if not link.startswith("http://localhost/")
        if link.removeprefix("#") not in ids
        if link not in files
    ]
    assert astray == []


def test_it_asks_no_more_of_the_database_where_there_is_more(app: Flask, sign_in: SignIn) -> None:
    anna, thread = make_person(email=EMAIL, language="en"), make_thread()
    browser = sign_in(anna)
    asked: list[int] = []
    for more in (1, 2):
        for _number in range(more):
            make_comment(thread=thread, author=anna)
            make_entry(make_challenge(), from_address=EMAIL)
        with counted_statements() as statements:
            browser.post("/account/data").close()
        # The messages themselves are read one at a time: each may be large.
        asked.append(sum(not statement.startswith("SELECT delivery.raw") for statement in statements))
    assert asked[0] == asked[1]


def test_it_takes_no_more_memory_where_there_is_more(app: Flask, sign_in: SignIn) -> None:
    anna = make_person(language="en")
    said = make_comment(author=anna, body="Nobody reads this twice. " * 200)
    browser = sign_in(anna)
    # What is made once, such as templates, does not count.
    browser.post("/account/data").close()
    peaks: list[int] = []
    for times in (2 * PORTION, 8 * PORTION):
        say_again(said, times)
        tracemalloc.start()
        browser.post("/account/data").close()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0], peaks


def say_again(said: Comment, times: int) -> None:
    """The same comment once more, so often, without the cost of posting it."""
    columns = [
        column for column in Comment.__table__.columns if column.name not in {"id", "path", "submission_key"}
    ]
    row = {column.name: getattr(said, column.name) for column in columns}
    with unit_of_work():
        for portion in in_portions(range(times)):
            paths = (f"x{next(_numbers):05}" for _number in portion)
            session.execute(sa.insert(Comment), [{**row, "path": path} for path in paths])


def data_of(person: Person, sign_in: SignIn) -> Readable:
    """What somebody gets who presses the button."""
    with sign_in(person).post("/account/data") as answer:
        assert answer.status_code == 200
        return Readable(answer.data)
