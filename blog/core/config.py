"""Configuration from the environment: read once, checked, then frozen.

Every name stands in `docs/configuration.md`. A malformed value, and an unknown name in a family such as `MAIL_…` or
`OIDC_…`, stops the start with one line for each fault: a typo must not silently become a default.
"""

import os
import re
import secrets
import shlex
import socket
import ssl
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("nl", "en")
MAIL_NAMES = (
    "MAIL_SERVER",
    "MAIL_PORT",
    "MAIL_USE_TLS",
    "MAIL_USE_SSL",
    "MAIL_TLS_CA",
    "MAIL_USERNAME",
    "MAIL_PASSWORD",
    "MAIL_DEFAULT_SENDER",
)
MAILGUN_NAMES = ("MAILGUN_SIGNING_KEY",)
POSTMARK_NAMES = ("POSTMARK_USER", "POSTMARK_PASSWORD")
IMAP_NAMES = (
    "IMAP_HOST",
    "IMAP_PORT",
    "IMAP_SECURITY",
    "IMAP_USER",
    "IMAP_PASSWORD",
    "IMAP_TOKEN_COMMAND",
    "IMAP_FOLDER",
)
IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
OIDC_NAMES = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_TRUST_EMAIL")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TIMESTAMP_NAMES = ("TIMESTAMP_URLS", "TIMESTAMP_CA")
SMTP_NAMES = (
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_TLS_CERT",
    "SMTP_TLS_KEY",
    "SMTP_USER",
    "SMTP_MAX_CONNECTIONS",
    "SMTP_MAX_CONNECTIONS_PER_NETWORK",
    "SMTP_MIN_FREE_MB",
)
_FAMILIES = {
    "MAIL_": MAIL_NAMES,
    "MAILGUN_": MAILGUN_NAMES,
    "POSTMARK_": POSTMARK_NAMES,
    "IMAP_": IMAP_NAMES,
    "OIDC_": OIDC_NAMES,
    "SMTP_": SMTP_NAMES,
    "TIMESTAMP_": TIMESTAMP_NAMES,
}
_MAXIMUM_ISSUER = 255
_MAXIMUM_PROVIDER_NAME = 40
# Compatible and mapped addresses (RFC 4291, 2.5.5), and those of NAT64 (RFC 6052, 2.1).
_IPV4_IN_IPV6 = tuple(IPv6Network(each) for each in ("::/96", "::ffff:0:0/96", "64:ff9b::/96"))
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
# Of a site, with its port where it has one: keys of ledgers are called after it, too.
_SITE_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,240})(:[0-9]+)?")
_MINIMUM_SECRET_LENGTH = 32
# Whoever guesses it can hand in mail in anybody's name.
_MINIMUM_HOOK_PASSWORD = 16
_MOST_PROXIES = 5
_MOST_DAYS = 365
_MOST_CONNECTIONS = 10_000
_MOST_MEGABYTES = 1_000_000
_MOST_TYPED_ANSWERS = 10_000
# Ten of them, in days.
_MOST_YEARS = 3653


class ConfigurationError(Exception):
    """The environment holds values that the product cannot start with; one line for each fault."""


