"""Load on the mail door that keeps its own books: what was sent, and what was answered, and when."""

import smtplib
import threading
import time
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Answered:
    """One message that was answered `250`: its mark, the instants around it, and what was said."""

    mark: str
    client: int
    begun: float
    ended: float
    reply: str


@dataclass
class MailLoad:
    """Clients that send one message after another and reconnect when they are cut off.

    A message that was cut off before its answer is never sent again: it may be stored or not, once at most.
    """

    port: int
    recipient: str
    clients: int = 4
    sent: set[str] = field(default_factory=set[str])
    answered: list[Answered] = field(default_factory=list[Answered])

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(self.clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def _run(self, client: int) -> None:
        turn = 0
        while not self._stop.is_set():
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as connection:
                    connection.ehlo("client.example.org")
                    while not self._stop.is_set():
                        turn += 1
                        self._send(connection, client, f"mark-{client}-{turn}")
            except (OSError, smtplib.SMTPException):
                self._stop.wait(0.02)

    def _send(self, connection: smtplib.SMTP, client: int, mark: str) -> None:
        with self._lock:
            self.sent.add(mark)
        begun = time.monotonic()
        connection.mail(f"{mark}@example.org")
        code, _text = connection.rcpt(self.recipient)
        if code != 250:
            raise smtplib.SMTPRecipientsRefused({})
        code, text = connection.data(
            f"From: {mark}@example.org\r\nSubject: {mark}\r\n\r\nAn answer.\r\n".encode()
        )
        ended = time.monotonic()
        if code == 250:
            with self._lock:
                self.answered.append(Answered(mark, client, begun, ended, text.decode()))
