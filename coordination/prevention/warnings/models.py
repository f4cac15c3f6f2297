"""Letters to an exporter (合规指导、咨询、监管谈话、警示函、暂停出口通知), and their release by agencies with criminal
matters about it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor, Role
from agencies.kernel.encryption import EncryptedTextField
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from cases.casefile.walls import has_a_wall, walled_ids
from cases.proceedings.models import Proceeding
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.letters.models import DatedQuerySet, Letter, OpenQuerySet, index_by_due, optional_link
from coordination.exchange.referrals.models import Referral
from coordination.prevention.campaigns import campaign_column
from coordination.prevention.exporters.models import Exporter


class ExporterLetterQuerySet(DatedQuerySet["ExporterLetter"]):
    def visible_to(self, actor: Actor) -> Self:
        """Letters of the actor's own agency; for the centre, all but those about restricted cases. No other agency sees
        them."""
        own = Q(agency_id=actor.agency_id)
        if actor.is_centre:
            return self.filter(own | ~Q(about_case__handling=Handling.H3))
        return self.filter(own) if actor.is_staff else self.none()

    def overdue(self, now: datetime | None = None) -> Self:
        return super().overdue(now).owed()

    def soon(self, now: datetime | None = None) -> Self:
        return super().soon(now).owed()

    def owed(self) -> Self:
        """Those whose answer is outstanding: of a consultation that of the agency, of others that of the exporter."""
        K, S = ExporterLetter.Kind, ExporterLetter.State
        ours = Q(kind=K.CONSULTATION, state__in=ExporterLetter.UNSENT)
        return self.filter(ours | ~Q(kind=K.CONSULTATION) & Q(state__in=[S.SENT, S.SERVED]))


class ExporterLetter(Letter):
    """A letter of one agency to an exporter of its register.

    `text` has releasable facts alone and is what the exporter gets; `remark` stays in the agency. `due_at` is set by
    the agency: of a consultation for its own reply, of a talk the time of the talk, otherwise for the answer of the
    exporter. No law has a period for it.
    """

    class Kind(models.TextChoices):
        GUIDANCE = "guidance", _("Compliance guidance")
        CONSULTATION = "consultation", pgettext_lazy("exporter", "Consultation")
        TALK = "talk", _("Supervisory talk")
        WARNING = "warning", _("Warning letter")
        SUSPENSION = "suspension", _("Suspension notice")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        REVIEW = "REVIEW", _("With the second reader")
        READ = "READ", _("Confirmed, to be sent")
        AT_OFFICE = "AT_OFFICE", _("Awaiting the responsible person's decision")
        AWAITS_RELEASE = "AWAITS_RELEASE", _("Waits for release by another agency")
        RELEASED = "RELEASED", _("Released, may be sent")
        NOT_RELEASED = "NOT_RELEASED", _("Not released")
        SENT = "SENT", pgettext_lazy("exporter letter", "Sent, service pending")
        SERVED = "SERVED", _("Served")
        ANSWERED = "ANSWERED", _("Answered")
        CLOSED = "CLOSED", _("Closed")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    class Way(models.TextChoices):
        """Ways of service (送达方式)."""

        DIRECT = "direct", _("Handed over directly")
        LEFT = "left", _("Left at the address")
        POST = "post", _("By post")
        ELECTRONIC = "electronic", _("Electronically")
        ENTRUSTED = "entrusted", _("By an entrusted agency")
        PUBLIC = "public", _("By public notice")

    class FollowUp(models.TextChoices):
        NONE = "none", pgettext_lazy("follow-up", "None")
        DUE_DILIGENCE = "due_diligence", _("Due diligence")
        INSPECTION = "inspection", _("Inspection")
        CASE = "case", _("Case")
        LETTER = "letter", _("Another letter")

    UNSENT = (
        State.DRAFT,
        State.REVIEW,
        State.READ,
        State.AT_OFFICE,
        State.AWAITS_RELEASE,
        State.RELEASED,
        State.NOT_RELEASED,
    )
    OUT = (State.SENT, State.SERVED, State.ANSWERED)
    OPEN_STATES = (*UNSENT, *OUT)

    journal_kind = "letter"
    exporter = models.ForeignKey(Exporter, on_delete=models.PROTECT, related_name="letters")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who writes it")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=40, blank=True, help_text="taken when it is sent")
    title = models.CharField(max_length=200)
    question = models.TextField(blank=True, help_text="of the exporter, of a consultation")
    asked_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True, help_text="releasable facts alone")
    remark = models.TextField(blank=True, help_text="for the agency alone; it leaves in nothing")
    campaign = campaign_column()
    venue = models.CharField(max_length=200, blank=True, help_text="of a talk")
    about_case = optional_link(Case)
    handler = optional_link(User)
    to_revise = models.TextField(blank=True, help_text="why it was returned, until it is submitted again")
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    served_on = models.DateField(null=True, blank=True)
    served_by = models.CharField(max_length=10, choices=Way.choices, blank=True)
    service_proof = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField(null=True, blank=True, help_text="of a talk: the day on which it was held")
    attendees = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True, help_text="of the exporter; of a talk the minutes")
    follow_up = models.CharField(max_length=13, choices=FollowUp.choices, blank=True)
    reason = models.TextField(blank=True, help_text="why it was withdrawn or revoked")

    objects = ExporterLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "SERVED", "ANSWERED", "CLOSED"]) | ~Q(number=""),
                name="exporter_letter_sent_has_number",
            ),
            models.UniqueConstraint(
                fields=["agency", "number"], condition=~Q(number=""), name="exporter_letter_number_in_agency"
            ),
        ]
        indexes = [
            index_by_due("exporter_letter_by_due"),
            models.Index(fields=["agency", "state"], name="exporter_letter_by_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_notice(self) -> bool:
        """A suspension notice, which the responsible person decides."""
        return self.kind == self.Kind.SUSPENSION

    @property
    def owes_answer(self) -> bool:
        """As `ExporterLetterQuerySet.owed`."""
        if self.kind == self.Kind.CONSULTATION:
            return self.state in self.UNSENT
        return self.state in (self.State.SENT, self.State.SERVED)


class ReleaseQuerySet(OpenQuerySet["Release"]):
    def visible_to(self, actor: Actor) -> Self:
        """Releases that the actor may decide: unit leads and responsible persons of the agency, without those about a
        proceeding that a wall hides from them; where a confidential letter is the reason, the people that it names.

        No one else sees one, and the centre does not: a request for release reveals the matter.
        """
        if not actor.is_person or not actor.is_staff:
            return self.none()
        led = set(actor.responsible_for) | ({actor.own_agency} if Role.LEAD in actor.roles else set())
        rows = self.filter(confidential=None, agency__in=led)
        if has_a_wall(actor):
            rows = rows.exclude(proceedings__in=walled_ids(actor))
        named = ConfidentialLetter.objects.visible_to(actor).values("pk")
        return self.filter(Q(pk__in=rows.values("pk")) | Q(confidential__in=named, agency_id=actor.agency_id))


class Release(Letter):
    """The question to one agency whether a letter may go to an exporter that its criminal or confidential matters
    concern. These are what was open when it was asked. `reason` stays with the agency."""

    class State(models.TextChoices):
        WAITING = "WAITING", pgettext_lazy("release", "To be decided")
        RELEASED = "RELEASED", pgettext_lazy("release", "Released")
        REFUSED = "REFUSED", pgettext_lazy("release", "Not released")
        LAPSED = "LAPSED", _("No longer requested")

    OPEN_STATES = (State.WAITING,)

    letter = models.ForeignKey(ExporterLetter, on_delete=models.CASCADE, related_name="releases")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who decides")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    proceedings = models.ManyToManyField(Proceeding, related_name="+", blank=True)
    referrals = models.ManyToManyField(Referral, related_name="+", blank=True)
    cases = models.ManyToManyField(Case, related_name="+", blank=True, help_text="restricted ones")
    confidential = optional_link(ConfidentialLetter)
    reason = EncryptedTextField(blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "agency"],
                condition=Q(state="WAITING", confidential=None),
                name="release_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="release_by_agency")]

    def __str__(self) -> str:
        return self.letter.exporter.name
