"""Before `make run` starts the programs: good settings, free ports, tables, and something to see."""

import errno
import io
import os
import socket
import sys
from contextlib import redirect_stdout

from flask.cli import FlaskGroup
from flask_migrate import upgrade

from blog.core.config import ConfigurationError, Settings, load_settings
from blog.factory import create_app


def main() -> None:
    """Check, upgrade the database, and put demo content into an empty one unless `DEMO=0`."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        sys.exit(f"The settings do not fit:\n{error}\nEvery name stands in docs/configuration.md.")
    check_ports(settings)
    app = create_app()
    with app.app_context():
        upgrade()
    if os.environ.get("DEMO", "1") != "0":
        # What it says, the greeting says again when the site is up.
        with redirect_stdout(io.StringIO()):
            FlaskGroup(create_app=lambda: app).main(
                ["demo", "--if-empty"], prog_name="flask", standalone_mode=False
            )


def check_ports(settings: Settings) -> None:
    """End with a clear line for each port that cannot be had."""
    wanted = [("PORT", settings.host, settings.port), ("SMTP_PORT", settings.smtp_host, settings.smtp_port)]
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
