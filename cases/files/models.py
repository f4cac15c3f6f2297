"""Files that people attach to a case, or to one of its parties, items or tasks (附件)."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.casefile.systems import open_to_system
from cases.papers.storing import paper_storage, random_name
from cases.proceedings.models import without_other_side


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Files of the actor's agency; those for the readers of the case, if the actor reads its contents; and those
        of a task, for the other agency of the task. Withdrawn files are visible to the agency that attached them.

        The wall inside an anti-smuggling bureau applies: handlers of one side do not read what the other keeps. A
        connected system sees what its agency attached to tasks.
        """
        if actor.has_scope(ApiKey.Scope.TASKS_ANSWER):
            open_to_it = open_to_system(Case.objects.all(), actor).filter(pk=OuterRef("case_id"))
            return self.filter(Exists(open_to_it), agency_id=actor.agency_id, about_kind=Attachment.About.TASK)
        if not actor.reads_cases:
            return self.none()
        # Correlated: as a list it would be all cases of the agency.
        on_case = Case.objects.contents_visible_to(actor).filter(pk=OuterRef("case_id"))
        read = Q(audience=Attachment.Audience.CASE) & Q(Exists(on_case))
        if not actor.is_staff:
            return self.filter(read, state=Attachment.State.ATTACHED)
        read |= Q(audience=Attachment.Audience.TASK, counterpart_id=actor.agency_id)
        seen = self.filter(Q(agency_id=actor.agency_id) | read & Q(state=Attachment.State.ATTACHED))
        return seen.outside_the_wall(actor)

    def attached(self) -> Self:
        return self.filter(state=Attachment.State.ATTACHED)

    def outside_the_wall(self, actor: Actor) -> Self:
        """Without the files that the other side of an anti-smuggling bureau keeps for itself. For files of a package:
        the package says who reads it, and the wall inside the sender's bureau still holds."""
        return without_other_side(self, actor, "person", ~Q(audience=Attachment.Audience.AGENCY))

    def sendable_by(self, actor: Actor) -> Self:
        """What the actor's agency may hand on: its own files, and those that every reader of the case reads."""
        own = Q(agency_id=actor.own_agency) | Q(audience=Attachment.Audience.CASE)
        return self.visible_to(actor).attached().filter(own)


class Attachment(Stateful):
    """A file as it was uploaded. Its content never changes; a wrong one is withdrawn and kept.

    `about_kind` and `about_id` name a part of the case, or are empty. `counterpart` is the other agency of a task.
    """

    class State(models.TextChoices):
        ATTACHED = "ATTACHED", _("Attached")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    class Audience(models.TextChoices):
        AGENCY = "agency", _("my agency")
        CASE = "case", _("all agencies that read the case")
        TASK = "task", _("both agencies of the task")

    class About(models.TextChoices):
        PARTY = "party", _("Party")
        ITEM = "item", _("Item")
        TASK = "task", _("Task")

    journal_kind = "file"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    about_kind = models.CharField(max_length=8, choices=About.choices, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="empty: a connected system"
    )
    audience = models.CharField(max_length=8, choices=Audience.choices)
    counterpart = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ATTACHED)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="why it was withdrawn")
    pages = models.PositiveIntegerField(null=True, blank=True)
    volume = models.CharField(
        max_length=80, blank=True, help_text="its place in the paper file, such as volume 2, pages 15–40"
    )
    collected_by = models.CharField(max_length=120, blank=True, help_text="who took or recorded it")
    collected_on = models.DateField(null=True, blank=True)
    file = models.FileField(storage=paper_storage, upload_to=random_name, max_length=100)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scanned_at = models.DateTimeField(null=True, help_text="no malware was found in it then; empty: not scanned")

    about_title: str = ""  # set by `naming.named_files`

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["case", "-created_at"], name="file_by_case"),
            models.Index(fields=["updated_at", "id"], name="file_by_update"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(about_kind="", about_id=None) | ~Q(about_kind="") & Q(about_id__isnull=False),
                name="file_about_whole",
            ),
            models.CheckConstraint(
                condition=Q(audience="task", counterpart__isnull=False, about_kind="task")
                | ~Q(audience="task") & Q(counterpart=None),
                name="file_counterpart_of_task",
            ),
        ]

    def __str__(self) -> str:
        return self.title
