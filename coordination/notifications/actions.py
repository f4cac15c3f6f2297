"""Draining the outbox into notices."""

from django.db import connection, transaction
from django.utils import timezone

from agencies.journal.models import Delivery

from .models import Notice

BATCH = 200


def drain_outbox(batch: int = BATCH) -> int:
    """Turns waiting deliveries into notices. Effects live in this database, so notice and `done_at` commit together
    and a job that runs twice, or is killed between, changes nothing."""
    with transaction.atomic():
        # Two drainers share the work on PostgreSQL; SQLite has one writer anyway and ignores the lock.
        waiting = list(
            Delivery.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .filter(done_at=None, not_before__lte=timezone.now())
            .order_by("id")[:batch]
        )
        Notice.objects.bulk_create(
            [Notice(event_id=one.event_id, organ_id=one.organ_id) for one in waiting], ignore_conflicts=True
        )
        Delivery.objects.filter(pk__in=[one.pk for one in waiting]).update(done_at=timezone.now())
    return len(waiting)
