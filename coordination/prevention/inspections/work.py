"""Work items of inspections: until one has begun, also of each officer of the plan, so that it is in their calendar."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, WorkRows
from coordination.exchange.letters.work import in_hand

from .models import Inspection


def rows(inspection: Inspection) -> Iterator[DeskRow]:
    """The handler's item is the first. Once begun, nothing is due on a day: it is finished and closed promptly."""
    if not inspection.is_open:
        return
    is_planned = inspection.state == Inspection.State.PLANNED
    officers = [one.person_id for one in inspection.inspectors.all()] if is_planned else []
    for place, person in enumerate(dict.fromkeys([inspection.handler_id, *officers])):
        yield in_hand(inspection, inspection.agency_id, person, first=place == 0)


WORK = WorkRows(
    kind="inspection",
    things=lambda: Inspection.objects.open().select_related("case").prefetch_related("inspectors"),
    rows=rows,
)
