"""A Postfix of the tests' own: on loopback, on a free port, with all of its files in one folder. It needs root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import missing
from tests.support.processes import free_port

USER = "postfix"
_START_SECONDS = 30.0
# A service in master.cf: name, kind, private, unprivileged, chroot, wake up, how many, program.
_SERVICES = (
    ("pickup", "unix", "n", "60", "1", "pickup"),
    ("cleanup", "unix", "n", "-", "0", "cleanup"),
    ("qmgr", "unix", "n", "1", "1", "qmgr"),
    ("tlsmgr", "unix", "-", "1000?", "1", "tlsmgr"),
    ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
    ("bounce", "unix", "-", "-", "0", "bounce"),
    ("defer", "unix", "-", "-", "0", "bounce"),
    ("trace", "unix", "-", "-", "0", "bounce"),
    ("verify", "unix", "-", "-", "1", "verify"),
    ("flush", "unix", "n", "1000?", "0", "flush"),
    ("proxymap", "unix", "-", "-", "-", "proxymap"),
    ("error", "unix", "-", "-", "-", "error"),
    ("retry", "unix", "-", "-", "-", "error"),
    ("lmtp", "unix", "-", "-", "-", "lmtp"),
    ("anvil", "unix", "-", "-", "1", "anvil"),
    ("scache", "unix", "-", "-", "1", "scache"),
    ("postlog", "unix-dgram", "n", "-", "1", "postlogd"),
)


@contextmanager
def running_postfix(domain: str, lmtp_socket: Path) -> Generator[int]:
    """The port of a Postfix that takes mail for `domain` and delivers it over LMTP to `lmtp_socket`.

    Whether anybody listens there is its own affair: it tries again every second.
    """
    if shutil.which("postfix") is None:
        missing("Postfix is not installed (apt-get install postfix)")
    if os.geteuid() != 0:
        missing("only root can start a Postfix")
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        port = free_port()
        _configure(folder, port, domain, lmtp_socket)
        _postfix(folder, "start")
        try:
            _wait_for(port, folder)
            yield port
        finally:
            _postfix(folder, "abort")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_socket_to_postfix(path: Path) -> None:
    """Let Postfix reach a socket of mode 0660, as an operator does: by its group."""
    os.chown(path, -1, pwd.getpwnam(USER).pw_gid)


def _configure(folder: Path, port: int, domain: str, lmtp_socket: Path) -> None:
    account = pwd.getpwnam(USER)
    folder.chmod(0o755)
    for name, owner in (("config", 0), ("queue", 0), ("data", account.pw_uid)):
        (folder / name).mkdir(mode=0o755)
        os.chown(folder / name, owner, 0)
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": folder / "mail.log",
        "maillog_file_prefixes": folder,
        "myhostname": "mta.example.org",
        "mydestination": "",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.0/8",
        "alias_maps": "",
        "local_recipient_maps": "",
        "relay_domains": domain,
        "relay_transport": f"lmtp:unix:{lmtp_socket}",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "minimal_backoff_time": "1s",
        "maximal_backoff_time": "1s",
        "queue_run_delay": "1s",
        # How long it leaves a destination alone that did not answer.
        "transport_retry_time": "1s",
        "lmtp_connect_timeout": "5s",
    }
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    (folder / "config" / "main.cf").write_text("".join(lines), encoding="utf-8")
    services = [("127.0.0.1:" + str(port), "inet", "n", "-", "-", "smtpd"), *_SERVICES]
    table = [
        f"{name} {kind} {private} - n {wakes} {most} {program}\n"
        for name, kind, private, wakes, most, program in services
    ]
    (folder / "config" / "master.cf").write_text("".join(table), encoding="utf-8")


def _postfix(folder: Path, word: str) -> None:
    command = ["postfix", "-c", str(folder / "config"), word]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 or word == "abort", done.stderr + _log(folder)


def _wait_for(port: int, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
                if wire.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"Postfix did not open: {_log(folder)}")


def _log(folder: Path) -> str:
    path = folder / "mail.log"
    return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.exists() else "(no log)"
