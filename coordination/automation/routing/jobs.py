"""Celery tasks of routing."""

from time import monotonic

from celery import shared_task

from agencies.kernel.queueing import enqueue

from .dispatch import BATCH, route_arrivals
from .watching import watch_shipments

SLICE = 3.0  # seconds; then other jobs of this worker have their turn


@shared_task(name="routing.route")
def route() -> int:
    """Routes arrivals until none is left or the time slice is over. The next run catches up. Returns the number
    routed."""
    total, end = 0, monotonic() + SLICE
    while True:
        routed = route_arrivals()
        total += routed
        if routed < BATCH:
            return total
        if monotonic() > end:
            enqueue("routing.route")
            return total


@shared_task(name="routing.watch")
def watch() -> int:
    """Gives desks their tasks on shipments that meet one of their watches."""
    return watch_shipments()
