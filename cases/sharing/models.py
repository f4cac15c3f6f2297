"""Shares (共享): which agency sees a case, how much, why and until when. The lead agency has a row too."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from cases.casefile.models import CONTENTS, Case, Handling


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self) -> Self:
        """Shares that give access today. `CaseQuerySet.visible_to` uses the same condition."""
        return self.filter(Q(until=None) | Q(until__gte=times.today()), ended_at=None)


class Share(models.Model):
    """One row per agency and case. Ending and granting again reopens the same row; the journal keeps both."""

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
