"""Holds of cargo: one for the same goods, for all stops that need it. The callers lock the customs agency."""

from datetime import datetime

from django.db.models import Q, QuerySet

from agencies.organisations.models import Agency

from .models import CargoHold, Stop


def join_hold(agency: Agency, declaration_no: str, container: str, *, at: datetime) -> CargoHold:
    """Returns the hold of these goods, with both numbers as far as they are known; a new one if they are not held.

    Two holds that prove to be of the same goods become one: that since when the goods are held.
    """
    found = list(_of_same_goods(agency, declaration_no, container).order_by("since", "pk"))
    if not found:
        return CargoHold.objects.create(agency=agency, declaration_no=declaration_no, container=container, since=at)
    hold, *others = found
    Stop.objects.filter(hold__in=others).update(hold=hold)
    CargoHold.objects.filter(pk__in=[one.pk for one in others]).update(until=at)
    hold.declaration_no = hold.declaration_no or declaration_no
    hold.container = hold.container or container
    hold.save(update_fields=["declaration_no", "container"])
    return hold


def _of_same_goods(agency: Agency, declaration_no: str, container: str) -> QuerySet[CargoHold]:
    """Goods are the same by a number of the open hold, or of a stop for which they were held."""
    same = Q(pk__in=[])
    if declaration_no:
        same |= Q(declaration_no=declaration_no) | Q(stops__declaration_no=declaration_no)
    if container:
        same |= Q(container=container) | Q(stops__container=container)
    return CargoHold.objects.filter(same, agency=agency, until=None).distinct()


def lift_unneeded(hold: CargoHold | None, *, at: datetime) -> None:
    """Ends the hold once no stop needs it."""
    if hold is not None and not Stop.objects.holding().filter(hold=hold).exists():
        CargoHold.objects.filter(pk=hold.pk, until=None).update(until=at)
