"""Task (任务): who does what next, and by when."""

from typing import Self

from django.db import models
from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.filtering import NEVER
from agencies.kernel.records import Desk
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from cases.casefile.systems import open_to_system
from cases.proceedings.models import Proceeding, walled_rows
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link

STILL_OPEN = Q(state__in=["ASKED", "OPEN", "CLAIMED"])
UNCLAIMED_STEP = Q(state__in=["ASKED", "OPEN"], proceeding__isnull=False) & ~Q(step="")
BY_DUE = (Coalesce("due_at", Value(NEVER)), "created_at", "pk")


class TaskQuerySet(DatedQuerySet["Task"]):
    def visible_to(self, actor: Actor) -> Self:
        """Tasks of the asking and the doing agency; for the centre, those on unrestricted cases.

        A step of a proceeding hidden by a wall inside the agency is hidden as well. A connected system sees what its
        agency is asked to do, as far as the case is open to systems, without the steps of referrals and proposals.
        """
        if actor.has_scope(ApiKey.Scope.TASKS_READ, ApiKey.Scope.TASKS_ANSWER):
            open_to_it = open_to_system(Case.objects.all(), actor).filter(pk=OuterRef("case_id"))
            return self.filter(Exists(open_to_it), agency_id=actor.agency_id, source=None, proposes="")
        ours = Q(agency_id=actor.agency_id) | Q(asked_by_id=actor.agency_id)
        if actor.is_centre:
            return self.filter(~Q(case__handling=Handling.H3) | ours)
        walled = walled_rows(Task, "proceeding", actor)
        found = self if walled is None else self.exclude(pk__in=walled)
        return found.filter(ours) if actor.is_staff else self.none()

    def unclaimed(self) -> Self:
        return self.filter(state__in=[Task.State.ASKED, Task.State.OPEN])

    def steps(self) -> Self:
        """Steps of playbooks."""
        return self.filter(proceeding__isnull=False).exclude(step="")

    def with_next_step(self) -> Self:
        """Adds `next_step` to unclaimed steps of a playbook: the id of the one that its agency takes next.

        It is the first that waits for no other step, by deadline and then in the order of the playbook.
        """
        before = Task.objects.open().filter(dependents=OuterRef("pk"))
        same = Task.objects.unclaimed().steps().filter(proceeding=OuterRef("proceeding"), agency=OuterRef("agency"))
        first = same.alias(waits=Exists(before)).order_by("waits", *BY_DUE).values("pk")[:1]
        of_playbook = When(UNCLAIMED_STEP, then=Subquery(first))
        return self.annotate(next_step=Choose(of_playbook, default=None, output_field=models.UUIDField(null=True)))

    def on_desks(self) -> Self:
        """Without the unclaimed steps of a playbook that come after the next one: a queue shows one of them."""
        return self.with_next_step().filter(Q(next_step=None) | Q(pk=F("next_step")))

    def of_person(self, actor: Actor) -> Self:
        return self.filter(assignee_id=actor.person_id)


