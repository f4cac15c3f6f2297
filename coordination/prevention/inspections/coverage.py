"""Which exporters were inspected: by customs district and by mineral, over twelve months."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import names_of
from cases.controls.models import District
from coordination.prevention.exporters.models import Exporter

from .choices import material_names
from .models import Finding, Inspection

MONTHS_12 = timedelta(days=365)


@dataclass
class Coverage:
    """The exporters of one district, or those known with one mineral: registered, inspected, with irregularities, and
    how many inspections were refused. Ids, so that each exporter counts once."""

    code: str
    name: str
    registered: set[UUID] = field(default_factory=set)
    inspected: set[UUID] = field(default_factory=set)
    found: set[UUID] = field(default_factory=set)
    refused: int = 0

    @property
    def percent(self) -> int | None:
        """The share of the registered exporters that were inspected."""
        return 100 * len(self.inspected & self.registered) // len(self.registered) if self.registered else None


@dataclass(frozen=True)
class CoverageTables:
    """`since` is the beginning of the twelve months."""

    since: datetime
    districts: list[Coverage]
    minerals: list[Coverage]


def coverage(actor: Actor) -> CoverageTables:
    """What the actor may see: the register and the inspections of their agency, for the centre of all."""
    since = times.now() - MONTHS_12
    registered = list(
        Exporter.objects.visible_to(actor).filter(state=Exporter.State.FOLLOWED).values_list("pk", "district__code")
    )
    inspections = list(
        Inspection.objects.visible_to(actor)
        .filter(exporter__isnull=False)
        .select_related("exporter__district", "district")
        .prefetch_related("checklist")
    )
    districts = _CoverageRows(names_of(District).get)
    for pk, code in registered:
        districts.of(code or "").registered.add(pk)
    minerals, followed = _CoverageRows(material_names().get), {pk for pk, _code in registered}
    for one in inspections:
        place = one.district or (one.exporter.district if one.exporter else None)
        districts.add(place.code if place else "", one, since)
        minerals.add(one.material, one, since)
        if one.exporter_id in followed:
            minerals.of(one.material).registered.add(one.exporter_id)
    return CoverageTables(since, districts.listed(), minerals.listed())


@dataclass
class _CoverageRows:
    name: Callable[[str], str | None]
    rows: dict[str, Coverage] = field(default_factory=dict)

    def of(self, code: str) -> Coverage:
        return self.rows.setdefault(code, Coverage(code, self.name(code) or code))

    def add(self, code: str, inspection: Inspection, since: datetime) -> None:
        row = self.of(code)
        if inspection.state == Inspection.State.REFUSED or inspection.refused_by:
            row.refused += bool(inspection.state_since and inspection.state_since >= since)
        elif inspection.began_at and inspection.began_at >= since and inspection.exporter_id:
            row.inspected.add(inspection.exporter_id)
            if any(one.finding == Finding.FOUND for one in inspection.checklist.all()):
                row.found.add(inspection.exporter_id)

    def listed(self) -> list[Coverage]:
        """Those with most exporters that were not inspected first; what has no district or mineral last."""
        return sorted(
            self.rows.values(), key=lambda one: (not one.code, len(one.inspected) - len(one.registered), one.code)
        )
