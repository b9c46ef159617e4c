from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.articles.values import ArticleText
from blog.transfer.front_matter import ArticleFile, ChallengeHead, article_document, read_article_file
from blog.transfer.values import ImportRefused

ZONE = ZoneInfo("Europe/Amsterdam")
WHOLE = """---
title: De bakker luistert – en verkoopt
slug: de-bakker-luistert
language: nl
author: fenna
tags: [ambacht, Gesprek]
proposition: Wie luistert, verkoopt meer dan wie praat.
challenge:
  slug: het-laatste-brood
  prize: Een tas “vol” brood
  judging: editor
  closes: 2026-12-31T18:00
---
Een lead.

::: challenge het-laatste-brood
Wie krijgt het?
:::
"""


def read(text: str | bytes, name: str = "stuk.md") -> ArticleFile:
    data = text.encode() if isinstance(text, str) else text
    return read_article_file(name, data, language="en", zone=ZONE)


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(ImportRefused) as refusal:
        read(text)
    assert str(refusal.value).endswith("\nNothing was imported.")
    return [str(fault) for fault in refusal.value.faults]


def test_it_reads_everything_with_its_lines() -> None:
    file = read(WHOLE)

    assert file.text == ArticleText(
        title="De bakker luistert – en verkoopt",
        slug="de-bakker-luistert",
        body=WHOLE.split("---\n", 2)[2],
        language="nl",
        proposition="Wie luistert, verkoopt meer dan wie praat.",
        tags=("ambacht", "Gesprek"),
    )
    assert file.author == "fenna"
    assert file.challenge == ChallengeHead(
        "het-laatste-brood", "Een tas “vol” brood", "editor", datetime(2026, 12, 31, 17, tzinfo=UTC)
    )
    assert file.body_line == 14
    assert (file.lines["title"], file.lines["challenge.slug"]) == (2, 9)


def test_it_reads_the_least_that_an_article_needs() -> None:
    file = read("---\ntitle: Kort\nslug: kort\n---\n")

    assert file.text == ArticleText("Kort", "kort", "", "en")
    assert (file.author, file.challenge) == (None, None)


def test_it_reads_windows_line_ends_and_a_byte_order_mark() -> None:
    data = b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()

    assert read(data) == read(WHOLE)


