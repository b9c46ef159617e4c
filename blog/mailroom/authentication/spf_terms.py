"""The grammar of SPF records: terms, and the macros in them (RFC 7208 §4.6, §5, §6, §7 and §12)."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Literal
from urllib.parse import quote

Qualifier = Literal["+", "-", "~", "?"]
Address = IPv4Address | IPv6Address

_VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"(?P<qualifier>[+?~-]?)(?P<name>[A-Za-z0-9]+)(?P<rest>[:/].*)?", re.DOTALL)
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>.*)", re.DOTALL)
_CIDR = re.compile(r"(?P<spec>.*?)(?:/(?P<v4>0|[1-9][0-9]?))?(?://(?P<v6>0|[1-9][0-9]{0,2}))?", re.DOTALL)
_MACRO = re.compile(
    r"%(?:[%_-]|\{(?P<letter>[A-Za-z])(?P<keep>[0-9]{0,3})(?P<turn>[rR]?)(?P<cuts>[.\-+,/_=]*)\})"
)
_MACRO_TEXT = re.compile(r"(?:[!-$&-~]|%[%_-]|%\{[A-Za-z][0-9]{0,3}[rR]?[.\-+,/_=]*\})*+")
_DOMAIN_END = re.compile(
    r"(?:\.(?=[A-Za-z0-9-]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|%\{[^}]*\}|%[%_-])\Z"
)
# `c`, `r` and `t` are for explanations alone, which nobody reads here (RFC 7208 §7.2).
_LETTERS = frozenset("slodiphv")
_FIXED = {"%%": "%", "%_": " ", "%-": "%20"}
_LONGEST_NAME = 253


class SyntaxFault(Exception):
    """The record breaks the grammar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism:
    """One directive. `spec` is its domain with macros, empty for the present one; `network` is that of ip4 and ip6."""

    qualifier: Qualifier
    name: str
    spec: str = ""
    v4_prefix: int = 32
    v6_prefix: int = 128
    network: IPv4Network | IPv6Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The mechanisms in order, and the domain of `redirect=`, if any."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str | None


def is_record(text: str) -> bool:
    """Whether a TXT record is one of SPF (RFC 7208 §4.5)."""
    return _VERSION.match(text) is not None


def read_record(text: str) -> Record:
    """All terms of a record. Raises SyntaxFault wherever the fault stands (RFC 7208 §4.6)."""
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in text.split(" ")[1:]:
        if not term:
            continue
        modifier = _MODIFIER.fullmatch(term)
        if modifier is None:
            mechanisms.append(_mechanism(term))
            continue
        _note_modifier(modifiers, modifier["name"].lower(), modifier["value"])
    return Record(tuple(mechanisms), modifiers.get("redirect"))


def _note_modifier(modifiers: dict[str, str], name: str, value: str) -> None:
    if name in ("redirect", "exp"):
        if name in modifiers:
            raise SyntaxFault(f"{name} twice")
        _check_spec(value)
        modifiers[name] = value
    else:
        _check_macros(value)


def _mechanism(term: str) -> Mechanism:
    found = _DIRECTIVE.fullmatch(term)
    if found is None:
        raise SyntaxFault(term)
    qualifier: Qualifier = found["qualifier"] or "+"  # pyright: ignore[reportAssignmentType]
    name, rest = found["name"].lower(), found["rest"] or ""
    if name == "all" and not rest:
        return Mechanism(qualifier=qualifier, name=name)
    if name in ("ip4", "ip6"):
        return Mechanism(qualifier=qualifier, name=name, network=_network(name, rest))
    if name in ("include", "exists") and rest.startswith(":"):
        return Mechanism(qualifier=qualifier, name=name, spec=_check_spec(rest[1:]))
    if name == "ptr" and (not rest or rest.startswith(":")):
        return Mechanism(qualifier=qualifier, name=name, spec=_check_spec(rest[1:]) if rest else "")
    if name in ("a", "mx"):
        return _with_prefixes(qualifier, name, rest)
    raise SyntaxFault(term)