@dataclass(frozen=True, slots=True)
class MailRelay:
    """The relay that sends our mail, in the words of Flask-Mail."""

    server: str
    port: int
    use_tls: bool
    use_ssl: bool
    username: str | None
    password: str | None = field(repr=False)
    # Certificates of whom we believe beside those whom the machine believes.
    tls_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class WebhookLogin:
    """What a provider shows us with each message it hands in (RFC 7617)."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that takes mail for us (RFC 9051), and how we get in: with a password, or with a token.

    `security` is `tls` from the first byte, `starttls`, or `none` on this machine. `token_command` is a program with
    its arguments that prints an access token (OAuth 2.0); without one there is a password.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    token_command: tuple[str, ...] = field(repr=False)
    folder: str


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """Who else may say who somebody is (OpenID Connect): where they are, what we are called there, and their name.

    With `trusts_email` a mail address that they call verified counts as shown to be somebody's.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    trusts_email: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. `instance` is the folder for database, secrets and media."""

    instance: Path
    database_url: str
    redis_url: str | None
    secret_key: str = field(repr=False)
    # What the key is made of that signs the ledgers of challenges; the secret of the site where none is set.
    ledger_secret: str = field(repr=False)
    site_url: str
    site_name: str
    site_language: str
    time_zone: str
    answer_domain: str
    host: str
    port: int
    smtp_host: str
    smtp_port: int
    # The chain and the key with which the mail door speaks TLS; both or none.
    smtp_tls_cert: Path | None
    smtp_tls_key: Path | None
    smtp_user: str | None
    smtp_max_connections: int
    smtp_max_connections_per_network: int
    smtp_min_free_mb: int
    # To one challenge, within an hour.
    typed_answers_per_network: int
    trusted_proxies: int
    staff_second_factor_days: int
    keep_networks_days: int
    keep_invitations_days: int
    keep_letters_days: int
    # 0: for as long as the message itself.
    keep_raw_mail_days: int
    keep_answers_days: int
    keep_undecided_days: int
    keep_winners_days: int
    relay: MailRelay | None = field(repr=False)
    # Whether we find out who sent a mail, and ask whoever is not proven to have sent an answer to confirm it.
    check_senders: bool
    # What the operator's own border server calls itself in the findings that it adds (RFC 8601); none without one.
    authserv_id: str | None
    # The same for the server behind the mailbox.
    imap_authserv_id: str | None
    # Where own mail servers are that hand mail on to us over SMTP, beside those in private networks.
    own_mail_servers: tuple[IPv4Network | IPv6Network, ...]
    mail_sender: str
    security_contact: str
    # Who can be written to: the same where it was set, else empty.
    contact: str
    provider: OpenIdProvider | None
    mailgun_signing_key: str | None = field(repr=False)
    postmark: WebhookLogin | None
    mailbox: Mailbox | None
    # The authorities that stamp the ledgers of challenges (RFC 3161); an address may hold a name and a password.
    timestamp_urls: tuple[str, ...] = field(repr=False)
    # Root certificates that their stamps have to lead to; without them no signature of a stamp is checked.
    timestamp_ca: Path | None

    @property
    def site_host(self) -> str:
        """The host of the site, with its port where it has one of its own."""
        return urlsplit(self.site_url).netloc

    @property
    def is_https(self) -> bool:
        """Whether readers reach the site over TLS: decides the cookie's name and flags."""
        return self.site_url.startswith("https://")

    @property
    def smtp_hosts(self) -> tuple[str, ...]:
        """The addresses at which the mail door listens: the first is the one to be told, and to be asked."""
        return hosts_in(self.smtp_host)


def hosts_in(value: str) -> tuple[str, ...]:
    """Addresses or names with commas between them, in their order."""
    return tuple(host for part in value.split(",") if (host := part.strip()))


