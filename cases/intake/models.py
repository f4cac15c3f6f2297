"""Lead (线索): one report of one source, with revisions. Triage makes it a case, attaches it to one, or closes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import SOON, Desk, Record, Stateful
from agencies.machines.models import ApiClient
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.identifiers import scheme_label
from cases.casefile.models import Case, Handling, Severity
from cases.clocks.models import Side, Timed
from cases.controls.words import VERDICTS
from cases.files.models import Attachment
from cases.papers.storing import paper_storage, random_name

from .labels import value_label

Content = Mapping[str, Any]
"""What a report says, in the fields of the intake contract."""


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, actor: Actor) -> Self:
        """Leads of the actor's agency; the centre also reads those that are not restricted.

        A machine sees leads of its agency that systems sent from the source systems that it reports for, and none that
        people entered under the name of such a source.
        """
        if actor.kind == "machine":
            sent = self.filter(client__isnull=False, source_agency_id=actor.agency_id)
            return sent.filter(source_system__in=actor.sources)
        if actor.is_centre:
            return self.filter(~Q(handling=Handling.H3) | Q(agency_id=actor.agency_id))
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def to_triage(self) -> Self:
        return self.filter(state__in=[Lead.State.RECEIVED, Lead.State.TAKEN_UP])

    def overdue(self, now: datetime | None = None) -> Self:
        return self.to_triage().filter(breach_at__lt=now or times.now())

    def with_open_news(self) -> Self:
        """Leads on a case whose newest revision was neither taken over nor set aside."""
        used = [Lead.State.PROMOTED, Lead.State.ATTACHED]
        return self.filter(state__in=used, revision__gt=F("settled_revision"))

    def waiting(self) -> Self:
        """Leads that wait for a person: to be triaged, or with news for their case."""
        used = [Lead.State.PROMOTED, Lead.State.ATTACHED]
        news = Q(state__in=used, revision__gt=F("settled_revision"))
        return self.filter(Q(state__in=[Lead.State.RECEIVED, Lead.State.TAKEN_UP]) | news)

    def with_news(self) -> Self:
        """Annotates `has_news`: the source revised the lead after it was taken up or settled."""
        later = Revision.objects.filter(
            lead=OuterRef("pk"), number__gt=1, is_late=False, received_at__gt=OuterRef("state_since")
        )
        return self.annotate(has_news=~Q(state=Lead.State.RECEIVED) & Exists(later))

    def soon(self, now: datetime | None = None) -> Self:
        """Due within a day, and not overdue."""
        now = now or times.now()
        return self.to_triage().filter(due_at__lte=now + SOON, breach_at__gte=now)

    def misplaced(self) -> Self:
        """Leads that wait for a person at an agency that does not sign in, or at a superior of one that does again."""
        return self.waiting().filter(Q(agency__signs_in=False) | Q(stands_for__signs_in=True))


class Lead(Timed, Stateful):
    """Key of the contract: (agency of the sending client, source_system, report_type, source_ref)."""

    clock_kind = "lead"
    restored = frozenset({"outcomes"})
    clock_label = _("Lead")
    clock_handler = F("officer")

    @classmethod
    def kept_from_centre(cls) -> models.QuerySet[Any]:
        return cls.objects.filter(handling=Handling.H3).values("pk")

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", _("Received")
        TAKEN_UP = "TAKEN_UP", _("In triage")
        PROMOTED = "PROMOTED", _("Made a case")
        ATTACHED = "ATTACHED", _("Attached to a case")
        CLOSED = "CLOSED", pgettext_lazy("lead", "Closed")

    class Closing(models.TextChoices):
        FALSE = "false_lead", _("False lead")
        DUPLICATE = "duplicate", _("Duplicate")
        OUT_OF_REMIT = "out_of_remit", _("Out of remit")
        INSUFFICIENT = "insufficient", _("Insufficient facts")
        MISTAKE = "mistake", _("Entered in error")

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="leads")
    source_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    stands_for = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the agency that it is for, while that agency does not sign in",
    )
    assigned_by = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="the centre, if it did"
    )
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    source_system = models.CharField(max_length=60)
    report_type = models.CharField(max_length=60)
    source_ref = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    title = models.CharField(max_length=300)
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.MEDIUM)
    handling = models.CharField(max_length=2, choices=Handling.choices)
    occurred_at = models.DateTimeField(null=True, blank=True)
    occurred_precision = models.CharField(max_length=6, default="", blank=True)  # "day" | "minute" | "" unknown
    revision = models.PositiveIntegerField(default=1, help_text="the current one; a late one has a higher number")
    source_version = models.CharField(max_length=40, blank=True, help_text="the newest received from the source")
    settled_revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="the one that its case took over or set aside; empty without a case"
    )
    asked_revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="the one that the lead agency of the case asked this agency to take over"
    )
    verdict = models.CharField(
        max_length=15,
        choices=list(VERDICTS.items()),
        blank=True,
        help_text="the strictest of the control law on any item and destination; empty without items",
    )
    rules_version = models.PositiveIntegerField(null=True, help_text="of the control law, by which it was found")
    verdict_at = models.DateTimeField(null=True, help_text="when it was found")
    received_at = models.DateTimeField()
    officer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    closing = models.CharField(max_length=12, choices=Closing.choices, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_agency", "source_system", "report_type", "source_ref"], name="lead_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PROMOTED", "ATTACHED"], case__isnull=False)
                | ~Q(state__in=["PROMOTED", "ATTACHED"]),
                name="lead_used_has_case",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_at"], name="lead_by_agency"),
            models.Index(fields=["received_at", "id"], name="lead_by_receipt"),
            # What ended lately, for the daily brief: partial, so that other writes do not pay for it.
            models.Index(
                fields=["state_since"], condition=Q(state__in=["PROMOTED", "ATTACHED", "CLOSED"]), name="lead_ended"
            ),
            # The few leads that the centre does not read, for what it counts.
            models.Index(fields=["id"], condition=Q(handling="H3"), name="lead_restricted"),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def newest(self) -> "Revision":
        """The current revision, in one query."""
        return self.revisions.get(number=self.revision)

    @cached_property
    def revised_at(self) -> datetime:
        """When the current revision arrived. Actions that read or create it set it."""
        return self.received_at if self.revision == 1 else self.newest.received_at

    @property
    def current(self) -> "Revision":
        """The current revision among prefetched ones. Without prefetching it reads all of them."""
        return next(one for one in self.revisions.all() if one.number == self.revision)

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.officer_id)

    @property
    def source_label(self) -> str:
        return value_label(self.source_system, "source_system")

    @property
    def reference_words(self) -> str:
        """The number that the source gave its report."""
        return gettext("source no. %(number)s") % {"number": self.source_ref}

    @property
    def report_type_label(self) -> str:
        return value_label(self.report_type, "report_type")

    @property
    def receipt_status(self) -> str:
        """The status that the sender may know: received | taken_up | closed."""
        if self.state == self.State.RECEIVED:
            return "received"
        return "closed" if self.state == self.State.CLOSED else "taken_up"

    @property
    def has_open_news(self) -> bool:
        """Whether its case has not yet taken over or set aside the newest revision."""
        return self.settled_revision is not None and self.revision > self.settled_revision

    @property
    def is_asked_for(self) -> bool:
        """Whether another agency leads the case and asked for the newest revision."""
        return self.has_open_news and self.asked_revision == self.revision

    def clock_agencies(self) -> dict[str, int | None]:
        return {Side.AGENCY: self.agency_id, Side.RECEIVER: self.agency_id}


class Revision(models.Model):
    """One version of a report. `content` is the validated content; null fields are absent.

    `is_late`: the source had sent something newer before. It is kept and was never the current revision.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=80)
    flags = models.JSONField(default=list)
    received_at = models.DateTimeField()
    source_version = models.CharField(max_length=40, blank=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "number"], name="revision_number")]
        ordering = ["number"]


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Files of the leads that the actor sees."""
        return self.filter(lead__in=Lead.objects.visible_to(actor))


class ReportFile(Record):
    """A file that the source sent with its report. Its content never changes. `attachment`: what it became on the case
    of the lead."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="files")
    title = models.CharField(max_length=200)
    file = models.FileField(storage=paper_storage, upload_to=random_name, max_length=100)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scanned_at = models.DateTimeField(null=True, help_text="no malware was found in it then; empty: not scanned")
    received_at = models.DateTimeField()
    attachment = models.OneToOneField(Attachment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "sha256"], name="report_file_once")]
        ordering = ["received_at", "id"]


class LeadMark(models.Model):
    """A number by which a lead may be found: an identifier or a declaration number (scheme DECL)."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="marks")
    scheme = models.CharField(max_length=20)
    key = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "scheme", "key"], name="mark_once")]

    @property
    def scheme_label(self) -> str:
        return scheme_label(self.scheme)


class Contribution(Record):
    """A row that a lead added to a case (来源), so that it can be withdrawn with the lead."""

    class Row(models.TextChoices):
        PARTY = "party"
        ITEM = "item"
        SHIPMENT = "shipment"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="contributions")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contributions")
    revision = models.PositiveIntegerField()
    pointer = models.CharField(max_length=40, help_text="JSON pointer into the revision, e.g. /parties/0")
    row_kind = models.CharField(max_length=8, choices=Row.choices)
    row_id = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
