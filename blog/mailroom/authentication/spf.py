"""SPF: whether the owner of a domain lets this peer send its mail (RFC 7208)."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from blog.mailroom.authentication.domains import ascii_domain, domain_of, is_within
from blog.mailroom.authentication.resolver import Questions, RecordType, TemporaryFailure, TooManyQuestions
from blog.mailroom.authentication.results import SpfCheck, SpfResult
from blog.mailroom.authentication.spf_terms import (
    Address,
    MacroValues,
    Mechanism,
    Record,
    SyntaxFault,
    expand,
    is_record,
    read_record,
    uses_peer_name,
)

_LOOKUPS = 10
_VOID_LOOKUPS = 2
_NAMES = 10
_RESULTS = {"+": SpfResult.PASS, "-": SpfResult.FAIL, "~": SpfResult.SOFTFAIL, "?": SpfResult.NEUTRAL}
# What hands mail on from there is a server of our own, not the one that the sender has sent it to.
OWN_NETWORKS = tuple(
    ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


class _Permanent(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_spf(peer: str, *, envelope_sender: str | None, helo: str, questions: Questions) -> SpfCheck:
    """SPF for who handed the message in: `peer` is an address, or anything else where it is not known.

    `envelope_sender` is "" for the null sender, for which HELO is asked about, and None when the door was not told.
    """
    address = address_of(peer)
    if address is None or _is_own(address):
        return SpfCheck(result=SpfResult.NONE, reason="peer-unknown")
    if envelope_sender is None:
        return SpfCheck(result=SpfResult.NONE, reason="sender-unknown")
    scope = "mailfrom" if envelope_sender else "helo"
    domain = domain_of(envelope_sender) if envelope_sender else ascii_domain(helo)
    if domain is None or "." not in domain:
        return SpfCheck(result=SpfResult.NONE, scope=scope, reason="no-domain")
    values = MacroValues(
        address=address,
        local=envelope_sender.rpartition("@")[0] or "postmaster",
        sender_domain=domain,
        helo=ascii_domain(helo) or "unknown",
    )
    failed_before = questions.failed
    result, reason = _result(domain, values, questions)
    is_uncertain = questions.failed > failed_before and result is not SpfResult.PASS
    return SpfCheck(result=result, domain=domain, scope=scope, reason=reason, is_uncertain=is_uncertain)


def address_of(peer: str) -> Address | None:
    """The address of who handed a message in; None for what is no address, such as a socket on this machine."""
    try:
        address = ip_address(peer)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address


def _is_own(address: Address) -> bool:
    return any(address in network for network in OWN_NETWORKS)


def _result(domain: str, values: MacroValues, questions: Questions) -> tuple[SpfResult, str]:
    try:
        return _Evaluation(values, questions).check_host(domain), ""
    except TemporaryFailure:
        return SpfResult.TEMPERROR, "unanswered"
    except SyntaxFault:
        return SpfResult.PERMERROR, "syntax"
    except TooManyQuestions:
        return SpfResult.PERMERROR, "too-many-questions"
    except _Permanent as permanent:
        return SpfResult.PERMERROR, permanent.reason


class _Evaluation:
    """check_host() for one message (RFC 7208 §4). Its limits go for all records together."""

    def __init__(self, values: MacroValues, questions: Questions) -> None:
        self._values = values
        self._address = values.address
        self._kind = RecordType.A if isinstance(values.address, IPv4Address) else RecordType.AAAA
        self._questions = questions
        self._lookups_left = _LOOKUPS
        self._voids_left = _VOID_LOOKUPS
        self._matchers: dict[str, Callable[[Mechanism, str], bool]] = {
            "all": self._matches_all,
            "ip4": self._matches_network,
            "ip6": self._matches_network,
            "include": self._matches_include,
            "a": self._matches_a,
            "mx": self._matches_mx,
            "ptr": self._matches_ptr,
            "exists": self._matches_exists,
        }

    def check_host(self, domain: str) -> SpfResult:
        """The result for one domain. Goes no deeper than there are lookups."""
        record = self._record(domain)
        if record is None:
            return SpfResult.NONE
        for mechanism in record.mechanisms:
            if self._matchers[mechanism.name](mechanism, domain):
                return _RESULTS[mechanism.qualifier]
        if record.redirect is None:
            return SpfResult.NEUTRAL
        self._count_lookup()
        result = self.check_host(self._expanded(record.redirect, domain))
        if result is SpfResult.NONE:
            raise _Permanent("nothing-included")
        return result

    def _record(self, domain: str) -> Record | None:
        found = [text for text in self._questions.ask(domain, RecordType.TXT) if is_record(text)]
        if len(found) > 1:
            raise _Permanent("several-records")
        return read_record(found[0]) if found else None

    def _matches_all(self, _mechanism: Mechanism, _domain: str) -> bool:
        return True

    def _matches_network(self, mechanism: Mechanism, _domain: str) -> bool:
        network = mechanism.network
        return network is not None and network.version == self._address.version and self._address in network

    def _matches_include(self, mechanism: Mechanism, domain: str) -> bool:
        self._count_lookup()
        result = self.check_host(self._expanded(mechanism.spec, domain))
        if result is SpfResult.NONE:
            raise _Permanent("nothing-included")
        return result is SpfResult.PASS

    def _matches_a(self, mechanism: Mechanism, domain: str) -> bool:
        self._count_lookup()
        return self._is_among(self._ask(self._target(mechanism, domain), self._kind), mechanism)

    def _matches_mx(self, mechanism: Mechanism, domain: str) -> bool:
        self._count_lookup()
        hosts = self._ask(self._target(mechanism, domain), RecordType.MX)
        if len(hosts) > _NAMES:
            raise _Permanent("too-many-hosts")
        return any(self._is_among(self._questions.ask(host, self._kind), mechanism) for host in hosts)

    def _matches_ptr(self, mechanism: Mechanism, domain: str) -> bool:
        self._count_lookup()
        target = self._target(mechanism, domain).lower()
        return any(is_within(name, target) for name in self._names_of_peer())

    def _matches_exists(self, mechanism: Mechanism, domain: str) -> bool:
        self._count_lookup()
        return bool(self._ask(self._expanded(mechanism.spec, domain), RecordType.A))

    def _is_among(self, addresses: tuple[str, ...], mechanism: Mechanism) -> bool:
        prefix = mechanism.v4_prefix if self._kind is RecordType.A else mechanism.v6_prefix
        return any(self._address in ip_network(f"{each}/{prefix}", strict=False) for each in addresses)

    def _names_of_peer(self) -> Iterator[str]:
        """The names of the peer that lead back to it. What is not answered here counts as not there (RFC 7208 §5.5)."""
        try:
            names = self._ask(self._address.reverse_pointer, RecordType.PTR)
        except TemporaryFailure:
            return
        for name in names[:_NAMES]:
            try:
                found = self._questions.ask(name, self._kind)
            except TemporaryFailure:
                continue
            if any(ip_address(each) == self._address for each in found):
                yield name.lower()

    def _target(self, mechanism: Mechanism, domain: str) -> str:
        return self._expanded(mechanism.spec, domain) if mechanism.spec else domain

    def _expanded(self, spec: str, domain: str) -> str:
        peer_name = "unknown"
        if uses_peer_name(spec):
            self._count_lookup()
            peer_name = self._preferred_name(domain)
        return expand(spec, domain, self._values, peer_name)

    def _preferred_name(self, domain: str) -> str:
        """The value of `%{p}`: a name of the peer, the domain itself or one below it first (RFC 7208 §7.3)."""
        names = list(self._names_of_peer())
        names.sort(key=lambda name: (name != domain, not is_within(name, domain)))
        return names[0] if names else "unknown"

    def _ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """The answer to what a term asks first. Only that can be void: the limit is one of terms (RFC 7208 §4.6.4)."""
        found = self._questions.ask(name, kind)
        if not found:
            self._count_void()
        return found

    def _count_lookup(self) -> None:
        if not self._lookups_left:
            raise _Permanent("too-many-lookups")
        self._lookups_left -= 1

    def _count_void(self) -> None:
        if not self._voids_left:
            raise _Permanent("too-many-void-lookups")
        self._voids_left -= 1
