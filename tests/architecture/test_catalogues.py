"""The check of the catalogues finds what is missing in them."""

import pytest
from babel.messages.catalog import Catalog

from dev.catalogues import faults_of


def _catalogue(
    *messages: tuple[str | tuple[str, str], str | tuple[str, str]], flags: tuple[str, ...] = ()
) -> Catalog:
    catalogue = Catalog(locale="nl")
    for message, translation in messages:
        catalogue.add(message, translation, flags=flags, lineno=7)
    return catalogue


WANTED = _catalogue(("Reply", ""), (("%(num)d answer", "%(num)d answers"), ("", "")))


def test_a_complete_catalogue_has_no_fault() -> None:
    catalogue = _catalogue(
        ("Reply", "Antwoord"),
        (("%(num)d answer", "%(num)d answers"), ("%(num)d reactie", "%(num)d reacties")),
    )
    assert [*faults_of(catalogue, WANTED)] == []


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
