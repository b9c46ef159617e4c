import re
import stat
from pathlib import Path

import pytest

from blog.core.config import ConfigurationError, is_safe_address, load_settings
from tests.support.certificates import make_certificate


def test_it_starts_without_any_setting(tmp_path: Path) -> None:
    settings = load_settings({"INSTANCE": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path / 'rejoinder.db'}"
    assert settings.site_url == "http://localhost:5000"
    assert settings.answer_domain == "localhost"
    assert (settings.port, settings.smtp_port) == (5000, 2525)
    assert settings.relay is None
    assert settings.trusted_proxies == 0
    assert not settings.is_https


def test_nobody_is_told_to_write_to_an_address_that_was_never_given(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "SITE_URL": "https://example.org"}
    unset = load_settings(given)
    assert (unset.contact, unset.security_contact) == ("", "security@example.org")
    own = load_settings(given | {"SECURITY_CONTACT": "help@example.org"})
    assert (own.contact, own.security_contact) == ("help@example.org", "help@example.org")


def test_it_makes_one_secret_and_keeps_it(tmp_path: Path) -> None:
    first = load_settings({"INSTANCE": str(tmp_path / "new")})
    second = load_settings({"INSTANCE": str(tmp_path / "new")})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    secret = tmp_path / "new" / "secret_key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_it_never_shows_secrets_in_its_repr(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "INSTANCE": str(tmp_path),
            "SECRET_KEY": "s" * 40,
            "MAIL_SERVER": "relay.example.org",
            "MAIL_PASSWORD": "p4ss",
        }
    )

    assert "s" * 40 not in repr(settings)
    assert "p4ss" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "http", "PORT: 'http' is not a port"),
        ("PORT", "70000", "PORT: '70000' is not a port"),
        ("SMTP_PORT", "-1", "SMTP_PORT: '-1' is not a port"),
        ("SMTP_HOST", "0.0.0.0,,::", "SMTP_HOST: '0.0.0.0,,::' is no list of addresses"),
        ("SMTP_HOST", "0.0.0.0 ::", "SMTP_HOST: '0.0.0.0 ::' is no list of addresses"),
        (
            "SMTP_MAX_CONNECTIONS",
            "0",
            "SMTP_MAX_CONNECTIONS: '0' does not fit; give a number from 1 to 10000",
        ),
        ("SMTP_MAX_CONNECTIONS", "10001", "SMTP_MAX_CONNECTIONS: '10001' does not fit"),
        ("SMTP_MAX_CONNECTIONS_PER_NETWORK", "many", "SMTP_MAX_CONNECTIONS_PER_NETWORK: 'many' does not fit"),
        ("SMTP_MIN_FREE_MB", "-1", "SMTP_MIN_FREE_MB: '-1' does not fit; give a number from 0 to 1000000"),
        ("SMTP_TLS_CERT", "chain.pem", "SMTP_TLS_KEY: missing; SMTP_TLS_CERT needs it beside it"),
        ("SMTP_TLS_KEY", "key.pem", "SMTP_TLS_CERT: missing; SMTP_TLS_KEY needs it beside it"),
        ("SMTP_TLS_CERTIFICATE", "x", "SMTP_TLS_CERTIFICATE: unknown; the names are SMTP_HOST,"),
        (
            "OWN_MAIL_SERVERS",
            "192.0.2.1 mail.example.org",
            "OWN_MAIL_SERVERS: 'mail.example.org' is no address and no network; give some such as",
        ),
        ("OWN_MAIL_SERVERS", "192.0.2.1/24", "OWN_MAIL_SERVERS: '192.0.2.1/24' is no address and no network"),
        (
            "TYPED_ANSWERS_PER_NETWORK",
            "0",
            "TYPED_ANSWERS_PER_NETWORK: '0' does not fit; give a number from 1 to 10000",
        ),
        ("TRUSTED_PROXIES", "6", "TRUSTED_PROXIES: '6' is not a count of proxies; give a number from 0 to 5"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES: '-1' is not a count of proxies"),
        ("TRUSTED_PROXIES", "all", "TRUSTED_PROXIES: 'all' is not a count of proxies"),
        ("SITE_URL", "example.org", "SITE_URL: 'example.org' is not an address"),
        (
            "SITE_URL",
            "http://news.example.org",
            "SITE_URL: 'http://news.example.org' would send cookies unprotected over a network",
        ),
        ("SITE_LANGUAGE", "fr", "SITE_LANGUAGE: 'fr' is not offered"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE: 'Mars/Olympus' is not a time zone"),
        ("TIME_ZONE", "../etc/passwd", "TIME_ZONE: '../etc/passwd' is not a time zone"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: not a database we know"),
        ("REDIS_URL", "localhost", "REDIS_URL: not a Redis address"),
        ("SECRET_KEY", "short", "SECRET_KEY: too short"),
        ("ANSWER_DOMAIN", "no spaces", "ANSWER_DOMAIN: 'no spaces' is not a domain"),
        ("MAIL_USE_TLS", "perhaps", "MAIL_USE_TLS: 'perhaps' is neither yes nor no"),
        ("MAIL_DEFAULT_SENDER", "nobody", "MAIL_DEFAULT_SENDER: 'nobody' is not a mail address"),
        ("OIDC_ISUER", "https://sso.example.org", "OIDC_ISUER: unknown; the names are OIDC_ISSUER,"),
        ("MAIL_SEVER", "relay.example.org", "MAIL_SEVER: unknown"),
    ],
)
def test_it_stops_at_a_value_that_cannot_be(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        load_settings({"INSTANCE": str(tmp_path), name: value})

    assert str(stopped.value).startswith(said)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize("host", ["müller.example", "a+b.example", "editor:secret@example.org"])
def test_it_stops_at_a_host_that_no_key_can_be_called_after(tmp_path: Path, host: str) -> None:
    """With a domain of its own for answers nothing else would have refused it."""
    given = {"INSTANCE": str(tmp_path), "SITE_URL": f"https://{host}", "ANSWER_DOMAIN": "answers.example.org"}
    with pytest.raises(ConfigurationError) as stopped:
        load_settings(given)
    said = str(stopped.value)
    assert said.startswith("SITE_URL: ")
    assert said.endswith(
        "is a host that no ledger can be called after; give it in ASCII (xn--…), and by itself"
    )
    assert "secret" not in said


@pytest.mark.parametrize("host", ["xn--mller-kva.example", "EXAMPLE.org:8443", "[2001:db8::1]:5000"])
def test_it_takes_any_other_host(tmp_path: Path, host: str) -> None:
    given = {"INSTANCE": str(tmp_path), "SITE_URL": f"https://{host}", "ANSWER_DOMAIN": "answers.example.org"}
    assert load_settings(given).site_host == host


@pytest.mark.parametrize("address", ["http://localhost:5000", "http://127.0.0.1", "http://[::1]:8000"])
def test_it_takes_http_on_this_machine(tmp_path: Path, address: str) -> None:
    assert load_settings({"INSTANCE": str(tmp_path), "SITE_URL": address}).site_url == address


def test_it_tells_every_fault_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        load_settings({"INSTANCE": str(tmp_path), "PORT": "x", "TIME_ZONE": "x"})

    assert [line.split(":")[0] for line in str(stopped.value).splitlines()] == ["PORT", "TIME_ZONE"]


def test_it_takes_the_url_that_a_provider_gives(tmp_path: Path) -> None:
    settings = load_settings({"INSTANCE": str(tmp_path), "DATABASE_URL": "postgres://u@db.example.org/site"})

    assert settings.database_url == "postgresql+psycopg://u@db.example.org/site"


def test_it_derives_addresses_from_the_site(tmp_path: Path) -> None:
    settings = load_settings({"INSTANCE": str(tmp_path), "SITE_URL": "https://magazine.example.org/"})

    assert settings.site_url == "https://magazine.example.org"
    assert settings.answer_domain == "answers.magazine.example.org"
    assert settings.mail_sender == "noreply@magazine.example.org"
    assert settings.is_https


@pytest.mark.parametrize("count", range(6))
def test_it_trusts_as_many_proxies_as_it_is_told(tmp_path: Path, count: int) -> None:
    assert load_settings({"INSTANCE": str(tmp_path), "TRUSTED_PROXIES": str(count)}).trusted_proxies == count


OIDC = {
    "OIDC_ISSUER": "https://sso.example.org/realms/us",
    "OIDC_CLIENT_ID": "rejoinder",
    "OIDC_CLIENT_SECRET": "a secret",
}


def test_it_knows_the_provider_to_sign_in_with(tmp_path: Path) -> None:
    provider = load_settings({"INSTANCE": str(tmp_path), **OIDC}).provider

    assert provider is not None
    assert (provider.issuer, provider.client_id) == ("https://sso.example.org/realms/us", "rejoinder")
    # Unless somebody says more: called by its host, and not trusted with addresses.
    assert (provider.name, provider.trusts_email) == ("sso.example.org", False)
    assert "a secret" not in repr(provider)
    assert load_settings({"INSTANCE": str(tmp_path)}).provider is None


def test_it_takes_a_name_and_trust_for_the_provider(tmp_path: Path) -> None:
    more = {"OIDC_NAME": "The paper", "OIDC_TRUST_EMAIL": "1"}
    provider = load_settings({"INSTANCE": str(tmp_path), **OIDC, **more}).provider

    assert provider is not None
    assert (provider.name, provider.trusts_email) == ("The paper", True)


@pytest.mark.parametrize("missing", OIDC)
def test_it_stops_at_half_a_provider(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in OIDC.items() if name != missing}
    with pytest.raises(ConfigurationError) as stopped:
        load_settings({"INSTANCE": str(tmp_path), **given})

    assert str(stopped.value).startswith(f"{missing}: missing; ")
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize("name", ["OIDC_NAME", "OIDC_TRUST_EMAIL"])
def test_it_stops_at_what_is_said_of_no_provider(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^OIDC_ISSUER: missing; "):
        load_settings({"INSTANCE": str(tmp_path), name: "1"})


@pytest.mark.parametrize(
    "issuer",
    [
        "sso.example.org",
        "http://sso.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "https://user:word@sso.example.org",
        "https://sso.example.org?tenant=us",
        "https://sso.example.org#us",
        "https://",
        "https://[sso",
        "https://sso.example.org:port",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_it_refuses_a_provider_that_is_not_reached_safely(tmp_path: Path, issuer: str) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        load_settings({"INSTANCE": str(tmp_path), **OIDC, "OIDC_ISSUER": issuer})

    assert str(stopped.value).startswith(f"OIDC_ISSUER: {issuer!r} is not the address of a provider")


@pytest.mark.parametrize("issuer", ["http://localhost:3000", "http://127.0.0.1:3000/", "http://[::1]:3000"])
def test_it_takes_a_provider_on_this_machine_without_tls(tmp_path: Path, issuer: str) -> None:
    provider = load_settings({"INSTANCE": str(tmp_path), **OIDC, "OIDC_ISSUER": issuer}).provider

    assert provider is not None
    # To the letter: it has to call itself the same.
    assert provider.issuer == issuer


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OIDC_ISSUER", "https://example.org/" + "x" * 255, "OIDC_ISSUER: longer than 255 characters"),
        ("OIDC_NAME", "x" * 41, "OIDC_NAME: 'xxxxx"),
        ("OIDC_NAME", "a\nb", "OIDC_NAME: 'a\\nb' does not fit on a button"),
        ("OIDC_TRUST_EMAIL", "perhaps", "OIDC_TRUST_EMAIL: 'perhaps' is neither yes nor no"),
    ],
)
def test_it_stops_at_a_provider_that_cannot_be(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        load_settings({"INSTANCE": str(tmp_path), **OIDC, name: value})

    assert str(stopped.value).startswith(said)
    assert "\n" not in str(stopped.value)


REMOTE, HERE = "https://sso.example.org/realms/us", "http://127.0.0.1:3000"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost/token",
        "http://127.0.0.1:5432/token",
        "http://[::1]/token",
        "https://localhost/token",
        "https://LOCALHOST./token",
        "https://sso.localhost/token",
        "https://127.0.0.1/token",
        "https://127.1/token",
        "https://127.9.9.9/token",
        "https://2130706433/token",
        "https://0x7f000001/token",
        "https://0/token",
        "https://[::1]/token",
        "https://[::]/token",
        "https://[::ffff:127.0.0.1]/token",
        "https://[::127.0.0.1]/token",
        "https://[64:ff9b::7f00:1]/token",
        "https://[64:ff9b::]/token",
        "https://[::1%25lo]/token",
    ],
)
def test_a_provider_elsewhere_sends_us_to_nothing_on_this_machine(address: str) -> None:
    assert not is_safe_address(address, named_by=REMOTE)


@pytest.mark.parametrize(
    ("address", "issuer"),
    [
        ("https://sso.example.org/token", REMOTE),
        ("https://tokens.example.com:8443/token?realm=us", REMOTE),
        ("https://10.0.0.7/token", REMOTE),
        ("https://[2001:db8::7]/token", REMOTE),
        ("https://[64:ff9b::c000:207]/token", REMOTE),
        ("https://xn--bcher-kva.example/token", REMOTE),
        ("http://127.0.0.1:3000/token", HERE),
        ("http://localhost:3001/token", HERE),
        ("https://sso.example.org/token", HERE),
    ],
)
def test_a_provider_may_be_in_several_places(address: str, issuer: str) -> None:
    assert is_safe_address(address, named_by=issuer)


FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1".translate(FULL_WIDTH),
        "127\u30020\u30020\u30021",
        "127\uff0e0\uff0e0\uff0e1",
        "localhost\u3002",
        "\u2113ocalhost",
        "\u24dbocalhost",
        "b\u00fccher.example",
    ],
)
def test_a_host_that_is_written_in_other_letters_is_none(host: str) -> None:
    """IDNA makes this machine of most of these, after somebody has looked. The last one is `xn--bcher-kva.example`."""
    for issuer in (None, REMOTE, HERE):
        assert not is_safe_address(f"https://{host}/token", named_by=issuer)


