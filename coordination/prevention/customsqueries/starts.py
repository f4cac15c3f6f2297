"""What a customs query asks, and how one begins on a case and on a stop for which customs hold goods."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField, OptionalField
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from cases.casefile import choices
from cases.casefile.models import Case
from cases.casefile.rows import as_answer
from coordination.exchange.letters.tables import begun
from coordination.prevention.stops.models import Stop

from .access import queries_on_case, queries_on_stop
from .models import PaperKind

LINE = (
    ActionField("declaration_no", _("Declaration number"), max_length=40, of_new=True),
    ActionField("line", _("Line of the declaration"), kind="number", of_new=True),
    ActionField("declared_on", _("Day of the declaration"), kind="date", of_new=True),
    ActionField(
        "exporter", _("Exporter"), max_length=300, of_new=True, help=_("The consignor named in the declaration.")
    ),
    OptionalField("uscc", _("Unified social credit code"), max_length=40, of_new=True),
    ActionField("goods", _("Goods as declared"), max_length=500, of_new=True),
    OptionalField("suspected_as", _("What the goods may be"), max_length=500, of_new=True),
    OptionalField("hs_code", _("HS code"), max_length=20, of_new=True),
    OptionalField(
        "control_code",
        _("Control code that they may have"),
        max_length=40,
        of_new=True,
        suggests=choices.control_codes,
    ),
    OptionalField("net_weight_kg", _("Net weight (kg)"), kind="decimal", unit="kg", of_new=True),
    OptionalField("value", _("Value"), kind="decimal", unit="CNY", of_new=True),
    OptionalField("currency", _("Currency"), max_length=3, of_new=True),
    ActionField("destination", _("Final destination"), choices=choices.countries, of_new=True),
    OptionalField("consignee", _("Consignee"), max_length=300, of_new=True),
    OptionalField("end_user", _("End user"), max_length=300, of_new=True),
    OptionalField("licence_no", _("Number of the licence that is declared"), max_length=40, of_new=True),
    ActionField(
        "evidence",
        _("Evidence that the goods may be controlled"),
        kind="long",
        of_new=True,
        help=_("What customs found, and why it casts doubt on the declaration. The exporter reads it in the notice."),
    ),
    ActionField("papers_asked", _("Papers asked for"), kind="choices", choices=PaperKind.choices, of_new=True),
)
"""The fields of a new query."""
EDITED = tuple(replace(field, of_new=False, stores=True, clears=not field.required) for field in LINE)
"""The same for a draft, which shows and stores its own values."""
ON_CASE = (
    ActionField("item", _("Item"), choices=choices.items),
    OptionalField("shipment", _("Shipment"), choices=choices.shipments),
    *LINE,
)
OF_ITEM = {"goods": "declared_as", **{name: name for name in ("hs_code", "control_code", "net_weight_kg", "value")}}


def from_rows(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The line as far as the case knows it: the item that a link names, the only shipment or the one that it names, and
    the parties by their roles."""
    item = next((one for one in case.items.all() if str(one.pk) == str(answers.get("item", ""))), None)
    if item is None:
        return {}
    shipments = list(case.shipments.all())
    named = [one for one in shipments if str(one.pk) == str(answers.get("shipment", ""))]
    shipment = next(iter(named or (shipments if len(shipments) == 1 else [])), None)
    parties = {one.role: one for one in case.parties.order_by("-created_at")}
    exporter = parties.get("exporter") or parties.get("consignor") or parties.get("declarant")
    known = {name: as_answer(getattr(item, column)) for name, column in OF_ITEM.items()}
    known |= {
        "item": str(item.pk),
        "goods": item.declared_as or item.description,
        "suspected_as": item.description if item.declared_as else "",
        "currency": item.currency,
        "declared_on": item.conduct_on,
        "exporter": exporter.name if exporter else "",
        "uscc": next((one.value for one in exporter.identifiers.all() if one.scheme == "USCC"), "") if exporter else "",
        "consignee": parties["consignee"].name if "consignee" in parties else "",
        "end_user": parties["end_user"].name if "end_user" in parties else "",
    }
    if shipment is not None:
        end = shipment.final_destination or next(iter(shipment.route[-1:]), "")
        known |= {"shipment": str(shipment.pk), "declaration_no": shipment.declaration_no, "destination": end}
        known["licence_no"] = shipment.licence_no
    return {name: value for name, value in known.items() if value not in (None, "")}


LABEL = Labels(_("Draft a customs query"), _("drafted a customs query"))
STARTS = Workflow(
    "case",
    Case.State,
    {
        "query_goods": begun(
            by=queries_on_case, fields=ON_CASE, fills=from_rows, of_row="item", visibility=Visibility.OWN
        ),
    },
    {"query_goods": LABEL},
)


def from_stop(stop: Stop, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The line as far as the stop knows it. Its ground is for customs alone, and the exporter reads the evidence."""
    known = {
        "declaration_no": stop.declaration_no,
        "exporter": stop.exporter,
        "uscc": stop.exporter_code,
        "goods": stop.goods,
        "net_weight_kg": as_answer(stop.weight_kg),
    }
    return {name: value for name, value in known.items() if value}


ON_STOP = Workflow(
    "stop",
    Stop.State,
    {
        "query_goods": transition(
            *(Stop.State.HELD, Stop.State.QUERIED),
            by=queries_on_stop,
            fields=LINE,
            fills=from_stop,
            visibility=Visibility.OWN,
        )
    },
    {"query_goods": LABEL},
)
