"""Import (导入): a table of an agency, its rows with their results, and the mapping of its columns."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor, Role
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.runs.models import Run

KEPT = timedelta(days=30)
"""How long the rows are kept after the last step. What they became stays."""


class Encoding(models.TextChoices):
    """How the text of a file is written; a workbook states it itself."""

    UTF8 = "utf-8-sig", "UTF-8"
    GB18030 = "gb18030", "GB 18030"
    XLSX = "xlsx", "XLSX"


class Outcome(models.TextChoices):
    """What a row does, or did."""

    NEW = "new", pgettext_lazy("imported row", "New")
    REVISED = "revised", pgettext_lazy("imported row", "Revises")
    UNCHANGED = "unchanged", pgettext_lazy("imported row", "Same as known")
    STALE = "stale", pgettext_lazy("imported row", "Older than known")
    REOPENED = "reopened", pgettext_lazy("imported row", "Reopened")
    DIFFERS = "differs", pgettext_lazy("imported row", "Known, differs")
    REFUSED = "refused", pgettext_lazy("imported row", "Refused")


class Undone(models.TextChoices):
    """What undoing the import did with a row."""

    WITHDRAWN = "withdrawn", pgettext_lazy("imported row", "Withdrawn")
    STAYS = "stays", pgettext_lazy("imported row", "Stays")


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, actor: Actor) -> Self:
        """Imports of the actor's agency, for those who may enter there what is imported: open cases only for unit leads
        and responsible persons, because a table has what walls hide from others."""
        if actor.is_staff or actor.has_role(Role.COORDINATOR):
            own = self.filter(agency_id=actor.agency_id)
            return own if actor.leads(actor.agency_id) else own.exclude(kind=Import.Kind.OPEN_CASES)
        return self.none()


class Import(Stateful):
    """One table. `headings`, `mapping` and `fixed` are by sheet of the kind: the headings of the file in order; column
    → heading; column → value of the rows whose cell is empty.

    The file itself is not kept. `source` is the agency's own source that the rows are reported for.
    """

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", _("Columns to be assigned")
        CHECKING = "CHECKING", _("Being checked")
        CHECKED = "CHECKED", _("Checked")
        TAKING = "TAKING", _("Being taken over")
        TAKEN = "TAKEN", _("Taken over")
        UNDOING = "UNDOING", _("Being undone")
        UNDONE = "UNDONE", _("Undone")
        DISCARDED = "DISCARDED", pgettext_lazy("import", "Discarded")

    class Kind(models.TextChoices):
        LEADS = "leads", _("Leads")
        OPEN_CASES = "open_cases", pgettext_lazy("import", "Open cases")

    journal_kind = "import"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=10, choices=Encoding.choices)
    source = models.CharField(max_length=60)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="imports")
    headings = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    fixed = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0, help_text="rows")
    found = models.JSONField(default=dict, help_text="rows by result: checked | taken | undone → result → number")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+", help_text="the latest")
    reason = models.TextField(blank=True, help_text="why it was undone")
    rows_deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-created_at"], name="import_by_agency"),
            models.Index(fields=["state_since"], condition=Q(rows_deleted_at=None), name="import_with_rows"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def refused(self) -> int:
        """The rows that the newest check, or taking over, refused."""
        counts = self.found.get("taken") or self.found.get("checked") or {}
        return int(counts.get(Outcome.REFUSED, 0))

    @property
    def kept_until(self) -> datetime | None:
        """When its rows are deleted."""
        since = self.state_since
        return None if since is None or self.rows_deleted_at else since + KEPT


class ImportRow(models.Model):
    """One row of a table. `cells` are those of the file by heading. `foreseen` is the result of the check, `outcome`
    that of taking over; empty as long as it waits. `position` orders the rows of all sheets.

    `subject` is the object that the row is about, `label` its name. `problems` say why the row was refused, `doubts`
    what a person should look at: [column or "", code, text].
    """

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=30)
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    group = models.CharField(max_length=200, blank=True, help_text="rows of one group are taken together, in order")
    foreseen = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    undone = models.CharField(max_length=10, choices=Undone.choices, blank=True)
    subject = models.UUIDField(null=True, blank=True)
    label = models.CharField(max_length=300, blank=True)
    problems = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    seen = models.PositiveBigIntegerField(default=0, help_text="see RowResult")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported", "position"], name="import_row_position")]
        indexes = [
            models.Index(fields=["imported", "foreseen", "position"], name="import_row_foreseen"),
            models.Index(fields=["imported", "outcome", "position"], name="import_row_outcome"),
            models.Index(fields=["imported", "group"], name="import_row_group"),
        ]

    @property
    def result(self) -> str:
        """The newest result: of undoing, of taking over, or of the check."""
        return self.undone or self.outcome or self.foreseen

    @property
    def result_label(self) -> Any:
        labels = dict([*Outcome.choices, *Undone.choices])
        return labels.get(self.result, "")


class ColumnMapping(models.Model):
    """How an agency last assigned the columns of tables of a kind; see `Import`."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    mapping = models.JSONField(default=dict)
    fixed = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "kind"], name="column_mapping_once")]