def test_a_password_for_the_relay_never_goes_through_the_open(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "MAIL_USERNAME": "us", "MAIL_PASSWORD": "secret"}
    with pytest.raises(
        ConfigurationError, match=r"^MAIL_PASSWORD: would go unprotected to mail\.example\.org; "
    ):
        load_settings(given | {"MAIL_SERVER": "mail.example.org"})
    for allowed in (
        {"MAIL_SERVER": "mail.example.org", "MAIL_USE_TLS": "1"},
        {"MAIL_SERVER": "mail.example.org", "MAIL_USE_SSL": "1"},
        {"MAIL_SERVER": "127.0.0.1"},
        {"MAIL_SERVER": "localhost"},
        {"MAIL_SERVER": "mail.example.org", "MAIL_USERNAME": "", "MAIL_PASSWORD": ""},
    ):
        assert load_settings(given | allowed).relay is not None


def test_a_relay_is_spoken_to_in_one_way(tmp_path: Path) -> None:
    both = {"MAIL_SERVER": "mail.example.org", "MAIL_USE_TLS": "1", "MAIL_USE_SSL": "1"}
    with pytest.raises(ConfigurationError, match=r"^MAIL_USE_SSL: not together with MAIL_USE_TLS"):
        load_settings({"INSTANCE": str(tmp_path)} | both)


