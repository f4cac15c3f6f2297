"""Work items of findings of military end use: the agency that began one concludes, or reads it again."""

from collections.abc import Iterator

from django.db.models import QuerySet

from agencies.kernel.work import DeskRow, WorkRows
from cases.sharing.work import last_day
from coordination.exchange.letters.work import in_hand

from .models import EndUseFinding


def rows(finding: EndUseFinding) -> Iterator[DeskRow]:
    """While the agency reads the contents of the case. Any of its people may act."""
    yield in_hand(finding, finding.agency_id, None, until=last_day(finding.case, finding.agency_id, contents=True))


def _open() -> QuerySet[EndUseFinding]:
    return EndUseFinding.objects.open().select_related("case").prefetch_related("case__shares")


WORK = WorkRows(kind="end_use", things=_open, rows=rows)
