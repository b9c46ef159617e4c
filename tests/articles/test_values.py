import pytest

from blog.articles.values import ArticleText, normal_tags, slug_from


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("De klant is geen koning", "de-klant-is-geen-koning"),
        ("Drieëntwintig ideeën – en één vráág!", "drieentwintig-ideeen-en-een-vraag"),
        ("Straße, Ærø & Łódź", "strasse-aero-lodz"),
        ("  100% gelijk?  ", "100-gelijk"),
        ("日本", ""),
        ("", ""),
    ],
)
def test_slug_from_makes_a_readable_address(title: str, slug: str) -> None:
    assert slug_from(title) == slug


def test_slug_from_cuts_between_words() -> None:
    slug = slug_from("woord " * 40)

    assert slug == "-".join(["woord"] * 13)
    assert len(slug) <= 80


def test_slug_from_cuts_a_single_endless_word() -> None:
    assert slug_from("x" * 200) == "x" * 80


def test_normal_tags_keeps_each_once_in_the_order_given() -> None:
    assert normal_tags(["#Verkoop", "  lange   adem ", "verkoop", "", "#"]) == ("verkoop", "lange adem")


def test_tidied_keeps_the_body_and_cleans_single_lines() -> None:
    text = ArticleText(
        title="  Een\ttitel\0 ",
        slug=" adres ",
        body="Eerste\r\nregel  \r\n\r\n\0Tweede\n\n\n",
        language="nl",
        proposition="  ",
        tags=("A", "a"),
    )

    assert text.tidied() == ArticleText(
        title="Een titel",
        slug="adres",
        body="Eerste\nregel  \n\nTweede\n",
        language="nl",
        proposition=None,
        tags=("a",),
    )


def test_tidied_leaves_a_tidy_text_as_it_is() -> None:
    text = ArticleText(title="T", slug="t", body="", language="en")

    assert text.tidied() == text
