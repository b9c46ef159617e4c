"""A mail to ourselves, and the site's answer to it: door, worker, outbox, relay and back to the door.

Nobody else gets any of it, nothing comes of it, and all of it is forgotten at the end.
"""

import time
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from blog.core.config import Settings, current_application
from blog.core.db import session, unit_of_work
from blog.mailroom.accepting import Incoming
from blog.mailroom.authentication.check import check_sender
from blog.mailroom.authentication.resolver import Resolver
from blog.mailroom.doctor.domain import signature_finding, signature_not_known
from blog.mailroom.doctor.finding import Finding, State, is_out_of_reach
from blog.mailroom.doctor.ways_in import connected
from blog.mailroom.doors.intake import Accepted, accept
from blog.mailroom.loopback import RoundTrip, forget_trip, new_trip
from blog.mailroom.models import Delivery, OutboxMessage, ReadMessage
from blog.mailroom.routes import resolve
from blog.mailroom.transport import reason_of
from blog.mailroom.values import Door, Envelope, OutboxState

SECONDS_TO_BE_READ = 20.0
SECONDS_TO_BE_SENT = 20.0
# A relay may keep it for a while, and a mailbox is looked into once a minute.
SECONDS_TO_COME_BACK = 60.0
_WORKERS = "start `flask jobs work`"


def round_trip_findings(
    settings: Settings, new_resolver: Callable[[], Resolver], rest: Callable[[], object]
) -> Iterator[Finding]:
    """Each leg of the way, until one of them leads no further."""
    trip = new_trip()
    try:
        yield from _Traveller(settings, trip, new_resolver, rest).legs()
    finally:
        session.rollback()
        with unit_of_work():
            forget_trip(trip)


class _Traveller:
    """Follows one mail."""

    def __init__(
        self,
        settings: Settings,
        trip: RoundTrip,
        new_resolver: Callable[[], Resolver],
        rest: Callable[[], object],
    ) -> None:
        self._settings = settings
        self._trip = trip
        self._new_resolver = new_resolver
        self._rest = rest

    def legs(self) -> Iterator[Finding]:
        """The findings in their order; what is said of the signature is always the last."""
        read = self._in_and_read()
        yield read
        if read.state is State.GOOD:
            written = self._written_and_sent()
            yield written
            if written.state is State.GOOD and self._settings.relay is not None:
                yield self._back()
        yield self._signature()

    def _in_and_read(self) -> Finding:
        began = time.monotonic()
        fault = self._handed_in()
        if fault:
            return Finding("loopback", State.FAULT, f"a mail to ourselves was not taken in ({fault})")
        if not self._wait(SECONDS_TO_BE_READ, lambda: self._read_at(self._trip.out)):
            words = f"a mail to ourselves was not read in {SECONDS_TO_BE_READ:.0f} s; {_WORKERS}"
            return Finding("loopback", State.FAULT, words)
        words = f"a mail to ourselves was taken in, and read after {time.monotonic() - began:.1f} s"
        return Finding("loopback", State.GOOD, words)

    def _handed_in(self) -> str:
        """Hand the mail in at our own server, or as a program does where that is closed. Returns what went wrong."""
        sender, out = self._settings.mail_sender, self._trip.out
        raw = (
            f"From: doctor <{sender}>\r\nTo: {out}\r\nSubject: loopback\r\nAuto-Submitted: auto-generated\r\n"
            "\r\nIt goes.\r\n"
        ).encode("utf-8", "replace")
        try:
            connection = connected(self._settings)
        except OSError:
            return self._piped_in(raw)
        try:
            with connection:
                connection.sendmail(sender, [out], raw)
        except (OSError, UnicodeError) as error:
            return reason_of(error)
        return ""

    def _piped_in(self, raw: bytes) -> str:
        destination = resolve(self._trip.out, self._settings.answer_domain)
        session.rollback()
        if destination is None:
            return "its address is not known"
        envelope = Envelope(
            Door.PIPE, self._settings.mail_sender, (self._trip.out,), peer="local", helo="", tls=False
        )
        outcome = accept(current_application(), Incoming(envelope, (destination,), raw))
        return "" if isinstance(outcome, Accepted) else "it could not be stored"

    def _written_and_sent(self) -> Finding:
        self._wait(SECONDS_TO_BE_SENT, self._is_tried)
        letter = self._letter()
        if letter is None:
            words = "the mail to ourselves was read, and no answer written; look at the log of the workers"
            return Finding("outbox", State.FAULT, words)
        state, error = letter
        if state == OutboxState.CAUGHT:
            return Finding(
                "outbox", State.GOOD, "the answer to it is in the outbox; without a relay it stays there"
            )
        if state == OutboxState.SENT:
            return Finding("outbox", State.GOOD, "the relay took the answer to it")
        if error is None:
            words = f"the answer to it was not sent in {SECONDS_TO_BE_SENT:.0f} s; {_WORKERS}"
            return Finding("outbox", State.FAULT, words)
        # Of an address on this machine alone a relay elsewhere is right to want nothing.
        is_lost = not is_out_of_reach(self._settings.answer_domain)
        return Finding(
            "outbox",
            State.FAULT if is_lost else State.HINT,
            f"the relay did not take the answer to it ({error})",
        )

    def _back(self) -> Finding:
        began = time.monotonic()
        if not self._wait(SECONDS_TO_COME_BACK, lambda: self._read_at(self._trip.back)):
            words = (
                f"the answer was not back after {SECONDS_TO_COME_BACK:.0f} s; some relays take longer. If it never "
                f"comes, mail for {self._settings.answer_domain} does not find its way here: see the relay's log"
            )
            return Finding("return", State.HINT, words)
        words = f"the relay brought the answer back to us after {time.monotonic() - began:.1f} s"
        return Finding("return", State.GOOD, words)

    def _signature(self) -> Finding:
        columns = (
            Delivery.raw,
            Delivery.envelope_sender,
            Delivery.helo,
            Delivery.peer,
            Delivery.received_at,
            ReadMessage.from_address,
        )
        query = sa.select(*columns).join(ReadMessage, ReadMessage.delivery_id == Delivery.id)
        query = query.where(Delivery.id.in_(self._trip.delivered_to(self._trip.back)))
        row = session.execute(query.limit(1)).one_or_none()
        session.rollback()
        if row is None:
            return signature_not_known()
        check = check_sender(
            row.raw,
            from_address=row.from_address,
            envelope_sender=row.envelope_sender,
            helo=row.helo,
            peer=row.peer,
            resolver=self._new_resolver(),
            at=row.received_at,
        )
        return signature_finding(self._settings.mail_sender.rpartition("@")[2], check)

    def _read_at(self, address: str) -> bool:
        delivered = self._trip.delivered_to(address)
        query = sa.select(ReadMessage.delivery_id).where(ReadMessage.delivery_id.in_(delivered))
        return session.scalar(query.limit(1)) is not None

    def _is_tried(self) -> bool:
        letter = self._letter()
        return letter is None or letter[0] != OutboxState.WAITING or letter[1] is not None

    def _letter(self) -> tuple[str, str | None] | None:
        query = sa.select(OutboxMessage.state, OutboxMessage.last_error)
        row = session.execute(query.where(OutboxMessage.cause == self._trip.cause)).one_or_none()
        return None if row is None else (row.state, row.last_error)

    def _wait(self, seconds: float, is_done: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds
        while True:
            done = is_done()
            session.rollback()
            if done or time.monotonic() >= end:
                return done
            self._rest()
