"""Compares what was promised in a certificate with the shipments recorded on cases that the reader reads.

A difference has its source and decides nothing: a case may know less than the exporter, or concern another order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.kernel.actor import Actor
from cases.casefile.models import Case, Identifier, Item, Shipment
from cases.controls.countries import country_name

from .models import Certificate

HS_DIGITS = 6  # the international part of the code
MOST_CASES = 100


class Subject(TextChoices):
    DESTINATION = "destination", pgettext_lazy("country", "Destination")
    ROUTE = "route", gettext_lazy("Route")
    GOODS = "goods", gettext_lazy("Goods")
    QUANTITY = "quantity", gettext_lazy("Quantity")


@dataclass(frozen=True)
class Difference:
    """What a case says and what was promised. `declaration` is the number of the declaration, "" if it is unknown or
    the difference is of several."""

    subject: Subject
    case: Case
    declared: str
    promised: str
    day: date
    declaration: str = ""


def differences(certificate: Certificate, actor: Actor) -> list[Difference]:
    """Those of shipments after the issue, on cases whose contents the actor reads. A party of the case has a number of
    the exporter."""
    numbers = certificate.exporter.numbers
    if not numbers:
        return []
    named = Identifier.objects.filter(key__in=numbers).values("party__case")
    cases = Case.objects.contents_visible_to(actor).filter(pk__in=named).prefetch_related("items", "shipments")
    found: list[Difference] = []
    shipped: list[tuple[Case, Item, date]] = []
    for case in cases.order_by("opened_at", "pk")[:MOST_CASES]:
        items = [one for one in case.items.all() if one.removed_at is None and one.nature == Item.Nature.GOODS]
        shipments = [one for one in case.shipments.all() if one.removed_at is None]
        later = [(one, day) for one in shipments if (day := _day(case, one, items)) >= certificate.issued_on]
        for shipment, day in later:
            found += _of_route(certificate, case, shipment, day)
        if later:
            day = max(day for _shipment, day in later)
            same = [one for one in items if _is_promised(certificate, one)]
            shipped += [(case, one, day) for one in same]
            found += _of_goods(certificate, case, [] if same else items, day)
    return [*found, *_of_quantity(certificate, shipped)]


def _day(case: Case, shipment: Shipment, items: Iterable[Item]) -> date:
    """The day of the conduct that the goods of the case have, else the day on which the shipment was recorded."""
    days = [one.conduct_on for one in items if one.conduct_on is not None]
    return max(days) if days else timezone.localdate(shipment.created_at)


def _of_route(certificate: Certificate, case: Case, shipment: Shipment, day: date) -> Iterator[Difference]:
    stops = list(shipment.route)
    last = shipment.final_destination or (stops[-1] if len(stops) > 1 else "")
    if last and last != certificate.country:
        yield Difference(
            *(Subject.DESTINATION, case, country_name(last), certificate.country_label, day),
            declaration=shipment.declaration_no,
        )
    if others := [one for one in stops[1:-1] if one != certificate.country]:
        promised = _("no third country, to %(country)s") % {"country": certificate.country_label}
        declared = _("through %(countries)s") % {"countries": ", ".join(map(country_name, others))}
        yield Difference(Subject.ROUTE, case, declared, promised, day, declaration=shipment.declaration_no)


def _is_promised(certificate: Certificate, item: Item) -> bool:
    """Whether the codes that both know are the same. Without a code in common nothing differs."""
    if certificate.control_code and item.control_code:
        return certificate.control_code == item.control_code
    if certificate.hs_code and item.hs_code:
        return certificate.hs_code[:HS_DIGITS] == item.hs_code[:HS_DIGITS]
    return True


def _of_goods(certificate: Certificate, case: Case, items: Iterable[Item], day: date) -> Iterator[Difference]:
    """If no goods of the case are those of the certificate, each of them differs."""
    promised = f"{certificate.goods} {certificate.control_code or certificate.hs_code}".strip()
    for item in items:
        declared = f"{item.declared_as or item.description} {item.control_code or item.hs_code}".strip()
        yield Difference(Subject.GOODS, case, declared, promised, day)


def _of_quantity(certificate: Certificate, shipped: list[tuple[Case, Item, date]]) -> Iterator[Difference]:
    """The total of all cases, at the last of them."""
    total = sum((item.net_weight_kg or Decimal(0) for _case, item, _day in shipped), Decimal(0))
    if certificate.quantity_kg is not None and total > certificate.quantity_kg:
        case, _item, day = shipped[-1]
        numbers = ", ".join(dict.fromkeys(one.number for one, _item, _day in shipped))
        declared = _("%(kg)s kg in total on %(cases)s") % {"kg": f"{total.normalize():f}", "cases": numbers}
        promised = _("%(kg)s kg") % {"kg": f"{certificate.quantity_kg.normalize():f}"}
        yield Difference(Subject.QUANTITY, case, declared, promised, day)
