"""Wakes the worker after a request that queued deliveries, so that notices arrive without delay."""

from django.http import HttpRequest, HttpResponse

from agencies.journal.actions import deliveries_queued
from agencies.kernel.middleware import Middleware
from agencies.kernel.queueing import enqueue


class WakeupMiddleware(Middleware):
    """Views manage their own transactions, so deliveries are committed when the response is returned."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = deliveries_queued.set(False)
        try:
            response = self.get_response(request)
            if deliveries_queued.get():
                enqueue("notifications.drain")
        finally:
            deliveries_queued.reset(before)
        return response
