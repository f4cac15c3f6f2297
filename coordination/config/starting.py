"""Starts while the database is unreachable: no process exits, and none runs before the check of `production` has
passed.

The web server answers 503 and retries in the background; worker and scheduler wait. A refusal ends the process with its
reason.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from agencies.kernel.middleware import Middleware
from agencies.kernel.outages import AWAY
from coordination.site import errors

from . import production

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between two attempts

# Cleared only while a web server waits for its first check; tests and one-off programs never wait.
_may_serve = threading.Event()
_may_serve.set()


def refusal_when_known() -> str | None:
    """The result of `production`, or None while the database is unreachable."""
    try:
        return production.refusal()
    except (OperationalError, InterfaceError) as away:
        log.warning("not started yet: the database cannot be reached (%s)", type(away).__name__)
        return None
    finally:
        connection.close()


def wait_or_exit() -> None:
    """For worker and scheduler: returns when the system may run, exits with the reason if it may not."""
    for pause in _pauses():
        text = refusal_when_known()
        if text is not None:
            break
        time.sleep(pause)
    if text:
        sys.exit(text)
    production.log_waived()


def begin_to_serve(refuse: Callable[[str], None], then: Callable[[], None]) -> None:
    """For the web server. Returns at once; `StartMiddleware` answers 503 until the check has passed.

    `refuse` ends the process with a reason; `then` is called once when the process may serve. Either may be called in
    another thread.
    """
    text = refusal_when_known()
    if text is None:
        _may_serve.clear()
        threading.Thread(target=_ask_until_known, args=(refuse, then), name="start-check", daemon=True).start()
    elif text:
        refuse(text)
    else:
        _serve(then)


def _serve(then: Callable[[], None]) -> None:
    production.log_waived()
    _may_serve.set()
    then()


def _ask_until_known(refuse: Callable[[str], None], then: Callable[[], None]) -> None:
    for pause in _pauses():
        time.sleep(pause)
        text = refusal_when_known()
        if text is not None:
            break
    if text:
        refuse(text)
        return
    _serve(then)
    log.info("the database answers; this process now serves requests")


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


class StartMiddleware(Middleware):
    """Placed after static files, which need no database, and before everything that does."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _may_serve.is_set():
            return self.get_response(request)
        return errors.outage_page(request, AWAY)
