"""Work items of screening matches: the agency that holds the case or lead compares the two sides."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.work import DeskRow, WorkRows
from cases.sharing.work import last_day
from coordination.exchange.letters.work import in_hand

from .models import Match


def rows(match: Match) -> Iterator[DeskRow]:
    """The holder sees the match of a case while it reads the contents. Of a lead only the agency that holds it has an
    item; an agency that keeps an own entry finds the others in the list of matches. Any of its people may compare."""
    agency = match.holder_id
    if match.case is not None:
        until = last_day(match.case, agency, contents=True)
        yield in_hand(match, agency, None, matter_id=match.subject, until=until)
    elif match.lead is not None and match.lead.agency_id == agency:
        yield in_hand(match, agency, None, matter_id=match.subject, restricted=True)


def _open() -> QuerySet[Match]:
    found = Match.objects.open().select_related("case", "lead", "listing__owner")
    return found.prefetch_related("case__shares")


def matches_in_leads(leads: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """The open matches in these leads, whose rows depend on the agency that holds the lead."""
    return {"match": Match.objects.open().filter(lead__in=list(leads)).values_list("pk", flat=True)}


WORK = WorkRows(kind="match", things=_open, rows=rows)
