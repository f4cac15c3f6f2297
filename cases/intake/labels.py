"""Labels of the contract: fields by JSON pointer, values, and rows of a report."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy

from agencies.kernel.bilingual import NamedModel, pick
from agencies.kernel.texts import Text
from cases.casefile.models import Handling, Item, Party, Severity, ShipmentLeg
from cases.controls.models import Country, District, PartyRole, Technique
from cases.controls.words import END_USES, FACTS, MODES, VERDICTS, YES_NO

PARTS: dict[str, Text] = {
    "parties": gettext_lazy("Parties"),
    "items": gettext_lazy("Items"),
    "shipments": gettext_lazy("Shipments"),
}
ROWS: dict[str, Text] = {
    "parties": gettext_lazy("Party"),
    "items": gettext_lazy("Item"),
    "shipments": gettext_lazy("Shipment"),
    "identifiers": gettext_lazy("Identifier"),
    "legs": gettext_lazy("Leg"),
}
FIELDS: dict[str, Text] = {
    "source_system": gettext_lazy("Source system"),
    "source_ref": gettext_lazy("Reference of the source"),
    "report_type": gettext_lazy("Kind of report"),
    "occurred_at": gettext_lazy("Occurred at"),
    "title": gettext_lazy("Title"),
    "narrative": gettext_lazy("Narrative"),
    "severity": gettext_lazy("Severity"),
    "handling_code": gettext_lazy("Handling code"),
    "role": gettext_lazy("Role"),
    "kind": gettext_lazy("Kind"),
    "name": gettext_lazy("Name"),
    "country": gettext_lazy("Country"),
    "scheme": gettext_lazy("Scheme"),
    "value": gettext_lazy("Value"),
    "description": gettext_lazy("Description"),
    "declared_as": gettext_lazy("Declared as"),
    "hs_code": gettext_lazy("HS code"),
    "control_code": gettext_lazy("Control code"),
    "net_weight_kg": gettext_lazy("Net weight (kg)"),
    "currency": gettext_lazy("Currency"),
    "nature": gettext_lazy("Nature"),
    "recipient": gettext_lazy("Recipient"),
    "channel": gettext_lazy("Channel"),
    "address": gettext_lazy("Address"),
    "military": gettext_lazy("Military user"),
    "owner": gettext_lazy("Shareholder"),
    "owner_share": gettext_lazy("Share held (%)"),
    "origin": FACTS["origin"],
    "end_use": gettext_lazy("End use"),
    "final_destination": gettext_lazy("Final destination"),
    "mode": gettext_lazy("Way of export"),
    "declaration_no": gettext_lazy("Declaration number"),
    "licence_no": gettext_lazy("Licence number"),
    "chain": gettext_lazy("Declared or actual"),
    "from_country": gettext_lazy("From country or region"),
    "from_place": gettext_lazy("From place"),
    "to_country": gettext_lazy("To country or region"),
    "to_place": gettext_lazy("To place"),
    "departs_on": gettext_lazy("Departure"),
    "arrives_on": gettext_lazy("Arrival"),
    "carrier": gettext_lazy("Carrier"),
    "vessel": gettext_lazy("Vessel, flight or vehicle"),
    "container": gettext_lazy("Container number"),
    "consignee": gettext_lazy("Consignee"),
    "source": gettext_lazy("Source"),
    "port": gettext_lazy("Port"),
    "customs_district": gettext_lazy("Customs district"),
    "route": gettext_lazy("Route"),
    "techniques": gettext_lazy("Techniques"),
    "extra": gettext_lazy("Further data of the source"),
}
FLAGS: dict[str, Text] = {
    "checksum": gettext_lazy("The check digit is wrong"),
    "format": gettext_lazy("The form is unusual"),
    "future": gettext_lazy("This time has not come yet"),
    "currency": gettext_lazy("This is not an ISO 4217 currency"),
    "technique": gettext_lazy("This technique is not on the list"),
    "leg_gap": gettext_lazy("This leg does not begin where the last one ended"),
    "leg_end": gettext_lazy("The declared legs and the declared route end in different countries"),
    "diverted": gettext_lazy("The actual destination differs from the declared one"),
    **{code: text for code, text in VERDICTS.items() if code != "not_controlled"},
}
"""Codes of flags: values that look wrong, and verdicts of the control law."""
DOUBTS = frozenset({"future", "currency", "technique", "leg_gap", "leg_end", "diverted"})
"""Codes of doubts that a system cannot be asked about (`doubts.py`)."""
REPORT_TYPES: dict[str, Text] = {
    "tip_off": gettext_lazy("Tip-off"),
    "tip": gettext_lazy("Tip-off"),
    "hotline": gettext_lazy("Call to the hotline"),
    "letter": gettext_lazy("Letter of another agency"),
    "lead_transfer": gettext_lazy("Transfer of a lead"),
    "inspection": gettext_lazy("Finding of an inspection"),
    "risk_hit": gettext_lazy("Hit of a risk rule"),
    "list_hit": gettext_lazy("Hit on a list"),
    "data_match": gettext_lazy("Match of data"),
    "funds_alert": gettext_lazy("Alert on funds"),
    "intelligence": gettext_lazy("Intelligence"),
    "licence_check": gettext_lazy("Licence check"),
    "end_use_check": gettext_lazy("End-use check"),
    "press_lead": gettext_lazy("Press report"),
    "seizure_bulletin": gettext_lazy("Bulletin on a seizure"),
    "security_bulletin": gettext_lazy("Bulletin of state security"),
    "listing_announcement": gettext_lazy("Announcement of a listing"),
    "penalty_decision": gettext_lazy("Penalty decision"),
    "court_verdict": gettext_lazy("Court verdict"),
    "defence_account": gettext_lazy("Account of the defence"),
    "customs_query": gettext_lazy("Result of a customs query"),
    "open_case": gettext_lazy("Open case of the agency"),
}
"""Known kinds of report. The list is open; sources use others."""
MANUAL = "manual"
CASE_REGISTER, OPEN_CASE = "case_register", "open_case"  # cases that were open when the agency began to work here
CODES: dict[str, dict[str, Text]] = {
    "report_type": REPORT_TYPES,
    "source_system": {
        MANUAL: gettext_lazy("entered by hand"),
        CASE_REGISTER: gettext_lazy("case register of the agency"),
    },
    "severity": dict(Severity.choices),
    "kind": dict(Party.Kind.choices),
    "nature": dict(Item.Nature.choices),
    "military": YES_NO,
    "end_use": END_USES,
    "mode": {**MODES, **dict(ShipmentLeg.Transport.choices)},
    "chain": dict(ShipmentLeg.Chain.choices),
    "handling_code": dict(Handling.choices),
}
ROWS_BY_CODE: dict[str, tuple[type[models.Model], str]] = {
    "role": (PartyRole, "code"),
    "country": (Country, "alpha3"),
    "route": (Country, "alpha3"),
    "origin": (Country, "alpha3"),
    "final_destination": (Country, "alpha3"),
    "from_country": (Country, "alpha3"),
    "to_country": (Country, "alpha3"),
    "customs_district": (District, "code"),
    "techniques": (Technique, "code"),
}
"""Fields that hold codes of a reference table: the table and its code column."""
NO_NAMES: Mapping[str, str] = {}
LABELS = {"parties": "name", "items": "description", "shipments": "declaration_no"}


def pointer_label(pointer: str) -> str:
    """The label of a pointer: “/items/0/hs_code” as “Item 1 › HS code”."""
    parts: list[str] = []
    for step in pointer.strip("/").split("/"):
        if step.isdigit() and parts:
            parts[-1] = f"{parts[-1]} {int(step) + 1}"
        else:
            parts.append(str(ROWS.get(step) or FIELDS.get(step) or step))
    return " › ".join(parts)


def names_of(model: type[models.Model], key: str, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name in the given order. An unknown code is its own name, since roles are an open vocabulary."""
    wanted = [code for code in dict.fromkeys(codes) if code]
    rows = model._default_manager.filter(**{f"{key}__in": wanted}) if wanted else ()
    known = {getattr(row, key): str(row) for row in rows}
    return {code: known.get(code, code) for code in wanted}


