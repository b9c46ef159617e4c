"""Which answers are written alike."""

import pytest

from blog.challenges.alike import stored_key
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language

NL = Options(Language.DUTCH)


@pytest.mark.parametrize("text", ["", " \n", "...", "?!"])
def test_what_says_nothing_is_like_nothing(text: str) -> None:
    assert stored_key(text, NL, b"secret") is None


def test_the_key_that_is_kept_leads_nobody_to_the_answer() -> None:
    one, same, other = (stored_key(text, NL, b"secret") for text in ("Een café.", "  een\n CAFE ", "43"))
    assert one == same != other
    assert one is not None
    assert len(one) == 64
    assert stored_key("Een café.", NL, b"another challenge") != one
