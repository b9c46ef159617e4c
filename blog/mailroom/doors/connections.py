"""Who is connected, and for how long: one network leaves room for the others, and a slow sender for a quick one.

A connection earns its time with what it sends (`Pace`). The rule is a rate, not a fixed time: 60 seconds for a message
would refuse 5 MB from an honest phone on a bad line for ever, and would still give a minute to whoever sends nothing.
Where places are scarce, who is slowest gives theirs to the next who comes.
"""

import time
from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Protocol

LOCAL = "local"
IDLE_SECONDS = 60.0
# What everybody has for one message, whatever the line is like; from then on it has to come at some rate.
FREE_SECONDS = 60.0
LEAST_BYTES_PER_SECOND = 1000
# 5 MB at 6 kB a second. Who sends even slower holds a connection of ours on purpose.
LONGEST_MESSAGE_SECONDS = 900.0
# So long clients wait for the answer to a message (RFC 5321, 4.5.3.2.6).
ANSWER_SECONDS = 600.0
# Beyond this share of all places they are scarce.
_SCARCE = 0.8
# Only who has had a fair chance loses a place to others: so long of silence, or of a message at a low rate.
_FAIR_SECONDS = 10.0
_HALF = 2
# Who has a /48 of IPv6 (RFC 6177) has 65,536 networks in it: all of them together count for so many.
_NETWORKS_OF_A_SITE = 3
# Somebody mistypes an address; nobody mistypes ten in ten minutes.
_GUESSES_SECONDS = 600.0
_FREE_GUESSES = 10
_LONGEST_DELAY = 5.0
_MOST_NETWORKS = 10_000
# Where the last 32 bits are the IPv4 address of who really comes (RFC 6052, 2.1).
_NAT64 = ip_network("64:ff9b::/96")
_PRIVATE = tuple(
    ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)


