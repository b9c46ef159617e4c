"""Which answers are written alike."""

import pytest

from blog.challenges.alike import Options, answer_key, stored_key

NL = Options("nl")


@pytest.mark.parametrize(
    "text", ["Een café.", "  een\n CAFÉ ", "“Een cafe”", "\uff45\uff45\uff4e café!", "een\u00a0cafe\u0301"]
)
def test_what_makes_no_difference_makes_none(text: str) -> None:
    assert answer_key(text, NL) == "een cafe"


def test_accents_make_a_difference_where_the_challenge_says_so() -> None:
    keep = Options("nl", keep_accents=True)
    assert answer_key("Café", keep) == answer_key("cafe\u0301", keep) != answer_key("cafe", keep)


@pytest.mark.parametrize("text", ["", " \n", "...", "?!"])
def test_what_says_nothing_is_like_nothing(text: str) -> None:
    assert stored_key(text, NL, b"secret") is None


def test_the_key_that_is_kept_leads_nobody_to_the_answer() -> None:
    one, same, other = (stored_key(text, NL, b"secret") for text in ("42", " 42. ", "43"))
    assert one == same != other
    assert one is not None
    assert len(one) == 64
    assert stored_key("42", NL, b"another challenge") != one
