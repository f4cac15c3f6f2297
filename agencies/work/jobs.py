"""Celery entry points of work items."""

from celery import shared_task

from .actions import differences

SAMPLE = 500  # things of each noun


class RowsDiffer(Exception):
    """Stored rows differ from the derived ones. The operations page shows the job as failed until they are equal."""


@shared_task(name="work.compare")
def compare() -> int:
    """Compares a sample of each noun every night. `manage.py rebuild_projections` repairs differences.

    Raises RowsDiffer.
    """
    wrong = set(differences(sample=SAMPLE))
    if wrong:
        kinds = sorted({kind for kind, _pk in wrong})
        raise RowsDiffer(f"work items of {len(wrong)} things differ ({', '.join(kinds)}): run rebuild_projections")
    return 0
