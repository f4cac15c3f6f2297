"""Action fields of the workflow of decisions."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.named_fields import Offer
from cases.casefile import choices
from cases.controls.models import PenaltyRule
from cases.papers.models import Paper

from .. import powers
from ..models import Assessment, Decision, Payment
from ..ranges import suggested_basis


def penalties(line: Any, actor: Actor) -> Choices:
    """Kinds that a statute gives in this line of proceedings."""
    kind = line.proceeding.kind
    return [(one.value, one.label) for one in Decision.Penalty if powers.is_given(kind, powers.PENALTY, one)]


def penalties_refused(line: Any, actor: Actor) -> str:
    return powers.refusal(line.proceeding.kind, powers.PENALTY, dict(Decision.Penalty.choices))


def issued(*forms: str) -> Any:
    """Numbers of the papers of these forms that were issued about the party."""

    def offered(line: Any, actor: Actor) -> list[Offer]:
        found = Paper.objects.about(Decision.clock_kind, line.pk).filter(form__in=forms, state=Paper.State.ISSUED)
        return [Offer.explained(paper.number, str(paper)) for paper in found]

    return offered


ASSESSED = ActionField("assessed", _("Conclusion"), choices=Assessment.Conclusion.choices)


def rules(line: Any, actor: Actor) -> Choices:
    return [(rule.code, str(rule)) for rule in PenaltyRule.objects.all()]


def grounds(result: str) -> Any:
    return lambda line, actor: powers.grounds(result)


MONTHS = _("Empty: no kind of penalty that lasts for a time, or without limit.")
RULES = OptionalField("rules", _("Violated provisions"), kind="choices", choices=rules, stores=True)
NOTICE = (
    ActionField("facts", _("Facts and evidence"), kind="long", stores=True),
    ActionField("basis", _("Legal basis"), kind="long", stores=True),
    RULES,
    ActionField("proposed", _("Proposed penalty"), kind="long", stores=True),
    ActionField(
        "proposed_penalties",
        _("Kinds of penalty"),
        kind="choices",
        choices=penalties,
        stores=True,
        refusal=penalties_refused,
    ),
    OptionalField("proposed_fine_cny", _("Proposed fine (CNY)"), kind="decimal", unit="CNY", stores=True),
    OptionalField(
        "proposed_confiscated_cny",
        _("Illegal gains to be confiscated (CNY)"),
        kind="decimal",
        unit="CNY",
        stores=True,
    ),
    OptionalField("proposed_months", _("Duration (months)"), kind="number", stores=True, help=MONTHS),
    OptionalField(
        "without_hearing",
        _("No hearing is offered"),
        kind="bool",
        stores=True,
        help=_("Only if no penalty of art. 63 of the Administrative Penalty Law is proposed."),
    ),
    OptionalField(
        "major",
        _("Complex or major"),
        kind="bool",
        stores=True,
        help=_("Legal review and collective discussion are then required before any decision."),
    ),
)
# Who received, stated, waived or presided, and the paper that shows it. No step counts without them.
RECEIVED_BY = ActionField("person", _("Received by"), help=_("Name, and the relation to the party."), of_new=True)
PROOF = ActionField(
    "paper", _("Number of the proof of service"), suggests=issued("SERVICE", "NOTICE_SERVICE"), of_new=True
)
BY = ActionField("person", _("Acting for the party"), help=_("Name, and the relation to the party."), of_new=True)
LETTER = ActionField("paper", _("Number of the party's letter, or of its record"), of_new=True)
CHAIR = ActionField(
    "person",
    _("Chair of the hearing"),
    help=_("A person who does not investigate the matter (APL art. 64)."),
    of_new=True,
)
RECORD = ActionField("paper", _("Number of the record of the hearing"), of_new=True)
ANNOUNCEMENT = ActionField("paper", _("Number or place of the announcement"), of_new=True)
NOTICE_SERVED = (
    ActionField("notice_number", _("Number of the notice"), max_length=80, stores=True, suggests=issued("PRENOTICE")),
    RECEIVED_BY,
    PROOF,
    NOTE,
)
HEARING_ON = ActionField("hearing_on", _("Time of the hearing"), kind="datetime", stores=True)
STATEMENT = ActionField("statement", _("Statement of the party"), kind="long", stores=True)
HEARING_RECORD = ActionField("hearing_record", _("Record of the hearing"), kind="long", stores=True)
COPY_TO = ActionField("receiver", _("Copy to"), choices=choices.supervised_agencies)
COPY_ALSO_TO = OptionalField("also_to", _("Also to"), kind="choices", choices=choices.supervised_with_people)
OPINION = ActionField("review_opinion", _("Opinion of the legal review"), kind="long", stores=True)
DISCUSSION = (
    ActionField("discussed_by", _("Participants"), kind="long", stores=True),
    ActionField("minutes", _("Minutes"), kind="long", stores=True),
    ActionField("conclusion", _("Conclusion"), kind="long", stores=True),
)
DECISION_NO = OptionalField(
    "decision_number",
    _("Number of the decision"),
    max_length=80,
    stores=True,
    help=_("Empty: the next number of the agency."),
)
FIGURES = (
    RULES,
    OptionalField("turnover_cny", _("Illegal turnover (CNY)"), kind="decimal", unit="CNY", stores=True),
    OptionalField("gains_cny", _("Illegal gains (CNY)"), kind="decimal", unit="CNY", stores=True),
    OptionalField("goods_value_cny", _("Value of the goods (CNY)"), kind="decimal", unit="CNY", stores=True),
    OptionalField("serious", _("Serious circumstances"), kind="bool", stores=True),
    NOTE,
)
BASIS_RULE = OptionalField(
    "basis_rule",
    _("Basis of the fine"),
    choices=rules,
    initial=lambda line, actor: suggested_basis(line),
    stores=True,
    help=_("Of several, the one with the higher fine (APL art. 29)."),
)
NOTICED = _("That of the notice served, if left empty. What is not in that notice needs a new one.")
IMPOSED = (
    OptionalField(
        "facts",
        _("Facts and evidence"),
        kind="long",
        stores=True,
        help=NOTICED,
    ),
    OptionalField("basis", _("Legal basis"), kind="long", stores=True, help=NOTICED),
    BASIS_RULE,
    OptionalField(
        "penalties",
        _("Kinds of penalty"),
        kind="choices",
        choices=penalties,
        initial=lambda line, actor: line.proposed_penalties,
        stores=True,
        help=NOTICED,
        refusal=penalties_refused,
    ),
    OptionalField(
        "fine_cny",
        _("Fine (CNY)"),
        kind="decimal",
        unit="CNY",
        initial=lambda line, actor: line.proposed_fine_cny,
        stores=True,
    ),
    OptionalField(
        "confiscated_cny",
        _("Illegal gains confiscated (CNY)"),
        kind="decimal",
        unit="CNY",
        initial=lambda line, actor: line.proposed_confiscated_cny,
        stores=True,
    ),
    OptionalField(
        "months",
        _("Duration (months)"),
        kind="number",
        initial=lambda line, actor: line.proposed_months,
        stores=True,
        help=MONTHS,
    ),
)
GROUND = ActionField(
    "ground", _("Legal ground"), kind="long", stores=True, help=_("The clause for mitigation or for no penalty.")
)
MITIGATED = (
    ActionField("ground_kind", _("Kind of ground"), choices=grounds("mitigated"), stores=True),
    GROUND,
)
UNPUNISHED = (
    ActionField("ground_kind", _("Kind of ground"), choices=grounds("no_penalty"), stores=True),
    GROUND,
)
SERVICE = ActionField("service", _("Manner of service"), choices=Decision.Service.choices, stores=True)
PAYMENT = (
    ActionField(
        "on",
        _("Item paid"),
        choices=[(kind.value, kind.label) for kind in (Payment.Kind.FINE, Payment.Kind.LATE_FEE)],
    ),
    ActionField("amount", _("Amount (CNY)"), kind="decimal", unit="CNY"),
    ActionField("receipt", _("Number of the receipt")),
)
SET_OFF = (
    ActionField("amount", _("Amount (CNY)"), kind="decimal", unit="CNY"),
    ActionField("receipt", _("Number of the judgment")),
)
DEFERRAL = (
    ActionField("defer_until", _("Payment deadline"), kind="date", stores=True),
    OptionalField("instalments", _("Instalments"), kind="long", stores=True),
)
REMEDY = (
    ActionField("remedy", _("Remedy"), choices=Decision.Remedy.choices, stores=True),
    ActionField("body", _("Agency or court")),
    NOTE,
)
SUMMARY = OptionalField(
    "summary_remedy",
    _("Summary procedure"),
    kind="bool",
    stores=True,
    help=_("Shorter periods apply (ARL arts. 53, 54, 62(2); ALL arts. 82, 83)."),
)
CHANGED = (ActionField("fine_cny", _("Fine (CNY)"), kind="decimal", unit="CNY", stores=True), REASON)
OPINION_NO = ActionField("paper", _("Number of the opinion"), max_length=200)
PUBLISHED = ActionField("published_where", _("Place of publication"), max_length=300, stores=True)
BAN = (
    REASON,
    OptionalField(
        "barred_persons",
        _("Persons barred from exporting"),
        kind="long",
        stores=True,
        help=_("Those directly responsible, for at most five years; for life after a criminal penalty."),
    ),
    OptionalField(
        "barred_for_life",
        _("Bar for life"),
        kind="bool",
        stores=True,
        help=_("Of persons who were convicted of a violation of export control (ECL art. 39)."),
    ),
)
FOUND = (
    ActionField(
        "found_on",
        _("Discovered on"),
        kind="date",
        stores=True,
        initial=lambda line, actor: timezone.localdate(line.proceeding.opened_at),
    ),
    OptionalField(
        "long_limitation",
        _("Harm to life, health or financial security"),
        kind="bool",
        stores=True,
        help=_("Limitation is then five years instead of two."),
    ),
)
