"""A provider that does what no real one does: lies, keeps silent, sends nonsense. On this machine, and over HTTP."""

import hashlib
import json
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from joserfc import jwt
from joserfc.jwk import RSAKey

from blog.core import clock
from blog.core.config import OpenIdProvider
from tests.support.openid import answer_address, asked

SECRET = "a secret between the two"
Body = dict[str, Any]


@dataclass(slots=True)
class Answer:
    """What is sent for one path: status, body, headers."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    # Byte by byte, with so many seconds before each.
    drips: float = 0.0


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


class LyingProvider:
    """Honest as long as nobody tells it to lie: change what is here, and it says that."""

    def __init__(self, port: int, key: RSAKey) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.settings = OpenIdProvider(self.issuer, "rejoinder", SECRET, "Example", trusts_email=True)
        self.key = key
        self.shown_keys: list[Any] = [key.as_dict(private=False)]
        self.metadata: Body = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }
        self.subject: Body = {
            "sub": "lena",
            "email": "lena@example.org",
            "email_verified": True,
            "name": "Lena",
        }
        # What it says in place of what it would say, and paths that are answered in another way.
        self.lies: Body = {}
        self.left_out: set[str] = set()
        self.sign: Callable[[Body], str] = self.signed
        self.instead: dict[str, Callable[[], Answer]] = {}
        self.requests: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def code_for(self, address: str) -> str:
        """Somebody has signed in who was sent to `address`: the code for it."""
        code = f"code-{len(self._codes)}-of-somebody"
        self._codes[code] = asked(address)
        return code

    def back_from(self, address: str, **answer: str) -> str:
        """The address to come back to, for whoever was sent to `address` and has signed in."""
        return answer_address(address, **{"code": self.code_for(address), "iss": self.issuer, **answer})

    def signed(self, claims: Body) -> str:
        """An ID token, as it has to be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> Answer:
        """What is sent for a request."""
        self.requests.append(f"{method} {path}")
        if path in self.instead:
            return self.instead[path]()
        match path:
            case "/.well-known/openid-configuration":
                return _json(self.metadata)
            case "/jwks":
                return _json({"keys": self.shown_keys})
            case "/token":
                return self._tokens(headers, {name: values[0] for name, values in parse_qs(body).items()})
            case _:
                return Answer(404)

    def _tokens(self, headers: dict[str, str], sent: dict[str, str]) -> Answer:
        pair = b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode()
        client, _colon, secret = (unquote_plus(each) for each in pair.partition(":"))
        request = self._codes.pop(sent["code"], None)
        challenge = _base64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (client, secret) != ("rejoinder", SECRET) or request is None:
            return _json({"error": "invalid_grant"}, 400)
        if request["code_challenge"] != challenge or request["redirect_uri"] != sent["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": "rejoinder",
            "iat": now,
            "exp": now + 300,
            "nonce": request["nonce"],
            **self.subject,
            **self.lies,
        }
        told = {name: value for name, value in claims.items() if name not in self.left_out}
        return _json({"access_token": "an access token", "token_type": "Bearer", "id_token": self.sign(told)})


def _json(content: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Hang up, and say nothing of it."""


@contextmanager
def lying_provider(key: RSAKey) -> Generator[LyingProvider]:
    """One that runs as long as the block lasts."""
    server = _Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    lying = LyingProvider(server.server_port, key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply("GET", "")

        def do_POST(self) -> None:
            self._reply("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _reply(self, method: str, body: str) -> None:
            answer = lying.answer(method, self.path, dict(self.headers), body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            try:
                self._write(answer)
            except OSError:
                # Whoever asked has heard enough.
                self.close_connection = True

        def _write(self, answer: Answer) -> None:
            if not answer.drips:
                self.wfile.write(answer.body)
                return
            for number in range(len(answer.body)):
                threading.Event().wait(answer.drips)
                self.wfile.write(answer.body[number : number + 1])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server.RequestHandlerClass = Handler
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    try:
        yield lying
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
