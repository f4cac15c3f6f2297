"""Agencies (机关): a tree of agencies, which act in their own name, and units, which do not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.bilingual import NamedModel


class AgencyQuerySet(models.QuerySet["Agency"]):
    def agencies(self) -> "AgencyQuerySet":
        return self.filter(is_agency=True)

    def with_code(self, code: str) -> "Agency | None":
        """Returns the agency with this code, or None. No code holds control characters, which PostgreSQL refuses."""
        return self.filter(code=code).first() if code.isprintable() else None


class Agency(NamedModel):
    """A node of the tree. Access is per agency; a unit belongs to the nearest agency above it.

    The anti-smuggling bureau is under customs and police (Customs Law art. 4), hence `second_parent`.
    """

    class Line(models.TextChoices):
        COMMERCE = "commerce", _("Commerce")
        CUSTOMS = "customs", _("Customs")
        POLICE = "police", _("Public security")
        PROCURATORATE = "procuratorate", _("Procuratorate")
        COURT = "court", _("Court")
        SECURITY = "security", _("State security")
        CENTRE = "centre", _("Coordination centre")
        OTHER = "other", _("Other agency")

    class Handling(models.TextChoices):
        H0 = "H0", _("H0 open")
        H1 = "H1", _("H1 internal")
        H2 = "H2", _("H2 work secret")
        H3 = "H3", _("H3 restricted")

    code = models.CharField(max_length=20, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    second_parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="units", help_text="itself for an agency"
    )
    signs_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_agency = models.BooleanField(default=False)
    line = models.CharField(max_length=14, choices=Line.choices, default=Line.OTHER)
    level = models.CharField(max_length=12)
    role = models.CharField(max_length=300, blank=True)
    province = models.CharField(max_length=2, blank=True)
    district = models.CharField(max_length=4, blank=True)
    default_handling = models.CharField(max_length=2, choices=Handling.choices, default=Handling.H2)
    doc_word = models.CharField(max_length=20, blank=True, help_text="机关代字, before the year in its numbers")
    doc_word_confidence = models.CharField(max_length=10, blank=True, help_text="U: invented, to be verified")
    confidence = models.CharField(max_length=40, blank=True)
    signs_in = models.BooleanField(default=False, help_text="declared by two persons, never derived from its accounts")
    absent_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when it last ceased to sign in; what was recorded before stays closed to others",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(default_handling="H0"), name="agency_default_never_open"),
        ]

    @property
    def investigates_crime(self) -> bool:
        return has_police_powers(self.line, self.code)

    def was_absent_at(self, recorded_at: datetime) -> bool:
        """Whether others keep the agency's file: it does not sign in, and the record was made since it stopped."""
        return not self.signs_in and (self.absent_since is None or recorded_at >= self.absent_since)

    @property
    def above(self) -> "list[Agency]":
        """The superior agencies, nearest first. A bureau with two parents has both."""
        superiors: list[Agency] = []
        level = [self]
        while level:
            level = [one for node in level for one in (node.parent, node.second_parent) if one is not None]
            superiors += [one for one in level if one.is_agency and one not in superiors]
        return superiors

    @property
    def superior(self) -> "Agency | None":
        """The nearest superior with authority over this agency. The centre only coordinates (DUR art. 4)."""
        return next((one for one in self.above if one.line != self.Line.CENTRE), None)

    @property
    def is_antismuggling(self) -> bool:
        return is_antismuggling(self.code)


class AssignedBodies(models.Model):
    """The bodies assigned to an agency, as its administrator named them from a paper with a second person."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="+")
    procuratorate = models.CharField(max_length=100, blank=True)
    reconsideration = models.CharField(max_length=100, blank=True)
    court = models.CharField(max_length=100, blank=True)
    paper = models.CharField(max_length=200)
    updated_at = models.DateTimeField(auto_now=True)


def agencies_by_id(ids: Iterable[int]) -> dict[int, Agency]:
    return Agency.objects.in_bulk(ids)


def agencies_by_code() -> dict[str, Agency]:
    """All agencies without their units."""
    return {row.code: row for row in Agency.objects.agencies()}


def agency_and_superiors(agency: Agency) -> list[Agency]:
    """Returns the agencies that may act in its place, in order: the agency, its superiors, the centre."""
    centre: Any = Agency.objects.agencies().filter(line=Agency.Line.CENTRE).order_by("id")
    return list(dict.fromkeys([agency, *agency.above, *centre]))


def nearest_desk(agency: Agency) -> Agency:
    """The agency, else its nearest superior that signs in, else the centre. The agency itself if none does."""
    if agency.signs_in:
        return agency
    return next((one for one in agency_and_superiors(agency) if one.signs_in), agency)


def common_superior(one: Agency, other: Agency) -> Agency | None:
    """Returns the nearest agency above both (共同上一级行政机关), which designates the competent one (APL art. 25)."""
    others = other.above
    return next((superior for superior in one.above if superior in others), None)


def subordinate_ids(agency_id: int) -> set[int]:
    """Returns the ids of the agencies below on every level, by either parent.

    One query per level; the tree has four.
    """
    found: set[int] = set()
    level = {agency_id}
    while level:
        children = Agency.objects.filter(Q(parent__in=level) | Q(second_parent__in=level))
        level = set(children.values_list("pk", flat=True)) - found - {agency_id}
        found |= level
    return set(Agency.objects.agencies().filter(pk__in=found).values_list("pk", flat=True))


def is_in_command_of(superior: Agency, other: Agency) -> bool:
    """Whether `superior` is above `other` in the chain of command. The centre only coordinates (DUR art. 4)."""
    return superior in other.above and superior.line != Agency.Line.CENTRE


def has_police_powers(line: str, code: str) -> bool:
    """Whether this is public security or an anti-smuggling bureau, which is part of customs (Customs Law art. 4)."""
    return line == Agency.Line.POLICE or is_antismuggling(code)


def is_antismuggling(code: str) -> bool:
    return code == "GACC_ASB" or code.startswith("ASB_")


def of_antismuggling(path: str) -> Q:
    """Returns `is_antismuggling` as a condition on the agency at this path."""
    return Q(**{f"{path}__code": "GACC_ASB"}) | Q(**{f"{path}__code__startswith": "ASB_"})


def was_absent(path: str, recorded_at: str) -> Q:
    """Returns `Agency.was_absent_at` as a condition.

    `path` leads to the agency; `recorded_at` is a column of the row.
    """
    since = f"{path}__absent_since"
    return Q(**{f"{path}__signs_in": False}) & (Q(**{since: None}) | Q(**{f"{recorded_at}__gte": F(since)}))


class LedgerSeries(models.Model):
    """A gap-free counter per agency, kind and year: 〔2026〕3号. Its row is locked while a number is taken."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="ledgers")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "kind", "year"], name="ledger_one_per_year")]
