"""What the page of a customs query shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from cases.casefile.licensing import DeclaredUse, LicenceAnswer
from cases.casefile.models import Case
from cases.clocks.models import Clock
from coordination.prevention.licences.checking import check_licence

from .models import CustomsQuery
from .reporting import lead_of
from .verdict import said_of


def page_parts(query: CustomsQuery, actor: Actor, params: QueryDict) -> dict[str, Any]:
    requests = RESOURCES["identifications"].model.objects.visible_to(actor).filter(query=query)
    lead = lead_of(query, actor)
    return {
        "said": said_of(query),
        "periods": Clock.objects.about(query).select_related("rule").order_by("-started_at"),
        "requests": requests.order_by("-created_at", "pk"),
        "licence": licence_of(query),
        "stops": _stops_of(query, actor),
        "lead": lead,
        "lead_case": Case.objects.visible_to(actor).filter(leads=lead).first() if lead else None,
        "events": timeline(actor, query),
    }


def _stops_of(query: CustomsQuery, actor: Actor) -> Any:
    """The stops that the reader sees because of which customs query this declaration."""
    stops = RESOURCES["stops"].model.objects.visible_to(actor).filter(state="QUERIED", customs=query.agency_id)
    return stops.filter(declaration_no=query.declaration_no).select_related("sender").order_by("sent_at", "pk")


def licence_of(query: CustomsQuery) -> LicenceAnswer | None:
    """What the imported licences say of the number that the declaration names; None if it names none."""
    if not query.licence_no:
        return None
    return check_licence(
        DeclaredUse(
            number=query.licence_no,
            on=query.declared_on,
            holder=query.exporter,
            uscc=query.uscc,
            destination=query.destination,
            end_user=query.end_user,
        )
    )
