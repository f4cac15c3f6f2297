"""Screening match (筛查命中): a person or company named in a case or lead, and an entry of a list
that may be the same.

A person compares the two and decides. The verdict holds as long as neither side changes in what was compared.
"""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.people.models import User
from cases.casefile.models import Case
from cases.intake.models import Lead
from cases.watchlists.models import Listing
from coordination.exchange.letters.models import Letter, OpenQuerySet, optional_link

from .subjects import SUBJECTS


class GradeOfMatch(models.TextChoices):
    """How surely the names mean the same body (`cases.controls.names.Grade`)."""

    EXACT = "exact", _("Same name or number")
    PROBABLE = "probable", _("Probable")
    POSSIBLE = "possible", _("Possible")


class MatchQuerySet(OpenQuerySet["Match"]):
    def visible_to(self, actor: Actor) -> Self:
        """Matches whose subject and whose entry the actor reads: the contents of the case or the lead, and for an entry
        of an own list its agency and the centre."""
        if not actor.reads_cases:
            return self.none()
        seen = reduce(or_, (Q(subject_kind=kind.kind) & kind.seen(actor) for kind in SUBJECTS.values()))
        entries = Q() if actor.is_centre else Q(listing__owner=None) | Q(listing__owner__agency=actor.agency_id)
        return self.filter(seen, entries)

    def present(self) -> Self:
        """Matches whose two sides still agree."""
        return self.exclude(state=Match.State.GONE)

    def waiting_on(self, agency_id: int | None) -> Self:
        """Open matches that this agency compares: those of `Match.holder_id`."""
        holds = Q(case__lead=agency_id) | Q(lead__agency=agency_id)
        keeps = Q(listing__owner__agency=agency_id)
        return self.open().filter(keeps | Q(listing__owner=None) & holds)


class Match(Letter):
    """One subject and one entry, known by the entry's code, which its versions share; `listing` is the version met.

    `subject` is the row that names the subject, `part` distinguishes several in one row; `subject_name` is the name
    as last compared. `reasons` are the ways in which the two agree, the strongest first. The digests are those of what
    was compared of each side. `verdict` outlives a match that has gone, and returns with it if both sides are as they
    were.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("To be compared")
        SAME = "SAME", _("Same")
        DIFFERENT = "DIFFERENT", _("Different")
        GONE = "GONE", _("No longer matching")

    OPEN_STATES = (State.OPEN,)

    journal_kind = "match"
    subject_kind = models.CharField(max_length=12)
    subject = models.UUIDField()
    part = models.CharField(max_length=300, blank=True)
    subject_name = models.CharField(max_length=300)
    subject_digest = models.CharField(max_length=80)
    case = optional_link(Case, on_delete=models.CASCADE)
    lead = optional_link(Lead, on_delete=models.CASCADE)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+", help_text="the version it met")
    code = models.CharField(max_length=40)
    entry_digest = models.CharField(max_length=80)
    grade = models.CharField(max_length=8, choices=GradeOfMatch.choices)
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    verdict = models.CharField(max_length=9, blank=True, choices=[("SAME", _("Same")), ("DIFFERENT", _("Different"))])
    because = models.TextField(blank=True)
    decided_by = optional_link(User)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "part", "code"], name="match_once"),
            models.CheckConstraint(
                condition=Q(subject_kind="party", case__isnull=False, lead=None)
                | Q(subject_kind="lead", lead__isnull=False, case=None)
                | ~Q(subject_kind__in=["party", "lead"]),
                name="match_of_its_matter",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SAME", "DIFFERENT"]) | Q(verdict=models.F("state"), decided_at__isnull=False),
                name="match_decided_has_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "grade", "id"], name="match_by_state"),
            models.Index(fields=["code"], name="match_by_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name} – {self.listing.name}"

    @property
    def of_own_list(self) -> bool:
        return self.listing.owner_id is not None

    @property
    def holder_id(self) -> int:
        """The agency that compares: the keeper of an own entry, which no other sees; else the holder of the matter."""
        if self.listing.owner is not None:
            keeper: Any = self.listing.owner.agency_id
            return int(keeper)
        return SUBJECTS[self.subject_kind].holder(self)

    def desk(self) -> Desk:
        return Desk.of(self.holder_id)


class ScreenedMatter(models.Model):
    """Up to where a matter was screened: `seq` is the last event of its stream, `lists` the digest of the entries."""

    kind = models.CharField(max_length=12)
    matter = models.UUIDField(unique=True)
    seq = models.PositiveIntegerField()
    lists = models.CharField(max_length=80)
