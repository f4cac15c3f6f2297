"""The table of goods lots (涉案物品批次)."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.organs.models import Agency
from cases.casefile.units import Unit

from .access import giver, holder, holder_chief, keeper, receiver
from .models import GoodsLot, Title

S = GoodsLot.State
MOVES, STAYS = "moves", "stays"
KEEPING_ONLY, TITLE_TOO = "keeping", "title"


# Needs ---------------------------------------------------------------------------------------------------------------
def no_measure_holds_it(lot: GoodsLot, actor: Actor) -> Missing | None:
    """Goods go back to their owner after the measure is released, not by themselves (ACL art. 28)."""
    if not lot.title_kind:
        return None
    detail = gettext("It is held under a measure (%(kind)s). Release the measure first.")
    return Missing("title", detail % {"kind": lot.get_title_kind_display()})


def no_other_measure_holds_it(lot: GoodsLot, actor: Actor) -> Missing | None:
    """What was confiscated may be disposed of, and what nobody holds."""
    return None if lot.title_kind == Title.CONFISCATION else no_measure_holds_it(lot, actor)


def not_counted_by_weight(lot: GoodsLot, actor: Actor) -> Missing | None:
    if lot.unit != Unit.KG:
        return None
    return Missing("unit", gettext("It is counted in kg: what is missing at weighing is recorded as a loss."))


# Asks ----------------------------------------------------------------------------------------------------------------
def organs_with_contents(lot: Any, actor: Actor) -> list[tuple[str, str]]:
    """Organs that see the whole case: who gets goods must be able to see what they are."""
    shares = {"shares__case": lot.case_id, "shares__ended_at": None, "shares__profile__in": ["lead", "full"]}
    organs = Agency.objects.filter(**shares).order_by("id")
    if lot.custodian_id == lot.in_charge_id:
        organs = organs.exclude(pk=lot.custodian_id)
    return [(organ.code, organ.name) for organ in organs]


WAYS_TO_KEEP = [
    (MOVES, _("the goods come into our keeping")),
    (STAYS, _("the giver goes on keeping them for us")),
]


def ways_to_keep(lot: Any, actor: Actor) -> list[tuple[str, Any]]:
    """Large lots of metal stay where they lie, under a list; then only the title passes."""
    return WAYS_TO_KEEP if lot.offers_title else WAYS_TO_KEEP[:1]


PAPER = Ask("paper", _("Number of the paper"))
LOCATION = Ask("location", _("Where it lies"))
STORAGE = Ask("storage", _("Outside storage"), required=False, help=_("Who keeps it for the organ, if not the organ."))
SEAL = Ask("seal", _("Seal number"), max_length=60)
WEIGHT = Ask("net_weight_kg", _("Net weight (kg)"), kind="decimal")
PORTIONS = Ask(
    "portions",
    _("Quantities of the portions"),
    help=_("One after the other, e.g. 10000 13990. What they lack is a loss and needs its reason."),
)
LOSS_REASON = Ask("loss_reason", _("Reason of the loss"), kind="long", required=False, of_new=True)
AMOUNT = Ask("amount", _("Quantity"), kind="decimal")
LABORATORY = Ask("storage", _("Laboratory or organ that keeps the sample"), of_new=True)
RECEIVER = Ask("receiver", _("Receiving organ"), kind="choice", choices=organs_with_contents)
PASSES = Ask(
    "passes",
    _("What passes"),
    kind="choice",
    required=False,
    choices=lambda lot, actor: [
        (KEEPING_ONLY, _("the keeping only")),
        (TITLE_TOO, _("the title too, as the matter passes between police and administration")),
    ],
    help=_("Left empty: the keeping only."),
)
KEEPING = Ask("keeping", _("Keeping"), kind="choice", choices=ways_to_keep)
NEW_LOCATION = Ask("location", _("Where it lies"), required=False, help=_("Leave empty if it lies where it lay."))
NEW_SEAL = Ask("seal", _("Seal number"), required=False, max_length=60)
RETURNED_TO = Ask("returned_to", _("Returned to"))
DISPOSAL = Ask("disposal", _("How it was disposed of"))

# fmt: off
TABLE = {
    # verb            from               to              who               asks                                   needs
    "move":      move(S.HELD,          to=None,        by=keeper,        asks=(LOCATION, STORAGE, NOTE)),
    "reseal":    move(S.HELD,          to=None,        by=keeper,        asks=(SEAL, REASON)),
    "weigh":     move(S.HELD,          to=None,        by=keeper,        asks=(WEIGHT, NOTE),                     needs=(not_counted_by_weight,)),
    "split":     move(S.HELD,          to=S.SPLIT,     by=holder,        asks=(PORTIONS, LOSS_REASON, NOTE)),
    "sample":    move(S.HELD,          to=None,        by=holder,        asks=(AMOUNT, LABORATORY, PAPER, NOTE)),
    "lose":      move(S.HELD,          to=None,        by=keeper,        asks=(AMOUNT, REASON)),
    "write_off": move(S.HELD,          to=S.LOST,      by=holder_chief,  asks=(REASON, PAPER)),
    "hand_over": move(S.HELD,          to=S.OFFERED,   by=giver,         asks=(RECEIVER, PASSES, PAPER, NOTE)),
    "receive":   move(S.OFFERED,       to=S.HELD,      by=receiver,      asks=(KEEPING, NEW_LOCATION, STORAGE, NEW_SEAL, PAPER, NOTE)),
    "refuse":    move(S.OFFERED,       to=S.HELD,      by=receiver,      asks=(REASON,)),
    "take_back": move(S.OFFERED,       to=S.HELD,      by=giver,         asks=(REASON,)),
    "release":   move(S.HELD,          to=S.RELEASED,  by=holder_chief,  asks=(RETURNED_TO, PAPER, NOTE),         needs=(no_measure_holds_it,)),
    "dispose":   move(S.HELD,          to=S.DISPOSED,  by=holder_chief,  asks=(DISPOSAL, PAPER, NOTE),            needs=(no_other_measure_holds_it,)),
}

WORDS = {
    "take_goods": Words(_("Take goods into custody"), _("took goods into custody")),
    "move": Words(_("Move it"), _("moved goods in custody")),
    "reseal": Words(_("Seal it anew"), _("sealed goods anew")),
    "weigh": Words(_("Record a weighing"), _("weighed goods in custody")),
    "split": Words(_("Split it into portions"), _("split a lot of goods into portions")),
    "sample": Words(_("Take a sample"), _("took a sample of goods")),
    "lose": Words(_("Record a loss"), _("recorded a loss of goods")),
    "write_off": Words(_("Record its total loss"), _("recorded the total loss of goods"), "danger"),
    "hand_over": Words(_("Hand it over"), _("handed goods over")),
    "receive": Words(_("Confirm the hand-over"), _("confirmed that goods were handed over"), "primary"),
    "refuse": Words(_("Refuse the hand-over"), _("refused goods that were handed over")),
    "take_back": Words(_("Take the hand-over back"), _("took back the hand-over of goods")),
    "release": Words(_("Return it"), _("returned goods")),
    "dispose": Words(_("Dispose of it"), _("disposed of goods"), "danger"),
}
# fmt: on

LOT = Workflow("lot", S, TABLE, WORDS, final=frozenset({S.SPLIT, S.RELEASED, S.DISPOSED, S.LOST}))
