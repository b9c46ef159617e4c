"""What the operator's own border server has found out, where there is one (Authentication-Results, RFC 8601)."""

import re
from typing import NamedTuple

from blog.mailroom.authentication.domains import ascii_domain
from blog.mailroom.authentication.fields import Message

_RESULT = re.compile(r"\s*+(?P<method>[a-z-]+)(?:/\d+)?\s*+=\s*+(?P<result>[a-z]+)(?P<rest>\s.*)?", re.DOTALL)
_PROPERTY = re.compile(r"(?P<name>[a-z]+\.[a-z-]+)\s*+=\s*+(?P<value>\S+)")
# Which property names the domain that a method has authenticated.
_DOMAINS = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.helo"),
    "dmarc": ("header.from",),
}


class Reported(NamedTuple):
    """That `method` ("dkim", "spf" or "dmarc") has passed for a domain."""

    method: str
    domain: str


def reported_passes(message: Message, own_authserv_id: str | None) -> tuple[Reported, ...]:
    """What passed according to the topmost Authentication-Results, if that is by `own_authserv_id`; else nothing.

    A sender can write such fields, too; so the server with that name has to take away what comes with its name from
    outside (RFC 8601 §5), and the fields below the first are never looked at.
    """
    fields = message.named("authentication-results")
    if not own_authserv_id or not fields:
        return ()
    server, *results = _without_comments(fields[0].value.decode("utf-8", "replace")).split(";")
    if [word.lower() for word in server.split()][:1] != [own_authserv_id.lower()]:
        return ()
    return tuple(passed for result in results if (passed := _passed(result)) is not None)


def _passed(text: str) -> Reported | None:
    found = _RESULT.fullmatch(text.lower())
    if found is None or found["result"] != "pass" or found["method"] not in _DOMAINS:
        return None
    properties = {each["name"]: each["value"] for each in _PROPERTY.finditer(found["rest"] or "")}
    for name in _DOMAINS[found["method"]]:
        if name in properties:
            domain = ascii_domain(properties[name].strip('"').rpartition("@")[2])
            return Reported(found["method"], domain) if domain else None
    return None


def _without_comments(value: str) -> str:
    """The value without comments, which nest, and without what stands in quotes: a `reason` is for people."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif quoted:
            quoted = character != '"'
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif depth:
            continue
        elif character == '"':
            quoted = True
            kept.append("-")
        else:
            kept.append(character)
    return "".join(kept)
