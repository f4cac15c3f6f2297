"""The web server's configuration: `gunicorn -c python:coordination.config.gunicorn coordination.wsgi`."""

import gc
import os
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "coordination.config.web_worker.Worker"
# One process where nothing is shared but the process itself: SQLite takes one writer at a time, and without Redis
# the cache lives in memory.
workers = int(os.environ.get("WEB_CONCURRENCY", "2" if settings.REDIS_URL else "1"))
threads = 8
timeout = 60
graceful_timeout = 20
keepalive = 5
# A list's filters stand in its URL, and a Chinese character takes nine bytes there.
limit_request_line = 8190
# No access log: the URL of a search holds the name that was searched for.
accesslog = None
logconfig_dict = settings.LOGGING
# The runtime control socket would be one more door, in whoever's home folder.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """What a worker loaded lives as long as it does. Looked through for garbage, as Python does every few requests, it
    would cost one of them the time of a whole page."""
    gc.collect()
    gc.freeze()
