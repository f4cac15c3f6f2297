"""What the control law says of the line of a query, by the rules in use."""

from dataclasses import dataclass
from typing import Any

from cases.controls.countries import country_name
from cases.controls.destinations import as_recorded, matter_of, verdicts_of
from cases.controls.store import current
from cases.controls.verdicts import strictest
from cases.controls.words import VERDICTS

from .models import CustomsQuery

FROM = "CHN"


def verdict_columns(query: CustomsQuery) -> dict[str, Any]:
    """The columns of the verdict for the goods as declared and as suspected, on the day of the declaration."""
    item = {
        "description": query.suspected_as or query.goods,
        "declared_as": query.goods,
        "hs_code": query.hs_code,
        "control_code": query.control_code,
    }
    journey = {"route": [FROM, query.destination], "final_destination": query.destination, "mode": "export"}
    named = (("consignee", query.consignee), ("end_user", query.end_user))
    parties = [{"name": name, "role": role, "country": query.destination} for role, name in named if name]
    found = verdicts_of(item, matter_of([journey], parties), query.declared_on, current())
    recorded = as_recorded(found)
    return {
        "verdict": strictest(one.verdict.verdict for one in found),
        "rules_version": recorded["rules_version"],
        "rules_said": recorded["rules_said"],
    }


@dataclass(frozen=True)
class SaidOfLine:
    """What the rules said of one reading of the goods; `verify` where this is to be verified."""

    destination: str
    is_declared: bool
    verdict: Any
    verify: bool
    rules: str


def said_of(query: CustomsQuery) -> list[SaidOfLine]:
    return [
        SaidOfLine(
            country_name(one["destination"]),
            one["reading"] != "described",
            VERDICTS[one["verdict"]],
            bool(one["verify"]),
            ", ".join(one["rules"]),
        )
        for one in query.rules_said
    ]
