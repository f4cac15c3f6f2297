"""Workflow of an identification."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import NOTE, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Workflow
from agencies.people.models import User
from cases.casefile import choices
from coordination.exchange.letters.fields import KEPT_REASON
from coordination.exchange.letters.tables import bilateral
from coordination.prevention.customsqueries.models import PaperKind

from .access import agency_staff, bureau_chief, bureau_staff
from .models import Identification, ItemOpinion
from .starts import SAMPLE

S = Identification.State


def _people_of_bureau(request: Identification, actor: Actor) -> list[tuple[str, Any]]:
    people = User.objects.filter(agency=request.bureau_id, is_active=True).order_by("username")
    return [(str(person.pk), person.name) for person in people]


def _present_or_me(request: Identification, actor: Actor) -> str:
    return str(request.handler_id or actor.id)


HANDLER = ActionField(
    "handler",
    _("Who identifies the goods"),
    kind="choice",
    choices=_people_of_bureau,
    of_new=True,
    initial=_present_or_me,
)
MISSING = ActionField("to_complete", _("What is missing"), kind="long", stores=True)
PAPERS = OptionalField("papers", _("Papers sent with it"), kind="choices", choices=PaperKind.choices, stores=True)
ONE_SAMPLE = (replace(SAMPLE[0], required=True), replace(SAMPLE[1], required=True), SAMPLE[2])
DUE = ActionField(
    "due_at",
    _("Agreed day of the opinion"),
    kind="datetime",
    stores=True,
    help=_("Agreed with the bureau. No statutory period for the opinion is known."),
)
SAYS = (
    ActionField(
        "finding", pgettext_lazy("identification", "Finding"), choices=ItemOpinion.Finding.choices, of_new=True
    ),
    OptionalField(
        "control_code",
        _("Control code"),
        max_length=40,
        of_new=True,
        suggests=choices.control_codes,
        help=_("Required if the goods are controlled."),
    ),
    ActionField("reasons", _("Reasons"), kind="long", of_new=True),
    OptionalField("reports", _("Test reports, by number"), max_length=300, of_new=True),
)

# fmt: off
TRANSITIONS = {
    # verb            from                                to                who                  fields
    "receive":      bilateral(S.SENT,                     to=S.RECEIVED,    by=bureau_staff,     fields=(HANDLER,)),
    "give_opinion": bilateral(S.RECEIVED, S.OPINION,      to=S.OPINION,     by=bureau_chief,     fields=SAYS),
    "return":       bilateral(S.SENT, S.RECEIVED,         to=S.RETURNED,    by=bureau_staff,     fields=(MISSING,)),
    "set_due":      bilateral(S.SENT, S.RECEIVED,         to=None,          by=bureau_staff,     fields=(DUE, NOTE)),
    "resubmit":     bilateral(S.RETURNED,                 to=S.SENT,        by=agency_staff,     fields=(PAPERS, NOTE)),
    "add_sample":   bilateral(S.SENT, S.RECEIVED, S.RETURNED, to=None,      by=agency_staff,     fields=ONE_SAMPLE),
    "close":        bilateral(S.OPINION,                  to=S.CLOSED,      by=agency_staff,     fields=(NOTE,)),
    "withdraw":     bilateral(S.SENT, S.RECEIVED, S.RETURNED, to=S.WITHDRAWN, by=agency_staff,   fields=(KEPT_REASON,)),
}
# fmt: on

LABELS = {
    "ask": Labels(_("Ask for identification"), _("asked the commerce bureau to identify the goods")),
    "receive": Labels(_("Take up"), _("took up the identification"), "primary"),
    "give_opinion": Labels(_("Give the opinion"), _("gave the opinion on the goods"), "primary"),
    "return": Labels(_("Return for completion"), _("returned the request for completion")),
    "set_due": Labels(_("Set the agreed day"), _("set the agreed day of the opinion")),
    "resubmit": Labels(_("Submit again"), _("submitted the request again"), "primary"),
    "add_sample": Labels(_("Add a sample"), _("added a sample")),
    "close": Labels(_("Close the identification"), _("closed the identification"), "primary"),
    "withdraw": Labels(_("Withdraw the request"), _("withdrew the request for identification"), "danger"),
}

IDENTIFICATION = Workflow("identification", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED, S.WITHDRAWN}))
