"""Reference data: countries, customs districts, violation types, techniques, offences, penalty rules, instruments,
the versions of the control law.
"""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.kernel.bilingual import NamedModel, pick

from .citations import cited


class Country(NamedModel):
    """ISO 3166 alpha-3, as on customs forms, with the official Chinese name."""

    alpha3 = models.CharField(max_length=3, unique=True)
    alpha2 = models.CharField(max_length=2)


class District(NamedModel):
    """A directly affiliated customs district (直属海关), by the four-digit code on declarations."""

    code = models.CharField(max_length=4, unique=True)
    province = models.CharField(max_length=2)


class ViolationType(NamedModel):
    code = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)


class Technique(NamedModel):
    """An evasion technique (规避手法)."""

    code = models.CharField(max_length=20, unique=True)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    red_flags = models.TextField(blank=True)
    weight = models.CharField(max_length=1, blank=True)


class Offence(NamedModel):
    """A suspected offence. It determines the clock of the filing review."""

    class Track(models.TextChoices):
        GENERAL = "general", _("General")
        ECONOMIC = "economic", _("Economic crime")

    code = models.CharField(max_length=30, unique=True)
    article = models.CharField(max_length=60)
    track = models.CharField(max_length=10, choices=Track.choices)
    position = models.PositiveSmallIntegerField(default=0)

    @property
    def cited(self) -> str:
        return cited(self.article)


class OffenceRoute(models.Model):
    """The kind of agency that investigates an offence, with reason and validity (管辖). A referral keeps the row
    that it followed.
    """

    class Desk(models.TextChoices):
        ANTISMUGGLING = "antismuggling", _("anti-smuggling bureau")
        ECONOMIC_CRIME = "ecid", _("economic-crime police")
        STATE_SECURITY = "security", _("state security")
        SUPERVISORY = "supervision", _("supervisory agency")

    code = models.CharField(max_length=40, unique=True)
    offence = models.ForeignKey(Offence, on_delete=models.CASCADE, related_name="routes")
    desk = models.CharField(max_length=14, choices=Desk.choices)
    reason_zh = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=300)
    legal_basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=4)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    def __str__(self) -> str:
        return self.code

    @property
    def reason(self) -> str:
        return pick(self.reason_zh, self.reason_en)

    @property
    def cited(self) -> str:
        return cited(self.legal_basis)

    @property
    def to_verify(self) -> bool:
        return self.confidence == "U"

    def in_force_on(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class PartyRole(NamedModel):
    """Known roles of a party. The list is open; sources use others."""

    code = models.CharField(max_length=40, unique=True)


class PenaltyRule(models.Model):
    """The fine that a provision allows (罚则): a multiple from a threshold on, fixed sums below it, or a share.

    `serious_…` apply in serious circumstances; they are empty if the provision has no such step.
    """

    class Base(models.TextChoices):
        TURNOVER = "turnover", _("Illegal turnover")
        GAINS = "gains", _("Illegal gains")
        GOODS_VALUE = "goods_value", _("Value of the goods")
        NONE = "none", _("No base")

    code = models.CharField(max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    legal_basis = models.CharField(max_length=100)
    conduct_zh = models.CharField(max_length=200)
    conduct_en = models.CharField(max_length=300)
    other_sanctions = models.CharField(max_length=300, blank=True)
    other_sanctions_zh = models.CharField(max_length=300, blank=True)
    authority = models.CharField(max_length=60)
    confidence = models.CharField(max_length=20)
    base = models.CharField(max_length=12, choices=Base.choices)
    threshold_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    times_min = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    times_max = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    fixed_min = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    fixed_max = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    share_min = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="percent")
    share_max = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="percent")
    serious_times_min = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    serious_times_max = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    serious_fixed_min = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    serious_fixed_max = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.cited} {self.conduct}"

    @property
    def conduct(self) -> str:
        return pick(self.conduct_zh, self.conduct_en)

    @property
    def cited(self) -> str:
        return cited(self.legal_basis)

    @property
    def besides(self) -> str:
        """What the provision orders besides the fine."""
        return pick(self.other_sanctions_zh, self.other_sanctions)

    @property
    def to_verify(self) -> bool:
        return not self.confidence.startswith("S") or "text" in self.confidence


class Instrument(models.Model):
    """A law, regulation or announcement, with its period of validity."""

    code = models.CharField(max_length=40, unique=True)
    row = models.JSONField(help_text="the reference row as published, all columns")


class RulebookVersion(models.Model):
    """One version of the control law: every row of the tables in `rulebook.TABLES`. Versions are never changed.

    `imported` holds the rows, table by table, that people changed or added; a release keeps them.
    """

    number = models.PositiveIntegerField(unique=True)
    tables = models.JSONField()
    imported = models.JSONField(default=dict)
    shipped_digest = models.CharField(max_length=80, help_text="of the rows of the release that it rests on")
    grounds = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.number)
