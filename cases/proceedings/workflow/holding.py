"""Customs' hold of a person suspected of smuggling (扣留走私犯罪嫌疑人): 24 hours, 48 at most.

It belongs to the party's decision in an administrative proceeding, before the police have the case; it is no coercive
measure of criminal law. Its end is recorded from every state of the decision, because no decision or transfer ends it.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, condition
from cases.casefile.models import Party
from cases.clocks.models import Clock

from ..models import Decision, Proceeding

HOLD = "CUS_HOLD_SUSPECT"


# Conditions ----------------------------------------------------------------------------------------------------------
def is_held(line: Decision) -> bool:
    return Clock.objects.running().about(line).filter(rule__code=HOLD).exists()


@condition("person", _("Only a natural person can be held: add the person as a party of the case."))
def a_person(line: Decision) -> bool:
    return line.party.kind == Party.Kind.PERSON


@condition("held", _("Customs is holding this person; record the release first."))
def not_held(line: Decision) -> bool:
    return not is_held(line)


@condition("held", _("Customs is not holding this person."))
def held(line: Decision) -> bool:
    return is_held(line)


def no_person_held_by_customs(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    holds = Clock.objects.running().filter(subject_kind=Decision.clock_kind, rule__code=HOLD)
    lines = proceeding.decisions.filter(pk__in=holds.values("subject_id")).select_related("party")
    names = ", ".join(line.party.name for line in lines)
    return UnmetCondition("held", gettext("Customs is still holding: %(names)s.") % {"names": names}) if names else None


# Fields --------------------------------------------------------------------------------------------------------------
AUTHORITY = ActionField(
    "authority",
    _("Approved by"),
    help=_("The head of the district customs, or the authorised head of a subordinate customs house."),
)
ORDER = ActionField("paper", _("Number of the hold decision"), max_length=200)
LET_GO = ActionField(
    "paper", _("Number of the paper"), max_length=200, help=_("Of the release, or of the hand-over to the police.")
)
HOLD_FIELDS, RELEASE_FIELDS = (AUTHORITY, ORDER, REASON), (LET_GO, NOTE)

HOLDING_LABELS = {
    "hold_person": Labels(_("Hold person"), _("held the person as suspected of smuggling"), "danger"),
    "release_person": Labels(
        _("Record release or hand-over of the person"), _("released the person or handed the person over")
    ),
}
