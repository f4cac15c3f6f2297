"""Suspect lines (犯罪嫌疑人): the lines of a criminal proceeding, persons and units."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .line import Line
from .proceeding import Proceeding


class Suspect(Line):
    """What happens to one suspect, person or unit, and how it ends."""

    clock_kind = "suspect"
    clock_words = _("Suspect")

    class State(models.TextChoices):
        INVESTIGATED = "INVESTIGATED", _("Under criminal investigation")
        DETAINED = "DETAINED", _("Detained")
        ARREST_REVIEW = "ARREST_REVIEW", _("Arrest under review")
        ARRESTED = "ARRESTED", _("Arrested")
        BAIL = "BAIL", _("On bail")
        SURVEILLED = "SURVEILLED", _("Residential surveillance")
        RELEASED = "RELEASED", _("Released, still investigated")
        DROPPED = "DROPPED", _("Case withdrawn")
        NOT_PROSECUTED = "NOT_PROSECUTED", _("Not prosecuted")
        CONVICTED = "CONVICTED", _("Convicted")
        ACQUITTED = "ACQUITTED", _("Acquitted")

    FATES = frozenset({State.DROPPED, State.NOT_PROSECUTED, State.CONVICTED, State.ACQUITTED})

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="suspects")
    state = models.CharField(max_length=14, choices=State.choices, default=State.INVESTIGATED)
    charge = models.CharField(max_length=200, blank=True)
    sentence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    fine_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
