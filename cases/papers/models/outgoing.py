"""Issued papers: drafted from the case, numbered and frozen at issue, never edited afterwards."""

import secrets
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.journal.digests import content_digest
from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from cases.casefile.walls import has_a_wall, walled_ids

from ..storing import paper_storage, random_name
from ..texts import FORMS, PaperForm, blanks


def new_token() -> str:
    """The content of the QR code on a sheet. It discloses nothing and cannot be guessed."""
    return secrets.token_hex(16)


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, actor: Actor) -> Self:
        """Papers of the actor's agency, and papers sent to it. The centre sees sent ones unless the case is restricted.

        The wall inside an agency applies to papers too.
        """
        if not actor.reads_cases:
            return self.none()
        found = self._seen_by_agency(actor)
        return found.exclude(proceeding_id__in=walled_ids(actor)) if has_a_wall(actor) else found

    def _seen_by_agency(self, actor: Actor) -> Self:
        sent = Q(sent_at__isnull=False)
        seen = Q(agency_id=actor.agency_id) | sent & Q(to_id=actor.agency_id) if actor.is_staff else Q(pk=None)
        return self.filter(seen | sent & ~Q(case__handling=Handling.H3)) if actor.is_centre else self.filter(seen)

    def about(self, kind: str, *subjects: Any) -> Self:
        return self.filter(subject_kind=kind, subject_id__in=subjects)

    def standing(self) -> Self:
        return self.exclude(state=Paper.State.WITHDRAWN)


class Paper(Stateful):
    """文书: a paper, with its subject by kind and id, as for clocks. `proceeding_id` is the proceeding that the subject
    is or belongs to. What is done before goods leave may be of no case.

    `content` is what was issued, with its digest; the other columns are the draft. `number` is known before issue if
    the subject has it already. `edition` counts reissues.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        ISSUED = "ISSUED", _("Issued")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    class Urgency(models.TextChoices):
        URGENT = "urgent", _("Urgent paper")
        MOST_URGENT = "most", _("Most urgent")

    class Secrecy(models.TextChoices):
        """Levels of state secrets (密级), offered only where the installation may hold them (`STATE_SECRETS`)."""

        CONFIDENTIAL = "confidential", _("Confidential level")
        SECRET = "secret", _("Secret level")
        TOP_SECRET = "top", _("Top-secret level")

    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="papers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="papers")
    to = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    proceeding_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    addressee = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    annexes = models.TextField(blank=True, help_text="one a line")
    copies = models.CharField(max_length=300, blank=True, help_text="抄送")
    urgency = models.CharField(max_length=6, choices=Urgency.choices, blank=True)
    secrecy = models.CharField(max_length=12, choices=Secrecy.choices, blank=True)
    secret_for = models.CharField(max_length=20, blank=True, help_text="保密期限")
    copy_number = models.CharField(max_length=6, blank=True, help_text="份号, of classified papers only")
    tables = models.JSONField(default=list)
    fields_known = models.PositiveSmallIntegerField(default=0)
    fields_all = models.PositiveSmallIntegerField(default=0)
    drafter = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    content = models.JSONField(null=True)
    digest = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="from when the agency it goes to reads it")
    token = models.CharField(max_length=32, unique=True, default=new_token)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "form", "number"], condition=Q(state="ISSUED"), name="paper_number_in_agency"
            ),
            models.CheckConstraint(
                condition=~Q(state="ISSUED") | Q(issued_at__isnull=False) & ~Q(number="") & ~Q(digest=""),
                name="paper_issued_is_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="paper_by_subject"),
            models.Index(fields=["updated_at", "id"], name="paper_by_update"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def kind(self) -> PaperForm:
        return FORMS[self.form]

    @property
    def to_be_filled(self) -> tuple[str, ...]:
        """The texts in which a draft may have blanks."""
        return (self.addressee, self.title, self.body, self.annexes, self.copies)

    @property
    def waits_for_number(self) -> bool:
        """A letter is issued under the number of the transfer, request or decision, once that exists."""
        return self.kind.number == "subject" and not self.number

    @property
    def is_complete(self) -> bool:
        """Whether only the signature is missing."""
        return bool(self.addressee.strip()) and not self.waits_for_number and not blanks(*self.to_be_filled)

    @property
    def is_ready(self) -> bool:
        """Whether only the decision and the signature are missing."""
        return bool(self.addressee.strip()) and not self.left_blank

    @property
    def left_blank(self) -> list[str]:
        """The fields to be filled by hand: not by the decision."""
        return [name for name in blanks(*self.to_be_filled) if name not in self.kind.decided]

    @property
    def is_whole(self) -> bool:
        """Whether the issued content still fits its digest."""
        return self.content is None or content_digest(self.content) == self.digest


class SignedCopy(models.Model):
    """签章件: a scan of the signed and sealed sheet."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="signed_copies")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(storage=paper_storage, upload_to=random_name, max_length=100)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scanned_at = models.DateTimeField(null=True, help_text="no malware was found in it then; empty: not scanned")
    filed_at = models.DateTimeField()

    class Meta:
        ordering = ["filed_at", "id"]
        constraints = [models.UniqueConstraint(fields=["paper", "sha256"], name="signed_copy_once")]

    @property
    def number(self) -> str:
        """The name of the downloaded file."""
        return self.paper.number
