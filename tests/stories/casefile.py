"""Leads and cases."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.intake.actions import promote_lead
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from cases.sharing.actions import share_case

from ..kept_stories import story
from .basics import NO_CRIME, serial, walk


def content(**changes: Any) -> dict[str, Any]:
    """A full report in the validated shape of the contract."""
    values = {
        "source_system": "RISK",
        "source_ref": f"R-{serial()}",
        "report_type": "targeting",
        "title": "Antimony ingots declared as zinc",
        "narrative": "Density does not fit the declared goods.",
        "severity": "high",
        "handling_code": "H1",
        "parties": [
            {
                "role": "exporter",
                "kind": "company",
                "name": "Example Metals Ltd",
                "country": "CHN",
                "identifiers": [{"scheme": "USCC", "value": "91110000600037341L"}],
            }
        ],
        "items": [{"description": "锑锭", "declared_as": "锌锭", "hs_code": "8110101000", "net_weight_kg": "25000"}],
        "shipments": [{"declaration_no": "220020260000000001", "customs_district": "2200", "route": ["CHN", "VNM"]}],
        "techniques": ["MISNAME"],
    }
    return {**values, **changes}


@story
def lead(cast: Any, by: str = "customs.officer", **changes: Any) -> Lead:
    actor, report = cast[by], content(**{"source_system": "HOTLINE", **changes})  # no system reports by this name
    received, _ = receive_lead(report, actor=actor, agency=Agency.objects.get(pk=actor.agency_id))
    return received


@story
def case(
    cast: Any, by: str = "customs.officer", *, handling: str = "H1", title: str = "Antimony case", **changes: Any
) -> Case:
    """A case that `by`'s agency leads."""
    moved = promote_lead(lead(cast, by, **changes), actor=cast[by], title=title, handling=handling)
    made = moved.thing.case
    assert made is not None
    return Case.objects.get(pk=made.pk)


@story
def shared_case(cast: Any, agency: str = "MOFCOM_SCB", profile: str = "full", **rest: Any) -> Case:
    made = case(cast, **rest)
    share_case(made, actor=cast["customs.lead"], agency=agency, profile=profile, reason="joint work")
    return Case.objects.get(pk=made.pk)


@story
def concluded(cast: Any) -> Case:
    made = case(cast)
    Case.objects.filter(pk=made.pk).update(state_since=timezone.now() - timedelta(days=1))
    walk(cast, made, [("conclude", "customs.lead", {"outcome": "Nothing found", **NO_CRIME})])
    return made