class _Reader:
    """Reads typed values from a mapping and collects every fault, so that all are told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.given = {name: value for name, value in environ.items() if value != ""}
        self.faults: list[str] = []

    def text(self, name: str, default: str, check: Callable[[str], str | None] | None = None) -> str:
        value = self.given.get(name, default)
        fault = check(value) if check else None
        if fault:
            self.faults.append(f"{name}: {fault}")
        return value

    def optional(self, name: str) -> str | None:
        return self.given.get(name)

    def port(self, name: str, default: int) -> int:
        value = self.given.get(name, str(default))
        if not (value.isascii() and value.isdigit() and 0 <= int(value) <= 65535):
            self.faults.append(f"{name}: {value!r} is not a port; give a number from 0 to 65535")
            return default
        return int(value)

    def path(self, name: str, *, needs: str) -> Path | None:
        """A file that goes together with another one; whether it is there is asked by whoever opens it."""
        value = self.optional(name)
        if value is not None and needs not in self.given:
            self.faults.append(f"{needs}: missing; {name} needs it beside it")
        return Path(value).expanduser().resolve() if value is not None else None

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.given.get(name, str(default))
        if not (
            value.isascii()
            and value.isdigit()
            and len(value) <= len(str(most))
            and least <= int(value) <= most
        ):
            self.faults.append(f"{name}: {value!r} does not fit; give a number from {least} to {most}")
            return default
        return int(value)

    def proxies(self, name: str) -> int:
        value = self.given.get(name, "0")
        if value not in {str(number) for number in range(_MOST_PROXIES + 1)}:
            self.faults.append(
                f"{name}: {value!r} is not a count of proxies; give a number from 0 to {_MOST_PROXIES}"
            )
            return 0
        return int(value)

    def days(self, name: str, default: int, *, most: int = _MOST_DAYS) -> int:
        value = self.given.get(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) <= most):
            self.faults.append(f"{name}: {value!r} is not a count of days; give a number from 0 to {most}")
            return default
        return int(value)

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        found: list[IPv4Network | IPv6Network] = []
        for word in self.given.get(name, "").replace(",", " ").split():
            try:
                found.append(ip_network(word))
            except ValueError:
                self.faults.append(
                    f"{name}: {word!r} is no address and no network; give some such as 192.0.2.1 or 2001:db8::/48"
                )
        return tuple(found)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.given.get(name, "1" if default else "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            self.faults.append(f"{name}: {value!r} is neither yes nor no; give 1 or 0")
        return value in {"1", "true", "yes"}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment.

    Takes a mapping of names to values (`os.environ` when left out); an empty value counts as unset.
    Creates the instance folder and, when `SECRET_KEY` is unset, the secret in it.
    Raises `ConfigurationError`, whose text names every fault on a line of its own.
    """
    reader = _Reader(os.environ if environ is None else environ)
    for name in sorted(reader.given):
        known = next((names for family, names in _FAMILIES.items() if name.startswith(family)), (name,))
        if name not in known:
            reader.faults.append(f"{name}: unknown; the names are {', '.join(known)}")
    instance = Path(reader.text("INSTANCE", str(ROOT / "instance"))).expanduser().resolve()
    port = reader.port("PORT", 5000)
    site_url = reader.text("SITE_URL", f"http://localhost:{port}", _site_url_fault).rstrip("/")
    host_name = urlsplit(site_url).hostname or "localhost"
    default_domain = "localhost" if host_name in LOOPBACK else f"answers.{host_name}"
    answer_domain = reader.text("ANSWER_DOMAIN", default_domain, _domain_fault)
    settings = Settings(
        instance=instance,
        database_url=_database_url(reader, instance),
        redis_url=reader.text("REDIS_URL", "", _redis_url_fault) or None,
        secret_key="",
        ledger_secret=reader.text("LEDGER_KEY", "", _ledger_key_fault),
        site_url=site_url,
        site_name=reader.text("SITE_NAME", "Rejoinder"),
        site_language=reader.text("SITE_LANGUAGE", "en", _language_fault),
        time_zone=reader.text("TIME_ZONE", "Europe/Amsterdam", _time_zone_fault),
        answer_domain=answer_domain,
        host=reader.text("HOST", "127.0.0.1"),
        port=port,
        smtp_host=reader.text("SMTP_HOST", "127.0.0.1", _hosts_fault),
        smtp_port=reader.port("SMTP_PORT", 2525),
        smtp_tls_cert=reader.path("SMTP_TLS_CERT", needs="SMTP_TLS_KEY"),
        smtp_tls_key=reader.path("SMTP_TLS_KEY", needs="SMTP_TLS_CERT"),
        smtp_user=reader.optional("SMTP_USER"),
        smtp_max_connections=reader.number("SMTP_MAX_CONNECTIONS", 200, least=1, most=_MOST_CONNECTIONS),
        smtp_max_connections_per_network=reader.number(
            "SMTP_MAX_CONNECTIONS_PER_NETWORK", 10, least=1, most=_MOST_CONNECTIONS
        ),
        smtp_min_free_mb=reader.number("SMTP_MIN_FREE_MB", 200, least=0, most=_MOST_MEGABYTES),
        typed_answers_per_network=reader.number(
            "TYPED_ANSWERS_PER_NETWORK", 100, least=1, most=_MOST_TYPED_ANSWERS
        ),
        trusted_proxies=reader.proxies("TRUSTED_PROXIES"),
        staff_second_factor_days=reader.days("STAFF_SECOND_FACTOR_DAYS", 7),
        keep_networks_days=reader.days("KEEP_NETWORKS_DAYS", 30),
        keep_invitations_days=reader.days("KEEP_INVITATIONS_DAYS", 90),
        keep_letters_days=reader.days("KEEP_LETTERS_DAYS", 90),
        keep_raw_mail_days=reader.days("KEEP_RAW_MAIL_DAYS", 90, most=_MOST_YEARS),
        keep_answers_days=reader.days("KEEP_ANSWERS_DAYS", 30, most=_MOST_YEARS),
        keep_undecided_days=reader.days("KEEP_UNDECIDED_DAYS", 365, most=_MOST_YEARS),
        # Seven years: so long Dutch law has books kept, of which a prize is part (AWR, article 52).
        keep_winners_days=reader.days("KEEP_WINNERS_DAYS", 2557, most=_MOST_YEARS),
        relay=(relay := _relay(reader)),
        # Without a relay nobody could be asked anything.
        authserv_id=reader.optional("AUTHSERV_ID"),
        imap_authserv_id=reader.optional("IMAP_AUTHSERV_ID"),
        own_mail_servers=reader.networks("OWN_MAIL_SERVERS"),
        check_senders=reader.flag("CHECK_SENDERS", default=relay is not None),
        mail_sender=reader.text("MAIL_DEFAULT_SENDER", f"noreply@{host_name}", _address_fault),
        security_contact=reader.text("SECURITY_CONTACT", f"security@{host_name}", _address_fault),
        contact=reader.optional("SECURITY_CONTACT") or "",
        provider=_provider(reader),
        mailgun_signing_key=reader.optional("MAILGUN_SIGNING_KEY"),
        postmark=_postmark(reader),
        mailbox=_mailbox(reader),
        timestamp_urls=tuple(reader.text("TIMESTAMP_URLS", "", _timestamp_urls_fault).split()),
        timestamp_ca=_timestamp_roots(reader),
    )
    secret = _secret_key(reader, instance) if not reader.faults else ""
    if reader.faults:
        raise ConfigurationError("\n".join(reader.faults))
    return _with_secret(settings, secret)


