"""What cases contribute to the figures: opened and closed cases, goods involved and parties.

And what holds for all facts of a case: minerals, techniques, districts, countries, and whether it is restricted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from agencies.journal.models import Event, Stream
from agencies.kernel import times
from agencies.kernel.measures import (
    FactCollector,
    History,
    Label,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    days_between,
    labels,
)
from cases.controls.destinations import goods_of
from cases.controls.rulebook import Rulebook
from cases.controls.store import current

from .models import Case, CaseTechnique, Handling, Identifier, Item, Party

CURRENCY = "CNY"
DIRECT, SEVERAL, UNKNOWN = "direct", "several", "unknown"  # in the path of a case, where others have one code


@dataclass(frozen=True)
class _ItemReadings:
    """What texts of items mean by one version of the control list. The past of a case asks the same for each day."""

    book: Rulebook | None = None
    found: dict[tuple[Any, ...], frozenset[str]] = field(default_factory=dict)


_last = [_ItemReadings()]
MOST_READ = 10_000
TEXTS = ("description", "declared_as", "control_code", "hs_code")


def materials_of(item: Mapping[str, Any]) -> frozenset[str]:
    """The minerals that an item may be, by code, name or HS code, in the fields of the intake contract."""
    book, read = current(), _last[0]
    if read.book is not book or len(read.found) > MOST_READ:
        _last[0] = read = _ItemReadings(book)
    texts = tuple(map(item.get, TEXTS))
    if texts not in read.found:
        read.found[texts] = frozenset(match.goods.material for match in goods_of(item, book))
    return read.found[texts]


def route_labels(route: Iterable[str]) -> frozenset[Label]:
    """Countries of a route after its first stop, and the part that each country of it has."""
    stops = list(route)
    if not stops:
        return frozenset()
    first, between, last = stops[0], stops[1:-1], stops[1:][-1:]
    parts = [f"origin:{first}", *(f"transit:{one}" for one in between), *(f"destination:{one}" for one in last)]
    return labels(country=[*between, *last], role=parts)


def path_labels(shipments: Iterable[Any]) -> frozenset[Label]:
    """The route of the goods of a case: its district, country of transit and destination, and the links between them.

    A case has exactly one of each, so that cases add up: UNKNOWN where none is recorded, SEVERAL where there are more.
    """
    listed = list(shipments)
    routes = [one.route for one in listed if len(one.route) > 1]
    start = _only(one.district.code for one in listed if one.district)
    over = _only(stop for route in routes for stop in (route[1:-1] or [DIRECT]))
    end = _only(route[-1] for route in routes)
    return labels(path=[f"from:{start}", f"over:{over}", f"to:{end}", f"from:{start}>{over}", f"over:{over}>{end}"])


def _only(values: Iterable[str]) -> str:
    found = set(values)
    return SEVERAL if len(found) > 1 else next(iter(found), UNKNOWN)


def _materials(item: Item) -> frozenset[str]:
    return materials_of(
        {"description": item.description, "declared_as": item.declared_as}
        | {"control_code": item.control_code, "hs_code": item.hs_code}
    )


def _facts(case: Any, history: History) -> Iterable[MeasuredFact]:
    others = frozenset(share.agency_id for share in case.shares.all())
    found = FactCollector(case.lead_id, also=others)
    found.count("cases.opened", case.opened_at, labelled=path_labels(case.shipments.all()))
    closed = case.state_since if case.state == Case.State.CLOSED else None
    found.stock("cases", case.opened_at, closed)
    if closed is not None:
        found.count("cases.closed", closed, days=days_between(case.opened_at, closed))
        found.count("cases.opened_closed", case.opened_at)
    else:
        found.count("cases.idle", case.last_act or case.opened_at)
    found.stages("case", history, present=case if closed is None else None)
    for item in (one for one in case.items.all() if one.removed_at is None):
        material = labels(mineral=_materials(item)) or labels(mineral="other")
        if item.net_weight_kg is not None:
            found.count("goods.involved", case.opened_at, amount=item.net_weight_kg, labelled=_one(material))
        if item.value is not None and item.currency == CURRENCY:
            found.count("goods.value", case.opened_at, amount=item.value, labelled=_one(material))
        _compare(item, case, found)
    for party in (one for one in case.parties.all() if one.removed_at is None):
        found.count("parties", case.opened_at)
        if party.before:
            found.count("parties.repeat", case.opened_at)
        if party.before_here:
            found.count("parties.repeat_own", case.opened_at)
    return found.facts


def _compare(item: Any, case: Any, found: FactCollector) -> None:
    """What was declared of an item against what it was found to be."""
    seen = materials_of({"description": item.description, "control_code": item.control_code})
    mineral = _one(labels(mineral=seen)) or labels(mineral="other")
    found.count("goods.declared", case.opened_at, labelled=mineral | labels(declared=_declared(item, seen)))


def _declared(item: Item, found: frozenset[str]) -> str:
    """How an item was declared: its declared name and tariff number against its description and control code."""
    if not item.declared_as:
        return "unnamed"
    declared = materials_of({"description": item.declared_as, "hs_code": item.hs_code})
    if not found:
        return "unidentified"
    if declared & found:
        return "same"
    return "another" if declared else "uncontrolled"


def _one(material: frozenset[Label]) -> frozenset[Label]:
    """An amount counts for one mineral only: the first, if an item may be several."""
    return frozenset(sorted(material)[:1])


def _earlier(**also: Any) -> Exists:
    """Whether another case, opened before, has a party with one of the same identifiers."""
    same = Identifier.objects.filter(
        scheme=OuterRef("scheme"),
        key=OuterRef("key"),
        party__removed_at=None,
        party__case__opened_at__lt=OuterRef("party__case__opened_at"),
        **also,
    ).exclude(party__case=OuterRef("party__case"))
    own = Identifier.everything.filter(Q(removed_at=None) | Q(party__removed_at__isnull=False))
    return Exists(own.filter(Exists(same), party=OuterRef("pk")))


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    acts = Event.objects.filter(stream__kind=Stream.Kind.CASE, stream__subject=OuterRef("pk")).order_by("-id")
    # What a restricted case, or one of another agency, says of a party must not show in figures.
    # Removed ones too, which counted on past days.
    parties = Party.everything.annotate(
        before=_earlier(party__case__handling__in=[one for one in Handling if one != Handling.H3]),
        before_here=_earlier(party__case__lead=OuterRef("party__case__lead")),
    )
    share: Any = Case._meta.get_field("shares").related_model
    live = share.objects.filter(Q(until=None) | Q(until__gte=times.today()), ended_at=None)
    return (
        Case.objects.filter(pk__in=matters)
        .annotate(last_act=Subquery(acts.values("recorded_at")[:1]))
        .prefetch_related(
            *(Prefetch("items", Item.everything.all()), Prefetch("parties", parties), Prefetch("shares", live)),
            "shipments__district",
        )
    )


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    certain = CaseTechnique.objects.exclude(standing=CaseTechnique.Standing.REFUTED).select_related("technique")
    cases = Case.objects.filter(pk__in=matters).prefetch_related(
        "items", "shipments__district", Prefetch("technique_findings", certain)
    )
    return {case.pk: MeasuredMatter(_labels(case), restricted=case.handling == Handling.H3) for case in cases}


def _labels(case: Any) -> frozenset[Label]:
    shipments = list(case.shipments.all())
    minerals = {material for item in case.items.all() for material in _materials(item)}
    routes = [route_labels(one.route) for one in shipments]
    return labels(
        mineral=minerals,
        technique=[one.technique.code for one in case.technique_findings.all()],
        district=[one.district.code for one in shipments if one.district],
        province=[one.district.province for one in shipments if one.district],
    ).union(*routes)


def _related(matters: Collection[UUID]) -> Iterable[UUID]:
    """Later cases with a party of these cases: whether it is a repeat offender may have changed."""
    mine = Identifier.everything.filter(party__case__in=matters, scheme=OuterRef("scheme"), key=OuterRef("key"))
    same = Identifier.objects.filter(Exists(mine)).exclude(party__case__in=matters)
    return same.values_list("party__case", flat=True).distinct()


MEASURES = Measures(
    rows=_rows,
    matter=lambda case: case.pk,
    facts=_facts,
    about=_about,
    restricted=lambda: Case.objects.restricted(),
    related=_related,
)
