"""Sending one request as somebody, and saying in a word what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.wrappers import Response

ROLES = ("visitor", "reader", "author", "editor", "moderator", "admin")
Body = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One request, and what becomes of it for each of `ROLES`, in that order.

    `whose` says to whom the thing belongs that the address names: "own" to whoever asks, "other" to somebody else, ""
    to nobody in particular. `address` has the names of the world in it.
    """

    endpoint: str
    method: str
    address: str
    outcomes: str
    whose: str = ""
    body: Body = field(default_factory=dict[str, str | list[str]])

    @property
    def name(self) -> str:
        """How the row is told in a failure."""
        return " ".join(filter(None, (self.endpoint, self.method, self.whose)))

    def outcome_for(self, role: str) -> str:
        """What the table says."""
        return self.outcomes.split()[ROLES.index(role)]


def outcome_of(response: Response) -> str:
    """What came of a request, in a word.

    ok: shown or done; in: asked to sign in; prove: asked once more who they are; no: not with this account; gone: there
    is no such thing for them; say: let in, and then told what is wrong with what was sent; fault: our own.
    """
    status = response.status_code
    if status == 401 or (status in {302, 303} and "/account/sign-in" in (response.location or "")):
        return "in"
    if status == 303 and (response.location or "").startswith("/account/confirm?"):
        return "prove"
    words = {403: "no", 404: "gone", 405: "method"}
    if status in words:
        return words[status]
    if status >= 500:
        return "fault"
    return "say" if status >= 400 else "ok"


def routes_of(app: Flask) -> set[tuple[str, str]]:
    """Every endpoint with every method that it takes."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