def current_settings() -> Settings:
    """The settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])


def current_application() -> Flask:
    """The running application itself, for what outlives this context: threads, servers, workers."""
    return cast("Flask", cast("Any", current_app)._get_current_object())  # noqa: SLF001 - Flask's documented way


def _with_secret(settings: Settings, secret: str) -> Settings:
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    values["secret_key"] = secret
    values["ledger_secret"] = settings.ledger_secret or secret
    return Settings(**values)


def _database_url(reader: _Reader, instance: Path) -> str:
    url = reader.text("DATABASE_URL", f"sqlite:///{instance / 'rejoinder.db'}", _database_url_fault)
    # The name of the driver is ours to choose: operators write the URL their provider gives them.
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


def _relay(reader: _Reader) -> MailRelay | None:
    server = reader.optional("MAIL_SERVER")
    relay = MailRelay(
        server=server or "",
        port=reader.port("MAIL_PORT", 25),
        use_tls=reader.flag("MAIL_USE_TLS"),
        use_ssl=reader.flag("MAIL_USE_SSL"),
        username=reader.optional("MAIL_USERNAME"),
        password=reader.optional("MAIL_PASSWORD"),
        tls_ca=_authorities(reader, "MAIL_TLS_CA"),
    )
    if relay.use_tls and relay.use_ssl:
        reader.faults.append(
            "MAIL_USE_SSL: not together with MAIL_USE_TLS; port 465 wants this one, 587 that one"
        )
    is_in_clear = not relay.use_tls and not relay.use_ssl
    signs_in = relay.username and relay.password
    if server and signs_in and is_in_clear and not is_here(server):
        reader.faults.append(
            f"MAIL_PASSWORD: would go unprotected to {server}; set MAIL_USE_TLS=1 (port 587) or MAIL_USE_SSL=1 (465)"
        )
    return relay if server else None


def _authorities(reader: _Reader, name: str) -> Path | None:
    """A file with certificates of whom we believe. Where it cannot be read nothing could be sent: said at once."""
    value = reader.optional(name)
    if value is None:
        return None
    path = Path(value).expanduser().resolve()
    fault = _authorities_fault(path)
    if fault:
        reader.faults.append(f"{name}: {path} {fault}; name the file of your certificate authority")
    return path


def _timestamp_roots(reader: _Reader) -> Path | None:
    """A file with the roots of time-stamp authorities. Where it cannot be read every stamp would be refused."""
    path = reader.path("TIMESTAMP_CA", needs="TIMESTAMP_URLS")
    fault = _authorities_fault(path) if path else None
    if fault:
        reader.faults.append(f"TIMESTAMP_CA: {path} {fault}; name the file with the roots of the authorities")
    return path


def _authorities_fault(path: Path) -> str | None:
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        return "holds no certificate in PEM"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None


def _postmark(reader: _Reader) -> WebhookLogin | None:
    """What Postmark shows us. Half of it is a fault: a door without a lock is never meant."""
    if not _all_given(reader, POSTMARK_NAMES, POSTMARK_NAMES):
        return None
    return WebhookLogin(
        user=reader.text("POSTMARK_USER", "", _hook_user_fault),
        password=reader.text("POSTMARK_PASSWORD", "", _hook_password_fault),
    )


def _mailbox(reader: _Reader) -> Mailbox | None:
    """The mailbox that is looked into, if any: all that it takes, and one way in."""
    security = reader.text("IMAP_SECURITY", "tls", _imap_security_fault)
    box = Mailbox(
        host=reader.text("IMAP_HOST", "localhost", _domain_fault),
        port=reader.port("IMAP_PORT", IMAP_PORTS.get(security, 993)),
        security=security,
        user=reader.text("IMAP_USER", "", _one_line_fault),
        password=reader.text("IMAP_PASSWORD", "", _one_line_fault),
        token_command=_words(reader, reader.text("IMAP_TOKEN_COMMAND", "")),
        folder=reader.text("IMAP_FOLDER", "INBOX", _imap_folder_fault),
    )
    if not _all_given(reader, IMAP_NAMES, ("IMAP_HOST", "IMAP_USER")):
        return None
    if bool(box.password) == bool(box.token_command):
        reader.faults.append("IMAP_HOST: needs either IMAP_PASSWORD or IMAP_TOKEN_COMMAND, and not both")
    if security == "none" and not is_here(box.host):
        reader.faults.append(
            f"IMAP_SECURITY: none would send the password unprotected to {box.host}; give tls or starttls"
        )
    return box


def _all_given(reader: _Reader, names: tuple[str, ...], needed: tuple[str, ...]) -> bool:
    """Whether something is set up of which `names` tell. With a part of what is `needed` it is a fault, too."""
    given = [name for name in names if name in reader.given]
    missing = [name for name in needed if name not in reader.given]
    if given and missing:
        reader.faults.append(f"{missing[0]}: missing; {given[0]} needs {', '.join(needed)} beside each other")
    return not missing


def _words(reader: _Reader, command: str) -> tuple[str, ...]:
    """A command line as a program and its arguments; no shell reads it."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        reader.faults.append("IMAP_TOKEN_COMMAND: a quote in it is not closed; close it")
        return ()


