"""Coercive measures on persons (强制措施). Each has its own period and is kept after its end."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from cases.clocks.models import Timed

from .proceeding import Proceeding
from .suspect import Suspect


class MeasureQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Measures on suspects whom the actor sees."""
        return self.filter(suspect__in=Suspect.objects.visible_to(actor).values("pk"))

    def standing(self) -> Self:
        """In force, or over and not yet lifted."""
        return self.exclude(state=Measure.State.ENDED)


class Measure(Timed, Stateful):
    """One measure on one suspect, from `since` until it was lifted. Its clock limits its duration.

    A measure that has expired or lost its ground is over by law: the person must be released. It has the state OVER
    until the release is recorded.
    """

    clock_kind = "measure"
    clock_label = _("Coercive measure")
    clock_handler = F("suspect__proceeding__handler")

    class Kind(models.TextChoices):
        SUMMONS = "summons", _("Summons")
        COMPELLED = "compelled", _("Compelled appearance")
        DETENTION = "detention", _("Detention")
        ARREST = "arrest", _("Arrest")
        BAIL = "bail", _("Bail")
        SURVEILLANCE = "surveillance", _("Residential surveillance")
        TECHNICAL = "technical", _("Technical investigation")

    class State(models.TextChoices):
        RUNNING = "RUNNING", _("In force")
        OVER = "OVER", _("Over: must be released")
        ENDED = "ENDED", _("Ended")

    class Authority(models.TextChoices):
        POLICE = "police", _("Public security agency")
        PROCURATORATE = "procuratorate", _("Procuratorate")
        COURT = "court", _("Court")

    class Over(models.TextChoices):
        """Why the measure is no longer lawful."""

        EXPIRED = "expired", _("Its period has expired")
        REFUSED = "refused", _("The arrest was refused")
        FREED = "freed", _("The case against the suspect ended")

    class Ending(models.TextChoices):
        RELEASED = "released", _("Released or lifted")
        CHANGED = "changed", _("Changed to another measure")
        JUDGED = "judged", _("The judgment took its place")
        HANDED = "handed", _("Handed over with the case")

    # Only one of these at a time. A summons is possible during bail, a technical measure during any of them.
    EXCLUSIVE = (Kind.DETENTION, Kind.ARREST, Kind.BAIL, Kind.SURVEILLANCE)
    IN_CUSTODY = (Kind.DETENTION, Kind.ARREST)

    suspect = models.ForeignKey(Suspect, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    authority = models.CharField(max_length=14, choices=Authority.choices, default=Authority.POLICE)
    designated = models.BooleanField(default=False, help_text="surveillance at a designated place (CPL art. 75)")
    paper = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    over_because = models.CharField(max_length=8, choices=Over.choices, blank=True)
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["since", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["suspect"],
                condition=Q(kind__in=["detention", "arrest", "bail", "surveillance"]) & ~Q(state="ENDED"),
                name="measure_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["suspect", "kind"], condition=~Q(state="ENDED"), name="measure_one_of_its_kind"
            ),
            models.CheckConstraint(
                condition=Q(state="ENDED", until__isnull=False) & ~Q(ending="")
                | ~Q(state="ENDED") & Q(until=None, ending=""),
                name="measure_ended_has_time_and_way",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="measure_ends_after_start"),
            models.CheckConstraint(condition=~Q(state="OVER") | ~Q(over_because=""), name="measure_over_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_custody(self) -> bool:
        return self.kind in self.IN_CUSTODY

    @property
    def proceeding(self) -> Proceeding:
        return self.suspect.proceeding

    @property
    def clock_proceeding(self) -> UUID:
        return self.suspect.proceeding_id

    def clock_agencies(self) -> dict[str, int | None]:
        return self.suspect.clock_agencies()

    def clock_leaders(self) -> list[Timed]:
        """Custody lasts no longer than the current stage, whose clock may run about the suspect or the proceeding."""
        return [self, self.suspect, self.proceeding]
