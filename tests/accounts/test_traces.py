"""What is found of somebody in a text, and what is somebody else's and stays."""

import pytest

from blog.accounts.holdings import Leaving
from blog.accounts.traces import Traces

ANNA = Leaving(
    7,
    "Anna.Bos@example.org",
    "anna.bos@example.org",
    (),
    ("Anna Bos", "Anna de Vries", "Élodie"),
    ("annabos", "anna"),
)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Anna Bos zei het.", "X zei het."),
        ("ANNA  BOS, anna\nbos", "X, X"),
        ("**Anna** Bos, Anna *Bos*, *Anna Bos*, _Anna Bos_", "X, X, *X*, _X_"),
        ("Eerder heette zij Anna de Vries.", "Eerder heette zij X."),
        ("Anna Bos's idee, en (Anna Bos).", "X's idee, en (X)."),
        ("@annabos en @anna, @AnnaBos!", "X en X, X!"),
        ("/people/annabos en https://example.org/people/anna.", "X en X."),
        ("Mail anna.bos@example.org of Anna.Bos@Example.org.", "Mail X of X."),
        ('[haar](/people/annabos), [Anna Bos](https://example.org/people/anna "zij")', "haar, X"),
        ("<https://example.org/people/annabos> [mail](mailto:anna.bos@example.org?subject=x)", "X mail"),
        ("<anna.bos@example.org>, [zij](</people/anna>)", "X, zij"),
        # Somebody else's.
        ("[haar](/people/annabos2), [x](/c/7)", "[haar](/people/annabos2), [x](/c/7)"),
        ("Annabel Bos, Anna Bosch, Joanna Bos, Anna-Bos", "Annabel Bos, Anna Bosch, Joanna Bos, Anna-Bos"),
        ("@annabos2, @anna-bos, x@annabos", "@annabos2, @anna-bos, x@annabos"),
        ("/people/annabos-2", "/people/annabos-2"),
        (
            "xanna.bos@example.org, anna.bos@example.organic",
            "xanna.bos@example.org, anna.bos@example.organic",
        ),
        ("anna, Anna en Élodie", "anna, Anna en Élodie"),
    ],
)
def test_names_in_full_handles_and_addresses(text: str, right: str) -> None:
    assert Traces(ANNA).without(text, "X") == right


def test_first_names_only_where_they_are_spoken_to() -> None:
    text = "Beste Anna, ANNA en élodie; Annabel en Joanna niet."
    assert Traces(ANNA).without(text, "X", is_to_them=True) == "Beste X, X en X; Annabel en Joanna niet."


def test_elsewhere_only_what_can_mean_nobody_else() -> None:
    text = "Anna Bos, @annabos, anna.bos@example.org"
    assert Traces(ANNA).without_references(text, "X") == "Anna Bos, X, X"


def test_an_initial_and_nothing_at_all_are_no_names() -> None:
    nobody = Leaving(7, "a@example.org", "a@example.org", (), ("A Bos",), ("a-bos",))
    assert Traces(nobody).without("A is een letter.", "X", is_to_them=True) == "A is een letter."
    assert not Traces(nobody).may_be_in("A is een letter.")
    assert Traces(nobody).may_be_in("Dat was A. Bos: @a-bos.")


def test_signs_in_names_are_signs() -> None:
    odd = Leaving(7, "x@example.org", "x@example.org", (), ("Jo (de) Boer+", "Q.*"), ("jo",))
    assert Traces(odd).without("Jo (de) Boer+ en Jo de Boer", "X") == "X en Jo de Boer"
    assert Traces(odd).without("Qabc", "X", is_to_them=True) == "Qabc"


def test_a_long_text_takes_no_time() -> None:
    text = "Anna " * 2000 + "anna@" * 2000 + "_" * 10000 + "[a](" * 3000 + "/people/" * 1000
    assert Traces(ANNA).without(text, "X") == text
