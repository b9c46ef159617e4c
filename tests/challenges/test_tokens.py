"""Secrets that entrants and winners carry."""

import re

from blog.challenges.tokens import new_code, normal_code, receipt_token

KEY = "a secret that is long enough for tests only"


def test_a_receipts_token_is_the_same_again_and_another_for_anything_else() -> None:
    token = receipt_token(KEY, challenge_id=1, number=2, sha256="ab")
    assert token == receipt_token(KEY, challenge_id=1, number=2, sha256="ab")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    others = {
        receipt_token("another secret", challenge_id=1, number=2, sha256="ab"),
        receipt_token(KEY, challenge_id=12, number=2, sha256="ab"),
        receipt_token(KEY, challenge_id=1, number=3, sha256="ab"),
        receipt_token(KEY, challenge_id=1, number=2, sha256="ac"),
    }
    assert len(others | {token}) == 5


def test_codes_are_long_and_never_the_same() -> None:
    codes = {new_code() for _turn in range(100)}
    assert len(codes) == 100
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", code) for code in codes)


def test_a_code_may_be_typed_in_any_way() -> None:
    assert normal_code(" k7qm 2xrd–9hfw\n") == "K7QM-2XRD-9HFW"
    assert normal_code("K7QM-2XRD-9HFW") == "K7QM-2XRD-9HFW"
    assert normal_code("K7QM-2XRD-9HFWX") != "K7QM-2XRD-9HFW"
    assert normal_code("") == ""
