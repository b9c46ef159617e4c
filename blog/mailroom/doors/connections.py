"""Who is connected, and for how long: one network leaves room for the others, and a slow sender for a quick one.

A connection earns its time with what it sends (`Pace`). The rule is a rate, not a fixed time: 60 seconds for a message
would refuse 5 MB from an honest phone on a bad line for ever, and would still give a minute to whoever sends nothing.
Where places are scarce, who is slowest gives theirs to the next who comes.
"""

import time
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
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
# Somebody mistypes an address; nobody mistypes ten in ten minutes.
_GUESSES_SECONDS = 600.0
_FREE_GUESSES = 10
_LONGEST_DELAY = 5.0
_MOST_NETWORKS = 10_000
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

    def hear(self, octets: int, now: float) -> None:
        """Something came."""
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


@dataclass(frozen=True, slots=True)
class Places:
    """How many connections there may be: in all, and from one network of the internet."""

    in_all: int
    per_network: int

    def of(self, network: str) -> int:
        """How many connections one network may have. A border server of ours speaks for everybody: half of all."""
        if network == LOCAL:
            return self.in_all
        if _is_ours(network):
            return max(self.per_network, self.in_all // _HALF)
        return self.per_network


class Connections:
    """Who is connected now."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._open: dict[Connection, str] = {}
        self._from: Counter[str] = Counter()

    def admit(self, connection: Connection, peer: str, now: float) -> bool:
        """Whether there is room for one connection more; it then counts until it is dismissed."""
        network = network_of(peer)
        if self._from[network] >= self._places.of(network):
            return False
        if len(self._open) >= self._places.in_all * _SCARCE:
            self._dismiss_slowest(now)
        if len(self._open) >= self._places.in_all:
            return False
        self._open[connection] = network
        self._from[network] += 1
        return True

    def dismiss(self, connection: Connection) -> None:
        """A connection has ended, or never began."""
        network = self._open.pop(connection, None)
        if network is not None:
            self._from[network] -= 1
            if not self._from[network]:
                del self._from[network]

    def anybody_waits_for_us(self) -> bool:
        """Whether a message is in our hands, and its sender has not heard what became of it."""
        return any(each.pace.waits_for_us for each in self._open)

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
        network, now = network_of(peer), time.monotonic()
        if network == LOCAL or _is_ours(network):
            return 0.0
        if now - self._since > _GUESSES_SECONDS or len(self._counted) > _MOST_NETWORKS:
            self._counted.clear()
            self._since = now
        self._counted[network] += 1
        return min(max(0.0, self._counted[network] - _FREE_GUESSES), _LONGEST_DELAY)


def network_of(peer: str) -> str:
    """What one sender has to itself: an IPv4 address, the /64 of an IPv6 one (RFC 6177), or `LOCAL`."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return LOCAL
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))


def _is_ours(network: str) -> bool:
    """Whether a network is this machine or one behind our own border (RFC 1918, RFC 4193)."""
    address = ip_network(network).network_address
    return address.is_loopback or any(address in each for each in _PRIVATE if each.version == address.version)
