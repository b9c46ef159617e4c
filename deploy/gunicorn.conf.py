"""How gunicorn serves the site: two processes with four threads each, at the address of the settings."""

import os

from blog.core.config import load_settings

settings = load_settings()
_host = f"[{settings.host}]" if ":" in settings.host else settings.host
_memory = "/dev/shm"  # noqa: S108 - the heartbeat file of a worker, by gunicorn's own advice

bind = f"{_host}:{settings.port}"
worker_class = "gthread"
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
