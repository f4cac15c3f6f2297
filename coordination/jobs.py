"""The worker's entry point for long work, which may be of any noun."""

from celery import shared_task

from agencies.kernel.bell import ring
from agencies.runs.actions import JOB
from agencies.runs.working import work

from .background import WORKS
from .exporting import sweep_exports


@shared_task(name=JOB)
def go_on() -> None:
    """A slice, then the bell again: between two slices the worker does what else was rung for."""
    if work(WORKS):
        ring(JOB)


@shared_task(name="exports.sweep")
def clear_exports() -> int:
    """Files of lists are kept for a day."""
    return sweep_exports()