def _provider(reader: _Reader) -> OpenIdProvider | None:
    """The provider to sign in with. Half of what it takes is a fault: nobody sets it up without wanting it."""
    issuer = reader.text("OIDC_ISSUER", "", _issuer_fault)
    provider = OpenIdProvider(
        issuer=issuer,
        client_id=reader.text("OIDC_CLIENT_ID", ""),
        client_secret=reader.text("OIDC_CLIENT_SECRET", ""),
        name=reader.text("OIDC_NAME", _host_of(issuer), _provider_name_fault),
        trusts_email=reader.flag("OIDC_TRUST_EMAIL"),
    )
    given = [name for name in OIDC_NAMES if name in reader.given]
    needed = OIDC_NAMES[:3]
    if given and not set(needed) <= set(given):
        missing = [name for name in needed if name not in given]
        reader.faults.append(f"{missing[0]}: missing; {given[0]} needs {', '.join(needed)} beside each other")
        return None
    return provider if given else None


def _secret_key(reader: _Reader, instance: Path) -> str:
    """The configured secret, or the one that lives in the instance folder (made at the first start)."""
    given = reader.optional("SECRET_KEY")
    if given is not None:
        if len(given) < _MINIMUM_SECRET_LENGTH:
            reader.faults.append(f"SECRET_KEY: too short; give at least {_MINIMUM_SECRET_LENGTH} characters")
        return given
    path = instance / "secret_key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: the first to link its file wins and both read the same secret.
        draft = instance / f".secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        if not path.exists():
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        reader.faults.append(f"INSTANCE: the folder cannot be used ({error.strerror}); choose another one")
        return ""