def _with_prefixes(qualifier: Qualifier, name: str, rest: str) -> Mechanism:
    found = _CIDR.fullmatch(rest)
    if found is None:
        raise SyntaxFault(rest)
    spec = found["spec"]
    v4_prefix, v6_prefix = int(found["v4"] or 32), int(found["v6"] or 128)
    if v4_prefix > 32 or v6_prefix > 128 or (spec and not spec.startswith(":")):
        raise SyntaxFault(rest)
    return Mechanism(
        qualifier=qualifier,
        name=name,
        spec=_check_spec(spec[1:]) if spec else "",
        v4_prefix=v4_prefix,
        v6_prefix=v6_prefix,
    )


def _network(name: str, rest: str) -> IPv4Network | IPv6Network:
    address, slash, prefix = rest.removeprefix(":").partition("/")
    if not rest.startswith(":") or (slash and not re.fullmatch(r"0|[1-9][0-9]{0,2}", prefix)):
        raise SyntaxFault(rest)
    try:
        network = ip_network(f"{address}/{prefix}" if slash else address, strict=False)
    except ValueError:
        raise SyntaxFault(rest) from None
    if network.version != int(name[2]) or "%" in address:
        raise SyntaxFault(rest)
    return network


def _check_spec(spec: str) -> str:
    """A domain-spec: macros allowed, and something like a domain at its end (RFC 7208 §7.1)."""
    _check_macros(spec)
    if not _DOMAIN_END.search(spec[-_LONGEST_NAME:]):
        raise SyntaxFault(spec)
    return spec


def _check_macros(text: str) -> None:
    if not _MACRO_TEXT.fullmatch(text):
        raise SyntaxFault(text)
    for macro in _MACRO.finditer(text):
        letter = macro["letter"]
        if letter and (letter.lower() not in _LETTERS or (macro["keep"] and not int(macro["keep"]))):
            raise SyntaxFault(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroValues:
    """What the letters stand for (RFC 7208 §7.2), except `d`, which changes, and `p`, which costs questions."""

    address: Address
    local: str
    sender_domain: str
    helo: str

    def value(self, letter: str, domain: str) -> str:
        """The value of one letter while the record of `domain` is looked at."""
        values = {
            "s": f"{self.local}@{self.sender_domain}",
            "l": self.local,
            "o": self.sender_domain,
            "d": domain,
            "h": self.helo,
            "v": "in-addr" if self.address.version == 4 else "ip6",
            "i": _dotted(self.address),
        }
        return values[letter]


def uses_peer_name(spec: str) -> bool:
    """Whether a domain-spec needs the name of the peer (`%{p}`)."""
    return any((macro["letter"] or "").lower() == "p" for macro in _MACRO.finditer(spec))


def expand(spec: str, domain: str, values: MacroValues, peer_name: str) -> str:
    """A domain-spec with its macros replaced, cut from the left to what fits into a name (RFC 7208 §7.3)."""

    def replaced(macro: re.Match[str]) -> str:
        letter = macro["letter"]
        if not letter:
            return _FIXED[macro[0]]
        value = peer_name if letter in "pP" else values.value(letter.lower(), domain)
        value = _transformed(value, macro)
        return quote(value, safe="") if letter.isupper() else value

    name = _MACRO.sub(replaced, spec).removesuffix(".")
    while len(name) > _LONGEST_NAME and "." in name:
        name = name[-_LONGEST_NAME - 1 :].partition(".")[2]
    return name


def _transformed(value: str, macro: re.Match[str]) -> str:
    parts = re.split(f"[{re.escape(macro['cuts'] or '.')}]", value)
    if macro["turn"]:
        parts.reverse()
    return ".".join(parts[-int(macro["keep"] or 0) :])


def _dotted(address: Address) -> str:
    """An address as `i` writes it: IPv6 nibble by nibble."""
    return str(address) if address.version == 4 else ".".join(address.exploded.replace(":", ""))
