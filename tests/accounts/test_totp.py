"""Codes of an app, and codes on paper."""

from datetime import UTC, datetime, timedelta

import pytest

from blog.accounts import totp

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
# RFC 6238, appendix B: the key "12345678901234567890", and the last six of its eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SITE = "a secret of the site that is long enough"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.matching_step(RFC_SECRET, code, at) == seconds // 30


@pytest.mark.parametrize(
    "typed", ["081 804", "081-804", " 081804 ", "\uff10\uff18\uff11\uff18\uff10\uff14", "081\u00a0804"]
)
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    at = datetime.fromtimestamp(1111111109, UTC)
    assert totp.matching_step(RFC_SECRET, typed, at) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "08180",
        "0818040",
        "abcdef",
        "08180x",
        "\0" * 6,
        "1" * 1000,
    ],
)
def test_anything_else_is_no_code(typed: str) -> None:
    at = datetime.fromtimestamp(1111111109, UTC)
    assert totp.matching_step(RFC_SECRET, typed, at) is None


def test_a_secret_belongs_to_one_site_one_person_and_one_set_up() -> None:
    secret = totp.app_secret(SITE, 1, "salt")
    assert len(secret) == 32
    others = {
        totp.app_secret(f"{SITE}.", 1, "salt"),
        totp.app_secret(SITE, 2, "salt"),
        totp.app_secret(SITE, 1, "another salt"),
    }
    assert secret == totp.app_secret(SITE, 1, "salt")
    assert len(others | {secret}) == 4


def test_the_picture_has_no_style_and_the_address_names_the_site() -> None:
    address = totp.app_address(RFC_SECRET, "anna@example.org", "De Krant: nieuws")
    assert address.startswith("otpauth://totp/De%20Krant%20%20nieuws:anna%40example.org?secret=")
    picture = totp.picture_of(address)
    assert picture.startswith("<svg ")
    assert "style" not in picture
    assert "script" not in picture


def test_recovery_codes_are_ten_different_ones_that_may_be_typed_in_many_ways() -> None:
    codes = totp.new_recovery_codes()
    assert len(set(codes)) == 10
    code = codes[0]
    typed = {code, code.upper(), code.replace("-", ""), code.replace("-", " "), f" {code} "}
    assert len({totp.recovery_digest(each) for each in typed}) == 1
    assert totp.recovery_digest(codes[0]) != totp.recovery_digest(codes[1])


def test_a_step_is_half_a_minute() -> None:
    assert totp.step_at(NOON + timedelta(seconds=30)) == totp.step_at(NOON + timedelta(seconds=29)) + 1
