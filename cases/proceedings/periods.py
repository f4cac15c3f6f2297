"""Periods about a proceeding, and about its lines and measures."""

from collections.abc import Collection, Iterable
from datetime import datetime

from cases.clocks.actions import start_clocks, stop_clocks

from .models import InProceeding, Proceeding, PropertyMeasure


def begin_periods(codes: Iterable[str], thing: InProceeding, at: datetime) -> None:
    """Starts periods of these rules. Those about a party, a person or a criminal measure are private to the agency."""
    inside = thing.proceeding
    private = inside.is_criminal if isinstance(thing, PropertyMeasure) else not isinstance(thing, Proceeding)
    start_clocks(codes, thing, case_id=inside.case_id, holder_id=inside.agency_id, at=at, private=private)


def end_periods(codes: Collection[str], thing: InProceeding, at: datetime) -> None:
    """Ends the running periods of these rules; "*" ends all."""
    stop_clocks(None if "*" in codes else codes, thing, case_id=thing.proceeding.case_id, at=at)
