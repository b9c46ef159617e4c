"""Flowed paragraphs (RFC 3676)."""

import pytest

from blog.mailroom.parser.containers import WRITTEN
from blog.mailroom.parser.flowed import unflow


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Een \nlange \nzin.\nNog een.", "Een lange zin.\nNog een."),
        ("Een \n> geciteerd \n> stuk\nTwee", "Een \n> geciteerd stuk\nTwee"),
        (">> diep \n> ondiep", ">> diep \n> ondiep"),
        (" >geen citaat\n  twee spaties", f"{WRITTEN}>geen citaat\n twee spaties"),
        ("> > ook een teken \n> en meer", "> > ook een teken en meer"),
        ("Tekst \n-- \nPietje", "Tekst \n-- \nPietje"),
        ("\n\n", "\n\n"),
        ("open ", "open "),
    ],
)
def test_unflow(text: str, whole: str) -> None:
    assert unflow(text, delsp=False) == whole


def test_unflow_drops_the_space_when_told_so() -> None:
    assert unflow("日 \n本", delsp=True) == "日本"
