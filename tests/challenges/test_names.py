"""How a winner is called in public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.challenges.names import initials_of, tidy_name


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Piet van den Berg", "P.B."),
        ("Berg, Piet van den", "P.B."),
        ("J.P. Balkenende", "J.P.B."),
        ("Jean-Luc Picard", "J.L.P."),
        ("'t Hart, Maarten", "M.H."),
        ("piet", "P."),
        ("piet de vries", "P.D.V."),
        ("ANNA BERG", "A.B."),
        ("Ægir Øst", "Æ.Ø."),
        ("王小明", "王."),
        ('"Zoë (thuis)"', "Z."),
        ("Ada Byron Curie Darwin Euler", "A.B.C.D."),
        ("\u202eAnna Berg", "A.B."),
    ],
)
def test_initials_come_from_the_capitalised_parts_of_the_name(name: str, initials: str) -> None:
    assert initials_of(name, "someone@example.org") == initials


@pytest.mark.parametrize(
    ("name", "address", "initials"),
    [
        ("", "zoe@example.org", "Z."),
        ("42", "zoe@example.org", "Z."),
        ("piet.vandenberg@example.org", "zoe@example.org", "Z."),
        ("", "_7up@example.org", "7."),
        ("", "", "?"),
    ],
)
def test_without_a_name_it_is_the_first_letter_of_the_address(name: str, address: str, initials: str) -> None:
    assert initials_of(name, address) == initials


@given(st.text(max_size=200), st.emails())
def test_initials_are_short_and_never_an_address(name: str, address: str) -> None:
    initials = initials_of(name, address)
    assert 1 <= len(initials) <= 20
    assert "@" not in initials
    assert address.partition("@")[0] not in initials or len(address.partition("@")[0]) < 3


def test_a_name_is_one_line_of_visible_characters() -> None:
    assert tidy_name("  Piet\r\n van\u202e  den\u200b Berg\x00 ") == "Piet van den Berg"