def test_it_says_at_once_that_nobody_could_be_believed(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "MAIL_SERVER": "mail.example.org", "MAIL_USE_TLS": "1"}
    no_certificate = tmp_path / "empty.pem"
    no_certificate.touch()
    with pytest.raises(ConfigurationError, match=r"^MAIL_TLS_CA: .* holds no certificate in PEM"):
        load_settings(given | {"MAIL_TLS_CA": str(no_certificate)})
    with pytest.raises(ConfigurationError, match=r"^MAIL_TLS_CA: .* cannot be read "):
        load_settings(given | {"MAIL_TLS_CA": str(tmp_path / "none.pem")})
    own = make_certificate(tmp_path).chain
    relay = load_settings(given | {"MAIL_TLS_CA": str(own)}).relay
    assert relay is not None
    assert relay.tls_ca == own


def test_it_asks_no_authority_for_time_stamps_unless_it_is_told(tmp_path: Path) -> None:
    settings = load_settings({"INSTANCE": str(tmp_path)})

    assert (settings.timestamp_urls, settings.timestamp_ca) == ((), None)


def test_it_knows_the_authorities_that_stamp(tmp_path: Path) -> None:
    roots = make_certificate(tmp_path).chain
    addresses = (
        "http://tsa.example.org/tsr?of=us",
        "https://us:s3cret@[2001:db8::1]:8443",
        "http://us:s3cret@localhost:318",
    )
    settings = load_settings(
        {"INSTANCE": str(tmp_path), "TIMESTAMP_URLS": " \n".join(addresses), "TIMESTAMP_CA": str(roots)}
    )

    assert (settings.timestamp_urls, settings.timestamp_ca) == (addresses, roots)
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("tsa.example.org", "'tsa.example.org' is no address of a time-stamp authority; give one like"),
        ("https://tsa.example.org ftp://tsb.example.org", "'ftp://tsb.example.org' is no address"),
        ("https:///tsr", "'https:///tsr' is no address"),
        ("https://tsa.example.org:http", "'https://tsa.example.org:http' is no address"),
        ("https://[::1", "'https://[::1' is no address"),
        ("https://tsa.example.org/#here", "'https://tsa.example.org/#here' is no address"),
        ("https://us:s3cret@:443", "':443' is no address"),
        ("https://tsa.ex\u00e4mple.org", "'https://tsa.ex\u00e4mple.org' is no address"),
        ("http://us:s3cret@tsa.example.org", "a password would go unprotected to tsa.example.org; give its"),
        ("http://tsa.example.org http://tsa.example.org", "names an authority twice; name each of them once"),
    ],
)
def test_it_stops_at_an_authority_that_cannot_be(tmp_path: Path, value: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^TIMESTAMP_URLS: {re.escape(said)}") as stopped:
        load_settings({"INSTANCE": str(tmp_path), "TIMESTAMP_URLS": value})
    assert "s3cret" not in str(stopped.value)


def test_it_stops_at_roots_that_nobody_could_lead_to(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "TIMESTAMP_URLS": "https://tsa.example.org"}
    no_certificate = tmp_path / "empty.pem"
    no_certificate.touch()
    with pytest.raises(ConfigurationError, match=r"^TIMESTAMP_CA: .* holds no certificate in PEM; name "):
        load_settings(given | {"TIMESTAMP_CA": str(no_certificate)})
    with pytest.raises(ConfigurationError, match=r"^TIMESTAMP_CA: .* cannot be read "):
        load_settings(given | {"TIMESTAMP_CA": str(tmp_path / "none.pem")})
    own = make_certificate(tmp_path).chain
    with pytest.raises(ConfigurationError, match=r"^TIMESTAMP_URLS: missing; TIMESTAMP_CA needs it"):
        load_settings({"INSTANCE": str(tmp_path), "TIMESTAMP_CA": str(own)})
    with pytest.raises(ConfigurationError, match=r"^TIMESTAMP_URL: unknown; the names are TIMESTAMP_URLS, "):
        load_settings({"INSTANCE": str(tmp_path), "TIMESTAMP_URL": "https://tsa.example.org"})
