"""Finds the watches that a new lead or a shipment of a case meets, and keeps what was found as work of their desks."""

from collections.abc import Iterable
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings

from cases.casefile.models import Case
from cases.controls.destinations import Trader

from .models import Listing, WatchHit
from .routes import GoodsOnDay, met_by, voyages


class _InUse:
    """The watches of this process and when they were read."""

    watches: list[Listing] = []
    read_at = 0.0


def watches() -> list[Listing]:
    """Watches in force today. A process reads them again as often as the control law."""
    every = settings.CONTROL_RULES_CHECK_SECONDS
    if not every or not _InUse.read_at or monotonic() - _InUse.read_at > every:
        _InUse.watches, _InUse.read_at = list(Listing.objects.routes()), monotonic()
    return _InUse.watches


def note_hits(
    kind: str,
    subject: UUID,
    routes: Iterable[list[str]],
    goods: Iterable[GoodsOnDay],
    traders: tuple[Trader, ...],
    *,
    case: Case | None = None,
    is_new: bool = False,
) -> bool:
    """Keeps each watch that is met, once, and drops those that a changed route or item no longer meets.

    Returns whether that changed anything. A new subject has no hits yet, which saves a burst of reports a query.
    """
    met = {watch.code: watch for watch, _routes in met_by(watches(), voyages(routes, goods, traders))}
    if is_new and not met:
        return False
    held = WatchHit.objects.filter(subject=subject)
    known = set(held.values_list("code", flat=True))
    if gone := known - met.keys():
        held.filter(code__in=gone).delete()
    fresh = [_hit(kind, subject, met[code], case) for code in sorted(met.keys() - known)]
    WatchHit.objects.bulk_create(fresh)
    return bool(gone or fresh)


def _hit(kind: str, subject: UUID, watch: Listing, case: Case | None) -> WatchHit:
    desk: Any = watch.owner
    return WatchHit(
        kind=kind,
        subject=subject,
        case=case,
        code=watch.code,
        listing=watch,
        agency_id=desk.agency_id,
        unit=None if desk.is_agency else desk,
    )
