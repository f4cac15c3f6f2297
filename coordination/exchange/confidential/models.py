"""Confidential letter (限定知悉件): a lead on an official's offence (职务犯罪线索移送), visible to people it names.

Every other resource is visible by agency; this one by person. It therefore creates no task, period, hold or notice, no
event on the case's stream and no number in the agency's gap-free register. The case has no relation back to its
letters.
"""

from functools import cached_property
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from agencies.kernel import content_key, times
from agencies.kernel.actor import Actor
from agencies.kernel.encryption import PREFIX, EncryptedTextField
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case

READ = "read"  # verb of the events that record who read a letter


class ConfidentialLetterQuerySet(models.QuerySet["ConfidentialLetter"]):
    def visible_to(self, actor: Actor) -> Self:
        """Letters that name the actor. Agency, API keys and the centre give no access.

        After a password reset, a letter stays closed until another named person has confirmed the actor's identity.
        """
        if not actor.is_person or not actor.reads_cases:
            return self.none()
        return self.filter(pk__in=NamedPerson.objects.vouched_for().filter(user_id=actor.id).values("letter"))

    def keys_used(self) -> list[str]:
        """Ids of the content keys that encrypt the letters."""
        head = Substr("facts", 1, len(PREFIX) + content_key.ID_LENGTH, output_field=models.CharField())
        heads = self.annotate(head=head).filter(head__startswith=PREFIX).values_list("head", flat=True)
        return [found.removeprefix(PREFIX) for found in heads.order_by("head").distinct()]

    def open(self) -> Self:
        return self.exclude(state__in=ConfidentialLetter.ENDED)

    def waiting_for(self, actor: Actor) -> Self:
        """Letters whose next step is the actor's own."""
        received = NamedPerson.objects.filter(user_id=actor.id, part=NamedPerson.Part.RECEIVER).values("letter")
        return self.filter(
            Q(drafter_id=actor.id, state__in=ConfidentialLetter.WITH_SENDER)
            | Q(approver_id=actor.id, state=ConfidentialLetter.State.HEAD_DECISION)
            | self._without_drafter(actor)
            | Q(pk__in=received, state__in=ConfidentialLetter.WITH_RECEIVER)
        )

    def _without_drafter(self, actor: Actor) -> Q:
        """Letters whose drafter has left. The decider names a successor; before submission the team does."""
        left = Q(drafter__is_active=False) | ~Q(drafter__agency=F("agency"))
        works = NamedPerson.objects.filter(user_id=actor.id, part=NamedPerson.Part.TEAM).values("letter")
        decides = Q(approver_id=actor.id, state__in=ConfidentialLetter.WITH_SENDER)
        return left & (decides | Q(pk__in=works, approver=None, state=ConfidentialLetter.State.DRAFT))


class ConfidentialLetter(Stateful):
    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        HEAD_DECISION = "HEAD_DECISION", _("Awaiting the responsible person's decision")
        REFUSED = "REFUSED", _("Not approved")
        APPROVED = "APPROVED", _("Approved, to be sent")
        SENT = "SENT", _("Sent, receipt pending")
        RECEIVED = "RECEIVED", _("Received")
        ANSWERED = "ANSWERED", _("Result reported")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    ENDED = (State.REFUSED, State.ANSWERED, State.WITHDRAWN)
    WITH_RECEIVER = (State.SENT, State.RECEIVED)
    WITH_SENDER = (State.DRAFT, State.APPROVED, *WITH_RECEIVER)  # the sender records an answer that came on paper

    journal_kind = "confidential"
    # No reverse relation: code that collects what belongs to a case must not find letters.
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    drafter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deciding_agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="whose office decides"
    )
    state = models.CharField(max_length=13, choices=State.choices, default=State.DRAFT)
    # The content and the texts of its events are encrypted. Named people, state and times are not.
    addressee = EncryptedTextField(help_text="the supervisory agency, or the procuratorate")
    official = EncryptedTextField(help_text="who is suspected: name, agency, post")
    facts = EncryptedTextField()
    number = EncryptedTextField(blank=True)
    result = EncryptedTextField(blank=True)
    ending_reason = EncryptedTextField(blank=True)
    to_revise = EncryptedTextField(blank=True, help_text="remarks with which the decider returned it, until submitted")

    objects = ConfidentialLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "RECEIVED", "ANSWERED"]) | ~Q(number=""), name="sealed_sent_has_number"
            ),
            models.CheckConstraint(
                condition=~Q(state="HEAD_DECISION") | Q(approver__isnull=False, deciding_agency__isnull=False),
                name="sealed_decision_has_approver",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Confidential letter"))

    @cached_property
    def parts(self) -> dict[str, str]:
        """The part of each named person, by person id."""
        return {str(user): part for user, part in self.named_people.values_list("user", "part")}

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("parts", None)

    @property
    def drafter_has_left(self) -> bool:
        return not self.drafter.is_active or self.drafter.agency_id != self.agency_id

    def names(self, person: UUID | str) -> bool:
        return str(person) in self.parts


class NamedPersonQuerySet(models.QuerySet["NamedPerson"]):
    def vouched_for(self) -> Self:
        """People whose account cannot have been taken over by a password reset.

        Another named person has confirmed their identity, or named them, since the reset. A letter that names no one
        else opens once the head of a superior agency has met the person (`User.identity_confirmed_at`); the head learns
        nothing of the letter.
        """
        reset, others = F("user__reset_at"), NamedPerson.objects.filter(letter=OuterRef("letter"))
        alone = ~Exists(others.exclude(user=OuterRef("user")))
        return self.filter(
            Q(user__reset_at=None) | Q(vouched_at__gt=reset) | (Q(user__identity_confirmed_at__gt=reset) & alone)
        )

    def awaiting_confirmation(self) -> Self:
        return self.exclude(pk__in=NamedPerson.objects.vouched_for().values("pk"))


class NamedPerson(models.Model):
    """A person who may read a confidential letter. Removing them ends their access; the letter's journal keeps both
    events."""

    class Part(models.TextChoices):
        DRAFTER = "drafter", _("Drafter")
        TEAM = "team", _("Works on it")
        APPROVER = "approver", _("Decides")
        RECEIVER = "receiver", _("Receives it")

    letter = models.ForeignKey(ConfidentialLetter, on_delete=models.CASCADE, related_name="named_people")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices)
    vouched_at = models.DateTimeField(
        default=times.now, help_text="when somebody else last named this person here, or vouched for them after a reset"
    )

    objects = NamedPersonQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["letter", "user"], name="sealed_named_once")]
