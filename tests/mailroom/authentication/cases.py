"""Mails, what the DNS says, and who sent them: one case for each way in which senders are right, wrong or false."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.mailroom.authentication.signing import SIGNED, Signature, sign
from tests.mailroom.parser.mails import make_mail

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SECONDS = int(AT.timestamp())

PEER, ELSEWHERE = "192.0.2.10", "203.0.113.99"
SENDER = "pietje@example.org"

SPF = "example.org TXT v=spf1 ip4:192.0.2.10 -all\n"
KEY = "s1._domainkey.example.org TXT v=DKIM1; k=rsa; p=KEY_RSA\n"
DMARC = "_dmarc.example.org TXT v=DMARC1; p=reject\n"
ALL = SPF + KEY + DMARC

PASS, FAIL = "pass", "fail"
Change = Callable[[bytes], bytes]


def unchanged(mail: bytes) -> bytes:
    return mail


@dataclass(frozen=True, kw_only=True)
class Case:
    """A mail (its signatures from the bottom up, then what happened to it), its way here, and what is to be found.

    `dkim`: result and reason of each signature, from the top down. None: not what the case is about.
    """

    name: str
    zone: str = ALL
    sender: str = f"Pietje Puk <{SENDER}>"
    from_address: str = SENDER
    body: str | bytes = "Het antwoord is 42.\n"
    headers: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    then: Change = unchanged
    peer: str = ELSEWHERE
    envelope: str | None = SENDER
    helo: str = "mail.example.org"
    authserv_id: str | None = None
    sender_class: str
    spf: str | None = None
    dkim: tuple[tuple[str, str], ...] | None = None
    dmarc: str | None = None
    why: tuple[str, ...] | None = None

    def mail(self) -> bytes:
        mail = make_mail(self.body, sender=self.sender, headers=self.headers)
        for signature in self.signatures:
            mail = sign(mail, signature)
        return self.then(mail)


def replaced(old: bytes, new: bytes) -> Change:
    def change(mail: bytes) -> bytes:
        assert old in mail
        return mail.replace(old, new)

    return change


def preceded(by: bytes) -> Change:
    return lambda mail: by + mail


def line_feeds(mail: bytes) -> bytes:
    return mail.replace(b"\r\n", b"\n")


ONE = (Signature(),)
SIGNED_RIGHT = ((PASS, ""),)
FOREIGN = Signature(domain="lists.example.net", selector="l1")
FOREIGN_KEY = "l1._domainkey.lists.example.net TXT v=DKIM1; p=KEY_RSA\n"
SILENT_KEY = "s1._domainkey.example.org TXT SILENCE\n"

SIGNATURES = [
    Case(name="signed", signatures=ONE, sender_class="aligned", spf=FAIL, dkim=SIGNED_RIGHT, dmarc=PASS,
         why=("dkim-aligned",)),
    Case(name="signed and sent by the owner", signatures=ONE, peer=PEER, sender_class="aligned", spf=PASS,
         dkim=SIGNED_RIGHT, dmarc=PASS, why=("dkim-aligned", "spf-aligned")),
    Case(name="neither", sender_class="unaligned", spf=FAIL, dkim=(), dmarc=FAIL,
         why=("not-signed", "sent-from-elsewhere")),
    Case(name="simple and simple", signatures=(Signature(forms="simple/simple"),), sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="no forms said", signatures=(Signature(forms=None),), sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="only the header relaxed", signatures=(Signature(forms="relaxed"),), sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="simple does not forgive a space", signatures=(Signature(forms="simple/simple"),),
         then=replaced(b"Subject: Kleine", b"Subject:  Kleine"), sender_class="unaligned",
         dkim=((FAIL, "header-changed"),)),
    Case(name="relaxed forgives spaces", signatures=ONE, then=replaced(b"is 42.", b"is \t 42. "),
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="relaxed forgives folding and letters", signatures=ONE,
         then=replaced(b"Subject: Kleine uitdaging", b"SUBJECT :\tKleine\r\n  uitdaging "), sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="empty lines added at the end", signatures=(Signature(forms="simple/simple"),),
         then=lambda mail: mail + b"\r\n\r\n\r\n", sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="no body, relaxed", body="", signatures=ONE, sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="no body, simple", body="", signatures=(Signature(forms="simple/simple"),), sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="no line end at the end", body=b"Het antwoord is 42.", signatures=ONE, sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="a space and no line end at the end", body=b"Het antwoord is 42. ", signatures=ONE,
         then=lambda mail: mail[:-1], sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="a carriage return alone is part of its line", body=b"Het antwoord\r is 42.\r\r\n\r\n", signatures=ONE,
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="stored with line feeds alone", signatures=ONE, then=line_feeds, sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="stored in a mailbox file", signatures=ONE, sender_class="aligned", dkim=SIGNED_RIGHT,
         then=preceded(b"From pietje@example.org Thu Nov 26 12:00:00 2026\r\n")),
    Case(name="an elliptic key", signatures=(Signature(algorithm="ed25519-sha256", key="ed25519"),),
         zone="s1._domainkey.example.org TXT v=DKIM1; k=ed25519; p=KEY_ED25519", sender_class="aligned",
         dkim=SIGNED_RIGHT),
    Case(name="a key of 1024 bits", signatures=(Signature(key="rsa-1024"),),
         zone="s1._domainkey.example.org TXT v=DKIM1; p=KEY_RSA_1024", sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="a key of 512 bits", signatures=(Signature(key="rsa-512"),),
         zone="s1._domainkey.example.org TXT v=DKIM1; p=KEY_RSA_512", sender_class="unaligned",
         dkim=(("policy", "short-key"),), why=("signature-not-accepted", "no-spf")),
    Case(name="a key as older tools publish it", signatures=ONE, zone="s1._domainkey.example.org TXT p=KEY_RSA_PKCS1",
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="SHA-1", signatures=(Signature(algorithm="rsa-sha1", key="rsa-sha1"),), sender_class="unaligned",
         dkim=(("policy", "rsa-sha1"),)),
    Case(name="an algorithm that nobody knows", signatures=(Signature(algorithm="rsa-md5"),), sender_class="unaligned",
         dkim=(("permerror", "unknown-algorithm"),)),
    Case(name="the key is of another kind", signatures=(Signature(algorithm="ed25519-sha256"),),
         sender_class="unaligned", dkim=(("permerror", "key-of-other-kind"),)),
    Case(name="a revoked key", signatures=ONE, zone="s1._domainkey.example.org TXT v=DKIM1; p=",
         sender_class="unaligned", dkim=(("permerror", "key-revoked"),)),
    Case(name="no key", signatures=ONE, zone=SPF, sender_class="unaligned", dkim=(("permerror", "no-key"),)),
    Case(name="two keys", signatures=ONE, zone=KEY + KEY, sender_class="unaligned",
         dkim=(("permerror", "several-keys"),)),
    Case(name="a text beside the key", signatures=ONE, zone=KEY + "s1._domainkey.example.org TXT for our mail",
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="a key that is none", signatures=ONE, zone="s1._domainkey.example.org TXT v=DKIM1; p=AAAA",
         sender_class="unaligned", dkim=(("permerror", "key-unreadable"),)),
    Case(name="a key of another version", signatures=ONE, zone="s1._domainkey.example.org TXT v=DKIM2; p=KEY_RSA",
         sender_class="unaligned", dkim=(("permerror", "no-key"),)),
    Case(name="a key for SHA-1 only", signatures=ONE, zone="s1._domainkey.example.org TXT h=sha1; p=KEY_RSA",
         sender_class="unaligned", dkim=(("permerror", "key-for-other-hashes"),)),
    Case(name="a key for other things", signatures=ONE, zone="s1._domainkey.example.org TXT s=tlsrpt; p=KEY_RSA",
         sender_class="unaligned", dkim=(("permerror", "key-for-other-services"),)),
    Case(name="a key that is being tested", signatures=ONE, zone="s1._domainkey.example.org TXT t=y; p=KEY_RSA",
         sender_class="unaligned", dkim=(("neutral", "testing"),)),
    Case(name="somebody else's key", signatures=(Signature(key="rsa-1024"),), sender_class="unaligned",
         dkim=((FAIL, "header-changed"),)),
    Case(name="the body was changed", signatures=ONE, then=replaced(b"is 42.", b"is 43."), sender_class="unaligned",
         dkim=((FAIL, "body-changed"),)),
    Case(name="the subject was changed", signatures=ONE, then=replaced(b"Kleine", b"Grote"), sender_class="unaligned",
         dkim=((FAIL, "header-changed"),)),
    Case(name="a length", signatures=(Signature(body_length=10, more="l=10"),), sender_class="unaligned",
         dkim=(("policy", "body-length"),)),
    Case(name="a length, and more behind it", signatures=(Signature(body_length=21, more="l=21"),),
         then=lambda mail: mail + b"Of toch 43?\r\n", sender_class="unaligned", dkim=(("policy", "body-length"),)),
    Case(name="expired", signatures=(Signature(more=f"t={SECONDS - 100}; x={SECONDS - 1}"),), sender_class="unaligned",
         dkim=(("policy", "expired"),)),
    Case(name="not yet expired", signatures=(Signature(more=f"t={SECONDS - 100}; x={SECONDS}"),),
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="expired before it was made", signatures=(Signature(more=f"t={SECONDS + 100}; x={SECONDS + 50}"),),
         sender_class="unaligned", dkim=(("permerror", "malformed"),)),
    Case(name="From is not signed", signatures=(Signature(signed="to:subject:date"),), sender_class="unaligned",
         dkim=(("permerror", "from-not-signed"),)),
    Case(name="for an agent below the domain", signatures=(Signature(more="i=@news.example.org"),),
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="for an agent elsewhere", signatures=(Signature(more="i=pietje@badexample.org"),),
         sender_class="unaligned", dkim=(("permerror", "agent-outside-domain"),)),
    Case(name="an agent below where the key forbids it", signatures=(Signature(more="i=@news.example.org"),),
         zone="s1._domainkey.example.org TXT t=s; p=KEY_RSA", sender_class="unaligned",
         dkim=(("permerror", "no-subdomains"),)),
    Case(name="an agent of the domain where the key wants it", signatures=(Signature(more="i=jan@example.org"),),
         zone="s1._domainkey.example.org TXT t=s; p=KEY_RSA", sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="fields that must not be added", signatures=(Signature(signed=SIGNED + ":from:subject:reply-to"),),
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="a field added that must not be", signatures=(Signature(signed=SIGNED + ":from:subject:reply-to"),),
         then=preceded(b"Reply-To: mallory@example.net\r\n"), sender_class="unaligned",
         dkim=((FAIL, "header-changed"),)),
    Case(name="fields of one name are signed from the bottom", sender_class="aligned", dkim=SIGNED_RIGHT,
         headers=("X-Step: one", "X-Step: two"), signatures=(Signature(signed=SIGNED + ":x-step"),),
         then=replaced(b"X-Step: one", b"X-Step: three")),
    Case(name="the lowest field of a name is the signed one", sender_class="unaligned",
         headers=("X-Step: one", "X-Step: two"), signatures=(Signature(signed=SIGNED + ":x-step"),),
         then=replaced(b"X-Step: two", b"X-Step: three"), dkim=((FAIL, "header-changed"),)),
    Case(name="copied fields that look like the value", signatures=(Signature(more="z=Subject:b=20is|To:b=41"),),
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="keys elsewhere than in the DNS", signatures=(Signature(more="q=https"),), sender_class="unaligned",
         dkim=(("permerror", "malformed"),)),
    Case(name="a tag twice", signatures=(Signature(more="d=example.org"),), sender_class="unaligned",
         dkim=(("permerror", "malformed"),)),
    Case(name="no tags at all", then=preceded(b"DKIM-Signature: hello\r\n"), sender_class="unaligned",
         dkim=(("permerror", "malformed"),)),
    Case(name="no base64", signatures=ONE, then=replaced(b"bh=", b"bh=*"), sender_class="unaligned",
         dkim=(("permerror", "malformed"),)),
    Case(name="two signatures, the first broken", sender_class="aligned", why=("dkim-aligned",),
         signatures=(Signature(), Signature(selector="s2")), zone=KEY + "s2._domainkey.example.org TXT p=KEY_RSA_1024",
         dkim=((FAIL, "header-changed"), (PASS, ""))),
    Case(name="two signatures, one foreign", signatures=(Signature(), FOREIGN), zone=KEY + FOREIGN_KEY,
         sender_class="aligned", dkim=((PASS, ""), (PASS, ""))),
    Case(name="signed by others", signatures=(FOREIGN,), zone=ALL + FOREIGN_KEY, sender_class="unaligned",
         dkim=SIGNED_RIGHT, dmarc=FAIL, why=("signed-by-others", "sent-from-elsewhere")),
    Case(name="a name that ends alike", signatures=(Signature(domain="badexample.org"),), sender_class="unaligned",
         zone=DMARC + "s1._domainkey.badexample.org TXT p=KEY_RSA", dkim=SIGNED_RIGHT),
    Case(name="the same signature twice counts once", signatures=ONE, sender_class="aligned", dkim=SIGNED_RIGHT,
         then=lambda mail: mail[: mail.index(b"From:")] + mail),
    Case(name="a domain with hyphens", sender="jan@my-company.example.org", from_address="jan@my-company.example.org",
         signatures=(Signature(domain="my-company.example.org"),), envelope="jan@my-company.example.org", peer=PEER,
         zone="my-company.example.org TXT v=spf1 ip4:192.0.2.0/24 -all\n"
              "s1._domainkey.my-company.example.org TXT p=KEY_RSA\n"
              "_dmarc.my-company.example.org TXT v=DMARC1; p=reject",
         sender_class="aligned", spf=PASS, dkim=SIGNED_RIGHT, dmarc=PASS),
    Case(name="an international domain", sender="jan@café.example.org", from_address="jan@café.example.org",
         signatures=(Signature(domain="xn--caf-dma.example.org"),), envelope="jan@café.example.org", peer=PEER,
         zone="xn--caf-dma.example.org TXT v=spf1 a:xn--caf-dma.example.org -all\n"
              "xn--caf-dma.example.org A 192.0.2.10\n"
              "s1._domainkey.xn--caf-dma.example.org TXT p=KEY_RSA",
         sender_class="aligned", spf=PASS, dkim=SIGNED_RIGHT),
    Case(name="ß is not ss", sender="jan@straße.example", from_address="jan@straße.example", sender_class="unaligned",
         signatures=(Signature(domain="strasse.example"),), zone="s1._domainkey.strasse.example TXT p=KEY_RSA",
         dkim=SIGNED_RIGHT),
    Case(name="the DNS does not tell the key", signatures=ONE, zone=SPF + DMARC + SILENT_KEY, sender_class="unknown",
         dkim=(("temperror", "key-unanswered"),), why=("dkim-unanswered",)),
    Case(name="nor the key of somebody else", signatures=(FOREIGN,), sender_class="unaligned",
         zone=ALL + "l1._domainkey.lists.example.net TXT SILENCE", dkim=(("temperror", "key-unanswered"),)),
    Case(name="not the key, but who sends is right", signatures=ONE, zone=SPF + SILENT_KEY, peer=PEER,
         sender_class="aligned", dkim=(("temperror", "key-unanswered"),), why=("spf-aligned",)),
    Case(name="a silent signature beside a good one", signatures=(Signature(), Signature(selector="s2")),
         zone=KEY + "s2._domainkey.example.org TXT SILENCE", sender_class="aligned",
         dkim=(("temperror", "key-unanswered"), (PASS, ""))),
    Case(name="the DNS does not tell anything", signatures=ONE, zone="* SILENCE", sender_class="unknown",
         spf="temperror", dmarc="temperror", why=("dkim-unanswered", "spf-unanswered")),
]  # fmt: skip

SUB = "jan@news.example.org"


def parent_signs(name: str, zone: str, sender_class: str, *, dmarc: str | None = None) -> Case:
    """From is one of `news.example.org`, and `example.org` has signed."""
    return Case(
        name=name,
        zone=KEY + zone,
        sender=SUB,
        from_address=SUB,
        signatures=ONE,
        envelope=None,
        sender_class=sender_class,
        dkim=SIGNED_RIGHT,
        dmarc=dmarc,
    )


DEEP = "a.b.c.d.e.f.g.h.example.org"
ORGANIZATIONS = [
    parent_signs("the organization signs for a part of it", DMARC, "aligned", dmarc=PASS),
    parent_signs("without any record each domain is its own", "", "unaligned", dmarc="none"),
    parent_signs("strict wants the same domain", DMARC.replace("reject", "reject; adkim=s"), "unaligned", dmarc=FAIL),
    parent_signs("strict for SPF does not matter here", DMARC.replace("reject", "reject; aspf=s"), "aligned"),
    parent_signs("the part's own record decides", DMARC + "_dmarc.news.example.org TXT v=DMARC1; p=none; adkim=s",
                 "unaligned"),
    parent_signs("both have records", DMARC + "_dmarc.news.example.org TXT v=DMARC1; p=none", "aligned"),
    parent_signs("a part that is its own organization", DMARC + "_dmarc.news.example.org TXT v=DMARC1; psd=n",
                 "unaligned"),
    parent_signs("a public suffix signs for what is below it",
                 "_dmarc.example.org TXT v=DMARC1; p=none; psd=y", "unaligned"),
    parent_signs("two records are none", DMARC + DMARC, "unaligned", dmarc="none"),
    parent_signs("a record of the next version is none", "_dmarc.example.org TXT v=DMARC2; p=reject", "unaligned"),
    parent_signs("a record in other letters is none", "_dmarc.example.org TXT v=dmarc1; p=reject", "unaligned"),
    parent_signs("the DNS does not tell the organization", "_dmarc.example.org TXT SILENCE", "unknown",
                 dmarc="temperror"),
    parent_signs("a top-level domain that forgot its mark", "_dmarc.org TXT v=DMARC1; p=none", "unaligned"),
    Case(name="a silent organization does not matter where the domains are the same", signatures=ONE, zone=KEY +
         "_dmarc.example.org TXT SILENCE", sender_class="aligned", dkim=SIGNED_RIGHT, dmarc=PASS),
    Case(name="nor where they have nothing in common", signatures=(FOREIGN,), sender_class="unaligned",
         zone=FOREIGN_KEY + "_dmarc.example.org TXT SILENCE", dmarc="temperror"),
    Case(name="a part signs for the organization", zone=DMARC + "s1._domainkey.news.example.org TXT p=KEY_RSA",
         signatures=(Signature(domain="news.example.org"),), sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="a sister signs", sender=SUB, from_address=SUB,
         zone=DMARC + "s1._domainkey.shop.example.org TXT p=KEY_RSA",
         signatures=(Signature(domain="shop.example.org"),), sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="neighbours under a public suffix", sender=SUB, from_address=SUB,
         signatures=(Signature(domain="shop.example.org"),),
         zone="_dmarc.example.org TXT v=DMARC1; psd=y\ns1._domainkey.shop.example.org TXT p=KEY_RSA",
         sender_class="unaligned", dkim=SIGNED_RIGHT),
    Case(name="one name below a public suffix", sender="jan@a.news.example.org", from_address="jan@a.news.example.org",
         zone="_dmarc.example.org TXT v=DMARC1; psd=y\ns1._domainkey.news.example.org TXT p=KEY_RSA",
         signatures=(Signature(domain="news.example.org"),), sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="a deep name", sender=f"jan@{DEEP}", from_address=f"jan@{DEEP}", signatures=ONE, zone=KEY + DMARC,
         sender_class="aligned", dkim=SIGNED_RIGHT, dmarc=PASS),
    Case(name="what the walk leaps over does not count", sender=f"jan@{DEEP}", from_address=f"jan@{DEEP}",
         zone=KEY + DMARC + "_dmarc.b.c.d.e.f.g.h.example.org TXT v=DMARC1; psd=n", signatures=ONE,
         sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="who sends is a part of the organization", zone=DMARC + "news.example.org TXT v=spf1 ip4:192.0.2.10",
         peer=PEER, envelope="bounce@news.example.org", sender_class="aligned", spf=PASS, why=("spf-aligned",)),
    Case(name="who sends is a part, and strict", zone="_dmarc.example.org TXT v=DMARC1; p=none; aspf=S\n"
         "news.example.org TXT v=spf1 ip4:192.0.2.10", peer=PEER, envelope="bounce@news.example.org",
         sender_class="unaligned", spf=PASS, why=("not-signed", "sent-for-others")),
]  # fmt: skip

LIST_SPF = "lists.example.net TXT v=spf1 ip4:198.51.100.7 -all\n"
WAYS = [
    Case(name="the null sender, and the host is right", envelope="", peer=PEER, sender_class="aligned", spf=PASS,
         zone=DMARC + "mail.example.org TXT v=spf1 ip4:192.0.2.10 -all"),
    Case(name="the null sender from elsewhere", envelope="", sender_class="unaligned", spf=FAIL,
         zone=DMARC + "mail.example.org TXT v=spf1 ip4:192.0.2.10 -all"),
    Case(name="the null sender, and a literal for a host", envelope="", helo="[192.0.2.10]", peer=PEER,
         sender_class="unaligned", spf="none"),
    Case(name="a forwarder keeps the signature", signatures=ONE, peer="198.51.100.7", sender_class="aligned", spf=FAIL,
         dkim=SIGNED_RIGHT),
    Case(name="a forwarder that rewrites the envelope", signatures=ONE, peer="198.51.100.7", zone=ALL + LIST_SPF,
         envelope="srs0=a=b=example.org=pietje@lists.example.net", sender_class="aligned", spf=PASS,
         dkim=SIGNED_RIGHT),
    Case(name="a list that adds a footer", signatures=ONE, peer="198.51.100.7", envelope="bounces@lists.example.net",
         zone=ALL + LIST_SPF, then=lambda mail: mail + b"-- \r\nlists.example.net\r\n", sender_class="unaligned",
         spf=PASS, dkim=((FAIL, "body-changed"),), why=("signature-not-accepted", "sent-for-others")),
    Case(name="a pipe", peer="local", sender_class="unaligned", spf="none", why=("not-signed", "peer-unknown")),
    Case(name="a webhook", peer="", zone="* SILENCE", sender_class="unaligned", spf="none"),
    Case(name="a door that knows no envelope", envelope=None, peer=PEER, sender_class="unaligned", spf="none"),
    Case(name="a relay of our own", peer="127.0.0.1", sender_class="unaligned", spf="none"),
    Case(name="a relay of our own, version 6", peer="fe80::1%eth0", sender_class="unaligned", spf="none"),
    Case(name="an address within a newer one", peer="::ffff:192.0.2.10", sender_class="aligned", spf=PASS),
    Case(name="a sender without a domain", envelope="postmaster", peer=PEER, sender_class="unaligned", spf="none"),
]  # fmt: skip


def reports(
    name: str, *headers: str, sender_class: str = "unaligned", own: str | None = "mx.example.com"
) -> Case:
    """Nobody has signed, and such fields stand on top."""
    return Case(
        name=name,
        zone=DMARC,
        peer="local",
        authserv_id=own,
        then=preceded("".join(f"{header}\r\n" for header in headers).encode()),
        sender_class=sender_class,
    )


AR = "Authentication-Results: "
REPORTS = [
    reports("our server says DMARC", AR + "mx.example.com; dmarc=pass (p=reject) header.from=example.org",
            sender_class="aligned"),
    reports("our server says DKIM", AR + 'MX.example.com 1; dkim=pass reason="a; b" header.d=example.org header.s=s1',
            sender_class="aligned"),
    reports("our server says for whom", AR + "mx.example.com;\r\n dkim=pass header.i=@news.example.org",
            sender_class="aligned"),
    reports("our server says SPF", AR + "mx.example.com; spf=pass smtp.mailfrom=pietje@example.org",
            sender_class="aligned"),
    reports("our server says that it fails", AR + "mx.example.com; dkim=fail header.d=example.org; dmarc=fail "
            "header.from=example.org"),
    reports("our server says it of others", AR + "mx.example.com; dkim=pass header.d=example.net; spf=pass "
            "smtp.mailfrom=example.net; dmarc=pass header.from=example.net"),
    reports("our server says it in a comment", AR + "mx.example.com; none (; dkim=pass header.d=example.org)"),
    reports("our server quotes it", AR + 'mx.example.com; dkim=fail reason="; dkim=pass header.d=example.org"'),
    reports("another server says it", AR + "mx.example.net; dkim=pass header.d=example.org"),
    reports("a server with a longer name", AR + "mx.example.com.example.net; dkim=pass header.d=example.org"),
    reports("below what another says", AR + "mx.example.net; none",
            AR + "mx.example.com; dkim=pass header.d=example.org"),
    reports("below what our server says", AR + "mx.example.com; dkim=none",
            AR + "mx.example.com; dkim=pass header.d=example.org"),
    reports("no server is ours", AR + "mx.example.com; dkim=pass header.d=example.org", own=None),
    reports("an empty name", AR + "; dkim=pass header.d=example.org", own=""),
]  # fmt: skip

AUTHORS = [
    Case(name="a display name that is an address", sender='"pietje@example.org" <mallory@example.net>',
         from_address="mallory@example.net", peer=PEER, sender_class="unaligned", spf=PASS,
         why=("not-signed", "sent-for-others")),
    Case(name="an encoded display name", sender="=?utf-8?q?Pietje_=3Cp=40example=2Enet=3E?= <pietje@example.org>",
         signatures=ONE, sender_class="aligned", dkim=SIGNED_RIGHT),
    Case(name="two fields From", signatures=ONE, then=preceded(b"From: directeur@example.org\r\n"), peer=PEER,
         sender_class="unaligned", dkim=(), why=("several-from",)),
    Case(name="two fields From, one with a space", then=preceded(b"From : directeur@example.org\r\n"), peer=PEER,
         sender_class="unaligned", why=("several-from",)),
    Case(name="a second From after a line feed alone", then=preceded(b"X-A: b\nFrom: directeur@example.org\r\n"),
         peer=PEER, sender_class="unaligned", why=("several-from",)),
    Case(name="a second From after a byte order mark", peer=PEER, sender_class="unaligned", why=("several-from",),
         then=preceded(b"\xef\xbb\xbfFrom: directeur@example.org\r\n")),
    Case(name="two addresses", sender="pietje@example.org, mallory@example.net", peer=PEER, sender_class="unaligned",
         why=("several-from",)),
    Case(name="two angles", sender="<pietje@example.org> <mallory@example.net>", peer=PEER, sender_class="unaligned",
         why=("several-from",)),
    Case(name="an address beside the angle", sender="pietje@example.org (a <mallory@example.net", peer=PEER,
         sender_class="unaligned", why=("odd-from",)),
    Case(name="another address than was read", sender="mallory@example.org", peer=PEER, sender_class="unaligned",
         why=("odd-from",)),
    Case(name="no From", then=replaced(b"From:", b"X-From:"), from_address="", peer=PEER, sender_class="unaligned",
         why=("no-from",)),
    Case(name="a header that is too large", then=preceded(b"X-A: b\r\n" * 600), peer=PEER, sender_class="unaligned",
         why=("header-too-large",)),
    Case(name="a literal", sender="jan@[192.0.2.10]", from_address="jan@[192.0.2.10]", sender_class="unaligned",
         why=("unusable-domain",)),
    Case(name="a top-level domain", sender="jan@org", from_address="jan@org", sender_class="unaligned",
         why=("unusable-domain",)),
    Case(name="a name with letters of no language", sender="jan@ex☃mple.org", from_address="jan@ex☃mple.org",
         sender_class="unaligned"),
    Case(name="a local part in UTF-8", sender="zoë@example.org", from_address="zoë@example.org",
         envelope="zoë@example.org", signatures=ONE, peer=PEER, sender_class="aligned", spf=PASS, dkim=SIGNED_RIGHT),
    Case(name="capitals", sender="Pietje@EXAMPLE.org", from_address="Pietje@example.org", sender_class="aligned",
         signatures=(Signature(domain="Example.ORG"),), dkim=SIGNED_RIGHT),
]  # fmt: skip

CASES = [*SIGNATURES, *ORGANIZATIONS, *WAYS, *REPORTS, *AUTHORS]
