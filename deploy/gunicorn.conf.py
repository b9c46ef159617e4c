"""How gunicorn serves the site: two processes with four threads each, at the address of the settings."""

import os
import signal
from wsgiref.util import setup_testing_defaults

from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from blog.core import failed_disk
from blog.core.config import load_settings
from blog.core.pages import REFUSED
from blog.mailroom.refusals import write_refusals_if_one_can

settings = load_settings()
_host = f"[{settings.host}]" if ":" in settings.host else settings.host
_memory = "/dev/shm"  # noqa: S108 - the heartbeat file of a worker, by gunicorn's own advice


class _Listener:
    """Stands where the connection is, and hears what gunicorn would say of a request: nothing of it is sent."""

    def __init__(self, connection: object) -> None:
        self._connection = connection
        self.status = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def sendall(self, answer: bytes) -> None:
        """Take the status from `HTTP/1.1 414 URI Too Long` and so on."""
        self.status = int(answer.split(b" ", 2)[1])


class Worker(ThreadWorker):
    """Gunicorn's threads; what it refuses by itself is told in a page of ours.

    Its own page repeats what was sent and tells the limits, without any of our headers. There is no setting for it, and
    the application never sees such a request: a request line of more than 4,094 bytes, headers of more than 8,190 or
    more than 100 of them, what is no HTTP. Which of them it is, and what it writes in its log, stays gunicorn's affair.
    """

    def handle_error(self, req: object, client: object, addr: object, exc: Exception) -> None:
        """Answer a request that cannot be read, or was not answered."""
        listener = _Listener(client)
        super().handle_error(req, listener, addr, exc)
        if listener.status:
            try:
                write_nonblock(client, _page_of(self.wsgi, listener.status))
            except OSError:
                self.log.debug("Nobody waits for the page of an error any more.")


def _page_of(application: object, status: int) -> bytes:
    """The whole answer with which the application tells of a request that is refused with this status."""
    environ = {REFUSED: status}
    setup_testing_defaults(environ)
    head: list[str] = []

    def start_response(line: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        head[:] = [f"HTTP/1.1 {line}", *(f"{name}: {value}" for name, value in headers), "Connection: close"]

    answer = application(environ, start_response)  # type: ignore[operator] - any WSGI application
    body = b"".join(answer)
    answer.close()
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


bind = f"{_host}:{settings.port}"
worker_class = Worker
workers = 2
threads = 4
# The application is imported once, and its workers are copies: quick to start, also after one was killed.
preload_app = True
# Requests in hand get this long when the site stops: longer than somebody may wait for a provider (`ANSWER_SECONDS`).
# Who is cut off there has used their code up, and it stays counted as a failure.
graceful_timeout = 12
worker_tmp_dir = _memory if os.access(_memory, os.W_OK) else None
loglevel = "warning"
control_socket_disable = True


def pre_fork(server: object, _worker: object) -> None:
    """Leave no connection open that parent and child would share: neither SQLite nor PostgreSQL bears it."""
    app = server.app.wsgi()  # type: ignore[attr-defined] - gunicorn's arbiter, which has no types
    app.extensions["job_engine"].storage.close()
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def post_worker_init(worker: Worker) -> None:
    """When the disk fails, answer what is in hand, as for SIGTERM, and end: the next process reads what is there."""
    failed_disk.when_it_fails(lambda: worker.handle_exit(signal.SIGTERM, None))


def worker_exit(server: object, _worker: object) -> None:
    """Write down what the webhooks and the form have refused: it was only counted in memory."""
    with server.app.wsgi().app_context():  # type: ignore[attr-defined] - gunicorn's arbiter, which has no types
        write_refusals_if_one_can()
