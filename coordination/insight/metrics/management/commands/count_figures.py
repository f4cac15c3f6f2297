"""`manage.py count_figures`: precomputes the figures of supervision now instead of on schedule."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.insight.metrics.actions import count_ahead
from coordination.insight.metrics.models import Snapshot


class Command(BaseCommand):
    help = "Recompute the figures of the supervisor's page. Earlier figures are replaced."

    def handle(self, *args: Any, **options: Any) -> None:
        count_ahead(at_once=True)
        tally = Snapshot.objects.latest("taken_at")
        self.stdout.write(f"Counted in {tally.took.total_seconds():.1f} s.")
