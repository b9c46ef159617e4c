"""The provider of this site: where it is, what it is asked, and who it says that somebody is.

The story of one sign-in (OpenID Connect Core 1.0, 3.1; RFC 9700 for what has been learnt since):

1. `address_to_go_to`: the browser goes there, with `state`, `nonce` and the challenge of a verifier (PKCE).
2. It comes back with a code. `who_came` looks whether it comes from whom it was sent to (RFC 9207).
3. The code and the verifier are exchanged for tokens, the ID token is checked, and nothing of it is kept.

Each of the two is one conversation with the provider: together its questions take so long and no longer. And so many
people wait for it at once and no more: a provider that is slow does not stop the site.
"""

import hashlib
import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote_plus

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from joserfc.jwk import KeySet

from blog.accounts.openid.id_token import (
    UnknownKey,
    check_signed_in_since,
    checked_claims,
    checked_subject,
    readable_keys,
)
from blog.accounts.openid.remembered import Remembered, Rest
from blog.accounts.openid.transport import Conversation, NoPlace, ProviderDown, ProviderFailed, Transport
from blog.accounts.values import MAX_EMAIL
from blog.core import clock
from blog.core.config import OpenIdProvider, is_safe_address

CALLBACK = "/account/provider/back"
# So many may wait for it at once: half of the threads of a process (`deploy/gunicorn.conf.py`).
PLACES = 2
# A provider that is well is done in a moment: of people who come at once nobody has to begin again. So many may sit and
# wait for a place: at least one thread serves everybody else, however slow it is and whoever makes answers up.
PLACE_PATIENCE_SECONDS = 0.5
SEATS = 1
SCOPE = "openid profile email"
# A token with an unknown key makes us ask for the keys again, and no more often than this.
KEYS_AT_MOST_EVERY = timedelta(minutes=1)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OTHER_ENDPOINTS = ("userinfo_endpoint",)
_MAX_CLAIM = 300
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who has come from a provider: `issuer` and `subject` say who, the rest is what the provider says of them.

    `name` and `email` are anything that somebody may have typed there; `is_verified` is the provider's word for it
    that the address is theirs.
    """

    issuer: str
    subject: str
    email: str | None
    is_verified: bool
    name: str | None


class Provider:
    """The provider of a site, with what it says of itself, asked now and then. For all threads of a process.

    Whatever fails raises `ProviderFailed`; no thread waits longer for it than `transport` lets it.
    """

    def __init__(
        self, settings: OpenIdProvider, site_url: str, secret_key: str, transport: Transport | None = None
    ) -> None:
        self.settings = settings
        self._redirect = site_url + CALLBACK
        self._secret_key = secret_key.encode()
        self._transport = transport or Transport()
        self._metadata = Remembered("metadata", self._ask_for_metadata)
        self._keys = Remembered("keys", self._ask_for_keys)
        self._rest_of_tokens = Rest()
        self._rest_of_userinfo = Rest()
        self._places = BoundedSemaphore(PLACES)
        self._seats = BoundedSemaphore(SEATS)

    def address_to_go_to(self, state: str, language: str, *, asks_anew: bool = False) -> str:
        """Where a browser goes to sign in. `asks_anew`: who is signed in there has to show it once more.

        Raises `ProviderFailed`, which is `NoPlace` when nothing is known of it and too many wait already.
        """
        wishes = {"nonce": self._made_of("nonce", state), "ui_locales": language}
        if asks_anew:
            # The one asks for it, and with the other it has to say that it was done: see `who_came`.
            wishes |= {"prompt": "login", "max_age": "0"}
        talk = self._transport.conversation()
        metadata = self._metadata_to_begin(talk)
        address, _state = self._client(talk, metadata).create_authorization_url(
            metadata["authorization_endpoint"],
            state=state,
            code_verifier=self._made_of("verifier", state),
            **wishes,
        )
        return address

    @contextmanager
    def place(self) -> Generator[None]:
        """Around `who_came`, and all that is written down before it: a place among those who may wait.

        Raises `NotAsked` at once while the provider rests, and `NoPlace` when none comes free in a moment.
        """
        self._check_rests()
        with self._one_of_few():
            # Whoever made room may have done so because nothing was answered.
            self._check_rests()
            yield

    def who_came(
        self, code: str, state: str, *, issuer: str | None, signed_in_since: datetime | None = None
    ) -> Arrival:
        """Whom the provider has given this code, in answer to `state`; `issuer` is from whom that says that it comes.

        `signed_in_since`: they have to have signed in there after it. Raises `ProviderDown` when the provider cannot be
        asked, and another `ProviderFailed` when it does not stand by the answer.
        """
        talk = self._transport.conversation()
        metadata = self._metadata.value(talk)
        self._check_issuer(metadata, issuer)
        tokens = self._exchange(talk, metadata, code, state)
        claims = self._checked(talk, tokens, self._made_of("nonce", state))
        if signed_in_since is not None:
            check_signed_in_since(claims, signed_in_since, clock.now())
        subject = checked_subject(claims)
        if "email" not in claims:
            claims |= self._more_about(talk, subject, metadata, tokens)
        return Arrival(
            issuer=self.settings.issuer,
            subject=subject,
            email=_text(claims.get("email"), MAX_EMAIL),
            is_verified=_is_yes(claims.get("email_verified")),
            name=_text(claims.get("name"), _MAX_CLAIM),
        )

    def _check_rests(self) -> None:
        self._metadata.check()
        self._keys.check()
        self._rest_of_tokens.check()

    @contextmanager
    def _one_of_few(self) -> Generator[None]:
        if not (self._places.acquire(blocking=False) or self._gets_place_in_a_moment()):
            raise NoPlace("too many wait for it already")
        try:
            yield
        finally:
            self._places.release()

    def _gets_place_in_a_moment(self) -> bool:
        if not self._seats.acquire(blocking=False):
            return False
        try:
            return self._places.acquire(timeout=PLACE_PATIENCE_SECONDS)
        finally:
            self._seats.release()

    def _metadata_to_begin(self, talk: Conversation) -> dict[str, Any]:
        # Whoever need not ask waits for nobody.
        if (fresh := self._metadata.fresh()) is not None:
            return fresh
        try:
            with self._one_of_few():
                return self._metadata.value(talk)
        except NoPlace:
            if (known := self._metadata.known()) is None:
                raise
            return known

    def _check_issuer(self, metadata: Mapping[str, Any], said: str | None) -> None:
        """Look at what an answer says from whom it comes: not from another one.

        To say nothing is no fault of a provider that does not say that it tells.
        """
        tells = metadata.get("authorization_response_iss_parameter_supported") is True
        if said != self.settings.issuer and (tells or said is not None):
            raise ProviderFailed("the answer comes from somebody else")

    def _made_of(self, purpose: str, state: str) -> str:
        """Nonce or verifier of a flow: from its state and a secret that is ours, so that no browser has to keep it."""
        made = hmac.new(self._secret_key, f"openid:{purpose}:{state}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(made).rstrip(b"=").decode()

    def _client(self, talk: Conversation, metadata: Mapping[str, Any]) -> OAuth2Client:
        client = OAuth2Client(
            talk,
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret,
            token_endpoint_auth_method=_auth_method(metadata),
            scope=SCOPE,
            redirect_uri=self._redirect,
            code_challenge_method="S256",
        )
        client.register_client_auth_method(("client_secret_basic", _encoded_basic))
        return client

    def _exchange(
        self, talk: Conversation, metadata: Mapping[str, Any], code: str, state: str
    ) -> Mapping[str, Any]:
        try:
            with self._rest_of_tokens.around():
                return self._client(talk, metadata).fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=self._made_of("verifier", state),
                )
        except AuthlibBaseError as error:
            raise ProviderFailed(f"the code is refused: {_word(error.error)}") from None
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise ProviderFailed(f"the tokens are not what they have to be: {type(error).__name__}") from None

    def _checked(self, talk: Conversation, tokens: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        try:
            return self._claims(tokens, nonce, self._keys.value(talk))
        except UnknownKey:
            pass
        # Keys from before do not do: it has got another one since, or this is none of its tokens.
        newer = self._keys.value(talk, life=KEYS_AT_MOST_EVERY, stale=KEYS_AT_MOST_EVERY)
        try:
            return self._claims(tokens, nonce, newer)
        except UnknownKey:
            raise ProviderFailed(
                "the ID token is signed with a key that the provider does not show"
            ) from None

    def _claims(self, tokens: Mapping[str, Any], nonce: str, keys: KeySet) -> dict[str, Any]:
        return checked_claims(
            tokens.get("id_token"),
            keys,
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=nonce,
            access_token=tokens.get("access_token"),
            now=clock.now(),
        )

    def _more_about(
        self, talk: Conversation, subject: str, metadata: Mapping[str, Any], tokens: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Name and address from where many providers keep them; nothing when they keep silent, or speak of others."""
        place, token = metadata.get("userinfo_endpoint"), tokens.get("access_token")
        if not isinstance(place, str) or not isinstance(token, str):
            return {}
        try:
            with self._rest_of_userinfo.around():
                said = talk.get_json(place, bearer=token)
        except ProviderFailed as failure:
            log.warning("the provider does not say more about somebody", why=str(failure))
            return {}
        if said.get("sub") != subject:
            log.warning("the provider answers with somebody else", why="the subject is another one")
            return {}
        # These two go together, whoever says them; a name may stand where they do not.
        more = {name: said.get(name) for name in ("email", "email_verified")}
        name = _text(said.get("name"), _MAX_CLAIM)
        return more | {"name": name} if name else more

    def _ask_for_metadata(self, talk: Conversation) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        issuer = self.settings.issuer
        metadata = talk.get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != issuer:
            raise ProviderDown("it calls itself by another issuer than OIDC_ISSUER says, to the letter")
        addresses = [metadata.get(name) for name in _ENDPOINTS]
        addresses += [metadata[name] for name in _OTHER_ENDPOINTS if metadata.get(name) is not None]
        if not all(isinstance(each, str) and is_safe_address(each, named_by=issuer) for each in addresses):
            raise ProviderDown("it does not say where it is, or not safely")
        return metadata

    def _ask_for_keys(self, talk: Conversation) -> KeySet:
        return readable_keys(talk.get_json(self._metadata.value(talk)["jwks_uri"]))


def _auth_method(metadata: Mapping[str, Any]) -> str:
    """How we show our secret: in the header where the provider takes it there, which is what it does unless it says."""
    takes = metadata.get("token_endpoint_auth_methods_supported")
    if not isinstance(takes, list) or "client_secret_basic" in takes:
        return "client_secret_basic"
    return "client_secret_post"


def _encoded_basic(
    client: Any, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Name and secret in the header, encoded as in RFC 6749, 2.3.1. Authlib does not: a `%` in them breaks it."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    return uri, headers | {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}, body


def _text(claim: object, most: int) -> str | None:
    """A claim that is text of a sensible length; anything else counts as not said."""
    return claim if isinstance(claim, str) and 0 < len(claim) <= most else None


def _is_yes(claim: object) -> bool:
    """A plain yes, which some providers write as a word; 1 is none, though Python says that it is the same."""
    return claim is True or claim == "true"


def _word(error: object) -> str:
    """The code of an error, which is a short word; whatever else a provider writes there is not for our log."""
    is_word = isinstance(error, str) and len(error) <= 40 and error.replace("_", "").isalpha()
    return str(error) if is_word else "unknown"
