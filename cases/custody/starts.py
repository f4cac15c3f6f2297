"""How goods in custody begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField, OptionalField
from agencies.kernel.workflow import Labels, Workflow, transition
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case
from cases.casefile.units import Unit
from cases.casefile.workflow import LIVE

GOODS = (
    OptionalField("item", _("Item"), choices=choices.items),
    ActionField("description", _("Description"), max_length=500),
    ActionField("quantity", _("Quantity"), kind="decimal"),
    ActionField("unit", _("Unit of measure"), choices=Unit.choices),
    OptionalField("net_weight_kg", _("Net weight (kg)"), kind="decimal", unit="kg"),
    ActionField("location", _("Location")),
    OptionalField("storage", _("Outside storage"), help=_("The keeper, if not the agency itself.")),
    OptionalField("seal", _("Seal number"), max_length=60),
    ActionField("paper", _("Number of the paper")),
    NOTE,
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "take_goods": transition(*LIVE, by=contributor, fields=GOODS),
    },
    {
        "take_goods": Labels(_("Take goods into custody"), _("took goods into custody")),
    },
)
