"""Export licences (许可证) as the commerce bureau issued them: rows of an imported table, each in versions."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.controls.countries import country_name
from coordination.exchange.letters.models import optional_link

BUREAU = "MOFCOM_SCB"
"""The bureau that issues licences (DUR arts. 15, 16), by its code in the reference data."""


def reads_licences(actor: Actor) -> bool:
    """Staff of the commerce bureau and of customs."""
    return actor.is_staff and (actor.agency_code == BUREAU or actor.line == Agency.Line.CUSTOMS)


class LicenceFile(models.Model):
    """One import of a table: who sent it and when, how many rows it had, and how many of them were new or changed."""

    imported_at = models.DateTimeField(db_index=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = optional_link(User)
    rows = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    digest = models.CharField(max_length=100, help_text="of the changes that the person confirmed")


class LicenceQuerySet(models.QuerySet["Licence"]):
    def visible_to(self, actor: Actor) -> Self:
        """All for the commerce bureau and for customs. Others learn of a licence by the answer of a check alone."""
        return self.all() if reads_licences(actor) else self.none()

    def current_versions(self) -> Self:
        return self.filter(Licence.LATEST)


class Licence(Stateful):
    """One version of one licence. A change in a later table is a new version; nothing is edited or deleted."""

    class State(models.TextChoices):
        ISSUED = "ISSUED", pgettext_lazy("licence", "Issued")
        SUSPENDED = "SUSPENDED", pgettext_lazy("licence", "Suspended")
        REVOKED = "REVOKED", pgettext_lazy("licence", "Revoked")

    LATEST: ClassVar[Q] = Q(is_latest=True)

    journal_kind = "licence"
    number = models.CharField(max_length=40, help_text="of the licence, in its compared form")
    edition = models.PositiveIntegerField(default=1, help_text="of the version")
    is_latest = models.BooleanField(default=True)
    file = models.ForeignKey(LicenceFile, on_delete=models.PROTECT, related_name="licences")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ISSUED)
    holder = models.CharField(max_length=300)
    uscc = models.CharField(max_length=40, blank=True, help_text="in its compared form")
    goods = models.CharField(max_length=500)
    control_code = models.CharField(max_length=40, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    destination = models.CharField(max_length=3, help_text="ISO 3166 alpha-3")
    end_user = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="the last day")

    objects = LicenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="licence_version_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(is_latest=True), name="licence_one_latest"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="licence_period"),
        ]
        indexes = [models.Index(fields=["uscc"], name="licence_by_uscc")]

    def __str__(self) -> str:
        return self.number

    @property
    def destination_name(self) -> str:
        return country_name(self.destination)
