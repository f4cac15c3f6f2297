"""What a responsible person decides about a confidential letter."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import OfficeDecision
from agencies.people.models import OfficeHolder

from .access import OFFICE
from .models import ConfidentialLetter
from .workflow import possible_approvers


def _out_of_office(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The named decider no longer holds the office: the drafter takes the letter back and names another."""
    holders = OfficeHolder.objects.current().filter(agency=OuterRef("deciding_agency"), user__is_active=True)
    return rows.exclude(Exists(holders.filter(user=OuterRef("approver"))))


DECISION = OfficeDecision(
    words=lambda letter: _("Confidential letter"),
    article=lambda letter: "D310 art.18",
    verbs=("approve", "revise", "refuse"),
    waits=lambda rows: rows.filter(state=ConfidentialLetter.State.HEAD_DECISION),
    of_agencies=lambda rows, agencies: rows.filter(deciding_agency__in=agencies),
    agency="deciding_agency",
    case="case",
    related=("case", "agency", "deciding_agency", "drafter"),
    title=lambda letter: str(letter),
    prepared_by=lambda letter: letter.drafter,
    facts=lambda letter: [
        (_("Receiving agency of the letter"), letter.addressee),
        (_("The official: name, agency, post"), letter.official),
        (_("Drafted by"), letter.drafter.name),
    ],
    texts=lambda letter: [(_("Facts and indications of evidence"), letter.facts)],
    office=OFFICE,
    named=lambda rows, actor: rows.filter(approver=actor.id),
    possible=possible_approvers,
    closed=_out_of_office,
    drafted_by=("draft_confidential_letter",),
    nameable=lambda agency: possible_approvers(ConfidentialLetter(agency=agency)),
    has_work=False,
)
