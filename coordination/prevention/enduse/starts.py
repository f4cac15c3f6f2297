"""How findings of military end use begin: on a party or a shipment of a case."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import OptionalField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case
from coordination.exchange.letters.tables import begun


def from_row(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The party or the shipment that a link names."""
    return {name: str(answers[name]) for name in ("party", "shipment") if answers.get(name)}


ABOUT = (
    OptionalField("party", _("End user"), choices=choices.parties),
    OptionalField(
        "shipment", _("Shipment"), choices=choices.shipments, help=_("Empty: every delivery to the end user.")
    ),
)
LABEL = Labels(_("Examine military end use"), _("began to examine military end use"))
ON_CASES = Workflow(
    "case",
    Case.State,
    {"examine_end_use": begun(by=contributor, fields=ABOUT, fills=from_row, of_row="party")},
    {"examine_end_use": LABEL},
)
