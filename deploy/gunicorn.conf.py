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
# Requests in hand get this long when the site stops.
graceful_timeout = 5
worker_tmp_dir = _memory if os.access(_memory, os.W_OK) else None
loglevel = "warning"
control_socket_disable = True
