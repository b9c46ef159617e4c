"""Codes of six digits, which come by mail. They are short, so little else may make guessing them easier."""

import hashlib
import hmac
import secrets
import unicodedata

CODE_DIGITS = 6


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_mac(secret_key: str, code: str, salt: str) -> str:
    """What is stored of a code. Of six digits a mere digest could be tried out; this one needs the site's secret."""
    return hmac.new(secret_key.encode(), f"mailed-code:{salt}:{code}".encode(), hashlib.sha256).hexdigest()


def is_code(mac: str, secret_key: str, code: str, salt: str) -> bool:
    """Whether `mac` is the one of `code`; takes as long either way."""
    return hmac.compare_digest(mac, code_mac(secret_key, code, salt))


def typed_code(text: str) -> str:
    """The digits of what somebody typed or pasted, in whichever script; everything between them is passed over."""
    digits = (unicodedata.decimal(letter, -1) for letter in text)
    return "".join(str(digit) for digit in digits if digit >= 0)


def spaced(code: str) -> str:
    """A code as it is read out: `123 456`."""
    return f"{code[:3]} {code[3:]}"
