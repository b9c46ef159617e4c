"""What the DNS says of us: where mail for us goes, and what other servers look for before they take ours."""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from blog.core.config import Settings
from blog.mailroom.authentication.dmarc import AuthorDomain
from blog.mailroom.authentication.domains import domain_of
from blog.mailroom.authentication.resolver import Questions, RecordType, Resolver, TemporaryFailure
from blog.mailroom.authentication.results import DkimResult, DmarcResult, SenderCheck, Why
from blog.mailroom.doctor.finding import Finding, State, doors_beside_smtp, is_out_of_reach

_SPF = "v=spf1"


def domain_findings(settings: Settings, new_resolver: Callable[[], Resolver]) -> Iterator[Finding]:
    """Where mail for `ANSWER_DOMAIN` goes, and whether the domain of our sender vouches for our mail."""
    if is_out_of_reach(settings.answer_domain):
        words = f"{settings.answer_domain} takes no mail from elsewhere; set SITE_URL or ANSWER_DOMAIN"
        yield Finding("dns", State.HINT, words)
        return
    try:
        yield _ways_in(settings, new_resolver())
    except TemporaryFailure:
        yield Finding("dns", State.FAULT, "no name server answers; look at the network of this machine")
    domain = domain_of(settings.mail_sender)
    if domain is None or "." not in domain:
        yield Finding("spf", State.HINT, f"{settings.mail_sender} has no domain that others could ask")
        return
    for what, look in (("spf", _spf), ("dmarc", _dmarc)):
        try:
            yield look(domain, new_resolver())
        except TemporaryFailure:
            yield Finding(what, State.HINT, f"not known: no name server answers for {domain}")


def _ways_in(settings: Settings, resolver: Resolver) -> Finding:
    domain = settings.answer_domain
    named = resolver.ask(domain, RecordType.MX)
    hosts = [host for host in named if host.strip(".")]
    if hosts:
        return _where_it_leads(settings, hosts, resolver)
    if named:
        words = (
            f"{domain} says that it takes no mail (a null MX, RFC 7505); name this machine in its MX record"
        )
        return Finding("dns", State.FAULT, words)
    if _addresses(domain, resolver):
        words = f"{domain} has an address and no MX record; add one that names this machine"
        return Finding("dns", State.HINT, words)
    return Finding(
        "dns", State.FAULT, f"{domain} has no MX record, so no mail finds us; add one for this machine"
    )


def _where_it_leads(settings: Settings, hosts: Sequence[str], resolver: Resolver) -> Finding:
    goes = f"mail for {settings.answer_domain} goes to {', '.join(hosts)}"
    doors = doors_beside_smtp(settings)
    if doors:
        words = f"{goes}; from there it has to come to us by {' or '.join(doors)}"
        return Finding("dns", State.GOOD, words)
    there = {address for host in hosts for address in _addresses(host, resolver)}
    if not there:
        words = f"{goes}, and nothing of that name has an address; name this machine in the MX record"
        return Finding("dns", State.FAULT, words)
    site = urlsplit(settings.site_url).hostname or ""
    here = _addresses(site, resolver)
    if not there & here:
        return Finding("dns", State.HINT, f"{goes} ({_listed(there)}); {_is_it_here(site, here)}")
    if len(hosts) > 1:
        words = f"{goes}; with one host alone its order is beyond doubt"
        return Finding("dns", State.HINT, words)
    return Finding("dns", State.GOOD, f"{goes}, where {site} is, too")


def _is_it_here(site: str, here: set[str]) -> str:
    if not here:
        return f"whether that is this machine cannot be told, for {site} has no address"
    return (
        f"{site} is elsewhere ({_listed(here)}): right only if that is this machine, or hands mail on to it"
    )


def _addresses(host: str, resolver: Resolver) -> set[str]:
    return {*resolver.ask(host, RecordType.A), *resolver.ask(host, RecordType.AAAA)}


def _listed(addresses: set[str]) -> str:
    return ", ".join(sorted(addresses))


def _spf(domain: str, resolver: Resolver) -> Finding:
    texts = [text.lower() for text in resolver.ask(domain, RecordType.TXT)]
    records = [text for text in texts if text == _SPF or text.startswith(f"{_SPF} ")]
    if len(records) == 1:
        return Finding("spf", State.GOOD, f"{domain} has a record; it has to name the machines of the relay")
    if records:
        words = f"{domain} has {len(records)} records that begin with {_SPF}: then none counts; leave one"
        return Finding("spf", State.HINT, words)
    words = f"{domain} has no TXT record that begins with {_SPF}; many servers take our mail for forged"
    return Finding("spf", State.HINT, words)


def _dmarc(domain: str, resolver: Resolver) -> Finding:
    found = AuthorDomain(domain, Questions(resolver)).report(is_aligned=False)
    if found.result is DmarcResult.TEMPERROR:
        raise TemporaryFailure
    if found.result is DmarcResult.NONE:
        words = (
            f"_dmarc.{domain} has no TXT record that begins with v=DMARC1, nor has a domain above it; "
            "many servers take our mail for forged"
        )
        return Finding("dmarc", State.HINT, words)
    words = f"_dmarc.{found.found_at} has a record, which asks to do this with forged mail: {found.policy}"
    return Finding("dmarc", State.GOOD, words)


def signature_finding(domain: str, check: SenderCheck) -> Finding:
    """Whether a letter of ours that came back is signed by the domain of our sender (DKIM)."""
    if Why.DKIM_ALIGNED in check.why:
        return Finding("dkim", State.GOOD, f"our letters are signed for {domain}")
    if not check.dkim:
        words = "our letters are not signed; let the relay do that, and many servers believe them more"
        return Finding("dkim", State.HINT, words)
    if any(each.result is DkimResult.TEMPERROR for each in check.dkim):
        return Finding("dkim", State.HINT, "our letters are signed; no name server gave us the key")
    signers = ", ".join(f"{each.domain or 'nobody'}: {each.result}" for each in check.dkim)
    words = f"our letters are signed, and not validly for {domain} ({signers}); look at the relay's settings"
    return Finding("dkim", State.HINT, words)


def signature_not_known() -> Finding:
    """What is left to say where no letter of ours came back: its key has a name that only the relay knows."""
    words = "not known: only a letter that the relay brought back here would show whether it is signed"
    return Finding("dkim", State.HINT, words)
