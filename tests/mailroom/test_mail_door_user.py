"""The built-in door that root has started: it binds, and goes on as somebody who may less."""

import os
import pwd
import smtplib
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from blog.mailroom.doors import privileges
from blog.mailroom.doors.privileges import CannotDrop, account_of, become, refusal_of_root
from tests.factories.challenges import make_challenge
from tests.support.mail_door import mail, running_mail_door, settings_of
from tests.support.processes import flask_command, free_port, last_words, running

USER = "nobody"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"
only_as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


# A database that is reached over a socket: files of the other one belong to whoever runs the tests.
@only_as_root
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_it_gives_up_what_root_may_do(app: Flask, tmp_path: Path) -> None:
    make_challenge(slug="a-question")
    account, path = pwd.getpwnam(USER), tmp_path / "lmtp"
    with running_mail_door(app, "--lmtp", str(path), extra={"SMTP_USER": USER}) as (port, process):
        rights = _rights_of(process.pid)
        found = path.stat()
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            code, _said = mail(client, "a-question@answers.example.org", RAW)
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(20)
            wire.connect(str(path))
            greeting = wire.recv(100)

    groups = sorted(str(group) for group in os.getgrouplist(USER, account.pw_gid))
    assert rights["Uid"] == [str(account.pw_uid)] * 4
    assert rights["Gid"] == [str(account.pw_gid)] * 4
    assert sorted(rights["Groups"]) == groups
    assert rights["Umask"] == ["0027"]
    assert rights["CapEff"] == rights["CapPrm"] == ["0000000000000000"]
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (
        0o660,
        account.pw_uid,
        account.pw_gid,
    )
    assert code == 250
    assert greeting.startswith(b"220 ")


def _rights_of(process: int) -> dict[str, list[str]]:
    """Who a process is, as the kernel says it (proc_pid_status(5))."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return {name: value.split() for name, _colon, value in (line.partition(":") for line in lines)}


@only_as_root
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("port", "user", "said"),
    [
        (25, None, "root opens port 25 only for somebody else; name a user for the mail door with SMTP_USER"),
        (0, "no-such-user", "there is no user 'no-such-user' on this machine"),
        (0, "root", "'root' is root itself; name a user who may less"),
    ],
)
def test_root_does_not_start_it_as_root(app: Flask, port: int, user: str | None, said: str) -> None:
    settings = {**settings_of(app), **({"SMTP_USER": user} if user else {})}
    with running(flask_command("mail", "serve", "--port", str(port)), settings) as process:
        code = process.wait(timeout=30)
        told = last_words(process)

    assert code == 1
    assert told.endswith(f"Error: {said}\n")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_removes_nothing_that_is_no_socket(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("dear reader", encoding="utf-8")
    command = flask_command("mail", "serve", "--port", str(free_port()), "--lmtp", str(path))
    with running(command, settings_of(app)) as process:
        code = process.wait(timeout=30)
        told = last_words(process)

    assert code == 1
    assert told.endswith(f"Error: {path} is there and is no socket; name another path for LMTP\n")
    assert path.read_text(encoding="utf-8") == "dear reader"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_takes_over_a_socket_that_a_killed_one_has_left(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    with running_mail_door(app, "--lmtp", str(path)), socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(path))
        mode = stat.S_IMODE(path.stat().st_mode)

    assert mode == 0o660


@pytest.mark.parametrize(
    ("uid", "port", "user", "is_refused"),
    [
        (0, 25, None, True),
        (0, 1023, None, True),
        (0, 25, "mail", False),
        (0, 1024, None, False),
        (0, 2525, None, False),
        (1000, 25, None, False),
    ],
)
def test_a_port_of_roots_needs_somebody_else(
    monkeypatch: pytest.MonkeyPatch, uid: int, port: int, user: str | None, is_refused: bool
) -> None:
    monkeypatch.setattr(privileges.os, "geteuid", _always(uid))

    assert (refusal_of_root(port, user) is not None) is is_refused


def test_whoever_is_not_root_becomes_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    account = account_of(USER)
    monkeypatch.setattr(privileges.os, "geteuid", _always(account.pw_uid))
    become(USER)
    monkeypatch.setattr(privileges.os, "geteuid", _always(account.pw_uid - 1))

    with pytest.raises(CannotDrop, match="only root can become 'nobody'"):
        become(USER)


def _always(uid: int) -> Callable[[], int]:
    return lambda: uid
