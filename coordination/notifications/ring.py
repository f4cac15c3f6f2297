"""The doorbell: after a request that queued deliveries the worker is rung, so that notices need not wait."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from kombu.exceptions import OperationalError

from agencies.journal.actions import deliveries_queued

from .jobs import drain

log = logging.getLogger(__name__)


class RingMiddleware:
    """Views open and end their own transactions, so whatever was queued is committed when the answer comes out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = deliveries_queued.set(False)
        try:
            response = self.get_response(request)
            if deliveries_queued.get():
                ring()
        finally:
            deliveries_queued.reset(before)
        return response


def ring() -> None:
    """Redis is a doorbell, not a mailbox: where nobody hears it, the sweep finds the deliveries."""
    try:
        drain.delay()
    except (OperationalError, OSError) as deaf:
        log.warning("nobody heard the ring for notices, the sweep will find them: %s", deaf)
