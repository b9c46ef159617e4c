"""What is found of somebody in a text, and what is somebody else's and stays."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from blog.accounts.holdings import Leaving, WornName
from blog.accounts.traces import Traces

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def leaving(*names: str, handles: tuple[str, ...] = ()) -> Leaving:
    worn = tuple(WornName(name) for name in names)
    return Leaving(7, "Anna.Bos@example.org", "anna.bos@example.org", (), worn, handles)


ANNA = leaving("Anna Bos", "Anna de Vries", "Élodie", handles=("annabos", "anna"))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Anna Bos zei het.", "X zei het."),
        ("ANNA  BOS, Anna\nBos, ANNA DE VRIES", "X, X, X"),
        ("Anna&nbsp;Bos, Anna&#160;&#xA0;Bos, Anna\u00a0Bos", "X, X, X"),
        ("**Anna** Bos, Anna *Bos*, *Anna Bos*, _Anna Bos_", "X, X, *X*, _X_"),
        ("**Anna Bos zei**, **zei Anna Bos**, **Anna** ***Bos***", "**X zei**, **zei X**, X"),
        ("**Zei Anna** Bos; Anna **Bos zei**; Anna *de Vries*", "**Zei X**; **X zei**; X"),
        ("> Anna\n> Bos, > > Anna de\n>> Vries", "> X, > > X"),
        ("//example.org/people/anna, HTTPS://EXAMPLE.ORG/PEOPLE/ANNA", "X, X"),
        ("Eerder heette zij Anna de Vries.", "Eerder heette zij X."),
        ("Anna Bos's idee, en (Anna Bos).", "X's idee, en (X)."),
        ("@annabos en @anna, @AnnaBos!", "X en X, X!"),
        ("/people/annabos en https://example.org/people/anna.", "X en X."),
        ("example.org/people/anna/?page=2, localhost:5000/people/anna", "X, X"),
        ("Mail anna.bos@example.org of Anna.Bos@Example.org.", "Mail X of X."),
        ('[haar](/people/annabos), [Anna Bos](https://example.org/people/anna "zij")', "haar, X"),
        ("<https://example.org/people/annabos> [mail](mailto:anna.bos@example.org?subject=x)", "X mail"),
        ("<anna.bos@example.org>, [zij](</people/anna>)", "X, zij"),
        ("[Anna Bos](https://nrc.nl/anna-bos)", "[X](https://nrc.nl/anna-bos)"),
        # In code and in links of others: what leads to them goes, too.
        ("`https://example.org/people/anna`, `anna.bos@example.org`", "`X`, `X`"),
        ("https://web.example/?to=/people/anna [x](/y?to=/people/anna)", "https://web.example/?to=X x"),
        # Somebody else's.
        ("[haar](/people/annabos2), [x](/c/7)", "[haar](/people/annabos2), [x](/c/7)"),
        ("Annabel Bos, Anna Bosch, Joanna Bos, Anna-Bos", "Annabel Bos, Anna Bosch, Joanna Bos, Anna-Bos"),
        ("@annabos2, @anna-bos, x@annabos", "@annabos2, @anna-bos, x@annabos"),
        ("/people/annabos-2", "/people/annabos-2"),
        (
            "xanna.bos@example.org, anna.bos@example.organic, anna.bos@example.org.uk",
            "xanna.bos@example.org, anna.bos@example.organic, anna.bos@example.org.uk",
        ),
        ("anna, Anna en Élodie", "anna, Anna en Élodie"),
        ("anna bos, Anna bos, anna de vries, Mevrouw Bos", "anna bos, Anna bos, anna de vries, Mevrouw Bos"),
        ("https://mastodon.example/@anna, nrc.nl/@anna", "https://mastodon.example/@anna, nrc.nl/@anna"),
        ("https://parlement.example/en/people/anna", "https://parlement.example/en/people/anna"),
        ("`Anna Bos` en ``@anna ` x``", "`Anna Bos` en ``@anna ` x``"),
        ("~~~\nAnna Bos\n~~~\n\n    @anna\n", "~~~\nAnna Bos\n~~~\n\n    @anna\n"),
        ("> ```\n> Anna Bos\n> ```\n\nAnna Bos", "> ```\n> Anna Bos\n> ```\n\nX"),
        ("Een ` los teken.\n\nAnna Bos ` hier", "Een ` los teken.\n\nX ` hier"),
    ],
)
def test_names_in_full_handles_and_addresses(text: str, right: str) -> None:
    assert Traces(ANNA).without(text, "X") == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Beste Anna, ANNA en Élodie; Annabel en Joanna niet.", "Beste X, X en X; Annabel en Joanna niet."),
        ("anna bos, ANNA bos, anna&nbsp;de *vries*", "X, X, X"),
        ("Mevrouw Bos, A. Bos, A.Bos, mevrouw De Vries", "Mevrouw X, X, X, mevrouw X"),
        ("beste anna, mevrouw bos, hoi élodie, @bos", "beste X, mevrouw X, hoi X, X"),
        ("Hoi beste *anna*, Mr. de vries", "Hoi beste *X*, Mr. X"),
        ("Nee. Hallo, anna de vries!", "Nee. Hallo, X!"),
        ("anna, bos, vries en élodie", "anna, bos, vries en élodie"),
        ("Het beste anna, elke dag bos", "Het beste anna, elke dag bos"),
        ("Anna-Lena, Ter-Bos, Anna.nl, nrc.nl/anna-Bos", "Anna-Lena, Ter-Bos, Anna.nl, nrc.nl/anna-Bos"),
        (
            "*Anna@elders.example*, https://x.example/Bos_(Anna)",
            "*Anna@elders.example*, https://x.example/Bos_(Anna)",
        ),
        ("`Anna` en [Bos](/wiki/Anna)", "`Anna` en [X](/wiki/Anna)"),
    ],
)
def test_first_names_and_surnames_only_where_they_are_spoken_to(text: str, right: str) -> None:
    assert Traces(ANNA).without(text, "X", is_to_them=True) == right


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("van de", "Mark Rutte is de baas van de wereld. Van de. nee dank je wel"),
        ("Van De", "De baas van de wereld. De man, Van Gogh."),
        ("jan bos", "1 jan. 2026 in het bos, Jan Bos"),
        ("Jan Bos", "1 jan. 2026 in het bos"),
        ("Will May", "I will, it may"),
        ("De Regering", "Zij zei: de regering valt."),
        ("A B", "Plan A B, A of B"),
        ("de", "De de het"),
        ("Het", "Het is zo."),
    ],
)
def test_words_of_every_day_are_nobodys_name(name: str, text: str) -> None:
    traces = Traces(leaving(name))
    assert traces.without(text, "X") == text
    assert traces.without(text, "X", is_to_them=True) == text


def test_who_is_called_like_such_a_word_is_greeted_all_the_same() -> None:
    traces = Traces(leaving("an", "Will May"))
    text = "Beste an, I will, Will. Hi will! An apple?"
    assert traces.without(text, "X", is_to_them=True) == "Beste X, I will, X. Hi X! An apple?"


def test_a_name_counts_while_it_was_theirs() -> None:
    renamed = Leaving(
        7,
        "a@example.org",
        "a@example.org",
        (),
        (
            WornName("Mark Rutte", NOON + 2 * DAY),
            WornName("Anna Bos", NOON, NOON + 2 * DAY),
            WornName("Jo Smit", None, NOON),
        ),
        (),
    )
    text = "Jo Smit, Anna Bos, Mark Rutte"

    def said(since: datetime, written: datetime, *, is_to_them: bool = False) -> str:
        return Traces(renamed).without(text, "X", is_to_them=is_to_them, since=since, written=written)

    assert said(NOON + DAY, NOON + DAY) == "Jo Smit, X, Mark Rutte"
    assert said(NOON, NOON) == "X, X, Mark Rutte"
    assert said(NOON + DAY, NOON + 3 * DAY) == "Jo Smit, X, X"
    assert said(NOON + 3 * DAY, NOON + 4 * DAY) == "Jo Smit, Anna Bos, X"
    assert said(NOON + DAY, NOON) == text
    # Whoever answers knows who they were before, and not who they will be.
    assert said(NOON + DAY, NOON + DAY, is_to_them=True) == "X, X, Mark Rutte"
    greeted = Traces(renamed).without("Beste Mark, Mark", "X", is_to_them=True, written=NOON)
    assert greeted == "Beste X, Mark"


def test_all_first_names_are_one_name() -> None:
    traces = Traces(leaving("Anna Maria van den Berg"))
    text = "Anna Maria, Van den Berg, Maria, A. Berg"
    assert traces.without(text, "X", is_to_them=True) == "X, X, Maria, X"


def test_half_a_double_surname_is_theirs_where_they_are_spoken_to() -> None:
    traces = Traces(leaving("Sanne de Boer-Bakker"))
    text = "Sanne de Boer heeft gelijk, Bakker. De Boer-Bakker; Sanne Bakker, SANNE DE BOER-BAKKER, de boer."
    assert traces.without(text, "X", is_to_them=True) == "X heeft gelijk, X. X; X, X, de boer."
    assert traces.without(text, "X") == text.replace("SANNE DE BOER-BAKKER", "X")


def test_who_is_called_alike_is_spared() -> None:
    text = "Beste Anna, nee. Anna Bos! Groet, Anna"
    assert (
        Traces(ANNA).without(text, "X", is_to_them=True, spared=frozenset({"anna"}))
        == "Beste X, nee. X! Groet, Anna"
    )


@pytest.mark.parametrize("called", ["Former reader 1", "Oud-lezer 1"])
@pytest.mark.parametrize("name", ["Former Reader", "Oud-Lezer Former", "Reader Former", "Lezer Oud"])
def test_what_was_put_in_is_not_put_right_again(called: str, name: str) -> None:
    traces = Traces(leaving(name))
    once = traces.without(
        f"{name}, beste {name}: Former reader 2, {name.split()[1]}", called, is_to_them=True
    )
    assert once == f"{called}, beste {called}: Former reader 2, {called}"
    assert traces.without(once, called, is_to_them=True) == once
    assert traces.without(once, called) == once
    marked = f"*{called}*, _{called}_, **{called}!**, @{called}"
    assert traces.without(marked, called, is_to_them=True) == marked


def test_elsewhere_only_what_can_mean_nobody_else() -> None:
    text = "Anna Bos, @annabos, anna.bos@example.org"
    assert Traces(ANNA).without_references(text, "X") == "Anna Bos, X, X"


def test_an_initial_and_nothing_at_all_are_no_names() -> None:
    nobody = leaving("A Bos", handles=("a-bos",))
    assert Traces(nobody).without("A is een letter.", "X", is_to_them=True) == "A is een letter."
    assert not Traces(nobody).may_be_in("Niets is iets.")
    assert Traces(nobody).may_be_in("Dat was A. Bos: @a-bos.")
    assert Traces(Leaving(0, "", "")).references == ()
    assert (
        Traces(Leaving(0, "", "")).without("Dit, @ en /people/.", "X", is_to_them=True)
        == "Dit, @ en /people/."
    )


def test_signs_in_names_are_signs() -> None:
    odd = leaving("Jo (de) Boer+", "Q.*", handles=("jo",))
    assert Traces(odd).without("Jo (de) Boer+ en Jo de Boer", "X") == "X en Jo de Boer"
    assert Traces(odd).without("Qabc", "X", is_to_them=True) == "Qabc"
    assert Traces(odd).without("Jo", r"\1\g<0>", is_to_them=True) == r"\1\g<0>"


def test_scripts_without_capitals_have_names_as_well() -> None:
    assert Traces(leaving("王 小明", "محمد علي")).without("王 小明, محمد علي, 小明", "X") == "X, X, 小明"


@pytest.mark.parametrize(
    "piece",
    [
        "Anna ", "anna@", "_", "*", "[a](", "/people/", "Anna**", "A. ", "hoi ", "a.", "a-", "`", "``a`", "> ", "(", "x://",
        "Anna&nbsp;",
        "Anna\n> > ",
        "Anna\n >  \n >  ", "@", "]((", "Beste  ", "\n\n", "    a\n\n", "a+",
        "https://a/people/", "/people/anna/?", "- ", "Anna de *",
    ],
)  # fmt: skip
def test_a_long_text_takes_no_time(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    text = f"{text} Anna Bos"
    started = time.perf_counter()
    Traces(ANNA).without(text, "X", is_to_them=True)
    Traces(ANNA).without(text, "X")
    assert time.perf_counter() - started < 1
