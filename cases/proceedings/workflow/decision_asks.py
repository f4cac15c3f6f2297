"""What the steps about a party ask."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask

from ..models import Assessment, Decision, Payment


def penalties(line: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(Decision.Penalty.choices)


ASSESSED = Ask("assessed", _("Conclusion"), kind="choice", choices=lambda line, actor: Assessment.Conclusion.choices)
PENALTIES = Ask("penalties", _("Kinds of penalty"), kind="choices", required=False, choices=penalties, stores=True)
NOTICE = (
    Ask("facts", _("Facts and evidence"), kind="long", stores=True),
    Ask("basis", _("Legal basis"), kind="long", stores=True),
    Ask("proposed", _("Proposed penalty"), kind="long", stores=True),
    PENALTIES,
    Ask("proposed_fine_cny", _("Proposed fine (CNY)"), kind="decimal", required=False, stores=True),
    Ask(
        "without_hearing",
        _("No hearing is offered"),
        kind="bool",
        required=False,
        stores=True,
        help=_("Only where nothing of art. 63 of the Administrative Penalty Law is proposed."),
    ),
    Ask(
        "major",
        _("Complex or major"),
        kind="bool",
        required=False,
        stores=True,
        help=_("Then legal review and collective discussion come before the decision."),
    ),
)
HEARING_ON = Ask("hearing_on", _("The hearing is on"), kind="datetime", stores=True)
HEARING_RECORD = Ask("hearing_record", _("Record of the hearing"), kind="long", stores=True)
OPINION = Ask("review_opinion", _("Opinion of the legal review"), kind="long", stores=True)
DISCUSSION = (
    Ask("discussed_by", _("Who took part"), kind="long", stores=True),
    Ask("minutes", _("Minutes"), kind="long", stores=True),
    Ask("conclusion", _("Conclusion"), kind="long", stores=True),
)
DECISION_NO = Ask("decision_number", _("Number of the decision"), max_length=80, stores=True)
FINE = Ask("fine_cny", _("Fine (CNY)"), kind="decimal", required=False, stores=True)
IMPOSED = (
    PENALTIES,
    FINE,
    Ask("confiscated_cny", _("Illegal gains confiscated (CNY)"), kind="decimal", required=False, stores=True),
)
GROUND = Ask(
    "ground", _("Legal ground"), kind="long", stores=True, help=_("The clause for mitigation or for no penalty.")
)
SERVICE = Ask(
    "service", _("How it was served"), kind="choice", choices=lambda line, actor: Decision.Service.choices, stores=True
)
PAYMENT = (
    Ask(
        "on",
        _("On what"),
        kind="choice",
        choices=lambda line, actor: [(kind.value, kind.label) for kind in (Payment.Kind.FINE, Payment.Kind.LATE_FEE)],
    ),
    Ask("amount", _("Amount (CNY)"), kind="decimal"),
    Ask("receipt", _("Number of the receipt")),
)
SET_OFF = (Ask("amount", _("Amount (CNY)"), kind="decimal"), Ask("receipt", _("Number of the judgment")))
DEFERRAL = (
    Ask("defer_until", _("Pay until"), kind="date", stores=True),
    Ask("instalments", _("Instalments"), kind="long", required=False, stores=True),
)
REMEDY = (
    Ask("remedy", _("Remedy"), kind="choice", choices=lambda line, actor: Decision.Remedy.choices, stores=True),
    Ask("body", _("Organ or court")),
    NOTE,
)
CHANGED = (Ask("fine_cny", _("Fine (CNY)"), kind="decimal", stores=True), REASON)
PUBLISHED = Ask("published_where", _("Where"), max_length=300, stores=True)
BAN = (
    REASON,
    Ask(
        "barred_persons",
        _("Persons barred from exporting"),
        kind="long",
        required=False,
        stores=True,
        help=_("Those directly responsible, for at most five years; for life after a criminal penalty."),
    ),
)
FOUND = (
    Ask(
        "found_on",
        _("Found on"),
        kind="date",
        stores=True,
        initial=lambda line, actor: timezone.localdate(line.proceeding.opened_at),
    ),
    Ask(
        "long_limitation",
        _("Life, health or financial security was hurt"),
        kind="bool",
        required=False,
        stores=True,
        help=_("Then limitation is five years instead of two."),
    ),
)
