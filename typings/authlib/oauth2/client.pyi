from collections.abc import Callable
from typing import Any, TypeAlias

AuthMethod: TypeAlias = Callable[[Any, str, str, dict[str, str], str], tuple[str, dict[str, str], str]]

class OAuth2Client:
    def __init__(
        self,
        session: object,
        client_id: str | None = None,
        client_secret: str | None = None,
        token_endpoint_auth_method: str | None = None,
        *,
        scope: str | None = None,
        redirect_uri: str | None = None,
        code_challenge_method: str | None = None,
    ) -> None: ...
    def register_client_auth_method(self, auth: tuple[str, AuthMethod]) -> None: ...
    def create_authorization_url(
        self, url: str, state: str | None = None, code_verifier: str | None = None, **kwargs: str
    ) -> tuple[str, str]: ...
    def fetch_token(
        self, url: str | None = None, *, grant_type: str | None = None, **kwargs: str
    ) -> dict[str, Any]: ...
