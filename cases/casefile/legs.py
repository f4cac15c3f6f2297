"""Legs of shipments (运输区段): where goods were declared to go, and where they are found to go."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.controls.countries import country_name

from .identifiers import check_identifier
from .models import Case, CaseRow, Shipment


class ShipmentLeg(CaseRow):
    """A leg (航段) of a shipment, as it was declared or as it was found. The legs of one chain are in the order of
    `position`. Countries are ISO 3166 alpha-3, "" if not known; `source` is the paper or text that shows the leg.
    """

    class Chain(models.TextChoices):
        DECLARED = "declared", pgettext_lazy("leg", "Declared")
        ACTUAL = "actual", pgettext_lazy("leg", "Actual")

    class Transport(models.TextChoices):
        SEA = "sea", _("Sea")
        AIR = "air", _("Air")
        RAIL = "rail", _("Rail")
        ROAD = "road", _("Road")
        POST = "post", _("Post or courier")
        OTHER = "other", pgettext_lazy("transport", "Other")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="legs")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="legs")
    chain = models.CharField(max_length=8, choices=Chain.choices)
    position = models.PositiveSmallIntegerField(help_text="1, 2, 3 … in its chain")
    from_country = models.CharField(max_length=3, blank=True)
    from_place = models.CharField(max_length=200, blank=True)
    to_country = models.CharField(max_length=3, blank=True)
    to_place = models.CharField(max_length=200, blank=True)
    departs_on = models.DateField(null=True, blank=True)
    arrives_on = models.DateField(null=True, blank=True)
    mode = models.CharField(max_length=5, choices=Transport.choices, blank=True)
    carrier = models.CharField(max_length=200, blank=True)
    vessel = models.CharField(max_length=200, blank=True, help_text="vessel and voyage, flight, train or vehicle")
    container = models.CharField(max_length=120, blank=True)
    consignee = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=500, help_text="the paper or text that shows it")

    class Meta(CaseRow.Meta):
        ordering = ["position", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(departs_on=None) | Q(arrives_on=None) | Q(arrives_on__gte=F("departs_on")),
                name="leg_arrives_after_departure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_chain_display()} {self.position}: {self.ends[0] or '?'} → {self.ends[1] or '?'}"

    @property
    def ends(self) -> tuple[str, str]:
        """Where it begins and ends, in the reader's language; "" if not known."""
        ends = ((self.from_place, self.from_country), (self.to_place, self.to_country))
        begins, arrives = (
            " ".join(filter(None, (place, country and country_name(country)))) for place, country in ends
        )
        return begins, arrives

    @property
    def container_flag(self) -> str:
        """What is odd about the container number: "", or "checksum"."""
        return check_identifier("CNTR", self.container) if self.container else ""
