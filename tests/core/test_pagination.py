import pytest
from flask import Flask

from blog.core.errors import InvalidInput
from blog.core.pagination import decode_cursor, encode_cursor


def test_it_gives_back_what_went_in() -> None:
    assert decode_cursor(encode_cursor("0001aé", 17), str, int) == ("0001aé", 17)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "AAAA",
        "e30",
        encode_cursor(1),
        encode_cursor("a", "b"),
        encode_cursor(1, 2, 3),
        "W" * 5000,
    ],
)
def test_it_says_that_a_damaged_cursor_is_damaged(sqlite_app: Flask, cursor: str) -> None:
    with sqlite_app.test_request_context(), pytest.raises(InvalidInput):
        decode_cursor(cursor, int, str)


def test_it_does_not_take_true_for_a_number(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context(), pytest.raises(InvalidInput):
        decode_cursor(encode_cursor(True), int)
