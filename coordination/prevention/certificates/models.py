"""Certificates of end user and end use (最终用户和最终用途证明, ECL arts. 15 and 16; DUR arts. 24 and 25): what was
promised, until when, and how the certificate was checked."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.controls.countries import country_name
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link
from coordination.prevention.exporters.models import Exporter

EXPIRES_SOON = timedelta(days=60)


class CertificateQuerySet(DatedQuerySet["Certificate"]):
    def visible_to(self, actor: Actor) -> Self:
        """Certificates of the own agency; all for the centre."""
        if actor.is_centre:
            return self.all()
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def of_person(self, actor: Actor) -> Self:
        return self.filter(handler=actor.person_id)

    def expired(self) -> Self:
        """Open ones whose last day has passed."""
        return self.open().filter(valid_until__lt=times.today())

    def expiring(self) -> Self:
        """Valid ones that expire within sixty days, of which no one has been reminded."""
        return self.filter(state=Certificate.State.VALID, expiry="", valid_until__lte=times.today() + EXPIRES_SOON)

    def to_renew(self) -> Self:
        """Those whose expiry is work."""
        return self.filter(state=Certificate.State.VALID, expiry=Certificate.Expiry.SOON)


class Certificate(Letter):
    """A certificate that an exporter has from its end user. `due_at` is the end of its last day.

    `expiry` says whether its end is work: soon, or noted by an officer.
    """

    class State(models.TextChoices):
        VALID = "VALID", pgettext_lazy("certificate", "Valid")
        DOUBTFUL = "DOUBTFUL", pgettext_lazy("certificate", "Doubtful")
        EXPIRED = "EXPIRED", pgettext_lazy("certificate", "Expired")
        REVOKED = "REVOKED", pgettext_lazy("certificate", "Revoked")

    class Expiry(models.TextChoices):
        SOON = "soon", _("expires soon")
        NOTED = "noted", pgettext_lazy("certificate", "noted")

    OPEN_STATES = (State.VALID, State.DOUBTFUL)

    journal_kind = "certificate"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    exporter = models.ForeignKey(Exporter, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=80)
    issuer = models.CharField(max_length=200, blank=True, help_text="who issued it, such as an authority abroad")
    end_user = models.CharField(max_length=200)
    country = models.CharField(max_length=3, help_text="of the end user, ISO 3166 alpha-3")
    goods = models.CharField(max_length=300)
    control_code = models.CharField(max_length=40, blank=True)
    hs_code = models.CharField(max_length=20, blank=True)
    quantity_kg = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    end_use = models.CharField(max_length=300)
    no_reexport = models.BooleanField(default=False, help_text="promises not to pass it to third parties")
    no_military = models.BooleanField(default=False, help_text="promises no military use")
    issued_on = models.DateField()
    valid_until = models.DateField()
    due_at = models.DateTimeField()
    expiry = models.CharField(max_length=5, choices=Expiry.choices, blank=True)
    handler = optional_link(User)
    state = models.CharField(max_length=8, choices=State.choices, default=State.VALID)
    reason = models.TextField(blank=True, help_text="why it is doubtful or was revoked")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exporter", "number"], name="certificate_number_once"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("issued_on")), name="certificate_period"),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "valid_until"], name="certificate_queue"),
            index_by_due("certificate_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.end_user}"

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.handler_id)

    @property
    def country_label(self) -> str:
        return country_name(self.country)


class CertificateCheck(models.Model):
    """One check of the certificate: how, with what result, by which source and on which day."""

    class Kind(models.TextChoices):
        STAMP = "stamp", _("stamp and signature")
        REGISTRY = "registry", _("register of companies of the end user")
        CALL_BACK = "call_back", _("call back to the end user")
        EMBASSY = "embassy", _("mission abroad")

    class Result(models.TextChoices):
        YES = "yes", pgettext_lazy("check", "confirmed")
        NO = "no", pgettext_lazy("check", "not confirmed")
        UNKNOWN = "unknown", pgettext_lazy("check", "could not be established")

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="checks")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    result = models.CharField(max_length=7, choices=Result.choices)
    source = models.CharField(max_length=200)
    checked_on = models.DateField()
    checked_by = optional_link(User)

    class Meta:
        ordering = ["checked_on", "id"]
