"""Goods in custody (涉案物品保管): lots and their ledger.

Location, keeper and holder of a lot are independent: goods can be in a customs warehouse, kept by a company, and held
by the police.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Item
from cases.casefile.units import Unit

# SQLite computes in binary; fifteen digits are returned unchanged.
AMOUNT: dict[str, Any] = {"max_digits": 15, "decimal_places": 4}


class Title(models.TextChoices):
    """The kind of measure under which an agency holds a lot (扣押依据). A lot without title is kept, not held."""

    DETENTION = "detention", _("Customs detention")
    SEAL = "seal", _("Sealing or seizure")
    PRESERVATION = "preservation", _("Registered preservation")
    SEIZURE = "seizure", _("Criminal seizure")
    CONFISCATION = "confiscation", _("Confiscation")


class LotQuerySet(models.QuerySet["GoodsLot"]):
    def visible_to(self, actor: Actor) -> Self:
        """Lots of cases whose contents the actor reads, and lots that the actor's agency holds, keeps or is offered."""
        # Correlated, so that a few lots are looked up by their cases: as a list it would be all cases of the agency.
        read = Q(Exists(Case.objects.contents_visible_to(actor).filter(pk=OuterRef("case_id"))))
        if not actor.is_staff:
            return self.filter(read)
        mine = Q(title_agency_id=actor.agency_id) | Q(custodian_id=actor.agency_id) | Q(offered_to_id=actor.agency_id)
        return self.filter(mine | read)

    def held_under(self, source: Any) -> Self:
        """Lots that a measure holds now, including portions and samples taken since."""
        return self.filter(title_source=source)


class GoodsLot(Stateful):
    """涉案物品批次: goods that are counted, kept and moved together.

    `quantity` is the current quantity: received less portions and losses. `net_weight_kg` is the present weight, and
    `taken_kg` that of all that was received, which the figures count. `title_source` is the id of the measure; portions
    inherit it.
    """

    class State(models.TextChoices):
        HELD = "HELD", _("In custody")
        OFFERED = "OFFERED", _("Handed over, not confirmed")
        SPLIT = "SPLIT", _("Split into portions")
        RELEASED = "RELEASED", _("Returned")
        DISPOSED = "DISPOSED", _("Disposed of")
        LOST = "LOST", _("Lost")

    journal_kind = "lot"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lots")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="lots")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="portions")
    number = models.CharField(max_length=40, help_text="in its case; a portion's begins with its lot's: 2-1")
    description = models.CharField(max_length=500)
    is_sample = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)

    unit = models.CharField(max_length=10, choices=Unit.choices)
    received = models.DecimalField(**AMOUNT)
    portioned = models.DecimalField(**AMOUNT, default=0, help_text="taken out of it as portions and samples")
    lost = models.DecimalField(**AMOUNT, default=0)
    loss_reason = models.TextField(blank=True)
    quantity = models.DecimalField(**AMOUNT)
    net_weight_kg = models.DecimalField(**AMOUNT, null=True, blank=True)
    taken_kg = models.DecimalField(**AMOUNT, null=True, blank=True)

    location = models.CharField(max_length=200)
    custodian = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="kept_lots")
    storage = models.CharField(max_length=200, blank=True, help_text="who outside keeps it for the custodian")
    title_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="held_lots")
    title_kind = models.CharField(max_length=14, choices=Title.choices, blank=True)
    title_source = models.UUIDField(null=True, blank=True, db_index=True)
    title_since = models.DateTimeField(null=True, blank=True)
    seal = models.CharField(max_length=60, blank=True)

    taken_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="taken_lots")
    offered_to = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    offers_title = models.BooleanField(default=False, help_text="with the goods the title passes (D310 art. 12)")

    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="lot_number_in_case"),
            models.CheckConstraint(
                condition=Q(received__gt=0, portioned__gte=0, lost__gte=0, quantity__gte=0), name="lot_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity=Round(F("received") - F("portioned") - F("lost"), precision=4)),
                name="lot_adds_up",
            ),
            models.CheckConstraint(condition=Q(lost=0) | ~Q(loss_reason=""), name="lot_loss_has_reason"),
            models.CheckConstraint(
                condition=Q(title_agency=None, title_kind="", title_source=None)
                | Q(title_agency__isnull=False, title_source__isnull=False) & ~Q(title_kind=""),
                name="lot_title_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="OFFERED") | Q(offered_to__isnull=False), name="lot_offered_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    @property
    def in_charge_id(self) -> int:
        """The agency that decides about the lot: its holder under a measure, else its keeper."""
        return self.title_agency_id or self.custodian_id

    @property
    def has_gone(self) -> bool:
        """Whether the lot is no longer in custody."""
        return self.state in (self.State.RELEASED, self.State.DISPOSED, self.State.LOST)

    @property
    def has_left(self) -> bool:
        """Whether an agency other than the one that took it in decides about it now."""
        return self.in_charge_id != self.taken_by_id


class CustodyEvent(models.Model):
    """An entry of a lot's ledger (保管台账): the action and the state of the lot after it. Append-only.

    A hand-over has two entries: the giver's, and the receiver's confirmation or refusal.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Taken into custody")
        PORTION = "portion", _("Created as a portion")
        MOVED = "moved", _("Moved")
        RESEALED = "resealed", _("Resealed")
        WEIGHED = "weighed", _("Weighed")
        SPLIT = "split", _("Split")
        SAMPLED = "sampled", _("Sampled")
        LOST = "lost", _("Loss recorded")
        GIVEN = "given", _("Handed over by the sender")
        CONFIRMED = "confirmed", _("Confirmed by the receiver")
        REFUSED = "refused", _("Refused by the receiver")
        TAKEN_BACK = "taken_back", _("Hand-over withdrawn")
        TITLE = "title", _("Placed under a measure")
        TITLE_ENDED = "title_ended", _("Measure ended")
        RELEASED = "released", _("Returned")
        DISPOSED = "disposed", _("Disposed of")

    lot = models.ForeignKey(GoodsLot, on_delete=models.CASCADE, related_name="ledger")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    counterpart = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(**AMOUNT, null=True, blank=True, help_text="how much it was about")
    paper = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    quantity = models.DecimalField(**AMOUNT)
    location = models.CharField(max_length=200)
    custodian = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    storage = models.CharField(max_length=200, blank=True)
    title_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title_kind = models.CharField(max_length=14, choices=Title.choices, blank=True)
    seal = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["happened_at", "pk"]