class Task(Letter):
    """Task: created by a person; by a transition of a referral (`step`, `source`), which also ends it; or by a playbook
    (`step`, `proceeding`), once in a proceeding.

    A task that `proposes` a playbook, by code, asks the handler of a proceeding to start it or to record that it is not
    needed. A task for another agency waits for that agency's answer. A task for one's own agency, or from a referral,
    needs none. A mandatory task prevents closing the case. `papers` are codes of forms that the agency must have issued
    on the case, `facts` codes from `facts.py` that must be known, before the task is done. A task that `follows` a rule
    is due with that rule's clock of the proceeding, through every change of the clock.
    """

    class State(models.TextChoices):
        ASKED = "ASKED", _("Requested")
        OPEN = "OPEN", _("Unclaimed")
        CLAIMED = "CLAIMED", _("In progress")
        DONE = "DONE", _("Done")
        DECLINED = "DECLINED", _("Declined")
        CANCELLED = "CANCELLED", _("Cancelled")
        WAIVED = "WAIVED", _("Not needed")
        LAPSED = "LAPSED", _("Lapsed")

    OPEN_STATES = (State.ASKED, State.OPEN, State.CLAIMED)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=200)
    title_en = models.CharField(
        max_length=200, blank=True, help_text="of what the system asks; what people write has one language"
    )
    body = models.TextField(blank=True)
    asked_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="asked_tasks")
    asker = optional_link(User, related_name="asked_tasks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tasks")
    unit = optional_link(Agency, related_name="unit_tasks")
    assignee = optional_link(User, related_name="tasks")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    result = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, blank=True, help_text="when the asker sent the result back")
    mandatory = models.BooleanField(default=True)
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="dependents", blank=True)
    papers = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=list, blank=True)
    step = models.CharField(max_length=30, blank=True)
    source = models.UUIDField(null=True, blank=True, db_index=True)
    proceeding = models.ForeignKey(Proceeding, null=True, blank=True, on_delete=models.CASCADE, related_name="steps")
    follows = models.CharField(max_length=30, blank=True)
    proposes = models.CharField(max_length=40, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "step"],
                condition=Q(state__in=["ASKED", "OPEN", "CLAIMED"], source__isnull=False),
                name="task_once_per_step",
            ),
            models.UniqueConstraint(
                fields=["proceeding", "step"],
                condition=Q(proceeding__isnull=False) & ~Q(step="") & ~Q(state="LAPSED"),
                name="task_once_per_playbook_step",
            ),
            models.UniqueConstraint(
                fields=["proceeding", "proposes"],
                condition=~Q(proposes="") & ~Q(state="LAPSED"),
                name="task_proposes_a_playbook_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="CLAIMED") | Q(assignee__isnull=False), name="task_claimed_has_assignee"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_at"], name="task_queue"),
            index_by_due("task_by_due"),
            # What ended lately, for the daily brief: partial, so that other writes do not pay for it.
            models.Index(fields=["created_at"], condition=Q(source=None), name="task_requested"),
            # With the columns by which what is late is counted, so that the index alone is read.
            models.Index(
                fields=["due_at"],
                include=["agency", "asked_by", "case", "follows", "proceeding", "id"],
                condition=Q(source=None, state__in=["ASKED", "OPEN", "CLAIMED"]),
                name="task_late",
            ),
            models.Index(
                fields=["state_since"],
                condition=Q(source=None) & ~STILL_OPEN,
                name="task_ended",
            ),
            # Both columns in one index: PostgreSQL assumes they are independent and would otherwise look up all tasks
            # of each.
            models.Index(
                fields=["assignee", "agency"],
                include=["case"],
                condition=STILL_OPEN,
                name="task_open_in_hand",
            ),
            models.Index(
                fields=["agency"],
                condition=Q(state__in=["ASKED", "OPEN", "CLAIMED"], returned_at__isnull=False),
                name="task_open_returned",
            ),
            models.Index(fields=["asked_by"], condition=STILL_OPEN, name="task_open_by_asker"),
            models.Index(
                fields=["proceeding", "agency"],
                condition=UNCLAIMED_STEP,
                name="task_unclaimed_step",
            ),
            models.Index(
                fields=["follows"],
                condition=STILL_OPEN & ~Q(follows=""),
                name="task_open_follower",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, unit=self.unit_id, person=self.assignee_id)

    @property
    def is_late_with_another(self) -> bool:
        """A step of a referral is late with the referral's period, and a step that follows a period of its own agency
        with that period."""
        by_its_period = (
            self.follows != "" and self.proceeding is not None and self.proceeding.agency_id == self.agency_id
        )
        return self.source is not None or by_its_period

    @property
    def is_on_desk(self) -> bool:
        """Whether queues show it, see `TaskQuerySet.on_desks`."""
        if not self.of_playbook or self.state not in (self.State.ASKED, self.State.OPEN):
            return True
        if not hasattr(self, "next_step"):
            return Task.objects.on_desks().filter(pk=self.pk).exists()
        return self.next_step in (None, self.pk)

    @property
    def of_playbook(self) -> bool:
        return self.proceeding_id is not None and self.step != ""

    @property
    def label(self) -> str:
        """Steps are translated; a title written by a person is shown as written."""
        if self.title_en:
            return pick(self.title, self.title_en)
        return str(STEPS.get(self.step, self.title))


