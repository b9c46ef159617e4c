"""Reading an ID token: who it says somebody is, once its signature and everything else in it is as it must be.

Source: OpenID Connect Core 1.0, 3.1.3.7; RFC 8725 (best practice for JWT).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry

from blog.accounts.openid.transport import ProviderDown, ProviderFailed

# With a key pair, all of them: `none` is signed by nobody, and HS256 by whoever knows the public key.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY = timedelta(minutes=1)
MAX_SUBJECT = 255
_KEY_TYPES = {"RSA", "EC"}


# What reading something raises that is not what it has to be, or that has no end of brackets.
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class UnknownKey(Exception):
    """A token is signed with a key that the provider did not have when it was asked for its keys."""


class NotSignedInAnew(ProviderFailed):
    """A provider does not say that somebody has signed in there just now, as it was asked to let them do."""


def readable_keys(jwks: Mapping[str, Any]) -> KeySet:
    """The keys of a provider that we can check signatures with; others among them harm nobody.

    Raises `ProviderDown` when there is none.
    """
    given = jwks.get("keys")
    keys = [_readable(each) for each in cast("list[object]", given)] if isinstance(given, list) else []
    readable = [key for key in keys if key is not None]
    if not readable:
        raise ProviderDown("it has no keys that we know")
    return KeySet(readable)


def checked_claims(
    token: object,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: object,
    now: datetime,
) -> dict[str, Any]:
    """What an ID token says, when all of it is right: signed by one of `keys`, for us, in answer to `nonce`, not over.

    Raises `ProviderFailed`, and `UnknownKey` when it is signed with a key that is not among `keys`.
    """
    if not isinstance(token, str):
        raise ProviderFailed("there is no ID token")
    try:
        signed = jwt.decode(
            token, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        )
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client_id},
        }
        params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=int(LEEWAY.total_seconds()))
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except _UNREADABLE as error:
        # What it says in full may hold parts of the token.
        raise ProviderFailed(f"the ID token is refused: {type(error).__name__}") from None
    return dict(claims)


def checked_subject(claims: Mapping[str, Any]) -> str:
    """By what a provider knows somebody. Raises `ProviderFailed`."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= MAX_SUBJECT or not subject.isprintable():
        raise ProviderFailed("the subject is not what it has to be")
    return subject


def check_signed_in_since(claims: Mapping[str, Any], begun_at: datetime, now: datetime) -> None:
    """Look whether somebody has signed in at the provider since a moment, give or take what clocks differ.

    Asking for it (`prompt=login`) is not enough: it stands in an address that whoever goes there may change, and a
    provider may have no ear for it. Source: OpenID Connect Core 1.0, 3.1.2.1 (who is asked with `max_age` has to tell
    `auth_time`) and 3.1.3.7, 13. Raises `NotSignedInAnew`.
    """
    told = claims.get("auth_time")
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise NotSignedInAnew("it does not say when somebody signed in there")
    if not (begun_at - LEEWAY).timestamp() <= told <= (now + LEEWAY).timestamp():
        raise NotSignedInAnew("somebody signed in there before they were sent there, or not yet")


def _readable(jwk: object) -> Key | None:
    if not isinstance(jwk, dict):
        return None
    content = cast("dict[str, Any]", jwk)
    if content.get("kty") not in _KEY_TYPES or content.get("use", "sig") != "sig":
        return None
    try:
        return import_key(content)
    except _UNREADABLE:
        return None
