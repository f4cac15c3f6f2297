"""Exporter (出口经营者): an entry in the register of an agency, with its letters, reviews and inspections."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from cases.controls.models import District


class ExporterQuerySet(models.QuerySet["Exporter"]):
    def visible_to(self, actor: Actor) -> Self:
        """The register of the actor's own agency; the centre sees all registers.

        Each agency has a register of its own, because an entry shows that the agency deals with the exporter.
        """
        if actor.is_centre:
            return self.all()
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()


class Exporter(Stateful):
    """One exporter in the register of one agency. The numbers are in their compared form, "" if not known."""

    class State(models.TextChoices):
        FOLLOWED = "FOLLOWED", pgettext_lazy("exporter", "Followed")
        RESTING = "RESTING", pgettext_lazy("exporter", "No longer followed")

    journal_kind = "exporter"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="whose register it is")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    uscc = models.CharField(max_length=18, blank=True, help_text="统一社会信用代码")
    customs_code = models.CharField(max_length=10, blank=True, help_text="海关注册编码")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=300, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    remark = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.FOLLOWED)

    objects = ExporterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "uscc"], condition=~Q(uscc=""), name="exporter_once_by_uscc"),
            models.UniqueConstraint(fields=["agency", "name"], condition=Q(uscc=""), name="exporter_once_by_name"),
        ]
        indexes = [models.Index(fields=["uscc"], name="exporter_uscc")]

    def __str__(self) -> str:
        return self.name

    @property
    def numbers(self) -> tuple[str, ...]:
        """The identifiers by which other objects name it."""
        return tuple(number for number in (self.uscc, self.customs_code) if number)
