"""Work items of opinions."""

from collections.abc import Iterator
from typing import Any

from agencies.kernel.work import Decides, Row, Side, Work
from cases.casefile.work import in_case

from .models import Opinion

BY_HOLDER = (Opinion.State.WITH_HEAD, Opinion.State.OUTDATED)


def rows(opinion: Opinion) -> Iterator[Row]:
    """The agency asked owes its opinion; the asking agency awaits the opinions of others."""
    asks, case = opinion.round.agency_id, opinion.round.case
    common: dict[str, Any] = {
        "state": opinion.state,
        "due_at": opinion.due_at,
        "breach_at": opinion.due_at,
        "since": opinion.state_since,
        "matter_id": opinion.round_id,
    }
    yield Row(
        side=Side.DOES,
        agency_id=opinion.agency_id,
        person_id=opinion.handler_id,
        free=opinion.handler_id is None,
        other_id=asks,
        decides=Decides.HEAD if opinion.state in BY_HOLDER else Decides.NONE,
        **common,
        **in_case(case, opinion.agency_id),
    )
    if asks != opinion.agency_id:
        yield Row(side=Side.AWAITS, agency_id=asks, other_id=opinion.agency_id, **common, **in_case(case, asks))


WORK = Work(
    kind="opinion",
    things=lambda: Opinion.objects.filter(state__in=Opinion.WAITING).select_related("round__case"),
    rows=rows,
)
