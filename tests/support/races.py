"""Fifty people with the right answer at the same moment, by mail and by the form, while programs are killed."""

import http.client
import random
import re
import smtplib
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from tests.support.processes import Program, flask_command, free_port, kill_group, running, wait_for_smtp
from tests.support.web import wait_for_http

_PATIENCE_SECONDS = 20.0
_LATEST_KILL_SECONDS = 0.5
_TOLD = re.compile(r"entry (\d+) of ")
_WEB = ["gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer that was taken: when it was begun, when its sender heard so, and its number where that was told."""

    begun: float
    ended: float
    number: int | None


class Programs:
    """The mail door, a web server with two workers, and who carries out jobs: they can be killed, and come back."""

    def __init__(self, settings: Mapping[str, str], python: str) -> None:
        """Takes the settings of a site with its tables."""
        self.web_port, self.smtp_port = free_port(), free_port()
        self._settings = {
            **settings,
            "PORT": str(self.web_port),
            "SITE_URL": f"http://localhost:{self.web_port}",
        }
        self._commands = {
            "mail": flask_command("mail", "serve", "--port", str(self.smtp_port), "--remember", "0"),
            "web": [python, "-m", *_WEB],
            "jobs": flask_command("jobs", "work"),
        }
        self._stack = ExitStack()
        self._running: dict[str, Program] = {}

    def __enter__(self) -> Self:
        for name in self._commands:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, name: str) -> None:
        """Start one of them, and wait until it answers."""
        program = self._stack.enter_context(running(self._commands[name], self._settings))
        self._running[name] = program
        if name == "mail":
            wait_for_smtp(self.smtp_port, program)
        elif name == "web":
            wait_for_http(self.web_port, "/healthz", program)

    def kill(self, name: str) -> None:
        """`kill -9`, with all that it started."""
        kill_group(self._running[name])

    def start_again(self) -> None:
        """Bring back what was killed."""
        for name, program in self._running.items():
            if program.poll() is not None:
                self.start(name)


def answer_all_at_once(
    programs: Programs, slug: str, *, mails: int, forms: int, chance: random.Random
) -> list[Heard]:
    """Let so many people answer at the same moment. Returns those who were told that we have their answer."""
    heard: list[Heard] = []
    gate = threading.Barrier(mails + forms + 1, timeout=_PATIENCE_SECONDS)
    kills: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: programs.kill("mail"),
        lambda: programs.kill("web"),
        lambda: programs.kill("jobs"),
    )
    people = [
        threading.Thread(target=_mail, args=(programs.smtp_port, slug, number, gate, heard))
        for number in range(mails)
    ] + [
        threading.Thread(target=_type, args=(programs.web_port, slug, number, gate, heard))
        for number in range(forms)
    ]
    for person in people:
        person.start()
    gate.wait()
    time.sleep(chance.uniform(0.0, _LATEST_KILL_SECONDS))
    chance.choice(kills)()
    for person in people:
        person.join()
    return heard


def _mail(port: int, slug: str, number: int, gate: threading.Barrier, heard: list[Heard]) -> None:
    sender = f"mail-{number}@example.org"
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=_PATIENCE_SECONDS) as door:
            door.ehlo("client.example.org")
            door.mail(sender)
            door.rcpt(f"{slug}@answers.example.org")
            gate.wait()
            begun = time.monotonic()
            code, said = door.data(f"From: {sender}\r\nSubject: Answer\r\n\r\nForty-two.\r\n".encode())
            told = _TOLD.search(said.decode())
            if code == 250 and told:
                heard.append(Heard(begun, time.monotonic(), int(told[1])))
    except (OSError, smtplib.SMTPException, threading.BrokenBarrierError):
        # It was killed: nobody has told this person that we have their answer.
        return


def _type(port: int, slug: str, number: int, gate: threading.Barrier, heard: list[Heard]) -> None:
    connection = http.client.HTTPConnection("localhost", port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", f"/challenges/{slug}/answer")
        page = connection.getresponse()
        text = page.read().decode()
        cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
        fields = dict(re.findall(r'name="(csrf_token|submission_key)"[^>]*value="([^"]*)"', text))
        body = urlencode({**fields, "text": "Forty-two.", "email": f"form-{number}@example.org", "name": "A"})
        gate.wait()
        begun = time.monotonic()
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/challenges/{slug}/answer", body, headers)
        if connection.getresponse().status == 303:
            heard.append(Heard(begun, time.monotonic(), None))
    except (OSError, http.client.HTTPException, threading.BrokenBarrierError):
        return
    finally:
        connection.close()
