"""Numbers an organ gives out."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .models import Agency, LedgerSeries


def take_number(organ: Agency, kind: str, *, at: datetime) -> str:
    """The organ's next number of this kind in the year of `at` (Shanghai): gap-free, since it commits with its use."""
    year = timezone.localtime(at).year
    with transaction.atomic():
        series, _ = LedgerSeries.objects.get_or_create(organ=organ, kind=kind, year=year)
        LedgerSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)  # takes the row lock
        series.refresh_from_db(fields=["last"])
    return f"〔{year}〕{series.last}号"