OWED_STEP, CORRECTION_STEP = "SUPPLY_OWED", "CONFIRM_CORRECTION"
STEPS = {
    "DECIDE_TRANSFER": _("Decide on the transfer (within 3 days)"),
    "HAND_OVER": _("Transfer the case (within 24 hours)"),
    "SIGN_RECEIPT": _("Sign the receipt of the transfer"),
    "DECIDE_FILING": _("Decide whether to file"),
    "SUPPLY_PAPERS": _("Supply the missing papers"),
    "HAND_GOODS": _("Hand over goods and papers"),
    OWED_STEP: _("Supply the outstanding papers (within 3 days)"),
    CORRECTION_STEP: _("Confirm the receipt of a correction"),
    "SEND_ON": _("Forward or return the matter (within 24 hours)"),
    "CONSIDER_RECONSIDERATION": _("Consider reconsideration of the non-filing"),
    "DECIDE_RECONSIDERATION": _("Decide on the reconsideration (within 3 days)"),
    "CONSIDER_SUPERVISION": _("Consider supervision by the procuratorate"),
    "EXAMINE_SUGGESTION": _("Examine the suggested supervision of filing"),
    "EXPLAIN_NON_FILING": _("Explain why it was not filed (within 7 days)"),
    "JUDGE_REASONS": _("Examine the reasons for not filing"),
    "TELL_REASONS": _("Notify the agency that the reasons are upheld (within 10 days)"),
    "FILE_AS_ORDERED": _("File the criminal case as ordered (within 15 days)"),
    "ANSWER_REQUEST": _("Accept, return or decline the request"),
    "DO_REQUEST": _("Answer the request"),
    "COMPLETE_REQUEST": _("Complete the returned request"),
    "DECIDE_COMPETENCE": _("Accept the matter, return it or decline competence"),
    "SETTLE_COMPETENCE": _("Agree on competence, or have it decided"),
    "DESIGNATE": _("Designate the competent agency"),
    "GIVE_OPINION": _("Give an opinion on competence"),
    "ANSWER_OPINION": _("Follow the centre's opinion or object to it"),
    "RECORD_OFFICE": _("Record the decision of the Coordination Mechanism Office"),
    "TAKE_MATTER": _("Take over as designated"),
    "RECEIVE_BACK": _("Sign the receipt of the returned matter"),
    "REPORT_RESULT": _("Report the result"),
    "ANSWER_DEMAND": _("Transfer as demanded, or give the reasons"),
    "JUDGE_NO_TRANSFER": _("Examine the reasons for not transferring"),
    "DECIDE_CONVERSION": _("Decide on the conversion"),
    "READ_LETTER": _("Read the letter and confirm it"),
    "ACCEPT_FILE": _("Accept the file of the case sent for prosecution"),
    "REVIEW_FILE": _("Review the case for prosecution"),
    "SUPPLEMENT_FILE": _("Investigate further, and send the file again"),
}


class UnknownFact(models.Model):
    """A finding that a fact cannot be established. `rows` are the ids of the rows of the case that lack it.

    It holds for these rows only: a later item needs its own value or finding. The reason is in the journal.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="unknown_facts")
    fact = models.CharField(max_length=20)
    rows = models.JSONField(default=list)
    found_at = models.DateTimeField()
