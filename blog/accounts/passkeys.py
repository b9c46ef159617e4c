"""What browsers and passkeys say to each other, and whether it is true.

Source: Web Authentication Level 3 (W3C), 7.1 and 7.2; the library `webauthn` carries the steps out. Passkeys are
discoverable, and the device makes sure who holds it (user verification), so one is two factors by itself.
"""

import json
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

_HANDLE_BYTES = 32
_CHALLENGE_BYTES = 32
_TIMEOUT_MS = 5 * 60 * 1000
# An identifier has at most 1023 bytes (7.1, step 25), and what a browser sends is a few thousand characters.
_MAX_IDENTIFIER = 1364
_IDENTIFIER = re.compile(rf"[A-Za-z0-9_-]{{1,{_MAX_IDENTIFIER}}}")
_MAX_SENT = 60_000


@dataclass(frozen=True, slots=True)
class Place:
    """The site as passkeys know it: `rp_id` is its host, `origin` what browsers call it."""

    rp_id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key pair that a device has made, as far as we keep it."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device sent when it was asked to sign: whose key it says it is, and everything, still unproven."""

    credential_id: str
    user_handle: str | None
    sent: dict[str, object]


class NotProven(Exception):
    """What came is not what was asked for."""


def place_of(site_url: str, site_name: str) -> Place:
    """The site as passkeys know it, by its address."""
    parts = urlsplit(site_url)
    default = {"http": 80, "https": 443}[parts.scheme]
    port = f":{parts.port}" if parts.port not in {None, default} else ""
    host = parts.hostname or ""
    return Place(rp_id=host, origin=f"{parts.scheme}://{host}{port}", name=site_name)


def new_challenge() -> str:
    """Something to sign that nobody has seen before, in base64url."""
    return bytes_to_base64url(secrets.token_bytes(_CHALLENGE_BYTES))


def new_user_handle() -> str:
    """What devices know an account by: random, so it says nothing about the person (WebAuthn, 14.6.1)."""
    return bytes_to_base64url(secrets.token_bytes(_HANDLE_BYTES))


def options_for_new(
    place: Place, challenge: str, *, email: str, name: str, user_handle: str, known: list[str]
) -> str:
    """The question for a new passkey, as JSON for `PublicKeyCredential.parseCreationOptionsFromJSON`.

    `known` are the identifiers of keys that the person has: a device that holds one makes no second.
    """
    options = webauthn.generate_registration_options(
        rp_id=place.rp_id,
        rp_name=place.name,
        user_name=email,
        user_display_name=name,
        user_id=base64url_to_bytes(user_handle),
        challenge=base64url_to_bytes(challenge),
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(key)) for key in known],
    )
    return webauthn.options_to_json(options)


def options_for_use(place: Place, challenge: str) -> str:
    """The question to any passkey of this site, as JSON for `PublicKeyCredential.parseRequestOptionsFromJSON`.

    It names no key, so it tells nobody who has one.
    """
    options = webauthn.generate_authentication_options(
        rp_id=place.rp_id,
        challenge=base64url_to_bytes(challenge),
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def checked_new(place: Place, challenge: str, sent: str) -> NewKey:
    """The key pair that was made for this challenge. Raises `NotProven`."""
    try:
        made = webauthn.verify_registration_response(
            credential=_parsed(sent),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    # What a stranger sends reaches deep into parsers of CBOR and COSE, which fail in many ways.
    except Exception as error:
        raise NotProven from error
    identifier = bytes_to_base64url(made.credential_id)
    if len(identifier) > _MAX_IDENTIFIER:
        raise NotProven
    return NewKey(identifier, made.credential_public_key, made.sign_count)


def read_answer(sent: str) -> Answer:
    """Whose key is said to have signed. Nothing of it is proven yet. Raises `NotProven`."""
    parsed = _parsed(sent)
    identifier, response = parsed.get("id"), parsed.get("response")
    if not isinstance(identifier, str) or not isinstance(response, dict):
        raise NotProven
    if not _IDENTIFIER.fullmatch(identifier):
        raise NotProven
    handle: object = response.get("userHandle")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return Answer(identifier, handle if isinstance(handle, str) else None, parsed)


def checked_use(place: Place, challenge: str, answer: Answer, *, public_key: bytes, sign_count: int) -> int:
    """The key has signed this challenge, and its holder was verified. Returns its new count of signatures.

    Raises `NotProven`, also when the count has not grown: then there may be two of a key that there is one of (7.2,
    step 22).
    """
    try:
        used = webauthn.verify_authentication_response(
            credential=answer.sent,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as error:
        raise NotProven from error
    return used.new_sign_count


def _parsed(sent: str) -> dict[str, object]:
    if len(sent) > _MAX_SENT:
        raise NotProven
    try:
        parsed: object = json.loads(sent)
    except (ValueError, RecursionError) as error:
        raise NotProven from error
    if not isinstance(parsed, dict):
        raise NotProven
    return parsed  # pyright: ignore[reportUnknownVariableType]
