"""Opinions (会签): a question to agencies of a case, and the opinion of each on the facts of that day."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link


class Stance(models.TextChoices):
    CONCUR = "concur", _("Concurs")
    CONDITIONS = "conditions", _("Concurs with conditions")
    OBJECT = "object", _("Objects")
    NOT_COMPETENT = "not_competent", _("Not competent")


FOR = (Stance.CONCUR, Stance.CONDITIONS)
AGAINST = (Stance.OBJECT, Stance.NOT_COMPETENT)


class RoundQuerySet(DatedQuerySet["OpinionRound"]):
    def visible_to(self, actor: Actor) -> Self:
        """Rounds of the asking and the asked agencies; for the centre, those on unrestricted cases. No other agency
        sees them."""
        if not actor.reads_cases:
            return self.none()
        asked = Opinion.objects.filter(round=OuterRef("pk"), agency=actor.agency_id)
        seen = Q(agency_id=actor.agency_id) | Exists(asked)
        return self.filter(seen | ~Q(case__handling=Handling.H3)) if actor.is_centre else self.filter(seen)

    def with_conflict(self) -> Self:
        """Adds `conflict` (one agency concurs, another objects or is not competent) and `waits_for` (number of
        outstanding opinions)."""
        given = Opinion.objects.filter(round=OuterRef("pk"), state__in=Opinion.SAID)
        return self.annotate(
            conflict=Exists(given.filter(stance__in=FOR)) & Exists(given.filter(stance__in=AGAINST)),
            waits_for=models.Count("opinions", filter=Q(opinions__state__in=Opinion.OPEN_STATES), distinct=True),
        )

    def in_conflict(self) -> Self:
        given = Opinion.objects.filter(round=OuterRef("pk"), state__in=Opinion.SAID)
        concur, object_ = given.filter(stance__in=FOR), given.filter(stance__in=AGAINST)
        return self.open().filter(Exists(concur), Exists(object_))

    def waiting_on(self, agency_id: int | None) -> Self:
        owed = Opinion.objects.filter(round=OuterRef("pk"), agency=agency_id, state__in=Opinion.OPEN_STATES)
        return self.filter(Exists(owed))

    def owed(self) -> Self:
        return self.filter(Exists(Opinion.objects.open().filter(round=OuterRef("pk"))))

    def overdue(self, now: datetime | None = None) -> Self:
        return super().overdue(now).owed()

    def soon(self, now: datetime | None = None) -> Self:
        return super().soon(now).owed()


class OpinionRound(Letter):
    """A question. `facts` are digests by part of what it asks about; `seen_seq` is the last journal event checked for
    changes."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Opinions asked")
        CONCLUDED = "CONCLUDED", pgettext_lazy("opinion", "Concluded")
        CANCELLED = "CANCELLED", _("Cancelled")

    OPEN_STATES = (State.OPEN,)

    journal_kind = "round"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="opinion_rounds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who asks")
    asker = optional_link(User)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    title = models.CharField(max_length=300)
    text = models.TextField()
    about_kind = models.CharField(max_length=20, blank=True, help_text="proceeding or referral; empty: the case")
    about_id = models.UUIDField(null=True, blank=True)
    about_words = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    seen_seq = models.PositiveIntegerField(default=0)
    conclusion = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(about_kind="", about_id=None) | ~Q(about_kind="") & Q(about_id__isnull=False),
                name="round_about_whole",
            )
        ]
        indexes = [
            index_by_due("round_by_due"),
            models.Index(fields=["case"], condition=Q(state="OPEN"), name="round_open_by_case"),
        ]

    def __str__(self) -> str:
        return self.title


class OpinionQuerySet(DatedQuerySet["Opinion"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(round__in=OpinionRound.objects.visible_to(actor).values("pk"))

    def waiting_on(self, agency_id: int | None) -> Self:
        return self.open().filter(agency_id=agency_id)

    def of_person(self, actor: Actor) -> Self:
        return self.filter(handler_id=actor.person_id)


class Opinion(Letter):
    """The opinion of one agency. It counts once the office holder has given it. When the facts change, `turn`
    increases; views on earlier facts stay with their turn."""

    class State(models.TextChoices):
        ASKED = "ASKED", pgettext_lazy("opinion", "Pending")
        WITH_LEAD = "WITH_LEAD", _("Officer's opinion given, waiting for the lead")
        WITH_HEAD = "WITH_HEAD", _("Lead's opinion given, waiting for the responsible person")
        GIVEN = "GIVEN", _("Given")
        OUTDATED = "OUTDATED", _("Based on earlier facts")
        LAPSED = "LAPSED", _("No longer requested")

    OPEN_STATES = (State.ASKED, State.WITH_LEAD, State.WITH_HEAD, State.OUTDATED)
    SAID = (State.GIVEN, State.OUTDATED)

    journal_kind = "opinion"
    round = models.ForeignKey(OpinionRound, on_delete=models.CASCADE, related_name="opinions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="opinions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    handler = optional_link(User)
    due_at = models.DateTimeField(null=True, blank=True, help_text="the round's, for queues")
    turn = models.PositiveIntegerField(default=1)
    stance = models.CharField(max_length=14, blank=True, choices=Stance.choices)
    conditions = models.TextField(blank=True)
    reasons = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="digests of the facts on which it was given")
    given_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "agency"], name="opinion_one_per_agency"),
            models.CheckConstraint(
                condition=~Q(state__in=["GIVEN", "OUTDATED"]) | ~Q(stance=""), name="opinion_given_has_stance"
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="opinion_by_agency")]

    def __str__(self) -> str:
        return f"{self.agency.name}: {self.round.title}"

    @property
    def case_id(self) -> Any:
        return self.round.case_id

    @property
    def case(self) -> Case:
        return self.round.case

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.handler_id)


class OpinionLevel(models.Model):
    """The view of one level of an agency: officer, lead or office holder. A higher level may differ; each view is
    kept."""

    class Level(models.TextChoices):
        OFFICER = "officer", _("Officer")
        LEAD = "lead", pgettext_lazy("opinion", "Lead")
        OFFICE = "office", _("Responsible person")

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="levels")
    level = models.CharField(max_length=7, choices=Level.choices)
    turn = models.PositiveIntegerField()
    stance = models.CharField(max_length=14, choices=Stance.choices)
    conditions = models.TextField(blank=True)
    reasons = models.TextField(blank=True)
    person = optional_link(User)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
