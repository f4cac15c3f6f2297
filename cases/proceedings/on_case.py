"""Proceedings on the page of their case, with the rows inside them, and the wall within a bureau."""

from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor
from agencies.kernel.case_parts import CasePart, Status
from agencies.kernel.resource import RESOURCES

from .models import Proceeding, PropertyMeasure, has_a_wall, walled_ids


def inside_of_walled(actor: Actor, case_id: UUID) -> list[UUID]:
    """Proceedings that an officer of an anti-smuggling bureau may not read, with everything in them."""
    if not has_a_wall(actor):
        return []
    walled = list(Proceeding.objects.filter(case=case_id, pk__in=walled_ids(actor)).values_list("pk", flat=True))
    found: list[UUID] = [*walled]
    if walled:
        for resource in RESOURCES.values():
            if resource.on_case and (path := resource.on_case.in_proceeding):
                found += resource.model.objects.filter(**{f"{path}__in": walled}).values_list("pk", flat=True)
    return found


def _proceedings(page: Any) -> list[Proceeding]:
    visible = Proceeding.objects.visible_to(page.actor).filter(case=page.case)
    return list(visible.select_related("agency", "handler", "offence").order_by("opened_at", "pk"))


def _status(proceeding: Proceeding) -> Status:
    return Status(
        agencies=[proceeding.agency],
        number=proceeding.external_number,
        handler=proceeding.handler,
        has_ended=proceeding.state == Proceeding.State.CLOSED,
    )


def _measures_on_property(page: Any) -> list[PropertyMeasure]:
    return list(PropertyMeasure.objects.visible_to(page.actor).filter(proceeding__case=page.case))


ON_CASE = CasePart(rows=_proceedings, status=_status, begun_by=("open_proceeding", "file_criminal"))
DECISION_ON_CASE = CasePart(party=("proceeding__case", "party__name"), in_proceeding="proceeding")
SUSPECT_ON_CASE = DECISION_ON_CASE
MEASURE_ON_CASE = CasePart(
    party=("suspect__proceeding__case", "suspect__party__name"), in_proceeding="suspect__proceeding"
)
PROPERTY_ON_CASE = CasePart(rows=_measures_on_property, title=str, in_proceeding="proceeding")
