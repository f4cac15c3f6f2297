"""Celery entry points of routing."""

from time import monotonic

from celery import shared_task

from agencies.kernel.queueing import ring

from .sending import BATCH, route_arrivals

SLICE = 3.0  # seconds; then the jobs that share this worker have their turn


@shared_task(name="routing.route")
def route() -> int:
    """Until nothing is left or the slice is over, and then again; what was missed is found by the next run."""
    total, end = 0, monotonic() + SLICE
    while True:
        routed = route_arrivals()
        total += routed
        if routed < BATCH:
            return total
        if monotonic() > end:
            ring("routing.route")
            return total
