"""Whose a name is, as far as that is known without a list of all registries."""

import pytest

from blog.mailroom.authentication.registries import is_registry, registered_domain


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("s1._domainkey.mail.example.org", "example.org"),
        ("example.org", "example.org"),
        ("org", "org"),
        ("shop.example.co.uk", "example.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("mail.web.de", "web.de"),
        ("mail.me.com", "me.com"),
        ("9.2.0.192.in-addr.arpa", "9.2.0.192.in-addr.arpa"),
    ],
)
def test_the_name_that_somebody_has_registered(name: str, registered: str) -> None:
    assert registered_domain(name) == registered


@pytest.mark.parametrize("domain", ["org", "co.uk", "com.br", "co.jp", "or.at"])
def test_names_are_sold_below_a_registry(domain: str) -> None:
    assert is_registry(domain)


@pytest.mark.parametrize("domain", ["example.org", "web.de", "co.com", "me.com", "example.co.uk", "net.nl"])
def test_nothing_is_sold_below_others(domain: str) -> None:
    assert not is_registry(domain)
