"""Celery entry points of routing."""

from celery import shared_task

from .sending import BATCH, route_arrivals


@shared_task(name="routing.route")
def route() -> int:
    """Until nothing is left; what was missed is found by the next run."""
    total = 0
    while True:
        routed = route_arrivals()
        total += routed
        if routed < BATCH:
            return total
