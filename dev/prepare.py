"""Before `make run` starts the programs: good settings, free ports, tables, and something to see.

Imports little: at every start but the first one there is nothing to do, and a glance at the database shows it.
"""

import errno
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from blog.core.config import ROOT, ConfigurationError, Settings, load_settings


def main() -> None:
    """Check the settings and ports, and let `dev.fill` work where the database is not ready."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        sys.exit(f"The settings do not fit:\n{error}\nEvery name stands in docs/configuration.md.")
    check_ports(settings)
    if not is_ready(settings.database_url, wants_demo=os.environ.get("DEMO", "1") != "0"):
        sys.exit(subprocess.call([sys.executable, "-m", "dev.fill"]))


def is_ready(database_url: str, *, wants_demo: bool) -> bool:
    """Whether a SQLite database has the newest tables, and people in it where a demo is wanted.

    False when in doubt, and for other databases.
    """
    path = Path(database_url.removeprefix("sqlite:///"))
    if not database_url.startswith("sqlite:///") or not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            versions = [
                version for (version,) in connection.execute("SELECT version_num FROM alembic_version")
            ]
            has_people = connection.execute("SELECT 1 FROM person LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False
    return versions == [newest_migration()] and (has_people or not wants_demo)


def newest_migration() -> str:
    """The revision of the last migration; they are numbered and linear."""
    newest = max((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    found = re.search(r"^revision\b.*= [\"'](\w+)[\"']", newest.read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else ""


def check_ports(settings: Settings) -> None:
    """End with a clear line for each port that cannot be had."""
    wanted = [
        ("PORT", settings.host, settings.port),
        *(("SMTP_PORT", host, settings.smtp_port) for host in settings.smtp_hosts),
    ]
    faults = [fault for name, host, port in wanted if (fault := port_fault(name, host, port))]
    if faults:
        sys.exit("\n".join(faults))


def port_fault(name: str, host: str, port: int) -> str:
    """Why a server cannot listen at this port, and what to do; nothing when it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        # As the servers do: a port that was closed a moment ago is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            why = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"is refused ({error.strerror})"
            )
            other = port + 1 if port >= 1024 else port + 8000
            return f"{name} {port} at {host} {why}. Choose another one, for example: make run {name}={other}"
    return ""


if __name__ == "__main__":
    main()
