"""Proceedings on the page of their case, with the rows inside them, and the wall within a bureau."""

from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor
from agencies.kernel.case_parts import CasePart, Status
from agencies.kernel.resource import RESOURCES

from .models import Proceeding, has_a_wall, walled_ids


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


def _status(proceeding: Proceeding) -> Status:
    return Status(
        agencies=[proceeding.agency],
        number=proceeding.external_number,
        handler=proceeding.handler,
        has_ended=proceeding.state == Proceeding.State.CLOSED,
    )


class ProceedingsOnCase(CasePart):
    related = ("agency", "handler", "offence")
    order = ("opened_at", "pk")
    is_named = False  # its status names it
    begun_by = ("open_proceeding", "file_criminal")

    def statuses(self, page: Any) -> list[tuple[Any, Status]]:
        return [(proceeding, _status(proceeding)) for proceeding in page.of["proceeding"]]


class PartiesOnCase(CasePart):
    """Decisions and suspects: each is about one party of a proceeding."""

    case = "proceeding__case"
    party = "party__name"
    in_proceeding = "proceeding"


class MeasuresOnCase(CasePart):
    case = "suspect__proceeding__case"
    party = "suspect__party__name"
    in_proceeding = "suspect__proceeding"


class PropertyOnCase(CasePart):
    case = "proceeding__case"
    in_proceeding = "proceeding"
