"""The workflow of a file. Attaching one is an action of the case or task and belongs to their workflows."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition

from .access import attacher_or_lead, owner
from .models import Attachment
from .starts import ORIGIN_OF_FILE

S = Attachment.State


def for_the_agency(file: Attachment, actor: Actor) -> UnmetCondition | None:
    if file.audience == Attachment.Audience.AGENCY:
        return None
    return UnmetCondition("audience", str(_("Other agencies can read this file already.")))


TITLE = ActionField("title", _("Name of the file"), max_length=200, stores=True)
ABOUT = OptionalField("note", _("What it shows"), kind="long", stores=True)
ORIGIN = tuple(
    replace(field, stores=True, help="" if field.kind == "number" else field.help) for field in ORIGIN_OF_FILE
)

# fmt: off
TRANSITIONS = {
    "describe": transition(S.ATTACHED,                  by=owner,            fields=(TITLE, ABOUT, *ORIGIN), visibility=Visibility.OWN),
    "share":    transition(S.ATTACHED,                  by=attacher_or_lead, fields=(NOTE,), needs=(for_the_agency,), visibility=Visibility.CASE),
    "withdraw": transition(S.ATTACHED,  to=S.WITHDRAWN, by=attacher_or_lead, fields=(REASON,), visibility=Visibility.OWN),
    "restore":  transition(S.WITHDRAWN, to=S.ATTACHED,  by=attacher_or_lead, fields=(REASON,), visibility=Visibility.OWN),
}
# fmt: on

LABELS = {
    "attach_file": Labels(_("Attach a file"), _("attached a file")),
    "describe": Labels(_("Change the description"), _("changed the description of a file")),
    "share": Labels(_("Share it on the case"), _("shared a file on the case"), "primary"),
    "withdraw": Labels(_("Withdraw the file"), _("withdrew a file"), "danger"),
    "restore": Labels(_("Restore the file"), _("restored a file")),
}

FILE = Workflow("file", S, TRANSITIONS, LABELS)
