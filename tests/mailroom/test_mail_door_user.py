"""The built-in door that root has started: it binds, and goes on as somebody who may less."""

import os
import pwd
import smtplib
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.core.config import Settings
from blog.core.db import session
from blog.mailroom.doors import privileges
from blog.mailroom.doors.files import give_files_to
from blog.mailroom.doors.privileges import CannotDrop, account_of, become, refusal_of_root
from blog.mailroom.models import Delivery
from tests.factories.challenges import make_challenge
from tests.support.databases import FAST_FOLDER
from tests.support.mail_door import mail, open_mail_door, running_mail_door, settings_of
from tests.support.processes import flask_command, free_port, last_words, running

USER = "nobody"
RAW = b"From: Ann <ann@example.org>\r\nSubject: Answer\r\n\r\nForty-two.\r\n"
only_as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def folder_of_user() -> Iterator[Path]:
    """An instance folder of `USER`, where they may look, unlike in pytest's folders."""
    account = pwd.getpwnam(USER)
    with tempfile.TemporaryDirectory(prefix="rejoinder-user-", dir=FAST_FOLDER) as name:
        folder = Path(name)
        os.chown(folder, account.pw_uid, account.pw_gid)
        yield folder


# A database that is reached over a socket: files of the other one belong to whoever runs the tests.
@only_as_root
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_it_gives_up_what_root_may_do(app: Flask, tmp_path: Path, folder_of_user: Path) -> None:
    make_challenge(slug="a-question")
    account, path = pwd.getpwnam(USER), tmp_path / "lmtp"
    settings = {"SMTP_USER": USER, "INSTANCE": str(folder_of_user)}
    with running_mail_door(app, "--lmtp", str(path), extra=settings) as (port, process):
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


@only_as_root
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_what_roots_first_start_makes_is_of_who_goes_on(app: Flask, folder_of_user: Path) -> None:
    make_challenge(slug="a-question")
    account = pwd.getpwnam(USER)
    # Without a secret that is given, the start makes one.
    settings = {"SMTP_USER": USER, "INSTANCE": str(folder_of_user), "SECRET_KEY": ""}
    with (
        running_mail_door(app, extra=settings) as (port, process),
        smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
    ):
        code, _said = mail(client, "a-question@answers.example.org", RAW)
        written = process.complaints.read_text(encoding="utf-8")

    owners = {path.name: path.stat().st_uid for path in folder_of_user.iterdir()}
    assert code == 250
    assert {"secret_key", "wake-ups.db"} <= owners.keys()
    assert set(owners.values()) == {account.pw_uid}
    assert "could not be woken" not in written


@only_as_root
@pytest.mark.parametrize("app", ["postgresql", "sqlite"], indirect=True)
def test_it_does_not_start_where_its_user_cannot_write(app: Flask, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="rejoinder-root-", dir=FAST_FOLDER) as folder:
        Path(folder).chmod(0o755)
        settings = {**settings_of(app), "SMTP_USER": USER, "INSTANCE": folder}
        with running(flask_command("mail", "serve", "--port", "0"), settings) as process:
            code = process.wait(timeout=30)
            told = last_words(process)

    assert code == 1
    assert told.endswith(
        f"Error: {USER!r} cannot write {folder}; give it to that user (chown), with the folder it stands in\n"
    )


@only_as_root
def test_only_files_of_roots_own_making_are_given_away(
    app: Flask, tmp_path: Path, folder_of_user: Path
) -> None:
    ours: Settings = app.extensions["settings"]
    account = pwd.getpwnam(USER)
    settings = replace(
        ours, instance=folder_of_user, database_url=f"sqlite:///{folder_of_user}/rejoinder.db", redis_url=None
    )
    shadow = folder_of_user.parent / f"{folder_of_user.name}-shadow"
    shadow.write_text("root's", encoding="utf-8")
    try:
        (folder_of_user / "secret_key").symlink_to(shadow)
        (folder_of_user / "wake-ups.db").hardlink_to(shadow)
        (folder_of_user / "wake-ups.db-wal").mkdir()
        (folder_of_user / "rejoinder.db").touch()
        (folder_of_user / "letter.txt").touch()
        give_files_to(USER, settings)
        # In a folder of root's, root has put things on purpose.
        give_files_to(USER, replace(settings, instance=tmp_path, database_url=f"sqlite:///{shadow}"))

        of_root = {path.name for path in folder_of_user.iterdir() if path.lstat().st_uid == 0}
        assert of_root == {"secret_key", "wake-ups.db", "wake-ups.db-wal", "letter.txt"}
        assert (folder_of_user / "rejoinder.db").stat().st_uid == account.pw_uid
        assert shadow.stat().st_uid == 0
    finally:
        shadow.unlink()


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
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--lmtp", "/no-such-folder/lmtp"),
            "cannot listen on the socket /no-such-folder/lmtp (No such file or directory); "
            "name a path for LMTP in a folder that is there and can be written",
        ),
        (
            ("--lmtp", f"/tmp/{'x' * 120}"),
            f"cannot listen on the socket /tmp/{'x' * 120} (AF_UNIX path too long); "
            "name a path for LMTP in a folder that is there and can be written",
        ),
        (
            ("--host", "192.0.2.1,127.0.0.1"),
            "cannot listen on 192.0.2.1 and 127.0.0.1 port 0 (Cannot assign requested address); "
            "stop what uses that port, or choose another one with SMTP_PORT",
        ),
    ],
    ids=["no folder", "long path", "address of others"],
)
def test_it_says_where_it_cannot_listen(app: Flask, words: tuple[str, ...], said: str) -> None:
    with running(flask_command("mail", "serve", "--port", "0", *words), settings_of(app)) as process:
        code = process.wait(timeout=30)
        told = last_words(process)

    assert code == 1
    assert told.endswith(f"Error: {said}\n")
    assert "Traceback" not in told


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_name_without_an_address_is_told_as_that(app: Flask) -> None:
    command = flask_command("mail", "serve", "--port", "0", "--host", "127.0.0.1,door.invalid")
    with running(command, settings_of(app)) as process:
        code = process.wait(timeout=60)
        told = last_words(process)

    assert code == 1
    assert "Error: there is no address for '127.0.0.1,door.invalid' (" in told
    assert told.endswith("); name addresses of this machine in SMTP_HOST\n")


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_it_listens_at_several_addresses(app: Flask) -> None:
    make_challenge(slug="a-question")
    with open_mail_door(app, extra={"SMTP_HOST": "0.0.0.0, ::"}) as port:
        for host in ("127.0.0.1", "::1"):
            with smtplib.SMTP(host, port, timeout=20) as client:
                assert mail(client, "a-question@answers.example.org", RAW)[0] == 250

    peers = session.scalars(sa.select(Delivery.peer).order_by(Delivery.id)).all()
    assert peers == ["127.0.0.1", "::1"]


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
