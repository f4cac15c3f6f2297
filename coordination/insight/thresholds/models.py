"""Threshold (指标提醒): a figure that a supervisor watches, and the value at which they are notified."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.permissions import FIGURES
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User

HEADLINE = 400  # characters


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own, while they read the figures of that agency: what a person watches concerns no other."""
        if actor.kind != "user" or not FIGURES.allows(actor):
            return self.none()
        return self.filter(owner_id=actor.id, agency_id=actor.agency_id)

    def watched(self) -> Self:
        return self.exclude(state=Threshold.State.ENDED).filter(owner__is_active=True)


class Threshold(Stateful):
    """A question about a figure and a value. `filters`: dimension → value, as in the address of the figure.

    `found` holds the numbers when it was crossed: the period, value, numerator and denominator. The headlines are its
    words in both languages, with the number after a crossing. `lost` is what could no longer be asked when the system
    ended it: the metric, or the filter whose value is no longer known or visible to the owner.
    """

    class State(models.TextChoices):
        WATCHING = "WATCHING", pgettext_lazy("threshold", "Watching")
        CROSSED = "CROSSED", pgettext_lazy("threshold", "Crossed")
        SEEN = "SEEN", pgettext_lazy("threshold", "Acknowledged")
        ENDED = "ENDED", pgettext_lazy("threshold", "Ended")

    class Comparison(models.TextChoices):
        ABOVE = "above", _("above")
        BELOW = "below", _("below")

    class Over(models.TextChoices):
        MONTH = "month", _("This month")
        QUARTER = "quarter", _("This quarter")
        YEAR = "year", _("This year")
        TWELVE = "12-months", _("Last 12 months")

    journal_kind = "threshold"
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    metric = models.CharField(max_length=32)
    filters = models.JSONField(default=dict, blank=True)
    over = models.CharField(max_length=9, choices=Over.choices, default=Over.MONTH)
    comparison = models.CharField(max_length=5, choices=Comparison.choices, default=Comparison.ABOVE)
    value = models.DecimalField(max_digits=18, decimal_places=4, help_text="of a share 0 to 1")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WATCHING)
    found = models.JSONField(default=dict, blank=True)
    lost = models.CharField(max_length=32, blank=True)
    crossed_at = models.DateTimeField(null=True, blank=True)
    headline_zh = models.CharField(max_length=HEADLINE)
    headline_en = models.CharField(max_length=HEADLINE)

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner"], condition=~models.Q(state="ENDED"), name="threshold_watched"),
        ]

    def __str__(self) -> str:
        return pick(self.headline_zh, self.headline_en)
