"""The certificate with which the door speaks TLS (STARTTLS, RFC 3207), read again when its files change."""

import ssl
from pathlib import Path

import structlog

_Stamp = tuple[tuple[int, int], ...]
log = structlog.get_logger(__name__)


class BadCertificate(Exception):
    """The files cannot be used; the text says which, and why."""


class Certificate:
    """A chain and its key, in PEM. Who renews it only has to put the files in place.

    Raises `BadCertificate` when it is made and the files cannot be used. Later ones that cannot be used are left alone:
    the last good one serves on, and the log says so once.
    """

    def __init__(self, chain: Path, key: Path) -> None:
        self._chain = chain
        self._key = key
        self._stamp = self._stamp_now()
        self._context = self._read()

    def context(self) -> ssl.SSLContext:
        """What the next connection speaks TLS with."""
        try:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                self._stamp = stamp
                self._context = self._read()
                log.info("the certificate was read again")
        except BadCertificate as error:
            log.warning("the new certificate cannot be used, the old one serves on", why=str(error))
        return self._context

    def read_again(self) -> None:
        """Look at the files once more, also where they seem unchanged (SIGHUP)."""
        self._stamp = ()
        self.context()

    def _stamp_now(self) -> _Stamp:
        try:
            found = [path.stat() for path in (self._chain, self._key)]
        except OSError as error:
            if getattr(self, "_context", None) is not None:
                # In the moment between two files it is one that is not there: it will be.
                return self._stamp
            raise BadCertificate(f"{error.filename}: cannot be read ({error.strerror})") from error
        return tuple((each.st_mtime_ns, each.st_ino) for each in found)

    def _read(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            # A key under a password would ask for it on the terminal, for ever.
            context.load_cert_chain(self._chain, self._key, password=lambda: "")
        except (OSError, ValueError) as error:
            raise BadCertificate(f"{self._chain} and {self._key}: {_why(error)}") from error
        return context


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"no certificate and key in PEM that belong together ({error.reason or 'malformed'})"
    return f"cannot be read ({getattr(error, 'strerror', None) or error})"
