"""How files begin on a case: what the action asks, and who may."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField, OptionalField
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case

FILE = ActionField("file", _("File"), kind="file", help=_("PDF, PNG, JPEG, Word, Excel or plain text."))
# Where a piece of evidence comes from, which every agency reads that gets it.
ORIGIN_OF_FILE = (
    OptionalField(
        "pages", _("Number of pages"), kind="number", clears=True, help=_("Empty: counted, where that is possible.")
    ),
    OptionalField(
        *("volume", _("Place in the paper file")), max_length=80, clears=True, help=_("Such as: volume 2, pages 15–40.")
    ),
    OptionalField("collected_by", _("Collected by"), max_length=120, clears=True, help=_("Who took or recorded it.")),
    OptionalField("collected_on", _("Collected on"), kind="date", clears=True),
)
ABOUT_FILE = (
    OptionalField(
        *("title", _("Name of the file")),
        max_length=200,
        of_new=True,
        help=_("Empty: as it is called now."),
    ),
    OptionalField("note", _("What it shows"), kind="long"),
    *(replace(field, of_new=True, clears=False) for field in ORIGIN_OF_FILE),
)
# The narrowest first. None is preselected: the person who attaches the file decides.
FILE_AUDIENCES = (
    ("agency", _("my agency")),
    ("task", _("both agencies of the task")),
    ("case", _("all agencies that read the case")),
)
ATTACH_FILE = (
    FILE,
    ActionField("audience", _("Visibility"), choices=FILE_AUDIENCES),
    OptionalField("about", _("Belongs to"), choices=choices.file_subjects),
    *ABOUT_FILE,
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "attach_file": transition(*Case.State.values, by=contributor, fields=ATTACH_FILE, visibility=Visibility.OWN),
    },
    {
        "attach_file": Labels(_("Attach a file"), _("attached a file")),
    },
)
