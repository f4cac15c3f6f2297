"""Numbers an organ gives out, and the stream of the journal that is its own."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agencies.journal.actions import StreamKey
from agencies.journal.models import Stream

from .models import Agency, LedgerSeries

AGENCY_STREAMS = UUID("6f0c1d5e-52a4-4f0b-9c0e-6b1f6e0f7a11")


def take_number(organ: Agency, kind: str, *, at: datetime, mark: str = "") -> str:
    """The organ's next number of this kind in the year of `at` (Shanghai): gap-free, since it commits with its use.

    With the word of the kind (`mark`) it is the number of an official paper, 商安控移〔2026〕3号; an organ whose own
    word (机关代字) nobody has entered gives the bare number.
    """
    year = timezone.localtime(at).year
    with transaction.atomic():
        series, _ = LedgerSeries.objects.get_or_create(organ=organ, kind=kind, year=year)
        LedgerSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)  # takes the row lock
        series.refresh_from_db(fields=["last"])
    word = f"{organ.doc_word}{mark}" if mark and organ.doc_word else ""
    return f"{word}〔{year}〕{series.last}号"


def agency_stream(organ: Agency) -> StreamKey:
    """The journal's stream of an organ: its accounts, offices and machines. Derived from the code, which stays."""
    return StreamKey(Stream.Kind.AGENCY, uuid5(AGENCY_STREAMS, organ.code))