class Pace:
    """How a connection comes on with what it is at: counted anew whenever a message has been answered."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._last_heard = now
        self._received = 0
        self._waits_for_us = False

    @property
    def waits_for_us(self) -> bool:
        """Whether a message is in our hands."""
        return self._waits_for_us

    def wait_for_us(self) -> None:
        """A message is in our hands: from here on it is us who are slow."""
        self._waits_for_us = True

    def begin_anew(self, now: float) -> None:
        """A message has been answered: whatever comes next has all the time again."""
        self._began = self._last_heard = now
        self._received = 0
        self._waits_for_us = False

    def notice(self, now: float) -> None:
        """Something came that is no part of a message: nobody is silent, and nothing is earned with it."""
        self._last_heard = now

    def hear(self, octets: int, now: float) -> None:
        """A part of a message came."""
        self._last_heard = now
        self._received += octets

    def seconds_left(self, now: float) -> float:
        """How long there is still to wait; 0 when the time is over.

        At most `IDLE_SECONDS`, and no longer than what came so far has earned (`LEAST_BYTES_PER_SECOND`). Who waits for
        our answer has not to send anything.
        """
        if self._waits_for_us:
            return ANSWER_SECONDS
        earned = min(FREE_SECONDS + self._received / LEAST_BYTES_PER_SECOND, LONGEST_MESSAGE_SECONDS)
        return max(0.0, min(self._last_heard + IDLE_SECONDS, self._began + earned) - now)

    def slowness(self, now: float) -> float:
        """How many seconds it takes for a thousand octets; 0 while it is too early to say."""
        taken = now - self._began
        if self._waits_for_us or taken < _FAIR_SECONDS:
            return 0.0
        return taken / max(1, self._received) * 1000


class Connection(Protocol):
    """What is asked of a connection here."""

    @property
    def pace(self) -> Pace:
        """How it comes on."""
        ...

    def make_room(self) -> None:
        """Hang up for now, politely: somebody else needs the place."""
        ...

    def close_down(self) -> None:
        """Hang up because the door closes."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where somebody comes from: the networks that they may have to themselves, the smallest first.

    `is_ours` says whether they are on this machine, or behind our own border (RFC 1918, RFC 4193).
    """

    networks: tuple[str, ...]
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Places:
    """How many connections there may be: in all, and from one network of the internet."""

    in_all: int
    per_network: int

    def of(self, origin: Origin) -> dict[str, int]:
        """How many connections each network of somebody may have.

        A border server of ours speaks for everybody: half of all.
        """
        if origin.networks == (LOCAL,):
            return {LOCAL: self.in_all}
        if origin.is_ours:
            return dict.fromkeys(origin.networks, max(self.per_network, self.in_all // _HALF))
        shares = (self.per_network, self.per_network * _NETWORKS_OF_A_SITE)
        return dict(zip(origin.networks, shares, strict=False))


class Connections:
    """Who is connected now."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._open: dict[Connection, Origin] = {}
        self._from: Counter[str] = Counter()

    def admit(self, connection: Connection, peer: str, now: float) -> bool:
        """Whether there is room for one connection more; it then counts until it is dismissed."""
        origin = origin_of(peer)
        if any(self._from[network] >= most for network, most in self._places.of(origin).items()):
            return False
        if len(self._open) >= self._places.in_all * _SCARCE:
            self._dismiss_slowest(now)
        if len(self._open) >= self._places.in_all:
            return False
        self._open[connection] = origin
        self._from.update(origin.networks)
        return True

    def dismiss(self, connection: Connection) -> None:
        """A connection has ended, or never began."""
        origin = self._open.pop(connection, None)
        for network in origin.networks if origin is not None else ():
            self._from[network] -= 1
            if not self._from[network]:
                del self._from[network]

    def anybody_waits_for_us(self) -> bool:
        """Whether a message is in our hands, and its sender has not heard what became of it."""
        return any(each.pace.waits_for_us for each in self._open)

    def close_down(self) -> None:
        """Take leave of everybody who does not wait for our answer."""
        for each in [*self._open]:
            if not each.pace.waits_for_us:
                each.close_down()

    def _dismiss_slowest(self, now: float) -> None:
        slowest = max(self._open, key=lambda each: each.pace.slowness(now))
        # Slower than what everybody must reach in the end.
        if slowest.pace.slowness(now) > 1000 / LEAST_BYTES_PER_SECOND:
            self.dismiss(slowest)
            slowest.make_room()


class Guesses:
    """How many unknown addresses each network has asked for lately: guessing which ones there are takes time.

    Known addresses are never answered later for it: one guesser at a large provider would cost everybody there their
    place in the order. Nobody on this machine or behind our own border has to wait.
    """

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._since = time.monotonic()

    def delay_after(self, peer: str) -> float:
        """Count one unknown address more. Returns how many seconds to wait before saying so."""
        origin, now = origin_of(peer), time.monotonic()
        if origin.is_ours:
            return 0.0
        if now - self._since > _GUESSES_SECONDS or len(self._counted) > _MOST_NETWORKS:
            self._counted.clear()
            self._since = now
        network = origin.networks[0]
        self._counted[network] += 1
        return min(max(0.0, self._counted[network] - _FREE_GUESSES), _LONGEST_DELAY)


def origin_of(peer: str) -> Origin:
    """Where a peer comes from: an IPv4 address, the /64 and the /48 of an IPv6 one (RFC 6177), or `LOCAL`."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return Origin((LOCAL,), is_ours=True)
    if isinstance(address, IPv6Address):
        address = _ipv4_behind(address) or address
    if isinstance(address, IPv4Address):
        return Origin((str(address),), _is_ours(address))
    networks = tuple(str(ip_network((int(address), bits), strict=False)) for bits in (64, 48))
    return Origin(networks, _is_ours(address))


def _ipv4_behind(address: IPv6Address) -> IPv4Address | None:
    """Whom an IPv6 address stands for that is an IPv4 one in another form: mapped, or through a NAT64."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _is_ours(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback or any(
        address in network for network in _PRIVATE if network.version == address.version
    )
