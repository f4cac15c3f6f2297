"""Shares (共享): which agency sees a case, how much, why and until when. The lead agency has a row too."""

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from cases.casefile.models import CONTENTS, OPEN, Case, Handling


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self) -> Self:
        """Shares that give access today. `CaseQuerySet.visible_to` uses the same condition."""
        return self.filter(Q(until=None) | Q(until__gte=times.today()), ended_at=None)

    def open(self) -> Self:
        """Shares of open cases."""
        return self.filter(state__in=OPEN)

    def differing(self) -> Self:
        """Shares whose state or severity is not that of their case. `triggers` leave none."""
        return self.exclude(state=F("case__state"), severity=F("case__severity"))

    def copy_again(self) -> int:
        """Writes state and severity of these anew. Returns how many were wrong."""
        case = Case.objects.filter(pk=OuterRef("case"))
        return self.differing().update(state=Subquery(case.values("state")), severity=Subquery(case.values("severity")))


class Share(models.Model):
    """One row per agency and case. Ending and granting again reopens the same row; the journal keeps both.

    `state` and `severity` are those of the case, written by `triggers` only: with them, lists count an agency's cases
    by one index.
    """

    class Profile(models.TextChoices):
        LEAD = "lead", _("leads the case")
        FULL = "full", _("sees the whole case")
        STATUS = "status", _("sees the status only")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="shares")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="shares")
    profile = models.CharField(max_length=6, choices=Profile.choices)
    reason = models.TextField(blank=True)
    granted_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, editable=False)
    severity = models.CharField(max_length=8, editable=False)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "agency"], name="share_one_per_agency"),
            models.UniqueConstraint(fields=["case"], condition=Q(profile="lead"), name="share_one_lead"),
        ]
        indexes = [
            # With the columns that decide, so that the visibility of a case needs the index alone.
            models.Index(
                fields=["agency", "case"],
                include=["profile", "until"],
                condition=Q(ended_at=None),
                name="share_live_by_agency",
            ),
            # Few shares have this profile, and every query on contents needs them.
            models.Index(
                fields=["agency", "case"], condition=Q(ended_at=None, profile="status"), name="share_status_by_agency"
            ),
            models.Index(
                fields=["agency", "state", "severity", "case"],
                include=["until"],
                condition=Q(ended_at=None),
                name="share_live_by_state",
            ),
        ]

    def is_live(self) -> bool:
        return self.ended_at is None and (self.until is None or self.until >= times.today())


def reads_contents(actor: Actor, case: str = "case") -> Q:
    """The condition that the actor reads the contents of a row's case, as `Case.objects.contents_visible_to`.

    It is one look-up for each row, for lists of few rows; all cases of an agency would be many.
    """
    shares = Share.objects.live().filter(agency=actor.agency_id, case=OuterRef(case), profile__in=CONTENTS)
    # As `is_among`, but of a column that the index of live shares has.
    read = Q(IsNull(Subquery(shares.values("case")[:1]), False)) if actor.is_staff else Q(pk__in=[])
    return read | ~Q(**{f"{case}__handling": Handling.H3}) if actor.is_centre else read
