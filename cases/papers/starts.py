"""How incoming papers begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import ActionField, OptionalField
from agencies.kernel.workflow import Labels, Workflow, alone, transition
from agencies.machines.models import ApiKey
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case
from cases.casefile.workflow import LIVE

PAPER = (
    ActionField(
        "agency",
        pgettext_lazy("letter", "From"),
        choices=choices.any_agency,
        help=_("The agency that issued the paper."),
    ),
    ActionField("number", _("Number of the paper"), max_length=80, of_new=True),
    ActionField("dated", _("Date on the paper"), kind="date"),
    ActionField("title", _("Title"), max_length=300, of_new=True),
    OptionalField(
        "laboratory",
        _("Laboratory or expert"),
        max_length=200,
        help=_("Of a test report or expert opinion: a transfer to the police proves the qualification."),
    ),
    OptionalField("accreditation", _("Accreditation: number and scope"), max_length=200),
    ActionField("file", _("Scan"), kind="file", help=_("PDF, PNG or JPEG.")),
    OptionalField("shared", _("Share it with the agencies that read the case"), kind="bool"),
)
STARTS = Workflow(
    "case",
    Case.State,
    {
        "add_paper": transition(*LIVE, by=contributor, fields=PAPER, machine=alone(ApiKey.Scope.PAPERS_FILE)),
    },
    {
        "add_paper": Labels(_("Record an incoming paper"), _("recorded an incoming paper")),
    },
)
