"""Who sent a message: whether the domain in its From vouches for it.

1. The one address in From is found, as the parser reads it. 2. The DNS says to whose organization its domain belongs
(DMARC). 3. Every signature is checked (DKIM), and the peer (SPF). 4. One that passes and belongs to the same
organization makes the message aligned. 5. Where none does, but the DNS did not answer, it is unknown; else unaligned.

It says that the domain vouches, and nothing of the person before the @, for whom the domain has to answer.
"""

from datetime import datetime
from typing import NamedTuple

from blog.mailroom.authentication.dkim import check_signatures
from blog.mailroom.authentication.dmarc import AuthorDomain
from blog.mailroom.authentication.domains import domain_of
from blog.mailroom.authentication.fields import Message, cut_message
from blog.mailroom.authentication.reported import Reported, reported_passes
from blog.mailroom.authentication.resolver import Questions, Resolver, TemporaryFailure
from blog.mailroom.authentication.results import (
    DkimResult,
    DmarcCheck,
    DmarcResult,
    SenderCheck,
    SenderClass,
    SignatureCheck,
    SpfCheck,
    SpfResult,
    Why,
)
from blog.mailroom.authentication.spf import check_spf
from blog.mailroom.parser import caps
from blog.mailroom.parser.addresses import mailboxes
from blog.mailroom.parser.charsets import decode

_NO_ORGANIZATION = DmarcCheck(result=DmarcResult.NONE)


def check_sender(
    raw: bytes,
    *,
    from_address: str,
    envelope_sender: str | None,
    helo: str,
    peer: str,
    resolver: Resolver,
    at: datetime,
    own_authserv_id: str | None = None,
) -> SenderCheck:
    """Who sent the raw message that came in at `at`.

    `from_address` is what the parser has read; a message in which there could be another one is unaligned.
    `envelope_sender` is "" for the null sender and None when unknown; `peer` the address of who handed it in, anything
    else where that is not known; `own_authserv_id` the name of the operator's border server, whose findings count
    then. Never raises for anything in the message. Asks the resolver up to sixty questions.
    """
    message = cut_message(raw)
    author = _author(message, from_address)
    if isinstance(author, Why):
        return _nobody(author)
    questions = Questions(resolver)
    domain = AuthorDomain(author, questions)
    dkim = check_signatures(message, questions, at)
    spf = check_spf(peer, envelope_sender=envelope_sender, helo=helo, questions=questions)
    verdict = _verdict(domain, dkim, spf, reported_passes(message, own_authserv_id))
    return SenderCheck(
        sender_class=verdict.sender_class,
        from_domain=domain.domain,
        spf=spf,
        dkim=dkim,
        dmarc=domain.report(is_aligned=verdict.sender_class is SenderClass.ALIGNED),
        why=verdict.why,
    )


def _nobody(why: Why) -> SenderCheck:
    """A message without one sender: nobody can vouch for it, so nobody is asked."""
    return SenderCheck(
        sender_class=SenderClass.UNALIGNED,
        from_domain="",
        spf=SpfCheck(result=SpfResult.NONE),
        dkim=(),
        dmarc=_NO_ORGANIZATION,
        why=(why,),
    )


def _author(message: Message, from_address: str) -> str | Why:
    """The domain of the one address in From, or why there is none that counts."""
    if message.is_too_large:
        return Why.HEADER_TOO_LARGE
    fields = message.named("from")
    if len(fields) != 1 or not from_address:
        return Why.SEVERAL_FROM if len(fields) > 1 else Why.NO_FROM
    if len(fields[0].value) > caps.ADDRESS_HEADER_BYTES:
        return Why.ODD_FROM
    senders = mailboxes(decode(fields[0].value, "").text)
    if len(senders.found) > 1:
        return Why.SEVERAL_FROM
    if senders.odd or [sender.address for sender in senders.found] != [from_address]:
        return Why.ODD_FROM
    domain = domain_of(from_address)
    return domain if domain is not None and "." in domain else Why.UNUSABLE_DOMAIN


class _Verdict(NamedTuple):
    sender_class: SenderClass
    why: tuple[Why, ...]


def _verdict(
    domain: AuthorDomain, dkim: tuple[SignatureCheck, ...], spf: SpfCheck, reported: tuple[Reported, ...]
) -> _Verdict:
    signed = [_signature_class(domain, each) for each in dkim]
    sent = _spf_class(domain, spf)
    told = [_reported_class(domain, each) for each in reported]
    found = {
        Why.DKIM_ALIGNED: SenderClass.ALIGNED in signed,
        Why.SPF_ALIGNED: sent is SenderClass.ALIGNED,
        Why.REPORTED_ALIGNED: SenderClass.ALIGNED in told,
    }
    if any(found.values()):
        return _Verdict(SenderClass.ALIGNED, tuple(why for why, holds in found.items() if holds))
    unanswered = {
        Why.DKIM_UNANSWERED: SenderClass.UNKNOWN in [*signed, *told],
        Why.SPF_UNANSWERED: sent is SenderClass.UNKNOWN,
    }
    if any(unanswered.values()):
        return _Verdict(SenderClass.UNKNOWN, tuple(why for why, holds in unanswered.items() if holds))
    return _Verdict(SenderClass.UNALIGNED, (_why_not_signed(dkim), _why_not_sent(spf)))


def _class(domain: AuthorDomain, identifier: str, method: str, *, passed: bool) -> SenderClass:
    """The class that an identifier makes the message, where it passed or could not be asked about."""
    try:
        is_aligned = domain.is_aligned(identifier, method)
    except TemporaryFailure:
        return SenderClass.UNKNOWN
    if not is_aligned:
        return SenderClass.UNALIGNED
    return SenderClass.ALIGNED if passed else SenderClass.UNKNOWN


def _signature_class(domain: AuthorDomain, check: SignatureCheck) -> SenderClass:
    if check.result not in (DkimResult.PASS, DkimResult.TEMPERROR):
        return SenderClass.UNALIGNED
    return _class(domain, check.domain, "dkim", passed=check.result is DkimResult.PASS)


def _spf_class(domain: AuthorDomain, check: SpfCheck) -> SenderClass:
    if check.result is not SpfResult.PASS and not check.is_uncertain:
        return SenderClass.UNALIGNED
    return _class(domain, check.domain, "spf", passed=check.result is SpfResult.PASS)


def _reported_class(domain: AuthorDomain, reported: Reported) -> SenderClass:
    if reported.method == "dmarc":
        return SenderClass.ALIGNED if reported.domain == domain.domain else SenderClass.UNALIGNED
    return _class(domain, reported.domain, reported.method, passed=True)


def _why_not_signed(dkim: tuple[SignatureCheck, ...]) -> Why:
    if not dkim:
        return Why.NOT_SIGNED
    passed = any(check.result is DkimResult.PASS for check in dkim)
    return Why.SIGNED_BY_OTHERS if passed else Why.SIGNATURE_NOT_ACCEPTED


def _why_not_sent(spf: SpfCheck) -> Why:
    if spf.result is SpfResult.PASS:
        return Why.SENT_FOR_OTHERS
    if spf.result is SpfResult.NONE:
        return Why.NO_SPF if spf.domain else Why.PEER_UNKNOWN
    return Why.SENT_FROM_ELSEWHERE
