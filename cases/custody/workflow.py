"""The workflow of goods lots (涉案物品批次)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow, condition, transition
from agencies.organisations.models import Agency
from cases.casefile.units import Unit

from .access import giver, holder, holder_chief, keeper, receiver
from .models import GoodsLot, Title

S = GoodsLot.State
MOVES, STAYS = "moves", "stays"
KEEPING_ONLY, TITLE_TOO = "keeping", "title"


# Conditions ----------------------------------------------------------------------------------------------------------
def no_measure_holds_it(lot: GoodsLot, actor: Actor) -> UnmetCondition | None:
    """Goods are returned only after the measure is released (ACL art. 28)."""
    if not lot.title_kind:
        return None
    detail = gettext("A measure applies to it (%(kind)s). Release the measure first.")
    return UnmetCondition("title", detail % {"kind": lot.get_title_kind_display()})


def no_other_measure_holds_it(lot: GoodsLot, actor: Actor) -> UnmetCondition | None:
    """Only confiscated goods, and goods without a measure, may be disposed of."""
    return None if lot.title_kind == Title.CONFISCATION else no_measure_holds_it(lot, actor)


@condition("unit", _("It is recorded in kg: a shortfall at weighing is recorded as a loss."))
def not_counted_by_weight(lot: GoodsLot) -> bool:
    return lot.unit != Unit.KG


# Fields --------------------------------------------------------------------------------------------------------------
def agencies_with_contents(lot: Any, actor: Actor) -> Choices:
    """Agencies that see the whole case: a receiver of goods must be able to see what they are."""
    shares = {"shares__case": lot.case_id, "shares__ended_at": None, "shares__profile__in": ["lead", "full"]}
    agencies = Agency.objects.filter(**shares).order_by("id")
    if lot.custodian_id == lot.in_charge_id:
        agencies = agencies.exclude(pk=lot.custodian_id)
    return [(agency.code, agency.name) for agency in agencies]


WAYS_TO_KEEP = [
    (MOVES, _("our agency keeps the goods")),
    (STAYS, _("the handing agency keeps them for us")),
]


def ways_to_keep(lot: Any, actor: Actor) -> Choices:
    """The giver may go on keeping goods, such as large lots of metal, if only the title passes."""
    return WAYS_TO_KEEP if lot.offers_title else WAYS_TO_KEEP[:1]


def lot_choices(lots: Iterable[GoodsLot]) -> list[tuple[str, str]]:
    return [(str(lot.pk), f"{lot} ({lot.quantity.normalize():f} {lot.get_unit_display()})") for lot in lots]


PAPER = ActionField("paper", _("Number of the paper"))
LOCATION = ActionField("location", _("Location"))
STORAGE = OptionalField("storage", _("Outside storage"), help=_("The keeper, if not the agency itself."))
SEAL = ActionField("seal", _("Seal number"), max_length=60)
WEIGHT = ActionField("net_weight_kg", _("Net weight (kg)"), kind="decimal", unit="kg")
PORTIONS = ActionField(
    "portions",
    _("Quantities of the portions"),
    help=_("One after the other, e.g. 10000 13990. A shortfall is a loss and needs a reason."),
)
LOSS_REASON = OptionalField("loss_reason", _("Reason for the loss"), kind="long", of_new=True)
AMOUNT = ActionField("amount", _("Quantity"), kind="decimal")
LABORATORY = ActionField("storage", _("Keeper of the sample (laboratory or agency)"), of_new=True)
RECEIVER = ActionField("receiver", _("Receiving agency"), choices=agencies_with_contents)
PASSES = OptionalField(
    "passes",
    _("Scope of the hand-over"),
    choices=[
        (KEEPING_ONLY, _("the keeping only")),
        (TITLE_TOO, _("keeping and measure, when the matter moves between police and administration")),
    ],
    help=_("Empty: keeping only."),
)
KEEPING = ActionField("keeping", _("Keeping"), choices=ways_to_keep)
NEW_LOCATION = OptionalField("location", _("Location"), help=_("Leave empty if the location does not change."))
NEW_SEAL = OptionalField("seal", _("Seal number"), max_length=60)
RETURNED_TO = ActionField("returned_to", _("Returned to"))
DISPOSAL = ActionField("disposal", _("How it was disposed of"))

# fmt: off
TABLE = {
    "move":      transition(S.HELD,                   by=keeper,       fields=(LOCATION, STORAGE, NOTE)),
    "reseal":    transition(S.HELD,                   by=keeper,       fields=(SEAL, REASON)),
    "weigh":     transition(S.HELD,                   by=keeper,       fields=(WEIGHT, NOTE), needs=(not_counted_by_weight,)),
    "split":     transition(S.HELD,    to=S.SPLIT,    by=holder,       fields=(PORTIONS, LOSS_REASON, NOTE)),
    "sample":    transition(S.HELD,                   by=holder,       fields=(AMOUNT, LABORATORY, PAPER, NOTE)),
    "lose":      transition(S.HELD,                   by=keeper,       fields=(AMOUNT, REASON)),
    "write_off": transition(S.HELD,    to=S.LOST,     by=holder_chief, fields=(REASON, PAPER)),
    "hand_over": transition(S.HELD,    to=S.OFFERED,  by=giver,        fields=(RECEIVER, PASSES, PAPER, NOTE)),
    "receive":   transition(S.OFFERED, to=S.HELD,     by=receiver,     fields=(KEEPING, NEW_LOCATION, STORAGE, NEW_SEAL, PAPER, NOTE)),
    "refuse":    transition(S.OFFERED, to=S.HELD,     by=receiver,     fields=(REASON,)),
    "take_back": transition(S.OFFERED, to=S.HELD,     by=giver,        fields=(REASON,)),
    "release":   transition(S.HELD,    to=S.RELEASED, by=holder_chief, fields=(RETURNED_TO, PAPER, NOTE), needs=(no_measure_holds_it,)),
    "dispose":   transition(S.HELD,    to=S.DISPOSED, by=holder_chief, fields=(DISPOSAL, PAPER, NOTE), needs=(no_other_measure_holds_it,)),
}

LABELS = {
    "take_goods": Labels(_("Take goods into custody"), _("took goods into custody")),
    "move": Labels(_("Move"), _("moved goods in custody")),
    "reseal": Labels(_("Reseal"), _("resealed goods")),
    "weigh": Labels(_("Record weighing"), _("weighed goods in custody")),
    "split": Labels(_("Split the lot"), _("split a lot of goods into portions")),
    "sample": Labels(_("Take sample"), _("took a sample of goods")),
    "lose": Labels(_("Record loss"), _("recorded a loss of goods")),
    "write_off": Labels(_("Record total loss"), _("recorded the total loss of goods"), "danger"),
    "hand_over": Labels(_("Hand it over"), _("handed goods over")),
    "receive": Labels(_("Confirm receipt"), _("confirmed receipt of goods"), "primary"),
    "refuse": Labels(_("Refuse receipt"), _("refused goods that were handed over")),
    "take_back": Labels(_("Withdraw the hand-over"), _("withdrew the hand-over of goods")),
    "release": Labels(_("Return goods"), _("returned goods")),
    "dispose": Labels(_("Dispose of goods"), _("disposed of goods"), "danger"),
}
# fmt: on

LOT = Workflow("lot", S, TABLE, LABELS, final=frozenset({S.SPLIT, S.RELEASED, S.DISPOSED, S.LOST}))
