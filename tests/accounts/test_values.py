"""What a name, an address, a password and a way back have to look like."""

import pytest

from blog.accounts.values import (
    browser_from,
    checked_email,
    checked_name,
    checked_password,
    email_key,
    path_here,
)
from blog.core.errors import InvalidInput


@pytest.mark.parametrize(
    "written",
    [
        "anna@example.org",
        "Anna@Example.ORG",
        "  anna@example.org\n",
        "\uff41\uff4e\uff4e\uff41@example.org",
        "anna\uff20example.org",
    ],
)
def test_email_key_is_one_for_all_spellings_of_an_address(written: str) -> None:
    assert email_key(written) == "anna@example.org"


def test_email_key_takes_ligatures_and_punycode_apart() -> None:
    assert email_key("ﬁen@example.org") == "fien@example.org"
    assert email_key("a@xn--bcher-kva.example") == email_key("A@Bücher.example") == "a@bücher.example"


def test_email_key_keeps_dots_and_tags_apart() -> None:
    assert email_key("a.b+c@example.org") == "a.b+c@example.org"


@pytest.mark.parametrize("text", ["", "nobody", "\0", "a\0b@example.org", "@", "a@b@c"])
def test_email_key_takes_any_text_and_leaves_no_nul(text: str) -> None:
    assert "\0" not in email_key(text)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "anna@",
        "anna@example..org",
        "an na@example.org",
        "a\r\nBcc: b@example.org",
        "admin\u200b@example.org",
    ],
)
def test_checked_email_refuses_what_is_no_address(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_email(typed)
    assert list(refusal.value.fields) == ["email"]


def test_checked_email_keeps_what_was_typed_before_the_at_sign() -> None:
    assert checked_email(" Anna.B@Example.org ") == "Anna.B@example.org"


def test_checked_name_puts_a_name_on_one_line() -> None:
    assert checked_name("  Anna \t de  Vries ") == "Anna de Vries"
    assert checked_name("e\u0301") == "é"
    assert checked_name("क्\u200dष") == "क्\u200dष"
    assert checked_name("x" * 80) == "x" * 80


@pytest.mark.parametrize(
    "typed", ["", " ", "x" * 81, "a\0b", "a\u202eb", "a\u2066b", "admin\u200b", "a\u0007b", "\ufeffa"]
)
def test_checked_name_refuses_nothing_too_much_and_the_invisible(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_name(typed)
    assert list(refusal.value.fields) == ["name"]


def test_checked_password_asks_for_length_and_nothing_else() -> None:
    for good in ("ten chars!", "x" * 200, "🔑" * 10):
        assert checked_password(good) == good
    for bad in ("nine char", "x" * 201, ""):
        with pytest.raises(InvalidInput) as refusal:
            checked_password(bad)
        assert list(refusal.value.fields) == ["password"]


@pytest.mark.parametrize(
    "target", ["/", "/articles/a-b", "/desk/?page=2#x", "/café", "/%09/evil", "/a//b", "/@evil"]
)
def test_path_here_goes_on_to_a_path_of_this_site(target: str) -> None:
    assert path_here(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "evil",
        "//evil.example",
        "///evil.example",
        "////example.com",
        "//evil%00.nl",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/ /evil.example",
        "https://evil.example",
        "https:evil",
        "https:/evil",
        "HTTPS:\\\\evil",
        "//evil.example/%2f..",
        "javascript:alert(1)",
        "data:text/html,x",
        "@evil",
        ".evil.example",
        "/a\\b",
        "/a\x7f",
        "/a\x85b",
        "http://localhost@evil.example",
    ],
)
def test_path_here_sends_nobody_elsewhere(target: str | None) -> None:
    assert path_here(target) == "/"


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
            ("Firefox", "Windows"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
            ("Safari", "Mac"),
        ),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/142.0.0.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", ("Edge", "Windows")),
        ("curl/8.5", ("", "")),
        ("", ("", "")),
    ],
)
def test_browser_from_says_what_a_person_recognises(user_agent: str, told: tuple[str, str]) -> None:
    assert browser_from(user_agent) == told