@pytest.mark.parametrize(
    ("written", "title"),
    [("2026", "2026"), ("yes", "yes"), ("1.10", "1.10"), ("'a: b'", "a: b"), ("2026-01-02", "2026-01-02")],
)
def test_it_takes_titles_as_they_are_written(written: str, title: str) -> None:
    assert read(f"---\ntitle: {written}\nslug: x\n---\n").text.title == title


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        # The whole last day counts, in the zone of the site: winter time, then summer time.
        ("2026-12-31", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("2026-07-31", datetime(2026, 7, 31, 22, tzinfo=UTC)),
        ("2026-12-31 18:30", datetime(2026, 12, 31, 17, 30, tzinfo=UTC)),
        ("2026-12-31T18:30:00-05:00", datetime(2026, 12, 31, 23, 30, tzinfo=UTC)),
        ("2026-12-31T18:30:00Z", datetime(2026, 12, 31, 18, 30, tzinfo=UTC)),
    ],
)
def test_it_reads_closing_times(written: str, instant: datetime) -> None:
    file = read(WHOLE.replace("2026-12-31T18:00", written))

    assert file.challenge is not None
    assert file.challenge.closes_at == instant


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Alleen tekst.\n", "stuk.md:1: The front matter is missing."),
        ("", "stuk.md:1: The front matter is missing."),
        ("---\ntitle: x\n", "stuk.md:1: The front matter has no end."),
        ("---\nslug: x\n---\n", "stuk.md:1: “title” is missing."),
        ("---\nslug: x\ntitle:\n---\n", "stuk.md:3: “title” is missing."),
        ("---\ntitle: Een kop\n---\n", "stuk.md:1: “slug” is missing. Add a line such as “slug: een-kop”."),
        ("---\ntitle: a: b\nslug: x\n---\n", "stuk.md:2: The front matter is not valid YAML"),
        ("---\nslug: x\ntitle: 'a\n---\n", "stuk.md:3: The front matter is not valid YAML"),
        ("---\nslug: x\ntitle: a\n  b: c\n---\n", "stuk.md:4: The front matter is not valid YAML"),
        ("---\ntitle: x\n\tslug: x\n---\n", "stuk.md:3: The front matter is not valid YAML"),
        ("---\ntitle: x\ntags: [a\nslug: x\n---\n", "stuk.md:3: The front matter is not valid YAML"),
        ("---\ntitle: x\x07\nslug: x\n---\n", "stuk.md:2: The front matter is not valid YAML"),
        ("---\n" + "[" * 9000 + "\n---\n", "stuk.md:2: The front matter is not valid YAML"),
        ("---\ntitle: x\nslug: x\ntitel: y\n---\n", "stuk.md:4: “titel” is not known. Did you mean “title”?"),
        ("---\ntitle: x\nslug: x\nzzz: y\n---\n", "stuk.md:4: “zzz” is not known. The keys are: title, slug"),
        ("---\ntitle: x\nslug: x\ntitle: y\n---\n", "stuk.md:4: “title” stands here a second time."),
        ("---\ntitle: [x]\nslug: x\n---\n", "stuk.md:2: “title” takes one value, no list."),
        ("---\ntitle: x\nslug: x\ntags: a\n---\n", "stuk.md:4: “tags” takes a list."),
        ("---\ntitle: x\nslug: x\ntags: [[a]]\n---\n", "stuk.md:4: “tags” takes a list."),
        ("---\ntitle: x\nslug: x\nlanguage: fr\n---\n", "stuk.md:4: “fr” cannot be used for “language”."),
        ("---\n- title\n---\n", "stuk.md:2: Write this as lines of “key: value”."),
        ("---\ntitle: x\nslug: x\nchallenge: y\n---\n", "stuk.md:4: Write this as lines of “key: value”."),
        (
            "---\ntitle: x\nslug: x\nchallenge:\n  slug: y\n---\n",
            "stuk.md:4: “prize” is missing. Add a line such as “prize: …”.",
        ),
        (
            "---\ntitle: x\nslug: x\nchallenge:\n  slug: y\n  prize: z\n  closes: ooit\n---\n",
            "stuk.md:7: “ooit” is no time.",
        ),
        (
            "---\ntitle: x\nslug: x\nchallenge:\n  slug: y\n  prize: z\n  closes: 9999-12-31\n---\n",
            "stuk.md:7: “9999-12-31” is no time.",
        ),
        (
            "---\ntitle: x\nslug: x\nchallenge:\n  slug: y\n  prize: z\n  prijs: z\n---\n",
            "stuk.md:7: “prijs” is not known. Did you mean “prize”?",
        ),
        ('---\nslug: x\ntitle: "a\\0b"\n---\n', "stuk.md:3: “title” holds a character that cannot be kept."),
        ('---\ntitle: x\nslug: x\nauthor: "\\ud800"\n---\n', "stuk.md:4: “author” holds a character"),
        ('---\ntitle: x\nslug: x\ntags: ["\\ud800"]\n---\n', "stuk.md:4: “tags” holds a character"),
        (b"---\ntitle: x\nslug: x\n---\nTekst.\nCaf\xe9\n", "stuk.md:6: This is not UTF-8."),
        ("---\ntitle: x\nslug: x\n---\n".encode("utf-16"), "stuk.md:1: This is not UTF-8."),
    ],
)
def test_it_names_file_line_and_remedy(text: str | bytes, fault: str) -> None:
    found = faults(text)

    assert any(one.startswith(fault) for one in found), found


def test_it_names_all_faults_at_once_in_the_order_of_the_file() -> None:
    found = faults("---\ntitel: x\nlanguage: fr\nslug: x\ntags: a\n---\n")

    assert [one.split(": ")[0] for one in found] == ["stuk.md:1", "stuk.md:2", "stuk.md:3", "stuk.md:5"]


def test_a_document_reads_back_to_the_same_article() -> None:
    file = read(WHOLE)

    again = read(article_document(file.text, file.author or "", file.challenge))

    assert (again.text, again.author, again.challenge) == (file.text, file.author, file.challenge)


line = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1).map(
    lambda text: " ".join(text.split())
)


@given(
    title=line.filter(bool),
    author=line.filter(bool),
    tags=st.lists(line.filter(bool), max_size=3),
    prize=line.filter(bool),
)
def test_whatever_is_written_reads_back_to_the_same(
    title: str, author: str, tags: list[str], prize: str
) -> None:
    text = ArticleText(title, "een-adres", "---\n\nTekst: [x]\n", "nl", title, tuple(tags))
    challenge = ChallengeHead("een-vraag", prize, organiser="De Bond", organiser_address="Dam 1, Amsterdam")

    file = read(article_document(text, author, challenge))

    assert (file.text, file.author, file.challenge) == (text, author, challenge)
