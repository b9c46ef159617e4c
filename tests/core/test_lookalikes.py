"""Which texts can be taken for each other."""

import pytest

from blog.core.lookalikes import look, looks

TWINS = [
    ("admin", " admin"),
    ("admin", "ADMIN"),
    ("admin", "admin\u200b"),
    ("admin", "ad\u00admin"),
    ("admin", "\u202eadmin"),
    ("admin", "ad\u2800min"),
    ("admin", "\u0430dmin"),
    ("admin", "adm\u0456n"),
    ("admin", "\u0391dmin"),
    ("admin", "\U0001d41admin".replace("\U0001d41admin", "\U0001d41adm\u0131n")),
    ("admin", "\uff41\uff44\uff4d\uff49\uff4e"),
    ("admin", "\u00e1dm\u00efn"),
    ("admin", "adm1n"),
    ("admin", "admln"),
    ("admin", "adm!n"),
    ("admin", "adrnin"),
    ("moderator", "m0derat0r"),
    ("wim", "vvim"),
    ("film", "\ufb01lm"),
    ("sas", "5a5"),
    ("jan-jansen", "jan\u2010jansen"),
    ("jan-jansen", "jan\u2011jansen"),
    ("jan-jansen", "jan\u2212jansen"),
    ("jan-jansen", "janjansen"),
    ("jan-jansen", "jan_jansen"),
    ("Bob", "\u0412ob"),
    ("\u0412\u043e\u0432\u0430", "\u0412\u041e\u0412\u0410"),
    ("straße", "strasse"),
    ("Ørsted", "orsted"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_twins_look_the_same(one: str, other: str) -> None:
    assert not looks(one).isdisjoint(looks(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna", "hanna"),
        ("jan", "jon"),
        ("李雷", "李梅"),
        ("Нина", "Анна"),
        ("anna-2", "anna-3"),
        ("rn", "n"),
    ],
)
def test_others_do_not(one: str, other: str) -> None:
    assert looks(one).isdisjoint(looks(other))


@pytest.mark.parametrize("text", ["", " ", "\u200b", "👍", "!?".replace("!", ""), "-", "\0"])
def test_what_has_no_letters_looks_like_nothing(text: str) -> None:
    assert look(text) == ""
