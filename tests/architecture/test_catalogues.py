"""The check of the catalogues finds what is missing in them, and nothing is missing in ours."""

import pytest
from babel.messages.catalog import Catalog

from dev.catalogues import check, faults_of, wording_of, wording_of_sources


def _catalogue(
    *messages: tuple[str | tuple[str, str], str | tuple[str, str]], flags: tuple[str, ...] = ()
) -> Catalog:
    catalogue = Catalog(locale="nl")
    for message, translation in messages:
        catalogue.add(message, translation, locations=[("blog/some.py", 3)], flags=flags, lineno=7)
    return catalogue


WANTED = _catalogue(("Reply", ""), (("%(num)d answer", "%(num)d answers"), ("", "")))


def test_our_catalogues_know_every_message_and_no_other_and_say_it_as_we_speak() -> None:
    assert [*check()] == []


def test_a_complete_catalogue_has_no_fault() -> None:
    catalogue = _catalogue(
        ("Reply", "Antwoord"),
        (("%(num)d answer", "%(num)d answers"), ("%(num)d reactie", "%(num)d reacties")),
    )
    assert [*faults_of(catalogue, WANTED)] == []
    assert [*wording_of(catalogue, "nl")] == []


@pytest.mark.parametrize(
    ("catalogue", "fault"),
    [
        (_catalogue(("Reply", "Antwoord")), "lacks '%(num)d answer'; run `make messages`"),
        (_catalogue(("Reply", "")), "line 7: 'Reply' is not translated"),
        (_catalogue((("a", "b"), ("x", ""))), "line 7: 'a' is not translated"),
        (
            _catalogue(("Reply", "Antwoord"), flags=("fuzzy",)),
            "line 7: 'Reply' is marked fuzzy: read it and remove the mark",
        ),
        (_catalogue(("Gone", "Weg")), "still has 'Gone', which no source says; run `make messages`"),
        (
            _catalogue(("%(name)s wrote", "%(naam)s schreef")),
            "line 7: '%(name)s wrote': unknown named placeholder 'naam'",
        ),
    ],
)
def test_a_fault_is_told(catalogue: Catalog, fault: str) -> None:
    assert fault in [*faults_of(catalogue, WANTED)]


def test_each_form_of_a_translation_is_held_to_how_we_speak() -> None:
    catalogue = _catalogue(
        (("%(num)d entry", "%(num)d entries"), ("%(num)d inzending", "%(num)d bijdragen van gebruikers")),
    )
    assert [*wording_of(catalogue, "nl")] == [
        "line 7: '%(num)d bijdragen van gebruikers': “gebruikers” is not how we say it; "
        "rather: lezer, auteur, inzender: zeg wie",
        "line 7: '%(num)d bijdragen van gebruikers': "
        "the English says “entries”, and nothing here says “inzending…”",
    ]


def test_the_english_of_the_sources_is_held_to_how_we_speak() -> None:
    assert [*wording_of_sources(_catalogue(("Saved!", "")))] == [
        "blog/some.py: 'Saved!': an exclamation mark: only winners are congratulated"
    ]
