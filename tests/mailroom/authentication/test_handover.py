"""Which machine is asked about, and whose findings count, at each door."""

from ipaddress import ip_network

import pytest

from blog.mailroom.authentication.handover import Handover, OwnServers, handover
from blog.mailroom.values import Door

OWN = OwnServers((ip_network("192.0.2.0/24"),), "mx.example.com", "imap.example.com")
STRANGER = "198.51.100.9"


@pytest.mark.parametrize(
    ("door", "peer", "expected"),
    [
        (Door.SMTP, STRANGER, Handover(STRANGER, None)),
        (Door.SMTP, "192.0.2.1", Handover("", "mx.example.com")),
        (Door.SMTP, "::ffff:192.0.2.1", Handover("", "mx.example.com")),
        (Door.SMTP, "127.0.0.1", Handover("", "mx.example.com")),
        (Door.SMTP, "::1", Handover("", "mx.example.com")),
        (Door.SMTP, "10.1.2.3", Handover("", "mx.example.com")),
        # Also of a socket that somebody made reachable from elsewhere, only an own server knows.
        (Door.LMTP, STRANGER, Handover("", "mx.example.com")),
        (Door.PIPE, "local", Handover("", "mx.example.com")),
        (Door.IMAP, "imap.example.org", Handover("", "imap.example.com")),
        (Door.MAILGUN, STRANGER, Handover("", None)),
        (Door.POSTMARK, STRANGER, Handover("", None)),
        (Door.FORM, STRANGER, Handover("", None)),
    ],
)
def test_only_own_servers_are_believed_and_only_strangers_are_asked_about(
    door: Door, peer: str, expected: Handover
) -> None:
    assert handover(door, peer, OWN) == expected


@pytest.mark.parametrize("door", list(Door))
def test_without_own_servers_nobody_is_believed(door: Door) -> None:
    assert handover(door, STRANGER, OwnServers()).authserv_id is None
