"""Whose machine handed a message in, and so what can be asked about it.

A mail server of our own stands between us and the sender: the owner of a domain lets it send nothing, so SPF is not
asked about it. In exchange it may tell what it has found out itself (`Authentication-Results`). From everybody else
such fields are words that anybody can write.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from blog.mailroom.authentication.spf import OWN_NETWORKS, address_of
from blog.mailroom.values import Door

Network = IPv4Network | IPv6Network
_FROM_OUR_SERVER = frozenset({Door.LMTP, Door.PIPE})


class OwnServers(NamedTuple):
    """The mail servers of the operator: where they are, and how they sign what they have found out."""

    networks: tuple[Network, ...] = ()
    authserv_id: str | None = None
    # The one behind the mailbox that is read over IMAP.
    imap_authserv_id: str | None = None


class Handover(NamedTuple):
    """The address that SPF is asked about, "" for none, and whose findings count, None for nobody's."""

    peer: str
    authserv_id: str | None


def handover(door: str, peer: str, own: OwnServers) -> Handover:
    """What counts for a message that `peer` handed in at `door`. Providers and forms tell us nothing here."""
    if door == Door.SMTP and not _is_within(peer, (*OWN_NETWORKS, *own.networks)):
        return Handover(peer, None)
    if door == Door.SMTP or door in _FROM_OUR_SERVER:
        return Handover("", own.authserv_id)
    return Handover("", own.imap_authserv_id if door == Door.IMAP else None)


def _is_within(peer: str, networks: Iterable[Network]) -> bool:
    address = address_of(peer)
    return address is None or any(address in network for network in networks)
