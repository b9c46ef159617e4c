"""Domain names as they are compared and asked for: lower case, A-labels, no final dot (RFC 5890 §2.3.2.1)."""

import re

import idna

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def ascii_domain(domain: str) -> str | None:
    """The name in lower case and A-labels, or None when it is no name of a domain.

    IDNA 2008 and nothing more lenient: what makes `strasse` of `straße` would let one owner speak for another.
    """
    name = domain.strip().lower().removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    return name


def domain_of(address: str) -> str | None:
    """The domain of an address, as `ascii_domain` writes it; None when it has none, or a literal (`[192.0.2.1]`)."""
    _, at, domain = address.rpartition("@")
    return ascii_domain(domain) if at else None


def is_within(domain: str, parent: str) -> bool:
    """Whether a name is `parent` or lies below it."""
    return domain == parent or domain.endswith("." + parent)


def may_be_related(one: str, other: str) -> bool:
    """Whether two names end alike in two labels or more, as all names of one organization do."""
    return one.split(".")[-2:] == other.split(".")[-2:] and "." in one
