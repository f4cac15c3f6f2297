"""How notes begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.asking import asked_text
from cases.casefile.models import Case
from coordination.exchange.letters.tables import internal

WRITE_NOTE = (
    ActionField(
        "text",
        _("Case note"),
        kind="long",
        help=_("Type @ and a name, its pinyin or its initials to notify a person, agency or unit."),
    ),
    ActionField("audience", _("Visibility"), choices=choices.note_audiences),
    ActionField("about", _("Subject of the note"), required=False, choices=choices.note_subjects),
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "write_note": internal(*Case.State.values, to=None, by=contributor, fields=WRITE_NOTE, fills=asked_text),
    },
    {
        "write_note": Labels(_("Write a note"), _("wrote a note")),
    },
)