def _ledger_key_fault(value: str) -> str | None:
    if value and len(value) < _MINIMUM_SECRET_LENGTH:
        return f"too short; give at least {_MINIMUM_SECRET_LENGTH} characters"
    return None


def _hook_user_fault(value: str) -> str | None:
    # A colon would end it where a provider sends it (RFC 7617, section 2).
    return "holds a colon; choose a name without one" if ":" in value else _one_line_fault(value)


def _hook_password_fault(value: str) -> str | None:
    if len(value) < _MINIMUM_HOOK_PASSWORD:
        return f"too short; give at least {_MINIMUM_HOOK_PASSWORD} characters"
    return _one_line_fault(value)


def _one_line_fault(value: str) -> str | None:
    return None if not value or value.isprintable() else "holds something that is not printed; write one line"


def _imap_folder_fault(value: str) -> str | None:
    if not value.isascii():
        return "holds letters that are not ASCII; give the name as the server lists it (modified UTF-7)"
    return _one_line_fault(value)


def _imap_security_fault(value: str) -> str | None:
    return None if value in IMAP_PORTS else f"{value!r} is not known; give one of {', '.join(IMAP_PORTS)}"


def _site_url_fault(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        return f"{value!r} is not an address; give one like https://example.org"
    if not _SITE_HOST.fullmatch(parts.netloc):
        # What stops the start is logged, without a password.
        shown = parts.netloc.rpartition("@")[2]
        return (
            f"{shown!r} is a host that no ledger can be called after; give it in ASCII (xn--…), and by itself"
        )
    if parts.scheme == "http" and not is_here(parts.hostname):
        return f"{value!r} would send cookies unprotected over a network; give an address with https://"
    return None


def _timestamp_urls_fault(value: str) -> str | None:
    addresses = value.split()
    if len(addresses) != len(set(addresses)):
        return "names an authority twice; name each of them once"
    return next((fault for address in addresses if (fault := _timestamp_url_fault(address))), None)


def _timestamp_url_fault(address: str) -> str | None:
    """Many authorities speak http alone: what they sign needs no protection on the way, but a password does."""
    # What stops the start is logged, without that password.
    shown = address.rpartition("@")[2]
    unfit = f"{shown!r} is no address of a time-stamp authority; give one like https://tsa.example.org"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return unfit
    if parts.scheme not in {"http", "https"} or not host or not address.isascii() or parts.fragment:
        return unfit
    if "@" in parts.netloc and parts.scheme == "http" and not is_here(host):
        return f"a password would go unprotected to {host}; give its address with https://"
    return None


def is_safe_address(address: str, *, named_by: str | None = None) -> bool:
    """Whether an address of a provider may be used: https, or http on this machine; no name and password in it.

    Its host is ASCII, as a resolver is asked for it (`xn--…`): of other letters and digits IDNA makes a name anew, and
    some of those lead to this machine.

    `named_by` is the issuer that names the address, if one does: it may name this machine only when it is here itself.
    """
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not is_safe or not host or not host.isascii() or "@" in parts.netloc or parts.fragment:
        return False
    return named_by is None or not is_here(host) or is_here(urlsplit(named_by).hostname or "")


def is_here(host: str) -> bool:
    """Whether a host is this machine, however it is written. Of a name that leads here nobody has a certificate."""
    name = host.rstrip(".")
    try:
        # As a resolver reads it: `127.1` and `0x7f000001` are IPv4 addresses, too.
        number = ip_address(socket.inet_aton(name) if ":" not in name else name)
    except (OSError, ValueError):
        return name in LOOPBACK or name.endswith(".localhost")
    return any(each.is_loopback or each.is_unspecified for each in (number, *_ipv4_in(number)))


def _ipv4_in(number: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 address to which an IPv6 one leads, in the forms in which its last 32 bits are one."""
    if isinstance(number, IPv4Address):
        return []
    last = IPv4Address(int(number) & 0xFFFFFFFF)
    # Without its zone, which no network knows.
    plain = IPv6Address(int(number))
    return [last] if any(plain in network for network in _IPV4_IN_IPV6) else []


def _issuer_fault(value: str) -> str | None:
    if not value:
        return None
    if not is_safe_address(value) or "?" in value or "#" in value:
        return f"{value!r} is not the address of a provider; give one like https://sso.example.org"
    return None if len(value) <= _MAXIMUM_ISSUER else f"longer than {_MAXIMUM_ISSUER} characters"


def _provider_name_fault(value: str) -> str | None:
    if len(value) > _MAXIMUM_PROVIDER_NAME or not value.isprintable():
        return f"{value!r} does not fit on a button; give at most {_MAXIMUM_PROVIDER_NAME} characters"
    return None


def _host_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "")[:_MAXIMUM_PROVIDER_NAME]
    except ValueError:
        return ""


def _database_url_fault(value: str) -> str | None:
    if not value.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")):
        return "not a database we know; give sqlite:///… or postgresql://…"
    return None


def _redis_url_fault(value: str) -> str | None:
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        return "not a Redis address; give one like redis://localhost:6379/0"
    return None


def _language_fault(value: str) -> str | None:
    return None if value in LANGUAGES else f"{value!r} is not offered; give one of {', '.join(LANGUAGES)}"


def _time_zone_fault(value: str) -> str | None:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return f"{value!r} is not a time zone; give one like Europe/Amsterdam"
    return None


def _hosts_fault(value: str) -> str | None:
    hosts = hosts_in(value)
    if len(hosts) != value.count(",") + 1 or any(re.search(r"\s", host) for host in hosts):
        return f"{value!r} is no list of addresses; give one, or several with commas, like 0.0.0.0,::"
    return None


def _domain_fault(value: str) -> str | None:
    if not _HOST_NAME.fullmatch(value.lower()):
        return f"{value!r} is not a domain; give one like answers.example.org"
    return None


def _address_fault(value: str) -> str | None:
    if not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", value):
        return f"{value!r} is not a mail address; give one like noreply@example.org"
    return None