def names_of_several(*tables: tuple[type[NamedModel], str, list[str | None]]) -> list[dict[str, str]]:
    """The same for several tables in one query: (table, column of the code, codes)."""
    wanted = [[code for code in dict.fromkeys(codes) if code] for _model, _key, codes in tables]
    rows = [
        model._default_manager.filter(**{f"{key}__in": codes})
        .annotate(nth=Value(n), wanted_code=Cast(key, CharField()))
        .values_list("nth", "wanted_code", "name_zh", "name_en")
        for n, ((model, key, _codes), codes) in enumerate(zip(tables, wanted, strict=True))
        if codes
    ]
    known = {(nth, code): pick(zh, en) for nth, code, zh, en in rows[0].union(*rows[1:], all=True)} if rows else {}
    return [{code: known.get((n, code), code) for code in codes} for n, codes in enumerate(wanted)]


def value_label(value: Any, field: str = "", names: Mapping[str, str] = NO_NAMES) -> str:
    """A value of a report as one line, times in Shanghai time. `names` are the names of codes, see `names_of`."""
    if isinstance(value, list):
        joint = " → " if field == "route" else " · "
        return joint.join(names.get(one, str(one)) for one in value)
    if field == "occurred_at" and value and "T" in value:
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(names.get(value) or CODES.get(field, {}).get(value, value))


def row_label(part: str, number: int, row: Mapping[str, Any]) -> str:
    """The label of a row: its name, else its first value, else its position."""
    values = [
        row.get(LABELS[part]),
        *(value_label(value, name) for name, value in row.items() if name not in ("identifiers", "legs")),
    ]
    first = next((str(value) for value in values if value), "")
    return first or f"{ROWS[part]} {number + 1}"
