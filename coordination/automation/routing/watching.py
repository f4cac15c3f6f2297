"""Shipments of cases that meet a watch on routes become tasks of its desk.

A sweep follows what was recorded, changed or shared. Only an agency that reads the contents of the case gets a task:
others learn nothing of it, until the case is shared with them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, override

from agencies.kernel import times
from agencies.people.sight import any_member_of
from cases.casefile.actions import locked_case
from cases.casefile.facts import matter_of_case
from cases.casefile.models import Case, Shipment
from cases.intake.models import Lead
from cases.sharing.models import Share
from cases.watchlists.hits import note_hits, watches
from cases.watchlists.models import Listing, WatchHit
from coordination.exchange.tasks.actions import create_check

from .models import RoutingMark

KIND = "watch"
OVERLAP = timedelta(minutes=10)  # longer than any transaction may take


def watch_shipments() -> int:
    """Looks at the cases that changed, or were shared, since the last run. Idempotent. Returns the number of tasks."""
    now = times.now()
    mark, _made = RoutingMark.objects.get_or_create(kind=KIND, defaults={"until": now})
    since, listed = mark.until - OVERLAP, watches()
    made = sum(_watch(pk) for pk in sorted(_candidates(since, listed))) if listed else 0
    if now - mark.until > OVERLAP / 2:
        RoutingMark.objects.filter(kind=KIND).update(until=now)
    return made


def _candidates(since: datetime, listed: list[Listing]) -> set[UUID]:
    """Open cases with a route through a watched country, or with a hit for which the desk has no task yet."""
    shared = Share.objects.filter(granted_at__gte=since).values("case")
    cases = Case.objects.open().filter(Q(updated_at__gte=since) | Q(pk__in=shared)).values("pk")
    places = [{*one.origins, *one.transits, *one.destinations} for one in listed]
    routes = Shipment.objects.filter(case__in=cases).values_list("case_id", "route")
    found = {case for case, route in routes.iterator() if any(not some or some & set(route) for some in places)}
    return found | set(_untasked().filter(case__in=cases).values_list("case_id", flat=True))


def _untasked() -> QuerySet[WatchHit]:
    return WatchHit.objects.filter(kind=WatchHit.Kind.SHIPMENT, tasked=False)


def _watch(case_id: UUID) -> int:
    with locked_case(case_id) as case:
        if case.state == Case.State.CLOSED:
            return 0
        today = times.today()
        goods = [(vars(item), item.conduct_on or today) for item in case.items.all()]
        traders = matter_of_case(case).traders
        for shipment in case.shipments.all():
            note_hits(WatchHit.Kind.SHIPMENT, shipment.pk, [shipment.route], goods, traders, case=case)
        waiting = list(_untasked().filter(case=case).select_related("listing", "agency", "unit"))
        return sum(_give_task(hit, case) for hit in waiting)


def _give_task(hit: WatchHit, case: Case) -> bool:
    """A task for the desk, if its agency reads the case. It saw the lead that the case was made of: no second task."""
    if not Case.objects.contents_visible_to(any_member_of(hit.agency)).filter(pk=case.pk).exists():
        return False
    WatchHit.objects.filter(pk=hit.pk).update(tasked=True)
    if _seen_as_lead(hit, case):
        return False
    create_check(case, titles=(_title("zh-hans", hit), _title("en", hit)), agency=hit.agency, unit=hit.unit)
    return True


def _title(language: str, hit: WatchHit) -> str:
    with override(language):
        given = {"code": hit.code, "name": hit.listing.name}
        return (gettext("Check the route against the watch %(code)s: %(name)s") % given)[:200]


def _seen_as_lead(hit: WatchHit, case: Case) -> bool:
    leads = Lead.objects.filter(case=case, agency=hit.agency).values("pk")
    return WatchHit.objects.filter(kind=WatchHit.Kind.LEAD, subject__in=leads, code=hit.code).exists()
