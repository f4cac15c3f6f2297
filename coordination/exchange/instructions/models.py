"""Instructions (上下级往来): letters between a superior agency and its subordinate, each with its answer.

They follow the tree of agencies. The addressee keeps its proceeding: no letter changes the agency of a proceeding, and
access to a case comes from shares alone.
"""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.choices import LETTER_SHARES, LetterKind
from cases.casefile.models import Case, Handling
from cases.proceedings.models import Proceeding
from cases.sharing.models import reads_contents
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link


class InstructionQuerySet(DatedQuerySet["Instruction"]):
    def visible_to(self, actor: Actor) -> Self:
        """The writer's letters; once sent, also those of the addressee and of the agency whose proceeding they concern.

        Decisions on competence are visible to every agency that reads the case. The centre reads sent letters on
        unrestricted cases.
        """
        sent = Q(sent_at__isnull=False)
        seen = Q(pk__in=[])
        if actor.is_staff:
            concerned = Q(receiver_id=actor.agency_id) | Q(origin__agency_id=actor.agency_id)
            of_all = Q(kind__in=Instruction.OF_ALL) & reads_contents(actor)
            seen = Q(sender_id=actor.agency_id) | (sent & (concerned | of_all))
        if actor.is_centre:
            seen |= sent & ~Q(case__handling=Handling.H3)
        return self.filter(seen)

    def waiting_on(self, agency_id: int | None) -> Self:
        """Letters whose next step belongs to this agency."""
        ours = Q(sender_id=agency_id, state__in=Instruction.WITH_SENDER)
        return self.filter(ours | Q(receiver_id=agency_id, state__in=Instruction.WITH_RECEIVER))

    def of_person(self, actor: Actor) -> Self:
        """Letters that the actor wrote or received."""
        me = actor.person_id
        return self.filter(
            Q(state__in=Instruction.WITH_SENDER, drafter_id=me) | Q(state__in=Instruction.WITH_RECEIVER, handler_id=me)
        )


class Instruction(Letter):
    """A letter. `origin` is the proceeding it concerns, `proceeding` the one opened by the agency that is now
    competent.

    `shares` is how much of the case the addressee may read: nothing unless stated, and then by the lead agency's own
    share.
    """

    Kind = LetterKind

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        HEAD_DECISION = "HEAD_DECISION", _("Awaiting the responsible person's decision")
        SENT = "SENT", _("Sent, receipt pending")
        RECEIVED = "RECEIVED", _("Received, answer pending")
        REPORTED = "REPORTED", _("Reported back")
        OBJECTED = "OBJECTED", _("Objected to")
        RETURNED = "RETURNED", _("Returned for completion")
        DONE = "DONE", _("Done")
        AGREED = "AGREED", _("Agreed to")
        DISAGREED = "DISAGREED", _("Not agreed to")
        ANSWERED = "ANSWERED", _("Answered")
        RECALLED = "RECALLED", _("Recalled")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    WITH_SENDER = (State.DRAFT, State.HEAD_DECISION, State.REPORTED, State.OBJECTED, State.RETURNED)
    WITH_RECEIVER = (State.SENT, State.RECEIVED)
    OPEN_STATES = WITH_SENDER + WITH_RECEIVER
    # Assigning or taking up a matter concerns every agency that reads the case.
    OF_ALL = (Kind.DESIGNATE, Kind.TAKE_UP)
    BY_OFFICE = (Kind.INSTRUCT, Kind.DESIGNATE, Kind.TAKE_UP)

    kind = models.CharField(max_length=12, choices=LetterKind.choices)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="instructions")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="sent_instructions")
    receiver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="received_instructions")
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    text = models.TextField()
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    shares = models.CharField(max_length=6, blank=True, choices=LETTER_SHARES)
    origin = optional_link(Proceeding, related_name="directed_by")
    proceeding = optional_link(Proceeding, related_name="opened_as_directed")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by", help_text="what it answers"
    )
    drafter = optional_link(User)
    approver = optional_link(User)
    handler = optional_link(User)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    objection = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="why it was recalled, withdrawn or returned")

    objects = InstructionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="instruction_between_two"),
            models.CheckConstraint(
                condition=~Q(kind="instruct") | Q(due_at__isnull=False) | Q(sent_at=None),
                name="instruction_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(kind="take_up") | Q(origin__isnull=False) | ~Q(state="DONE"),
                name="instruction_taken_up_from_somewhere",
            ),
            models.UniqueConstraint(
                # A superior that does not use the system may write one letter to several agencies, each of which
                # records it.
                fields=["sender", "kind", "number", "receiver"],
                condition=~Q(number=""),
                name="instruction_number_in_agency",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "state"], name="instruction_by_receiver"),
            models.Index(fields=["sender", "state"], name="instruction_by_sender"),
            index_by_due("instruction_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def holder(self) -> Agency:
        """The agency whose step is next. Undefined for an ended letter."""
        return self.receiver if self.state in self.WITH_RECEIVER else self.sender

    def desk(self) -> Desk:
        if self.state in self.WITH_RECEIVER:
            return Desk.of(self.receiver_id, person=self.handler_id)
        return Desk.of(self.sender_id, person=self.drafter_id)

    def reads_answer(self, actor: Actor) -> bool:
        """The two agencies and the centre. Other agencies learn who is competent but not the correspondence."""
        return actor.agency_id in (self.sender_id, self.receiver_id) or actor.is_centre
