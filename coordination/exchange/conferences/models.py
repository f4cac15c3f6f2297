"""Case conferences (案情会商): participants, agenda, minutes and resolutions.

Participation gives no access to the case. An agency that does not share the case reads only the agenda.
"""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from cases.sharing.models import reads_contents
from coordination.exchange.letters.models import Letter, OpenQuerySet, optional_link
from coordination.exchange.tasks.models import Task

TO_WRITE_MINUTES = timedelta(days=1)  # conferences may be long, and minutes are written afterwards


class ConferenceQuerySet(OpenQuerySet["Conference"]):
    def visible_to(self, actor: Actor) -> Self:
        """Conferences of the caller and the participants. The centre also sees those on unrestricted cases."""
        if not actor.reads_cases:
            return self.none()
        invited = Participant.objects.filter(conference=OuterRef("pk"), agency=actor.agency_id)
        seen = Q(agency_id=actor.agency_id) | Exists(invited)
        return self.filter(seen | ~Q(case__handling=Handling.H3)) if actor.is_centre else self.filter(seen)

    def waiting_on(self, actor: Actor) -> Self:
        """Conferences that the actor's agency has not answered, or whose minutes it has not confirmed."""
        own = Participant.objects.filter(conference=OuterRef("pk"), agency=actor.agency_id)
        unsaid = Q(state=Conference.State.CALLED) & Exists(own.filter(answer=""))
        unread = own.exclude(answer=Participant.Answer.ABSENT).filter(confirmed__lt=OuterRef("edition"), objection="")
        return self.filter(unsaid | (Q(state=Conference.State.MINUTES) & Exists(unread) & reads_contents(actor)))

    def of_person(self, actor: Actor) -> Self:
        """Conferences to which the actor is invited by name."""
        return self.filter(Exists(Participant.objects.filter(conference=OuterRef("pk"), people=actor.person_id)))


class Conference(Letter):
    """A conference. `edition` counts the versions of the minutes; each version is kept."""

    class State(models.TextChoices):
        CALLED = "CALLED", _("Called")
        MINUTES = "MINUTES", _("Held, minutes to be confirmed")
        CONFIRMED = "CONFIRMED", _("Minutes confirmed")
        CANCELLED = "CANCELLED", _("Cancelled")

    OPEN_STATES = (State.CALLED, State.MINUTES)

    journal_kind = "conference"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conferences")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who calls it")
    convener = optional_link(User)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CALLED)
    title = models.CharField(max_length=300)
    agenda = models.TextField()
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=80, blank=True)
    edition = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True, help_text="why it was postponed or cancelled")

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["starts_at", "id"], name="conference_by_time")]

    def __str__(self) -> str:
        return self.title


class Participant(models.Model):
    """An agency that takes part, through desks or people. It answers and confirms as one."""

    class Answer(models.TextChoices):
        COMING = "coming", _("takes part")
        ABSENT = "absent", _("does not take part")

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="participants")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    desks = models.ManyToManyField(Agency, related_name="+", blank=True)
    people = models.ManyToManyField(User, related_name="+", blank=True)
    answer = models.CharField(max_length=6, blank=True, choices=Answer.choices)
    remark = models.TextField(blank=True)
    confirmed = models.PositiveIntegerField(default=0, help_text="the edition of the minutes that it confirmed")
    objection = models.TextField(blank=True, help_text="to the present edition")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conference", "agency"], name="participant_once")]


class Minutes(models.Model):
    """One version of the minutes."""

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="minutes")
    edition = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-edition"]
        constraints = [models.UniqueConstraint(fields=["conference", "edition"], name="minutes_once_per_edition")]


class Resolution(models.Model):
    """A resolution, with the agency that carries it out and its due time. `task` is set once a task was created from
    it."""

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="resolutions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True, blank=True)
    task = models.OneToOneField(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="resolved_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]


def must_confirm(conference: Conference) -> "models.QuerySet[Participant]":
    """Participants that read the case and use the system, and have not confirmed the current version of the minutes."""
    reading = conference.case.shares.live().exclude(profile="status").values("agency")
    present = conference.participants.exclude(answer=Participant.Answer.ABSENT).exclude(agency=conference.agency_id)
    return present.filter(agency__in=reading, agency__signs_in=True).filter(
        ~Q(confirmed=F("conference__edition")) | ~Q(objection="")
    )
