"""An IMAP server with faults that no real one has on demand; all else it does as RFC 9051 says."""

import re
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from blog.core.config import Mailbox

_FETCH = re.compile(r"UID FETCH ([\d,]+) (.*)")
_SEARCH = re.compile(r"UID SEARCH UID (\d+)(?::(\d+))?")


@dataclass
class FaultyMailbox:
    """Its messages by UID, and what it does wrong.

    `faults` says in a word what befalls the fetching of one message: `NO` or `BAD` is answered, `NIL` is in the place
    of its text, only `FLAGS` are told, it is `missing` from every answer or `headless` in the overview, or the server
    has `hung up`; with `NO and hung up` it answers first. What is `gone` is in no answer any more, also of SEARCH.
    """

    messages: dict[int, bytes]
    faults: dict[int, str] = field(default_factory=dict[int, str])
    exists: tuple[int, ...] = ()
    refuses_overviews: bool = False
    fetched: list[int] = field(default_factory=list[int])
    port: int = 0

    @property
    def box(self) -> Mailbox:
        """The mailbox, as an operator sets it."""
        return Mailbox("localhost", self.port, "none", "ann", "secret", (), "INBOX")

    def answer(self, command: str) -> list[bytes] | None:
        """The lines with which a command is answered, the last one without its tag; None to hang up."""
        if command.startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1", b"OK done"]
        if command.startswith("SELECT"):
            return self._selected()
        if found := _SEARCH.match(command):
            first, last = int(found[1]), int(found[2] or found[1])
            uids = [uid for uid in self.messages if first <= uid <= last and self.faults.get(uid) != "gone"]
            return [b"* SEARCH %s" % b" ".join(b"%d" % uid for uid in uids), b"OK done"]
        if found := _FETCH.match(command):
            return self._fetched([int(uid) for uid in found[1].split(",")], found[2])
        return [b"OK done"]

    def _selected(self) -> list[bytes]:
        return [
            *(b"* %d EXISTS" % number for number in self.exists or (len(self.messages),)),
            b"* OK [UIDVALIDITY 1]",
            b"* OK [UIDNEXT %d]" % (max(self.messages) + 1),
            b"* OK [PERMANENTFLAGS (\\*)]",
            b"OK done",
        ]

    def _fetched(self, uids: list[int], what: str) -> list[bytes] | None:
        lines: list[bytes] = []
        is_text = "BODY.PEEK[])" in what
        if len(uids) > 1 and self.refuses_overviews:
            return [b"NO [SERVERBUG] not those"]
        for uid in uids:
            fault = self.faults.get(uid, "")
            if is_text:
                self.fetched.append(uid)
            if fault == "hung up":
                return None
            if fault in {"NO", "BAD"} and (is_text or len(uids) == 1):
                return [fault.encode() + b" [SERVERBUG] Internal error"]
            if fault == "NO and hung up" and (is_text or len(uids) == 1):
                return [b"NO [SERVERBUG] Internal error\r\n* BYE Internal error"]
            if fault not in {"gone", "missing"}:
                lines.append(self._told(uid, fault, is_text=is_text))
        return [*lines, b"OK done"]

    def _told(self, uid: int, fault: str, *, is_text: bool) -> bytes:
        raw = self.messages[uid]
        if is_text and fault == "FLAGS":
            return b"* %d FETCH (UID %d FLAGS ())" % (uid, uid)
        if is_text:
            text = b"NIL" if fault == "NIL" else b"{%d}\r\n%s" % (len(raw), raw)
            return b"* %d FETCH (UID %d BODY[] %s)" % (uid, uid, text)
        head = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        headers = b"NIL" if fault == "headless" else b"{%d}\r\n%s" % (len(head), head)
        about = b"* %d FETCH (UID %d RFC822.SIZE %d BODY[HEADER.FIELDS (TO)]<0> %s)"
        return about % (uid, uid, len(raw), headers)


@contextmanager
def faulty_mailbox(*messages: bytes, **faults: object) -> Generator[FaultyMailbox]:
    """A server with messages whose UIDs are 1, 2, 3 …, as long as the block lasts."""
    mailbox = FaultyMailbox(dict(enumerate(messages, start=1)), **faults)  # type: ignore[arg-type]

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _space, command = line.decode().strip().partition(" ")
                lines = mailbox.answer(command)
                if lines is None:
                    return
                lines[-1] = b"%s %s" % (tag.encode(), lines[-1])
                self.wfile.write(b"".join(b"%s\r\n" % each for each in lines))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()
