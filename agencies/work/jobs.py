"""Celery entry points of work items."""

from celery import shared_task

from .actions import differences

SAMPLE = 500  # things of each noun


class RowsDiffer(Exception):
    """Kept rows are not what their things say: the page of operation shows this job as failed until they are."""


@shared_task(name="work.compare")
def compare() -> int:
    """Every night a sample of each noun; `manage.py rebuild_projections` mends what differs."""
    wrong = set(differences(sample=SAMPLE))
    if wrong:
        kinds = sorted({kind for kind, _pk in wrong})
        raise RowsDiffer(f"work items of {len(wrong)} things differ ({', '.join(kinds)}): run rebuild_projections")
    return 0
