"""Codes that an app makes from the time (TOTP, RFC 6238), and codes on paper for whom has lost the app.

Source: RFC 6238 with the parameters that all apps know (SHA-1, six digits, steps of thirty seconds); ASVS 5.0, 6.5.
"""

import base64
import hashlib
import hmac
import io
import secrets
import unicodedata
from datetime import datetime

import segno
from pyotp.totp import TOTP

from blog.accounts.codes import CODE_DIGITS, typed_code
from blog.core.tokens import digest

STEP_SECONDS = 30
# One step before and after ours: clocks differ, and people need a moment to type (RFC 6238, 5.2).
DRIFT_STEPS = 1
RECOVERY_CODES = 10
_SECRET_BYTES = 20
# What is read aloud and typed without mistaking one sign for another: no i, l, o, u, 0, 1. Sixteen of these 26 signs
# are 75 bits, far too many to guess, so a plain digest is enough to keep.
_SIGNS = "abcdefghjkmnpqrstvwxyz2345"
_RECOVERY_LENGTH = 16
_GROUP = 4


def new_salt() -> str:
    """What a secret is made of, beside the secret of the site; nothing secret itself."""
    return secrets.token_urlsafe(24)


def app_secret(secret_key: str, person_id: int, salt: str) -> str:
    """The secret that a person's app and we share, in base32: 160 bits (RFC 4226, 4).

    It is made anew each time and stored nowhere; without `secret_key` a copy of the database opens nothing.
    """
    made_of = f"totp:{person_id}:{salt}".encode()
    made = hmac.new(secret_key.encode(), made_of, hashlib.sha256).digest()[:_SECRET_BYTES]
    return base64.b32encode(made).decode("ascii")


def app_address(secret: str, email: str, site_name: str) -> str:
    """What the picture says to an app: `otpauth://totp/…`."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=site_name.replace(":", " "))


def picture_of(address: str) -> str:
    """An `<svg>` of the QR code of `address`, without any style in it: our policy for pages allows none."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        scale=4,
        border=2,
        xmldecl=False,
        svgns=True,
        svgclass=None,
        lineclass=None,
        nl=False,
        dark="#000",
        light="#fff",
    )
    return drawn.getvalue().decode("utf-8")


def step_at(at: datetime) -> int:
    """The number of the time step of an instant."""
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(secret: str, typed: str, at: datetime) -> int | None:
    """The time step whose code was typed: the present one, or one beside it; None when it is none of them.

    Only the digits in it count. All steps are compared, each in constant time.
    """
    code = typed_code(typed)
    if len(code) != CODE_DIGITS:
        return None
    app, now = TOTP(secret, interval=STEP_SECONDS), step_at(at)
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    right = [step for step in steps if hmac.compare_digest(app.generate_otp(step), code)]
    return right[-1] if right else None


def new_recovery_codes() -> list[str]:
    """Ten fresh codes for paper, as they are written down: `abcd-efgh-jkmn-pqrs`."""
    return [_in_groups(_random_code()) for _number in range(RECOVERY_CODES)]


def recovery_digest(typed: str) -> str:
    """What is stored of a code for paper, however it is typed: case, spaces and hyphens do not count."""
    letters = unicodedata.normalize("NFKC", typed)
    return digest("".join(letter for letter in letters if letter.isalnum()).lower())


def _random_code() -> str:
    return "".join(secrets.choice(_SIGNS) for _place in range(_RECOVERY_LENGTH))


def _in_groups(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
