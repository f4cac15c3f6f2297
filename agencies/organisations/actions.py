"""Serial numbers of an agency, and its stream in the journal."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import F
from django.utils import timezone

from agencies.journal.actions import StreamKey
from agencies.journal.models import Stream
from agencies.kernel.work import atomic

from .models import Agency, LedgerSeries

AGENCY_STREAMS = UUID("6f0c1d5e-52a4-4f0b-9c0e-6b1f6e0f7a11")


def take_number(agency: Agency, kind: str, *, at: datetime, mark: str = "") -> str:
    """Returns the agency's next number of this kind in the year of `at` (Shanghai time). It is gap-free, because it
    commits with its use.

    With `mark`, the word of the kind, it numbers an official paper: 商安控移〔2026〕3号. Without an agency word
    (机关代字) it is the bare number.
    """
    year = timezone.localtime(at).year
    with atomic():
        series, _ = LedgerSeries.objects.get_or_create(agency=agency, kind=kind, year=year)
        LedgerSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)  # locks the row
        series.refresh_from_db(fields=["last"])
    return _number(agency, year, series.last, mark)


def next_number(agency: Agency, kind: str, *, at: datetime, mark: str = "") -> str:
    """The number that `take_number` would give, if no other paper takes it first."""
    year = timezone.localtime(at).year
    last = LedgerSeries.objects.filter(agency=agency, kind=kind, year=year).values_list("last", flat=True).first()
    return _number(agency, year, (last or 0) + 1, mark)


def _number(agency: Agency, year: int, number: int, mark: str) -> str:
    word = f"{agency.doc_word}{mark}" if mark and agency.doc_word else ""
    return f"{word}〔{year}〕{number}号"


def agency_stream(agency: Agency) -> StreamKey:
    """Returns the stream of an agency: its accounts, offices and machines.

    It is derived from the code, which never changes.
    """
    return StreamKey(Stream.Kind.AGENCY, uuid5(AGENCY_STREAMS, agency.code))
