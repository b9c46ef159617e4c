"""Characters that reach the parser."""

from blog.core.markdown.characters import readable


def test_line_ends_become_line_feeds_and_odd_breaks_become_spaces() -> None:
    assert readable("a\r\nb\rc\nd\x0be\x0cf\x85g") == "a\nb\nc\nd e f g"


def test_what_cannot_be_shown_is_replaced() -> None:
    assert readable("\x00\x1f\x7f\x80\x9f\ud800\udfff\ufffe\uffff") == "\ufffd" * 9


def test_overrides_are_left_out_and_isolates_stay() -> None:
    assert readable("\u202d\u202ea\u2066b\u2069\u200f") == "a\u2066b\u2069\u200f"


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Café 😀 \u200d \xa0\tx\n\n\U0010ffff"
    assert readable(text) == text
