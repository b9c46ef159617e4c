"""What readers see, and what nobody but the desk sees."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from blog.accounts.models.people import Person
from blog.articles.actions import publish_article, save_article, text_of, write_article
from blog.articles.models import Article
from blog.articles.values import ArticleText
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.support.queries import counted_statements

BODY = """Een lead met *nadruk*.

## Eerste kop

Tekst & meer.

::: challenge de-vraag
## De vraag

Wie belt er terug?
:::

::: exercise dagboek fields=2
## Dagboek

Schrijf op wat je zag.
:::
"""
OPERATOR = Actor(None, "Redactie", frozenset({"admin"}))
FORM = {"title": "Een stuk", "slug": "een-stuk", "language": "nl", "body": "Lead.\n", "version": "1"}


def write(body: str = BODY, *, author: Person | None = None, published: bool = False) -> Article:
    by = author.actor if author else OPERATOR
    text = ArticleText("Wie zwijgt?", "wie-zwijgt", body, "nl", "Zwijgen is goud.", ("gesprek",))
    with unit_of_work():
        article = write_article(text, by=by)
        if published:
            publish_article(article, by=OPERATOR)
    return article


def stored(article: Article) -> Article:
    session.rollback()
    session.refresh(article)
    return article


def test_article_detail_shows_lead_headings_blocks_and_language(app: Flask, client: FlaskClient) -> None:
    write(published=True)

    response = client.get("/articles/wie-zwijgt")
    page = response.text

    assert response.status_code == 200
    assert '<h1 class="reading__title" lang="nl">Wie zwijgt?</h1>' in page
    assert '<p class="reading__lead" lang="nl">Een lead met <em>nadruk</em>.</p>' in page
    assert page.count("Een lead met <em>nadruk</em>.") == 1
    assert '<h2 id="h-eerste-kop">Eerste kop</h2>' in page
    assert (
        page.index("Eerste kop") < page.index('id="challenge-de-vraag"') < page.index('id="exercise-dagboek"')
    )
    assert page.count("Wie belt er terug?") == 1
    assert page.count("data-exercise-field") == 2
    assert '<link rel="canonical" href="http://localhost/articles/wie-zwijgt">' in page
    assert '<meta name="description" content="Een lead met nadruk.">' in page
    assert 'href="http://localhost/articles/wie-zwijgt.md"' in page
    assert "noindex" not in page


def test_article_detail_says_in_which_language_what_is_said(app: Flask, client: FlaskClient) -> None:
    """What the author wrote is Dutch here, what the page says around it is English."""
    write(published=True)

    page = client.get("/articles/wie-zwijgt").text

    assert '<html lang="en">' in page
    assert '<article class="reading">' in page
    assert '<div class="prose prose--article" lang="nl">' in page
    assert '<div class="prose prose--exercise" lang="nl">' in page
    assert "1 minute to read" in page


def test_article_detail_without_a_lead_is_described_by_its_first_words(
    app: Flask, client: FlaskClient
) -> None:
    write("## Een kop\n\nEn *tekst*.\n", published=True)

    page = client.get("/articles/wie-zwijgt").text

    assert '<meta name="description" content="Een kop En tekst.">' in page


def test_article_detail_tells_two_exercises_apart_in_its_margin(app: Flask, client: FlaskClient) -> None:
    write(BODY + "\n::: exercise morgen\n## Morgen\n\nDoe het.\n:::\n", published=True)

    margin = (
        client.get("/articles/wie-zwijgt").text.split('<nav class="reading__margin"')[1].split("</nav>")[0]
    )

    assert re.findall(r'href="([^"]+)">(\w+)', margin) == [
        ("#challenge-de-vraag", "Challenge"),
        ("#exercise-dagboek", "Exercise"),
        ("#exercise-morgen", "Exercise"),
        ("#thread", "Debate"),
    ]
    assert re.findall(r'class="reading__fact" lang="nl">([^<]+)', margin) == ["Dagboek", "Morgen"]


def test_a_dash_in_a_title_begins_no_line(app: Flask, client: FlaskClient) -> None:
    make_article(slug="streep", title="Geen klanten – alleen verkopers")

    for address in ("/", "/articles/", "/articles/streep"):
        assert "Geen klanten\u00a0– alleen verkopers" in client.get(address).text


def test_article_detail_shows_the_proposition_and_the_thread(app: Flask, client: FlaskClient) -> None:
    write(published=True)

    page = client.get("/articles/wie-zwijgt").text

    assert page.count("Zwijgen is goud.") == 1
    assert 'id="thread"' in page


def test_article_detail_sets_no_cookie_for_a_visitor(app: Flask, client: FlaskClient) -> None:
    write(published=True)

    assert "Set-Cookie" not in client.get("/articles/wie-zwijgt").headers


def test_article_detail_escapes_what_somebody_wrote(app: Flask, client: FlaskClient) -> None:
    text = ArticleText(
        "<b>Kop</b>", "kop", '"><script>alert(1)</script>\n', "nl", "<i>stelling</i>", ("<u>",)
    )
    with unit_of_work():
        publish_article(write_article(text, by=OPERATOR), by=OPERATOR)

    page = client.get("/articles/kop").text

    assert "<script>alert" not in page
    assert "<b>Kop" not in page
    assert "<i>stelling" not in page
    assert "&lt;b&gt;Kop&lt;/b&gt;" in page


def test_article_detail_of_a_draft_is_for_who_writes_it_and_editors(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    write(author=author)

    for person in (author, make_person(role="editor")):
        page = sign_in(person).get("/articles/wie-zwijgt").text
        assert "This is a draft." in page
        assert 'content="noindex"' in page
    for person in (make_person(), make_person(role="author"), make_person(role="moderator")):
        response = sign_in(person).get("/articles/wie-zwijgt")
        assert response.status_code == 404
        assert "goud" not in response.text


def test_article_detail_of_a_draft_is_not_found_by_visitors(app: Flask, client: FlaskClient) -> None:
    write()

    response = client.get("/articles/wie-zwijgt")
    unknown = client.get("/articles/bestaat-niet")

    assert (response.status_code, unknown.status_code) == (404, 404)
    assert "Wie zwijgt?" not in response.text


def test_article_list_shows_what_is_published_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    write(published=True)
    make_article(title="Geheim concept", published=False)

    page = client.get("/articles/").text

    assert '<a href="/articles/wie-zwijgt">Wie zwijgt?</a>' in page
    assert '<span lang="nl">gesprek</span>' in page
    assert "Geheim concept" not in page


@pytest.mark.parametrize(
    ("language", "months", "day"),
    [
        ("en", ["February 2026", "January 2026"], "1 February"),
        ("nl", ["Februari 2026", "Januari 2026"], "1 februari"),
    ],
)
def test_article_list_goes_by_the_month_of_the_reader(
    app: Flask, client: FlaskClient, language: str, months: list[str], day: str
) -> None:
    # The last one came out in January still, for whoever lives in Greenwich.
    for title, moment in (
        ("Eerste", datetime(2026, 1, 5, tzinfo=UTC)),
        ("Tweede", datetime(2026, 1, 20, tzinfo=UTC)),
        ("Derde", datetime(2026, 1, 31, 23, 30, tzinfo=UTC)),
    ):
        article = make_article(title=title)
        with unit_of_work():
            article.published_at = moment

    page = client.get(f"/articles/?lang={language}").text

    assert re.findall(r'id="month-\d+">([^<]+)</h2>', page) == months
    first, second = page.split('<section class="archive"')[1:]
    assert "Derde" in first
    assert f">{day}</time>" in first
    assert second.index("Tweede") < second.index("Eerste")


def test_article_list_leads_to_older_articles(app: Flask, client: FlaskClient) -> None:
    for number in range(51):
        make_article(title=f"Stuk {number:02}")

    page = client.get("/articles/").text
    found = re.search(r'href="(/articles/\?after=[^"]+)" rel="next"', page)

    assert found is not None
    assert "Stuk 50" in page
    assert "Stuk 00" not in page
    older = client.get(found[1]).text
    assert "Stuk 00" in older
    assert 'rel="next"' not in older


def test_article_list_without_articles_says_so(app: Flask, client: FlaskClient) -> None:
    assert "Nothing has been published yet" in client.get("/articles/").text


def test_article_list_refuses_a_damaged_cursor(app: Flask, client: FlaskClient) -> None:
    assert client.get("/articles/?after=stuk").status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_article_list_costs_one_query(app: Flask, client: FlaskClient, count: int) -> None:
    for _number in range(count):
        make_article()

    with counted_statements() as statements:
        client.get("/articles/")

    assert len(statements) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_article_detail_costs_the_same_whatever_it_holds(app: Flask, client: FlaskClient, count: int) -> None:
    write("Lead.\n" + "".join(f"\n::: exercise e{n}\nSchrijf.\n:::\n" for n in range(count)), published=True)

    with counted_statements() as statements:
        client.get("/articles/wie-zwijgt")

    assert len([one for one in statements if "FROM article" in one]) == 1


@pytest.mark.parametrize("address", ["/desk/", "/desk/articles/"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_for_one_article_and_for_three(
    app: Flask, sign_in: SignIn, address: str, count: int
) -> None:
    for _number in range(count):
        make_article(published=False)
        make_article()
    browser = sign_in(make_person(role="editor"))

    with counted_statements() as statements:
        assert browser.get(address).status_code == 200

    lists = [one for one in statements if "FROM article" in one]
    assert len(lists) == (2 if address == "/desk/" else 1)


DESK = ["/desk/", "/desk/articles/", "/desk/articles/new"]


@pytest.mark.parametrize("address", DESK)
def test_the_desk_is_for_authors_and_editors(app: Flask, sign_in: SignIn, address: str) -> None:
    for role in ("author", "editor", "admin"):
        assert sign_in(make_person(role=role)).get(address).status_code == 200
    for role in ("reader", "moderator"):
        assert sign_in(make_person(role=role)).get(address).status_code == 403


@pytest.mark.parametrize("address", DESK)
def test_the_desk_sends_visitors_to_sign_in(app: Flask, client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 302
    assert "/account/sign-in" in response.location


def test_desk_home_shows_an_author_their_own_and_an_editor_all(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    make_article(title="Mijn concept", author=author, published=False)
    make_article(title="Mijn stuk", author=author)
    make_article(title="Van een ander", published=False)

    own = sign_in(author).get("/desk/").text
    everybody = sign_in(make_person(role="editor")).get("/desk/").text

    # What is not finished comes first, whatever was changed last.
    assert own.index("Mijn concept") < own.index("Mijn stuk")
    assert own.count("<table") == 1
    assert "Van een ander" not in own
    assert "Van een ander" in everybody


def test_desk_list_shows_an_author_their_own_and_an_editor_all(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    make_article(title="Mijn concept", author=author, published=False)
    make_article(title="Van een ander", published=False)

    assert "Van een ander" not in sign_in(author).get("/desk/articles/").text
    assert "Van een ander" in sign_in(make_person(role="editor")).get("/desk/articles/").text


def test_desk_new_stores_a_draft_and_goes_to_its_page(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author", name="Bram")
    browser = sign_in(author)

    response = browser.post("/desk/articles/new", data=FORM | {"act": "save", "tags": "B, a,b"})

    assert response.status_code == 303
    page = browser.get(response.location).text
    assert "Saved." in page
    assert 'value="een-stuk"' in page
    assert 'value="b, a"' in page
    assert ">Bram<" in page


def test_desk_new_publishes_for_an_editor_and_refuses_an_author(
    app: Flask, sign_in: SignIn, client: FlaskClient
) -> None:
    refused = sign_in(make_person(role="author")).post("/desk/articles/new", data=FORM | {"act": "publish"})
    assert refused.status_code == 403
    assert client.get("/articles/een-stuk").status_code == 404

    done = sign_in(make_person(role="editor")).post("/desk/articles/new", data=FORM | {"act": "publish"})
    assert done.status_code == 303
    assert client.get("/articles/een-stuk").status_code == 200


def test_desk_new_keeps_what_was_typed_when_it_cannot_be_saved(app: Flask, sign_in: SignIn) -> None:
    write()
    data = FORM | {"slug": "wie-zwijgt", "body": "Lead.\n\n::: raadsel\nx\n\n::: callout\ny\n", "act": "save"}

    response = sign_in(make_person(role="author")).post("/desk/articles/new", data=data)
    page = response.text

    assert response.status_code == 422
    assert "::: raadsel" in page
    assert "Line 3" in page
    assert "Line 6" in page
    assert "data-unsaved" in page


def test_desk_new_without_a_title_says_so_at_the_field(app: Flask, sign_in: SignIn) -> None:
    response = sign_in(make_person(role="author")).post("/desk/articles/new", data=FORM | {"title": ""})

    assert response.status_code == 422
    assert 'id="title-error"' in response.text


def test_desk_new_previews_without_storing(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="author"))

    response = browser.post("/desk/articles/new", data=FORM | {"body": BODY, "act": "preview"})

    assert response.status_code == 200
    assert '<p class="reading__lead" lang="nl">Een lead met <em>nadruk</em>.</p>' in response.text
    assert "## Eerste kop" in response.text
    assert "Een stuk" not in browser.get("/desk/articles/").text


def test_desk_edit_saves_and_says_so(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    article = write(author=author)
    browser = sign_in(author)

    response = browser.post(
        f"/desk/articles/{article.id}", data=FORM | {"body": "Anders.\r\n", "act": "save"}
    )

    assert response.status_code == 303
    assert "Saved." in browser.get(response.location).text
    assert (stored(article).body, article.version, article.slug) == ("Anders.\n", 2, "een-stuk")


def test_desk_edit_overwrites_nothing_and_shows_both_texts(app: Flask, sign_in: SignIn) -> None:
    article = write()
    with unit_of_work():
        save_article(
            article, ArticleText("Wie zwijgt?", "wie-zwijgt", "Van A.\n", "nl"), version=1, by=OPERATOR
        )
    browser = sign_in(make_person(role="editor"))

    response = browser.post(f"/desk/articles/{article.id}", data=FORM | {"body": "Van B.\n", "act": "save"})

    assert response.status_code == 409
    assert "Van A." in response.text
    assert "Van B." in response.text
    assert 'name="version" type="hidden" value="2"' in response.text
    assert stored(article).body == "Van A.\n"
    again = browser.post(
        f"/desk/articles/{article.id}", data=FORM | {"body": "A en B.\n", "version": "2", "act": "save"}
    )
    assert again.status_code == 303
    assert stored(article).body == "A en B.\n"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_desk_edit_takes_a_damaged_version_as_an_old_one(app: Flask, sign_in: SignIn, version: str) -> None:
    article = write()

    response = sign_in(make_person(role="editor")).post(
        f"/desk/articles/{article.id}", data=FORM | {"version": version, "act": "save"}
    )

    assert response.status_code == 409
    assert stored(article).version == 1


def test_desk_edit_publishes_and_takes_back(app: Flask, sign_in: SignIn, client: FlaskClient) -> None:
    article = write()
    browser = sign_in(make_person(role="editor"))
    data = FORM | {"slug": "wie-zwijgt"}

    browser.post(f"/desk/articles/{article.id}", data=data | {"act": "publish"})
    assert client.get("/articles/wie-zwijgt").status_code == 200

    response = browser.post(f"/desk/articles/{article.id}/unpublish")
    assert (response.status_code, response.location) == (303, f"/desk/articles/{article.id}")
    assert "This article is a draft again." in browser.get(response.location).text
    assert client.get("/articles/wie-zwijgt").status_code == 404


def test_desk_unpublish_stores_nothing_of_what_is_typed(app: Flask, sign_in: SignIn) -> None:
    article = write(published=True)

    sign_in(make_person(role="editor")).post(
        f"/desk/articles/{article.id}/unpublish", data=FORM | {"body": "Halverwege een zin"}
    )

    assert (stored(article).body, stored(article).version, stored(article).is_published) == (BODY, 1, False)


def test_desk_unpublish_is_for_editors(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    own, other = write(author=author, published=True), make_article()
    browser = sign_in(author)

    assert browser.post(f"/desk/articles/{own.id}/unpublish").status_code == 403
    assert browser.post(f"/desk/articles/{other.id}/unpublish").status_code == 404
    assert 'action="/desk/articles/' not in browser.get(f"/desk/articles/{own.id}").text
    assert stored(own).is_published


def test_desk_edit_asks_before_it_takes_an_article_back(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_person(role="editor"))
    published, draft = write(published=True), make_article(published=False)
    address = '<form class="confirm__form" method="post" action="/desk/articles/{}/unpublish">'

    page = browser.get(f"/desk/articles/{published.id}").text
    assert address.format(published.id) in page
    assert "Readers find neither the article nor its debate any more." in page
    assert "Keep it published" in page
    assert address.format(draft.id) not in browser.get(f"/desk/articles/{draft.id}").text


def test_desk_edit_shows_an_author_what_is_published_without_a_form(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    article = write(author=author, published=True)
    browser = sign_in(author)

    page = browser.get(f"/desk/articles/{article.id}").text
    refused = browser.post(f"/desk/articles/{article.id}", data=FORM | {"act": "save"})

    assert "Only an editor changes it now." in page
    assert 'id="article-form"' not in page
    assert refused.status_code == 403
    assert stored(article).version == 1


def test_desk_edit_of_somebody_elses_article_is_not_found(app: Flask, sign_in: SignIn) -> None:
    article = write()
    browser = sign_in(make_person(role="author"))

    for address in ("", "/revisions", "/revisions/1"):
        assert browser.get(f"/desk/articles/{article.id}{address}").status_code == 404
    assert browser.post(f"/desk/articles/{article.id}", data=FORM).status_code == 404


def test_desk_edit_previews_what_is_typed_and_keeps_what_is_stored(app: Flask, sign_in: SignIn) -> None:
    article = write()

    response = sign_in(make_person(role="editor")).post(
        f"/desk/articles/{article.id}", data=FORM | {"body": "Heel *anders*.\n", "act": "preview"}
    )

    assert response.status_code == 200
    assert '<p class="reading__lead" lang="nl">Heel <em>anders</em>.</p>' in response.text
    assert stored(article).body == BODY


def test_desk_preview_gives_the_part_alone_with_its_problems(app: Flask, sign_in: SignIn) -> None:
    response = sign_in(make_person(role="author")).post(
        "/desk/preview", data=FORM | {"title": "", "body": "Lead.\n\n::: raadsel\n"}
    )

    assert response.status_code == 200
    assert "<html" not in response.text
    assert "Without a title" in response.text
    assert "Line 3" in response.text


def test_desk_preview_is_not_for_readers(app: Flask, sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in(make_person()).post("/desk/preview", data=FORM).status_code == 403
    assert client.post("/desk/preview", data=FORM).status_code == 401


def test_preview_and_page_draw_the_text_alike(app: Flask, sign_in: SignIn, client: FlaskClient) -> None:
    write(published=True)

    def text_of_page(page: str) -> str:
        text = re.search(r'<div class="prose prose--article" lang="nl">.*?</div>', page, re.DOTALL)
        assert text is not None
        return text[0]

    preview = sign_in(make_person(role="author")).post("/desk/preview", data=FORM | {"body": BODY}).text
    assert text_of_page(preview) == text_of_page(client.get("/articles/wie-zwijgt").text)


def test_desk_revisions_shows_who_said_what_when(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author", name="Bram")
    article = write(author=author)
    with unit_of_work():
        save_article(article, ArticleText("Nieuw", "nieuw", "Nieuw.\n", "nl"), version=1, by=OPERATOR)
    browser = sign_in(author)

    page = browser.get(f"/desk/articles/{article.id}/revisions").text
    first = browser.get(f"/desk/articles/{article.id}/revisions/1").text

    assert "Version 2" in page
    assert "Version 1" in page
    assert "Bram" in page
    assert "nobody with an account" in page
    assert "Een lead met *nadruk*." in first
    assert browser.get(f"/desk/articles/{article.id}/revisions/3").status_code == 404


def test_desk_revision_escapes_what_was_typed(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    article = write("<script>alert(1)</script>\n", author=author)

    page = sign_in(author).get(f"/desk/articles/{article.id}/revisions/1").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_text_of_an_article_goes_through_the_form_unchanged(app: Flask, sign_in: SignIn) -> None:
    article = write()
    before = text_of(article)
    data = {
        "title": before.title,
        "slug": before.slug,
        "language": before.language,
        "proposition": before.proposition or "",
        "tags": ", ".join(before.tags),
        "body": before.body.replace("\n", "\r\n"),
        "version": "1",
        "act": "save",
    }

    sign_in(make_person(role="editor")).post(f"/desk/articles/{article.id}", data=data)

    assert stored(article).version == 1


def test_what_was_typed_is_given_back_when_the_session_has_ended(app: Flask, client: FlaskClient) -> None:
    response = client.post("/desk/articles/new", data=FORM | {"body": "Uren <werk>.", "act": "save"})

    assert response.status_code == 401
    assert "Uren &lt;werk&gt;.</textarea>" in response.text
    assert 'href="/account/sign-in?next=%2Fdesk%2Farticles%2Fnew"' in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_what_was_typed_is_given_back_when_it_may_not_be_saved_any_more(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    article = write(author=author, published=True)

    response = sign_in(author).post(f"/desk/articles/{article.id}", data=FORM | {"body": "Uren werk."})

    assert response.status_code == 403
    assert "Uren werk.</textarea>" in response.text


def test_a_refusal_without_words_is_the_common_one(app: Flask, client: FlaskClient) -> None:
    response = client.post("/desk/articles/new", data={"title": "Leeg"})

    assert response.status_code == 401
    assert "<textarea" not in response.text


def test_article_detail_is_drawn_by_the_renderer_of_today(app: Flask, client: FlaskClient) -> None:
    article = write(published=True)
    with unit_of_work():
        article.html, article.renderer_version = "<p>Van vroeger.</p>", 0

    page = client.get("/articles/wie-zwijgt").text

    assert "Van vroeger." not in page
    assert "Een lead met <em>nadruk</em>." in page


@pytest.mark.parametrize(
    "slug", ["%00", "een%00stuk", "%ff", "EEN-STUK", "een stuk", "een-stuk-", "x" * 3000]
)
def test_article_detail_at_an_impossible_address_is_not_found(
    app: Flask, client: FlaskClient, slug: str
) -> None:
    make_article(slug="een-stuk")

    assert client.get(f"/articles/{slug}").status_code == 404
    assert client.get(f"/articles/{slug}.md").status_code == 404


def test_a_form_with_impossible_characters_is_stored_without_them(app: Flask, sign_in: SignIn) -> None:
    author = make_person(role="author")
    data = {"title": "Een\0 stuk", "language": "nl", "body": "Le\0ad.", "proposition": "\0", "tags": "a\0,b"}

    assert sign_in(author).post("/desk/articles/new", data=data).status_code == 303

    (article,) = session.scalars(sa.select(Article))
    assert (article.title, article.slug, article.body) == ("Een stuk", "een-stuk", "Lead.\n")
    assert (article.proposition, article.tags) == (None, ["a", "b"])


def test_desk_new_gives_the_text_back_when_the_database_does_not_answer(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_given: object, **_named: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr("blog.articles.views.write_article", locked)
    response = sign_in(make_person(role="editor")).post(
        "/desk/articles/new", data=FORM | {"body": "Uren werk.", "act": "save"}
    )
    assert response.status_code == 503
    assert "Uren werk." in response.text
