"""What a responsible person decides about a party."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Facts, OfficeDecision

from .access import OFFICE
from .models import Decision


def _decision_facts(decision: Decision) -> Facts:
    inside = decision.proceeding
    return [
        (_("Party"), decision.party.name),
        (_("Unlawful act"), str(decision.act or "")),
        (_("Proceeding"), f"{inside.get_kind_display()} {inside.external_number}"),
        (_("Proposed"), gettext(", ").join(decision.proposed_labels)),
        (_("Proposed fine (CNY)"), "" if decision.proposed_fine_cny is None else f"{decision.proposed_fine_cny:,.2f}"),
    ]


def _decision_texts(decision: Decision) -> Facts:
    """The recommendation, and the results of hearing, legal review and discussion."""
    return [
        (_("Facts and evidence"), decision.facts),
        (_("Legal basis"), decision.basis),
        (_("Proposed penalty"), decision.proposed),
        (_("Statement of the party"), decision.statement),
        (_("Record of the hearing"), decision.hearing_record),
        (_("Opinion of the legal review"), decision.review_opinion),
        (_("Collective discussion: participants"), decision.discussed_by),
        (_("Minutes, dissent included"), decision.minutes),
        (_("Conclusion of the discussion"), decision.conclusion),
    ]


DECISION = OfficeDecision(
    words=lambda decision: _("Decision about a party"),
    article=lambda decision: "APL art.57",
    verbs=("decide", "mitigate", "no_penalty", "send_back"),
    waits=lambda rows: rows.filter(state=Decision.State.REVIEW),
    of_agencies=lambda rows, agencies: rows.filter(proceeding__agency__in=agencies),
    agency="proceeding__agency",
    case="proceeding__case",
    related=("proceeding__case", "proceeding__agency", "proceeding__handler", "party", "act"),
    title=lambda decision: decision.party.name,
    prepared_by=lambda decision: decision.proceeding.handler,
    facts=_decision_facts,
    texts=_decision_texts,
    office=OFFICE,
    closed=OFFICE.without_decider,
)
