"""Every door behind one shape, so that the same tests can be asked of all of them.

Each hands in a message in its own protocol, by a real client where there is a server, and says in one of four words
what it was told: stored, later, unknown (there is no such address), too large.
"""

import imaplib
import re
import secrets
import smtplib
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from flask import Flask
from werkzeug.test import TestResponse

from blog.core.config import Mailbox
from blog.core.db import unit_of_work
from blog.core.errors import InvalidInput, NotFound
from blog.mailroom.doors.form import Typed, hand_in
from blog.mailroom.doors.imap import Look, look_into
from tests.mailroom.doors.dovecot import PASSWORD
from tests.mailroom.doors.providers import mailgun_fields, post_json, post_multipart, postmark_fields

SENDER = "entrant@example.org"
_ENTRIES = re.compile(r"entry (\d+) of ([a-z-]+)")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a door said: in a word, and which entries it spoke of."""

    word: str
    entries: tuple[tuple[str, int], ...] = ()
    words: str = ""


def heard(word: str, words: str) -> Heard:
    """What was said, with the entries that are named in it."""
    entries = tuple((slug, int(number)) for number, slug in _ENTRIES.findall(words))
    return Heard(word, entries, words)


class WayIn(Protocol):
    """One door. `again` says that it is the same message as before, handed in by somebody who heard no answer."""

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Hand in one message for some addresses."""
        ...


@dataclass(frozen=True, slots=True)
class BySmtp:
    """A connection of Python's smtplib to the running door."""

    port: int

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Send over a connection of its own."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.ehlo()
            client.mail(SENDER)
            codes = [client.rcpt(recipient)[0] for recipient in recipients]
            if 250 not in codes:
                return heard({550: "unknown", 451: "later"}[codes[0]], "")
            code, words = client.data(raw)
            return heard({250: "stored", 451: "later", 552: "too large"}[code], words.decode())


@dataclass(frozen=True, slots=True)
class ByLmtp:
    """What a mail server says on the socket of the running door."""

    path: Path

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Send over a connection of its own; one answer for each address."""
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(20)
            wire.connect(str(self.path))
            with wire.makefile("rwb") as talk:

                def say(line: str) -> int:
                    if line:
                        talk.write(line.encode() + b"\r\n")
                        talk.flush()
                    while (answer := talk.readline())[3:4] == b"-":
                        pass
                    return int(answer[:3])

                say("")
                say("LHLO mta.example.org")
                say(f"MAIL FROM:<{SENDER}>")
                codes = [say(f"RCPT TO:<{recipient}>") for recipient in recipients]
                if 250 not in codes:
                    return heard({550: "unknown", 451: "later"}[codes[0]], "")
                say("DATA")
                stuffed = re.sub(rb"(?m)^\.", b"..", raw)
                talk.write(stuffed + b".\r\n")
                talk.flush()
                replies = [talk.readline().decode() for code in codes if code == 250]
                said = {int(reply[:3]) for reply in replies}
                assert len(said) == 1, replies
                return heard({250: "stored", 451: "later", 552: "too large"}[said.pop()], "; ".join(replies))


@dataclass(frozen=True, slots=True)
class ByPipe:
    """What a mail server does that starts a program for each address."""

    app: Flask

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Start the command; its status is what the mail server understands (sysexits.h)."""
        runner = self.app.test_cli_runner()
        done = [
            runner.invoke(args=["mail", "receive", "--to", one, "--from", SENDER], input=raw)
            for one in recipients
        ]
        words = {0: "stored", 65: "too large", 67: "unknown", 75: "later"}
        told = [words[each.exit_code] for each in done]
        word = "stored" if "stored" in told else told[0]
        return heard(word, "; ".join(each.stdout for each in done))


@dataclass(frozen=True, slots=True)
class ByMailgun:
    """Mailgun's request."""

    app: Flask

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Post one form, signed anew each time."""
        answer = post_multipart(self.app.test_client(), mailgun_fields(raw, *recipients, sender=SENDER))
        return _of_request(answer, refused=406)


@dataclass(frozen=True, slots=True)
class ByPostmark:
    """Postmark's request."""

    app: Flask

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Post JSON, once for each address."""
        answers = [
            _of_request(post_json(self.app.test_client(), postmark_fields(raw, one)), refused=422)
            for one in recipients
        ]
        stored = [one for one in answers if one.word == "stored"]
        return heard("stored", "; ".join(one.words for one in stored)) if stored else answers[0]


def _of_request(answer: TestResponse, *, refused: int) -> Heard:
    if answer.status_code == refused:
        return heard("unknown" if "no such address" in answer.text else "too large", answer.text)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"].isdigit()
    return heard({200: "stored", 503: "later"}[answer.status_code], answer.text)


@dataclass(frozen=True, slots=True)
class ByMailbox:
    """A mailbox on a real Dovecot, into which a mail server puts messages."""

    app: Flask
    box: Mailbox

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Put it there with the header that says for whom it came, and look. `again`: the folder was made anew."""
        head = "".join(f"Delivered-To: {one}\r\n" for one in recipients).encode()
        with imaplib.IMAP4(self.box.host, self.box.port, timeout=20) as client:
            client.authenticate("PLAIN", lambda _challenge: f"\0{self.box.user}\0{PASSWORD}".encode())
            if again:
                client.delete(self.box.folder)
            client.create(self.box.folder)
            status, _said = client.append(self.box.folder, "", "", head + raw)
            assert status == "OK"
        return _of_look(look_into(self.app, self.box))


def _of_look(look: Look) -> Heard:
    # A mailbox is told nothing; what came of it stands in the database only.
    if look.waiting:
        return heard("later", "")
    return heard("stored" if look.taken else "too large" if look.too_large else "unknown", "")


@dataclass(frozen=True, slots=True)
class ByForm:
    """A page on which somebody types; the message around their words is made by us."""

    app: Flask

    def send(self, raw: bytes, recipients: Sequence[str], *, again: bool = False) -> Heard:
        """Hand in the words of a message, once for each address. A form is told apart by its key."""
        text = raw.partition(b"\r\n\r\n")[2].decode("latin-1")
        done: list[Heard] = []
        for recipient in recipients:
            typed = Typed("Ann", SENDER, text, "the-key-of-a-form")
            try:
                with unit_of_work():
                    told = hand_in(typed, recipient=recipient, peer="192.0.2.7", tls=True)
                done.append(heard("stored", told))
            except NotFound:
                done.append(heard("unknown", ""))
            except InvalidInput:
                done.append(heard("too large", ""))
            except Exception:
                # The page answers it with 503 or 500, and gives the words back.
                done.append(heard("later", ""))
        stored = [one for one in done if one.word == "stored"]
        return heard("stored", "; ".join(one.words for one in stored)) if stored else done[0]


def new_mailbox(app: Flask, box: Mailbox) -> ByMailbox:
    """A mailbox of nobody else, in a folder that can be made anew."""
    return ByMailbox(app, replace(box, user=f"u{secrets.token_hex(8)}", folder="Answers"))
