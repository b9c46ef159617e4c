"""`flask articles import|export` and `flask comments import`, as somebody at the command line meets them."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog.articles.models import Article, ArticleRevision
from blog.challenges.models.challenges import Challenge
from blog.challenges.values import ChallengeStatus
from blog.core.actor import Actor
from blog.core.db import Base, session, unit_of_work
from blog.discussions.actions import remove_comment
from blog.discussions.models import Comment, Thread
from tests.factories.accounts import make_person
from tests.factories.articles import make_article

ARTICLE = """---
title: De bakker luistert
slug: de-bakker-luistert
language: nl
author: Fenna de Wit
tags: [ambacht]
proposition: Wie luistert, verkoopt meer dan wie praat.
challenge:
  slug: het-laatste-brood
  prize: Een tas vol brood
  judging: editor
---
Om zes uur gaat de deur open.

## Wat de eerste klant zegt

Niets, meestal.

::: challenge het-laatste-brood
## Het laatste brood

Twee klanten, één brood. Wie krijgt het?
:::

::: exercise toonbank fields=2
## Aan de toonbank

Noem twee klanten die niets zeiden.
:::
"""
PLAIN = "---\ntitle: Een kort stuk\nslug: een-kort-stuk\nlanguage: nl\n---\nAlleen tekst.\n"
COMMENTS = {
    "article": "de-bakker-luistert",
    "comments": [
        {"id": "r1", "parent": None, "author": "Joost", "body": "Ik zie het *anders*."},
        {"id": "r3", "parent": "r2", "author": None, "body": "Toch niet."},
        {"id": "r2", "parent": "r1", "author": "Saskia", "body": "Leg uit.", "created": "2026-02-01T09:00"},
    ],
}

MODERATOR = Actor(None, "Mo", frozenset({"moderator"}))


class Desk:
    """A folder with files, and the commands that take them."""

    def __init__(self, folder: Path, runner: FlaskCliRunner) -> None:
        self.folder = folder
        self.runner = runner

    def file(self, content: str | bytes | object, name: str = "stuk.md") -> str:
        path = self.folder / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content, indent=1, ensure_ascii=False)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def run(self, *arguments: str) -> Result:
        result = self.runner.invoke(args=list(arguments))
        session.rollback()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def refused(self, *arguments: str) -> str:
        """What a refused command says on stderr; it says nothing on stdout."""
        before = everything()
        result = self.run(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "Traceback" not in result.stderr
        assert everything() == before
        return result.stderr.replace(f"{self.folder}/", "")


@pytest.fixture
def desk(tmp_path: Path, runner: FlaskCliRunner) -> Desk:
    return Desk(tmp_path, runner)


def everything() -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    counts = {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
    }
    session.rollback()
    return counts


def article(slug: str = "de-bakker-luistert") -> Article:
    return session.scalars(sa.select(Article).where(Article.slug == slug)).one()


def challenge(slug: str = "het-laatste-brood") -> Challenge:
    return session.scalars(sa.select(Challenge).where(Challenge.slug == slug)).one()


def comment(external_id: str) -> Comment:
    return session.scalars(sa.select(Comment).where(Comment.external_id == external_id)).one()


def test_import_makes_drafts_of_article_and_challenge(app: Flask, desk: Desk, client: FlaskClient) -> None:
    result = desk.run("articles", "import", desk.file(ARTICLE))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("de-bakker-luistert: created, draft; challenge het-laatste-brood, draft")
    assert (article().byline, article().author_id, article().status) == ("Fenna de Wit", None, "draft")
    assert (article().language, article().tags) == ("nl", ["ambacht"])
    assert article().proposition == "Wie luistert, verkoopt meer dan wie praat."
    assert article().lead == "Om zes uur gaat de deur open."
    assert challenge().title == "Het laatste brood"
    assert challenge().question_html == "<p>Twee klanten, één brood. Wie krijgt het?</p>"
    assert (challenge().prize, challenge().article_id) == ("Een tas vol brood", article().id)
    assert client.get("/articles/de-bakker-luistert").status_code == 404


def test_import_with_publish_shows_everything(app: Flask, desk: Desk, client: FlaskClient) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")

    page = client.get("/articles/de-bakker-luistert").text

    assert challenge().status == ChallengeStatus.OPEN
    assert "het-laatste-brood" in page
    assert "Een tas vol brood" in page
    assert page.count("Twee klanten, één brood.") == 1
    assert page.count("data-exercise-field") == 2
    assert session.scalars(sa.select(Thread.article_id)).all() == [article().id]


def test_import_again_changes_nothing(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    before = everything()

    result = desk.run("articles", "import", desk.file(ARTICLE), "--publish")

    assert result.exit_code == 0
    assert "de-bakker-luistert: unchanged, published" in result.stdout
    assert everything() == before


def test_import_of_the_same_slug_updates_and_keeps_it_published(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    changed = ARTICLE.replace("Om zes uur", "Om zeven uur").replace("Een tas vol", "Twee tassen")

    result = desk.run("articles", "import", desk.file(changed.replace("Wie krijgt het?", "Wie niet?")))

    assert "de-bakker-luistert: updated, published; challenge het-laatste-brood, open" in result.stdout
    assert (article().lead, article().version) == ("Om zeven uur gaat de deur open.", 2)
    assert (challenge().prize, challenge().question_html) == (
        "Twee tassen brood",
        "<p>Twee klanten, één brood. Wie niet?</p>",
    )
    assert len(session.scalars(sa.select(ArticleRevision)).all()) == 2


def test_import_knows_the_author_by_handle(app: Flask, desk: Desk) -> None:
    person = make_person(role="author", name="Fenna de Wit")

    desk.run(
        "articles", "import", desk.file(ARTICLE.replace("author: Fenna de Wit", f"author: {person.handle}"))
    )

    assert (article().author_id, article().byline) == (person.id, "Fenna de Wit")


def test_import_without_an_author_stands_under_who_does_it(app: Flask, desk: Desk) -> None:
    person = make_person(role="editor", name="Bram", email="bram@example.org")

    desk.run("articles", "import", desk.file(PLAIN), "--by", "bram@example.org")

    assert (article("een-kort-stuk").author_id, article("een-kort-stuk").byline) == (person.id, "Bram")
    assert session.scalars(sa.select(ArticleRevision.saved_by_id)).all() == [person.id]


def test_import_tells_what_was_done_as_json(app: Flask, desk: Desk) -> None:
    result = desk.run(
        "articles", "import", desk.file(ARTICLE), desk.file(PLAIN, "kort.md"), "--publish", "--json"
    )

    assert json.loads(result.stdout) == [
        {
            "slug": "de-bakker-luistert",
            "did": "created",
            "status": "published",
            "version": 1,
            "challenge": {"slug": "het-laatste-brood", "status": "open"},
            "url": "http://localhost/articles/de-bakker-luistert",
        },
        {
            "slug": "een-kort-stuk",
            "did": "created",
            "status": "published",
            "version": 1,
            "challenge": None,
            "url": "http://localhost/articles/een-kort-stuk",
        },
    ]


def test_import_of_a_closed_challenge_again_opens_nothing(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    with unit_of_work():
        challenge().status = ChallengeStatus.CLOSED

    result = desk.run("articles", "import", desk.file(ARTICLE), "--publish")

    assert result.exit_code == 0
    assert challenge().status == ChallengeStatus.CLOSED


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("title: De bakker luistert", "title: De: bakker", "stuk.md:2: The front matter is not valid YAML"),
        ("title: De bakker luistert\n", "", "stuk.md:1: “title” is missing."),
        ("tags:", "tag:", "stuk.md:6: “tag” is not known. Did you mean “tags”?"),
        ("::: exercise toonbank fields=2", "::: raadsel toonbank", "stuk.md:25: There is no block “raadsel”"),
        ("::: exercise toonbank", "::: challenge toonbank", "stuk.md:25: "),
        ("Twee klanten, één brood. Wie krijgt het?\n:::", "Wie?", "stuk.md:"),
        (
            "slug: het-laatste-brood",
            "slug: het-eerste-brood",
            "stuk.md:9: The text has no block for this challenge.",
        ),
        (
            "slug: het-laatste-brood",
            "slug: het-eerste-brood",
            "stuk.md:19: The front matter says nothing of the",
        ),
        ("slug: het-laatste-brood", "slug: Het_Brood", "stuk.md:9: "),
        ("judging: editor", "judging: dobbelsteen", "stuk.md:11: "),
        ("slug: de-bakker-luistert", "slug: De bakker", "stuk.md:3: An address has small letters"),
        ("proposition: Wie", "proposition: Wie " + "x" * 500, "stuk.md:7: This is "),
        ("author: Fenna", "author: Fenna " + "x" * 200, "stuk.md:5: This is "),
        ("tags: [ambacht]", "tags: [" + "x" * 41 + "]", "stuk.md:6: This is "),
    ],
)
def test_import_refuses_a_bad_file(app: Flask, desk: Desk, old: str, new: str, fault: str) -> None:
    assert old in ARTICLE

    stderr = desk.refused("articles", "import", desk.file(ARTICLE.replace(old, new, 1)), "--publish")

    assert stderr.startswith("Error: stuk.md:")
    assert fault in stderr
    assert stderr.endswith("\nNothing was imported.\n")


def test_import_refuses_an_empty_article_only_when_it_is_published(app: Flask, desk: Desk) -> None:
    empty = desk.file(PLAIN.replace("Alleen tekst.\n", ""))

    assert "stuk.md:6: Write something" in desk.refused("articles", "import", empty, "--publish")
    assert desk.run("articles", "import", empty).exit_code == 0


def test_import_refuses_a_challenge_that_closed_before_it_opens(app: Flask, desk: Desk) -> None:
    text = ARTICLE.replace("judging: editor", "closes: 2020-01-01")

    assert "stuk.md:9: The closing time has passed." in desk.refused(
        "articles", "import", desk.file(text), "--publish"
    )


def test_import_of_several_files_is_all_or_nothing(app: Flask, desk: Desk) -> None:
    good, bad = desk.file(PLAIN, "goed.md"), desk.file(ARTICLE.replace("language: nl", "language: fr"))

    stderr = desk.refused("articles", "import", good, bad)

    assert "stuk.md:4: “fr” cannot be used" in stderr
    assert "goed.md" not in stderr


def test_import_of_several_files_is_all_or_nothing_also_late(app: Flask, desk: Desk) -> None:
    other = ARTICLE.replace("de-bakker-luistert", "de-slager-zwijgt")
    desk.run("articles", "import", desk.file(other))

    stderr = desk.refused("articles", "import", desk.file(PLAIN, "goed.md"), desk.file(ARTICLE), "--publish")

    assert "stuk.md:9: " in stderr
    assert "het-laatste-brood" in stderr


def test_import_tells_the_faults_of_all_files(app: Flask, desk: Desk) -> None:
    one = desk.file(ARTICLE.replace("title:", "titel:"), "een.md")
    two = desk.file(PLAIN.replace("slug:", "slag:"), "twee.md")

    stderr = desk.refused("articles", "import", one, two)

    assert "een.md:2: “titel” is not known." in stderr
    assert "twee.md:3: “slag” is not known." in stderr


def test_import_refuses_two_files_with_one_slug(app: Flask, desk: Desk) -> None:
    one, two = desk.file(PLAIN, "een.md"), desk.file(PLAIN, "twee.md")

    assert "twee.md:3: " in desk.refused("articles", "import", one, two)


def test_import_refuses_two_files_with_one_challenge(app: Flask, desk: Desk) -> None:
    one = desk.file(ARTICLE, "een.md")
    two = desk.file(ARTICLE.replace("de-bakker-luistert", "de-slager-zwijgt"), "twee.md")

    assert "twee.md:9: " in desk.refused("articles", "import", one, two)


@pytest.mark.parametrize("name", ["bestaat-niet.md", "."])
def test_import_refuses_what_cannot_be_read(app: Flask, desk: Desk, name: str) -> None:
    stderr = desk.refused("articles", "import", str(desk.folder / name))

    assert "The file cannot be read" in stderr


def test_import_refuses_somebody_who_is_not_here(app: Flask, desk: Desk) -> None:
    stderr = desk.refused("articles", "import", desk.file(PLAIN), "--by", "niemand@example.org")

    assert "Nobody here has the address niemand@example.org." in stderr


def test_import_refuses_who_may_not(app: Flask, desk: Desk) -> None:
    make_person(name="Lezer", email="lezer@example.org")
    make_person(name="Auteur", role="author", email="auteur@example.org")
    file = desk.file(PLAIN)

    assert "Lezer may not do this." in desk.refused("articles", "import", file, "--by", "lezer@example.org")
    assert "Auteur may not do this." in desk.refused(
        "articles", "import", file, "--publish", "--by", "auteur@example.org"
    )
    assert desk.run("articles", "import", file, "--by", "auteur@example.org").exit_code == 0


def test_export_prints_what_import_takes(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")

    assert desk.run("articles", "export", "de-bakker-luistert").stdout == ARTICLE


def test_export_of_an_article_by_a_person_names_their_handle(app: Flask, desk: Desk) -> None:
    person = make_person(role="author")
    make_article(slug="eigen", title="Een: kop", body="Tekst.\n", author=person, published=False)

    exported = desk.run("articles", "export", "eigen").stdout

    assert f"author: {person.handle}\n" in exported
    assert "unchanged" in desk.run("articles", "import", desk.file(exported)).stdout


def test_export_refuses_an_unknown_slug(app: Flask, desk: Desk) -> None:
    assert "There is no article “bestaat-niet”." in desk.refused("articles", "export", "bestaat-niet")


def test_list_shows_every_article(app: Flask, desk: Desk) -> None:
    make_article(slug="open", title="Open")
    make_article(slug="concept", title="Concept", published=False)

    assert desk.run("articles", "list").stdout == "concept  draft  en  Concept\nopen  published  en  Open\n"
    data = json.loads(desk.run("articles", "list", "--json").stdout)
    assert [(one["slug"], one["status"]) for one in data] == [("concept", "draft"), ("open", "published")]


def test_comments_import_keeps_tree_names_and_times(app: Flask, desk: Desk, client: FlaskClient) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")

    result = desk.run("comments", "import", desk.file(COMMENTS, "reacties.json"))

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("de-bakker-luistert: 3 comments created, 0 updated, 0 unchanged")
    assert (comment("r1").parent_id, comment("r1").author_name) == (None, "Joost")
    assert (comment("r2").parent_id, comment("r2").depth) == (comment("r1").id, 1)
    assert (comment("r3").parent_id, comment("r3").depth, comment("r3").author_name) == (
        comment("r2").id,
        2,
        None,
    )
    assert comment("r2").created_at.isoformat() == "2026-02-01T08:00:00+00:00"
    assert session.scalars(sa.select(Thread.comment_count)).all() == [3]
    page = client.get("/articles/de-bakker-luistert").text
    assert "Ik zie het <em>anders</em>." in page
    assert "Saskia" in page


def test_comments_import_again_changes_nothing(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    file = desk.file(COMMENTS, "reacties.json")
    desk.run("comments", "import", file)
    before = everything()

    result = desk.run("comments", "import", file, "--json")

    assert everything() == before
    assert json.loads(result.stdout) == {
        "article": "de-bakker-luistert",
        "thread": comment("r1").thread_id,
        "created": 0,
        "updated": 0,
        "unchanged": 3,
        "url": "http://localhost/articles/de-bakker-luistert",
    }


def test_comments_import_updates_what_has_other_words(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    desk.run("comments", "import", desk.file(COMMENTS, "reacties.json"))
    changed = json.loads(json.dumps(COMMENTS))
    changed["comments"][0]["body"] = "Ik zie het nu **ook** zo."
    changed["comments"].append({"id": "r4", "parent": "r1", "author": "Nieuw", "body": "Mooi."})

    result = desk.run("comments", "import", desk.file(changed, "reacties.json"), "--json")

    data = json.loads(result.stdout)
    assert (data["created"], data["updated"], data["unchanged"]) == (1, 1, 2)
    assert comment("r1").body == "Ik zie het nu **ook** zo."
    assert "<strong>ook</strong>" in comment("r1").html
    assert comment("r4").parent_id == comment("r1").id


def test_comments_import_brings_nothing_back_that_was_taken_away(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    desk.run("comments", "import", desk.file(COMMENTS, "reacties.json"))
    with unit_of_work():
        remove_comment(MODERATOR, comment("r2"), "Grof.")
    changed = json.loads(json.dumps(COMMENTS))
    changed["comments"][2]["body"] = "Leg nou uit!"

    result = desk.run("comments", "import", desk.file(changed, "reacties.json"), "--json")

    assert json.loads(result.stdout)["updated"] == 0
    assert (comment("r2").status, comment("r2").body) == ("removed", "Leg uit.")


def test_comments_import_refuses_to_move_what_is_here_already(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    desk.run("comments", "import", desk.file(COMMENTS, "reacties.json"))
    moved = json.loads(json.dumps(COMMENTS))
    moved["comments"][1]["parent"] = "r1"

    stderr = desk.refused("comments", "import", desk.file(moved, "reacties.json"))

    assert stderr.startswith("Error: reacties.json:10: “r3” was imported in another place")


def test_comments_import_goes_under_a_draft_that_nobody_sees(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    desk.run("articles", "import", desk.file(ARTICLE))

    assert desk.run("comments", "import", desk.file(COMMENTS, "reacties.json")).exit_code == 0
    thread_id = comment("r1").thread_id
    assert client.get(f"/debates/{thread_id}").status_code == 404


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '"r2",\n   "author": null',
            '"r9",\n   "author": null',
            "reacties.json:10: This answers “r9”, which is nowhere.",
        ),
        (
            '"parent": null',
            '"parent": "r3"',
            "reacties.json:4: These answer each other in a circle: r1 → r3 → r2 → r1.",
        ),
        ('"id": "r3"', '"id": "r1"', "reacties.json:10: The id “r1” is that of the comment on line 4."),
        (
            "de-bakker-luistert",
            "de-bakker-zwijgt",
            "reacties.json:2: There is no article “de-bakker-zwijgt”.",
        ),
        ("de-bakker-luistert", "de-bakker\\u0000", "reacties.json:2: There is no article"),
        ('"body": "Leg uit."', '"body": ""', "reacties.json:16: This comment says nothing."),
        ('"author": "Joost",', '"author": "Joost"', "reacties.json:8: This is not valid JSON"),
    ],
)
def test_comments_import_refuses_a_bad_file(app: Flask, desk: Desk, old: str, new: str, fault: str) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    text = json.dumps(COMMENTS, indent=1, ensure_ascii=False)
    assert old in text

    stderr = desk.refused("comments", "import", desk.file(text.replace(old, new, 1), "reacties.json"))

    assert stderr == f"Error: {fault}" + stderr.removeprefix(f"Error: {fault}")
    assert stderr.endswith("\nNothing was imported.\n")


def test_comments_import_keeps_nothing_when_one_late_comment_does_not_fit(app: Flask, desk: Desk) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")
    late = json.loads(json.dumps(COMMENTS))
    late["comments"][1]["body"] = "x" * 10_001

    stderr = desk.refused("comments", "import", desk.file(late, "reacties.json"))

    assert stderr.startswith("Error: reacties.json:10: ")


def test_comments_import_refuses_what_cannot_be_read(app: Flask, desk: Desk) -> None:
    assert "The file cannot be read" in desk.refused("comments", "import", str(desk.folder / "nergens.json"))


def test_article_markdown_gives_the_file_of_what_is_published(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    desk.run("articles", "import", desk.file(ARTICLE), "--publish")

    response = client.get("/articles/de-bakker-luistert.md")

    assert response.mimetype == "text/markdown"
    assert response.text == ARTICLE


def test_article_markdown_of_a_draft_is_not_found(app: Flask, desk: Desk, client: FlaskClient) -> None:
    desk.run("articles", "import", desk.file(ARTICLE))

    response = client.get("/articles/de-bakker-luistert.md")

    assert response.status_code == 404
    assert "brood" not in response.text
