"""What came from another organ on paper, scanned and numbered."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organs.models import Agency
from cases.casefile.models import Case

from ..storing import paper_storage, random_name


class IncomingQuerySet(models.QuerySet["IncomingPaper"]):
    def visible_to(self, actor: Actor) -> Self:
        """The organ that recorded it; others who read the case's contents only once it is shared."""
        shared = Q(state=IncomingPaper.State.SHARED, case__in=Case.objects.contents_visible_to(actor).values("pk"))
        if not actor.reads_cases:
            return self.none()
        return self.filter(shared | Q(keeper_id=actor.organ_id)) if actor.is_staff else self.filter(shared)

    def standing(self) -> Self:
        """Those that may be relied on."""
        return self.exclude(state=IncomingPaper.State.WITHDRAWN)


class IncomingPaper(Stateful):
    """来文: a paper of an organ, also of one that does not sign in here, with its scan as it was received.

    `keeper` is the organ that recorded it. The row and its file are never changed: a wrong one is withdrawn and stays.
    """

    class State(models.TextChoices):
        KEPT = "KEPT", _("Kept in the organ")
        SHARED = "SHARED", _("Shared on the case")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    journal_kind = "incoming"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incoming_papers")
    organ = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    number = models.CharField(max_length=80)
    dated = models.DateField()
    title = models.CharField(max_length=300)
    file = models.FileField(storage=paper_storage, upload_to=random_name, max_length=100)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scanned_at = models.DateTimeField(null=True, help_text="no malware was found in it then; empty: not scanned")

    objects = IncomingQuerySet.as_manager()

    class Meta:
        ordering = ["dated", "created_at", "id"]
        constraints = [
            # Within keeper and case: one letter may concern two cases, and no organ learns what another has recorded.
            models.UniqueConstraint(
                fields=["case", "keeper", "organ", "number", "sha256"],
                condition=~Q(state="WITHDRAWN"),
                name="incoming_paper_once",
            )
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="incoming_by_update")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
