"""What the responsible person of the commerce ministry's bureau decides about a stop notice."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Facts, OfficeDecision

from .access import OFFICE
from .models import Stop


def _facts(stop: Stop) -> Facts:
    return [
        (_("Customs agency"), stop.customs.name),
        (_("Ground of the notice"), stop.get_ground_display()),
        *about(stop),
        (_("Drafted by"), stop.drafter.name if stop.drafter else ""),
    ]


def about(stop: Stop) -> Facts:
    """What the stop is about, without what is not known."""
    facts: Facts = [
        (_("Declaration number"), stop.declaration_no),
        (_("Container number"), stop.container),
        (_("Customs district"), stop.district.name if stop.district else ""),
        (_("Exporter"), " ".join(filter(None, (stop.exporter, stop.exporter_code)))),
        (_("Goods"), stop.goods),
        (_("Weight in kg"), stop.weight),
        (_("Last day of the watch"), stop.last_day.isoformat()),
    ]
    return [(heading, text) for heading, text in facts if text]


def _waiting(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(state=Stop.State.HEAD_DECISION)


DECISION = OfficeDecision(
    words=lambda stop: stop.get_kind_display(),
    article=lambda stop: "DUR art.22",
    verbs=("approve", "send_back"),
    waits=_waiting,
    of_agencies=lambda rows, agencies: rows.filter(sender__in=agencies),
    agency="sender",
    case="case",
    related=("case", "sender", "customs", "district", "drafter"),
    title=lambda stop: stop.title,
    prepared_by=lambda stop: stop.drafter,
    facts=_facts,
    texts=lambda stop: [(_("Fact that fulfils the ground"), stop.fact)],
    office=OFFICE,
    closed=lambda rows: OFFICE.without_decider(_waiting(rows).filter(sender__signs_in=True)),
    drafted_by=("send_stop",),
)
