"""Configuration of the web server: `gunicorn -c python:coordination.config.gunicorn coordination.asgi`."""

import gc
import os
import resource
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# An event loop reads requests and sends responses; the threads are those of `coordination.config.buffering`.
worker_class = "asgi"
asgi_lifespan = "off"
# One process if processes share nothing: SQLite allows one writer, and without Redis the cache is in memory.
workers = int(os.environ.get("WEB_CONCURRENCY", "2" if settings.REDIS_URL else "1"))
timeout = 60
graceful_timeout = 20
keepalive = 5
# List filters are in the URL, where a Chinese character takes nine bytes.
limit_request_line = 8190
# No access log, because the URL of a search contains the name searched for.
accesslog = None
logconfig_dict = settings.LOGGING
# The control socket would be a further way in, in a home folder.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """As many connections as the system allows: a client that sends no request occupies one until it disconnects."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def post_worker_init(worker: Any) -> None:
    """Objects loaded at start live as long as the worker. Garbage collection over them would delay single requests by
    as much as a whole page takes."""
    gc.collect()
    gc.freeze()
