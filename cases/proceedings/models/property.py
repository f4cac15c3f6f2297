"""Measures on property (涉案财物强制措施): detention, sealing, seizure, freezing, registered preservation."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.records import Stateful
from cases.clocks.models import Side, Timed
from cases.custody.models import GoodsLot

from .line import LineQuerySet
from .proceeding import Proceeding


class PropertyMeasureQuerySet(LineQuerySet):
    def in_force(self) -> Self:
        return self.filter(state__in=PropertyMeasure.STANDING)


class PropertyMeasure(Timed, Stateful):
    """One measure of one proceeding, from its order to its end. Each has its own period.

    It covers lots, or what `subject` names: an account, shares, papers.
    """

    clock_kind = "property"
    clock_label = _("Measure on property")
    clock_handler = F("proceeding__handler")

    class Kind(models.TextChoices):
        DETENTION = "detention", _("Customs detention")
        SEAL = "seal", _("Sealing or seizure")
        FREEZE = "freeze", _("Freezing of deposits")
        PRESERVATION = "preservation", _("Registered preservation")
        SEIZURE = "seizure", _("Criminal seizure")
        CRIMINAL_FREEZE = "crm_freeze", _("Criminal freezing of deposits")
        FREEZE_YEAR = "freeze_year", _("Criminal freezing of deposits, major case (one year)")
        EQUITY = "equity", _("Criminal freezing of equity, policies or investments")
        SECURITIES = "securities", _("Criminal freezing of securities")

    class State(models.TextChoices):
        IN_FORCE = "IN_FORCE", _("In force")
        UNRELATED = "UNRELATED", _("Found unrelated, to be released")
        RELEASED = "RELEASED", _("Released")
        HANDED_OVER = "HANDED_OVER", _("Handed over with filing")
        SETTLED = "SETTLED", _("Ended by a decision")
        LAPSED = "LAPSED", _("Lapsed")

    class Handling(models.TextChoices):
        CONFISCATED = "confiscated", _("confiscated")
        REPLACED = "replaced", _("another measure takes its place")
        OTHER = "other", _("decided otherwise")

    STANDING = frozenset({State.IN_FORCE, State.UNRELATED})

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="property_measures")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.IN_FORCE)
    lots = models.ManyToManyField(GoodsLot, related_name="measures", blank=True)
    subject = models.TextField(blank=True)
    authority = models.CharField(max_length=200, help_text="who approved it")
    paper = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_paper = models.CharField(max_length=200, blank=True)
    handling = models.CharField(max_length=12, choices=Handling.choices, blank=True)

    objects = PropertyMeasureQuerySet.as_manager()

    class Meta:
        ordering = ["since", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["IN_FORCE", "UNRELATED"]) | Q(ended_at__gte=F("since")),
                name="property_measure_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.paper}"

    @property
    def is_standing(self) -> bool:
        return self.state in self.STANDING

    @property
    def clock_proceeding(self) -> UUID:
        return self.proceeding_id

    def clock_agencies(self) -> dict[str, int | None]:
        agency_id = self.proceeding.agency_id
        return {Side.AGENCY: agency_id, Side.RECEIVER: agency_id}

    def held_lots(self) -> Any:
        """The lots that it holds now, including portions and samples."""
        return GoodsLot.objects.held_under(self.pk)
