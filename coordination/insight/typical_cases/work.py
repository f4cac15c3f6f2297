"""Work items of typical cases: the author finishes a draft, a lead of the agency checks it."""

from collections.abc import Iterator

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from cases.casefile.work import in_case
from cases.sharing.work import last_day

from .models import TypicalCase


def rows(typical: TypicalCase) -> Iterator[DeskRow]:
    is_draft = typical.state == TypicalCase.State.DRAFT
    yield DeskRow(
        side=Side.DOES,
        agency_id=typical.agency_id,
        state=typical.state,
        person_id=typical.drafter_id if is_draft else None,
        free=not is_draft,
        returned=is_draft and bool(typical.remarks),
        decides=Decider.NONE if is_draft else Decider.LEAD,
        since=typical.state_since,
        until=last_day(typical.case, typical.agency_id, contents=True),
        **in_case(typical.case, typical.agency_id),
    )


WORK = WorkRows(
    kind="typical_case",
    things=lambda: TypicalCase.objects.waiting().select_related("case").prefetch_related("case__shares"),
    rows=rows,
)
