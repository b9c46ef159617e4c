"""A provider that does what no real one does: lies, keeps silent, sends nonsense. On this machine, and over HTTP."""

import hashlib
import json
import sys
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
    # Byte by byte, with so many seconds before each: the body, or the headers too.
    drips: float = 0.0
    drips_headers: bool = False


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
        # Set when whoever asked does not wait for the rest of an answer.
        self.hung_up = threading.Event()
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

    def answer(self, method: str, address: str, headers: dict[str, str], body: str) -> Answer:
        """What is sent for a request."""
        path = address.partition("?")[0]
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
        anew = {"auth_time": now} if "max_age" in request else {}
        claims = {
            "iss": self.issuer,
            "aud": "rejoinder",
            "iat": now,
            "exp": now + 300,
            "nonce": request["nonce"],
            **anew,
            **self.subject,
            **self.lies,
        }
        told = {name: value for name, value in claims.items() if name not in self.left_out}
        return _json({"access_token": "an access token", "token_type": "Bearer", "id_token": self.sign(told)})


def _json(content: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), BaseHTTPRequestHandler)
        self.crashes: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Hang up. What was not meant to happen is for the test to tell: whoever asked sees no answer, as of a lie."""
        crash = sys.exc_info()[1]
        if not isinstance(crash, OSError):
            self.crashes.append(repr(crash))


@contextmanager
def lying_provider(key: RSAKey) -> Generator[LyingProvider]:
    """One that runs as long as the block lasts."""
    server = _Server()
    lying = LyingProvider(server.server_port, key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply("GET", "")

        def do_POST(self) -> None:
            self._reply("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _reply(self, method: str, body: str) -> None:
            answer = lying.answer(method, self.path, dict(self.headers), body)
            headers = {"Content-Length": str(len(answer.body)), "Connection": "close", **answer.headers}
            lines = [f"HTTP/1.1 {answer.status} Said", *(f"{name}: {headers[name]}" for name in headers)]
            try:
                self._write("\r\n".join([*lines, "", ""]).encode(), answer.drips * answer.drips_headers)
                self._write(answer.body, answer.drips)
            except OSError:
                # Whoever asked has heard enough.
                lying.hung_up.set()

        def _write(self, content: bytes, drips: float) -> None:
            if not drips:
                self.wfile.write(content)
                return
            for number in range(len(content)):
                threading.Event().wait(drips)
                self.wfile.write(content[number : number + 1])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server.RequestHandlerClass = Handler
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    serving.start()
    try:
        yield lying
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
    assert server.crashes == []
