"""Configuration of the web server: `gunicorn -c python:coordination.config.gunicorn coordination.wsgi`."""

import gc
import os
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "coordination.config.web_worker.Worker"
# One process if processes share nothing: SQLite allows one writer, and without Redis the cache is in memory.
workers = int(os.environ.get("WEB_CONCURRENCY", "2" if settings.REDIS_URL else "1"))
threads = 8
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


def post_worker_init(worker: Any) -> None:
    """Objects loaded at start live as long as the worker. Garbage collection over them would delay single requests by
    as much as a whole page takes."""
    gc.collect()
    gc.freeze()
