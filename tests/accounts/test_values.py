"""What a name, an address, a password and a way back have to look like."""

import sys
import unicodedata

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
        "admin@ex\u00adample.org",
        "adm\u202ein@example.org",
        '"<script>"@example.org',
        "anna@[127.0.0.1]",
        "anna(a comment)@example.org",
        "anna@example.org,bo@example.net",
        "anna@example.org\0",
        "<anna@example.org>",
    ],
)
def test_checked_email_refuses_what_is_no_address(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_email(typed)
    assert list(refusal.value.fields) == ["email"]


def test_a_code_for_a_twin_goes_to_the_mailbox_of_the_account() -> None:
    """Whatever letter is folded into one of theirs: nobody has a code for somebody's account sent to themself."""
    folded = [
        letter
        for letter in map(chr, range(128, sys.maxunicode + 1))
        if (plain := unicodedata.normalize("NFKC", letter).lower()).isascii() and plain.isalnum()
    ]
    for letter in folded:
        plain = unicodedata.normalize("NFKC", letter).lower()
        for twin, owner in (
            (f"{letter}x@y.example", f"{plain}x@y.example"),
            (f"x@{letter}.example", f"x@{plain}.example"),
        ):
            assert email_key(twin) == owner
            assert checked_email(twin).lower() == owner
    assert {"\u212a", "\uff41", "\ufb01"} <= set(folded)
    # These look like theirs, and are not.
    for other in ("\u0131", "\u0130", "\u0430", "\u017f\u0307"):
        assert not email_key(f"{other}x@y.example").isascii()


def test_checked_email_keeps_what_was_typed_before_the_at_sign() -> None:
    assert checked_email(" Anna.B@Example.org ") == "Anna.B@example.org"


def test_checked_name_puts_a_name_on_one_line() -> None:
    assert checked_name("  Anna \t de  Vries ") == "Anna de Vries"
    assert checked_name("e\u0301") == "é"
    assert checked_name("क्\u200dष") == "क्\u200dष"
    assert checked_name("x" * 80) == "x" * 80
    assert checked_name("\ub4e4" * 80) == "\ub4e4" * 80
    assert checked_name("x" * 62 + "\ufdfa") == "x" * 62 + "\ufdfa"
    assert checked_name("a" + " " * 998 + "b") == "a b"
    assert (
        checked_name("\U0001f469\u200d\U0001f467 \u2764\ufe0f") == "\U0001f469\u200d\U0001f467 \u2764\ufe0f"
    )
    for marked in (
        "Nguy\u1ec5n",
        "\u05e9\u05c1\u05bc\u05b8\u05bd",
        "\u0f66\u0f92\u0fb2\u0f74\u0f96",
        "\u0e17\u0e35\u0e48",
    ):
        assert checked_name(marked) == unicodedata.normalize("NFC", marked)


@pytest.mark.parametrize(
    "typed",
    [
        "x" + "\u0301" * 200,
        "Z" + "\u0335\u0321\u0353" * 10 + "algo",
        "",
        " ",
        "x" * 81,
        "a\0b",
        "a\u202eb",
        "a\u2066b",
        "admin\u200b",
        "a\u0007b",
        "\ufeffa",
        # What is not seen, though Unicode calls it a letter, a sign or an accent.
        *(
            "\u3164",
            "Anna\u3164",
            "\u115f\u1160",
            "\uffa0a",
            "\u2800",
            "a\u2800b",
            "\u200d",
            "\ufe0f",
            "\u0301",
        ),
        # As long as it looks, and not as it is written.
        *("\ufdfa" * 5, "x" * 63 + "\ufdfa", "a" + " " * 998 + "bc", " " * 1001 + "Anna"),
    ],
)
def test_checked_name_refuses_nothing_too_much_heaps_of_accents_and_the_invisible(typed: str) -> None:
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
    "target",
    [
        *("/", "/articles/a-b", "/desk/?page=2#x", "/café", "/%09/evil", "/a//b", "/@evil"),
        # Browsers take all of these for places of this site: PayloadsAllTheThings has them for who decodes once more.
        *("/%5cevil.example", "/https://evil.example/%2f..", "/javascript:alert(1)", "/%2f%2fevil.example"),
        *("/\u3031evil.example", "/\uff0fevil.example", "/..//evil.example", "/;//evil.example"),
    ],
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
        # What PayloadsAllTheThings has besides ("Open Redirect").
        "//localhost@evil.example/%2f..",
        "//https:///evil.example/%2e%2e",
        "////%5cevil.example",
        "//%09/evil.example",
        "//evil\u3002example",
        "//evil%E3%80%82example",
        "\\/\\/evil.example/",
        "https://:@evil.example\\@localhost",
        "http://0xd8.0x3a.0xd6.0xce",
        "http:3627734734",
        "http://[::ffff:216.58.214.206]",
        "\u3031evil.example",
        "\uff0f\uff0fevil.example",
        "%68%74%74%70%3a%2f%2f%65%76%69%6c",
        '";alert(0);//',
        "<>//evil.example",
        "java%0d%0ascript%0d%0a:alert(0)",
        "ja\nva\tscript\r:alert(1)",
        "/\r\nLocation:https://evil.example",
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
