"""The workflow of measures on property. Extensions are transitions of the clock."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, automatic, condition, transition
from cases.clocks.models import Clock, ClockQuerySet
from cases.custody.models import GoodsLot, Title
from cases.custody.workflow import lot_choices

from ..access import chief, staff
from ..models import Proceeding, PropertyMeasure

M, K, P = PropertyMeasure.State, PropertyMeasure.Kind, Proceeding.Kind
OWN, PAIR = Visibility.OWN, Visibility.PAIR
step = partial(transition, by=staff, visibility=OWN)


@dataclass(frozen=True)
class KindRule:
    """Legal rules of a kind of measure: its title over goods, the clock of its length, that of the
    service of its decision on the party, and whether it lapses at its end or must be released.
    """

    title: str = ""
    clock: str = ""
    served: str = ""
    lapses: bool = False

    @property
    def clocks(self) -> tuple[str, ...]:
        return tuple(code for code in (self.clock, self.served) if code)


KIND_RULES = {
    K.DETENTION: KindRule(Title.DETENTION, "CUS_DETAIN_GOODS"),
    K.SEAL: KindRule(Title.SEAL, "ADM_SEAL"),
    # Only an agency authorised by law may freeze (ACL art. 29); at the end the bank lifts the freeze (ACL art. 33).
    K.FREEZE: KindRule("", "ADM_FREEZE", "ADM_FREEZE_SERVE", lapses=True),
    K.PRESERVATION: KindRule(Title.PRESERVATION, "ADM_REG_PRESERVE", lapses=True),
    # The law sets no period for criminal seizure: it lasts until release or the court's decision.
    K.SEIZURE: KindRule(Title.SEIZURE),
    K.CRIMINAL_FREEZE: KindRule("", "CRM_FREEZE", lapses=True),
    K.FREEZE_YEAR: KindRule("", "CRM_FREEZE_YEAR", lapses=True),
    K.EQUITY: KindRule("", "CRM_FREEZE_EQUITY", lapses=True),
    K.SECURITIES: KindRule("", "CRM_FREEZE_SEC", lapses=True),
}


# The measure with which an agency takes over goods: police on filing (D310 art. 12), an administrative agency when the
# police return the matter (D310 art. 10).
TAKEN_OVER_AS = {P.CRIMINAL: K.SEIZURE, P.CUSTOMS: K.DETENTION, P.COMMERCE: K.SEAL}


def period_of(measure: PropertyMeasure) -> ClockQuerySet:
    """The clock of the length of the measure, not those of duties about it."""
    return Clock.objects.about(measure).filter(rule__code=KIND_RULES[K(measure.kind)].clock)


# Conditions ----------------------------------------------------------------------------------------------------------
def no_lot_is_on_its_way(measure: PropertyMeasure, actor: Actor) -> UnmetCondition | None:
    """Lots being handed over with their title are not released, to avoid a gap (D310 art. 12)."""
    offered = measure.held_lots().filter(state=GoodsLot.State.OFFERED)
    numbers = ", ".join(offered.values_list("number", flat=True))
    detail = gettext("Lots are being handed over: %(numbers)s. Wait for the receiver, or withdraw the hand-over.")
    return UnmetCondition("offered", detail % {"numbers": numbers}) if numbers else None


@condition("criminal", _("This is not a measure of a criminal proceeding: release it."))
def is_criminal(measure: PropertyMeasure) -> bool:
    """The three days apply to the police (CPL art. 145); an administrative measure is released directly (ACL art.
    28).
    """
    return measure.proceeding.is_criminal


@condition("lapse", _("Such a measure does not lapse automatically: it must be released."))
def lapses_by_itself(measure: PropertyMeasure) -> bool:
    return KIND_RULES[K(measure.kind)].lapses


@condition("period", _("Its period has not ended yet."))
def period_is_over(measure: PropertyMeasure) -> bool:
    clock = period_of(measure).running().first()
    return clock is None or (clock.due_at is not None and clock.due_at < times.now())


@condition("duty", _("This duty does not apply here, or is already done."))
def to_be_served(measure: PropertyMeasure) -> bool:
    return Clock.objects.running().about(measure).filter(rule__code=KIND_RULES[K(measure.kind)].served).exists()


# Fields --------------------------------------------------------------------------------------------------------------
def held_lots(measure: Any, actor: Actor) -> Choices:
    return lot_choices(measure.held_lots().filter(state=GoodsLot.State.HELD))


PAPER = ActionField("paper", _("Number of the paper"), of_new=True)
SERVICE = ActionField("paper", _("Number of the paper"), help=_("Of the proof of service on the party."), of_new=True)
LOTS = ActionField("lots", _("Lots"), kind="choices", choices=held_lots, of_new=True)
HANDLING = ActionField(
    "handling",
    _("Decision on the property"),
    choices=PropertyMeasure.Handling.choices,
    stores=True,
)

# fmt: off
TRANSITIONS = {
    "release_part":   step(M.IN_FORCE, M.UNRELATED,                        fields=(LOTS, PAPER, REASON)),
    "find_unrelated": step(M.IN_FORCE,                   to=M.UNRELATED,   fields=(REASON,), needs=(is_criminal,), starts=("CRM_RELEASE_UNREL",)),
    "release":        step(M.IN_FORCE, M.UNRELATED,      to=M.RELEASED,    fields=(PAPER, REASON), needs=(no_lot_is_on_its_way,), stops=("*",), paper="RELEASE"),
    "settle":         step(M.IN_FORCE,                   to=M.SETTLED,     by=chief, fields=(HANDLING, PAPER, REASON), needs=(no_lot_is_on_its_way,), stops=("*",)),
    "lapse":          step(M.IN_FORCE,                   to=M.LAPSED,      fields=(NOTE,), needs=(lapses_by_itself, period_is_over), stops=("*",)),
    "serve":          step(M.IN_FORCE, M.UNRELATED,                        fields=(SERVICE, NOTE), needs=(to_be_served,), stops=("ADM_FREEZE_SERVE",)),
    "hand_over":      automatic(M.IN_FORCE, M.UNRELATED, to=M.HANDED_OVER, visibility=PAIR, stops=("*",)),
}

LABELS = {
    "release_part": Labels(_("Release some of the goods"), _("released part of the goods under a measure")),
    "find_unrelated": Labels(_("Record as unrelated"), _("found that the property under a measure is unrelated to the case")),
    "release": Labels(_("Release the measure"), _("released a measure on property")),
    "settle": Labels(_("Record the decision that ends it"), _("ended a measure on property by a decision")),
    "lapse": Labels(_("Record that it lapsed"), _("recorded that a measure on property lapsed")),
    "serve": Labels(_("Record service of the decision"), _("served the decision of a measure on the party")),
    "hand_over": Labels(_("Hand over"), _("the measure ended as the receiver's measure began")),
}
# fmt: on

PROPERTY = Workflow("measure on property", M, TRANSITIONS, LABELS, final=frozenset(set(M) - PropertyMeasure.STANDING))
