"""ASGI entry point. Starts without the database, and serves once `coordination.config.starting` has checked it."""

import logging
import os
import threading

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from gunicorn.arbiter import Arbiter

from coordination.config import database, starting
from coordination.config.buffering import BufferedApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
application = BufferedApplication(get_wsgi_application())
database.limit(database.WEB)

# Needs the apps, which are ready only now.
from coordination.tooling.operation import health  # noqa: E402


def refuse(text: str) -> None:
    # Logged before it is raised: production logs omit exception messages.
    logging.getLogger(__name__).critical(text)
    if threading.current_thread() is threading.main_thread():
        raise ImproperlyConfigured(text)
    # With this code gunicorn knows that a new process would fail as well, and exits.
    os._exit(Arbiter.WORKER_BOOT_ERROR)


starting.begin_to_serve(refuse, then=health.watch)
