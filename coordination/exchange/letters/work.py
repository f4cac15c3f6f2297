"""Work items of letters."""

from typing import Any

from agencies.kernel.work import DeskRow, Side
from cases.casefile.work import in_case


def item(thing: Any, side: Side, agency_id: int, **columns: Any) -> DeskRow:
    """An agency's work item of an object. State, times and case are those of the object, unless `columns` name
    others."""
    due_at = getattr(thing, "due_at", None)
    of_thing = {
        "state": thing.state,
        "due_at": due_at,
        "breach_at": getattr(thing, "breach_at", due_at),
        "since": thing.state_since,
    }
    return DeskRow(
        side=side, agency_id=agency_id, **(of_thing | in_case(getattr(thing, "case", None), agency_id) | columns)
    )


def in_hand(thing: Any, agency_id: int, person_id: Any, **columns: Any) -> DeskRow:
    """The item of the agency whose step is next. Without a person who handles it, all its people may take it."""
    return item(thing, Side.DOES, agency_id, person_id=person_id, free=person_id is None, **columns)
