"""What a kind of imported table consists of: its sheets and columns, and what is done with its rows.

The frame reads the file, proposes and remembers the mapping, keeps the rows and their results, and works through them
in the background. A kind says what a row means.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.errors import ActionError, FieldError, Invalid, TransitionRefused
from agencies.kernel.permissions import INTAKE, Permission
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic

from .models import Import, ImportRow, Outcome

Offers = Sequence[tuple[str, Text]]


@dataclass(frozen=True, kw_only=True)
class ImportedColumn:
    """One field of a row. `zh` and `en` are its headings, `also` others by which a file may name it, besides its key.

    `example` fills the template. `hint` says what a cell may contain.
    """

    key: str
    zh: str
    en: str
    also: tuple[str, ...] = ()
    required: bool = False
    hint: Text = ""
    example: str = ""

    @property
    def words(self) -> str:
        return pick(self.zh, self.en)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, self.zh, self.en, self.heading, *self.also)

    @property
    def heading(self) -> str:
        """The heading of the template, in both languages."""
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, kw_only=True)
class ImportedSheet:
    """One table of a file: the sheet of a workbook, or the CSV file of an archive, with one of its names. A file of a
    kind with one sheet may name it as it likes."""

    code: str
    zh: str
    en: str
    columns: tuple[ImportedColumn, ...]
    required: bool = True

    @property
    def words(self) -> str:
        return pick(self.zh, self.en)


@dataclass(frozen=True)
class TableRow:
    """The cells of one line by the columns of its sheet; a column that is not assigned, or is empty, is absent.

    `others` are the cells, by heading, that no column takes."""

    sheet: str
    line: int
    cells: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowResult:
    """The result of one row. `subject` is the id of the object that it is about, `label` its name.

    `seen` is what undoing needs to find out whether someone has acted on the object since, such as its last event.
    `problems` and `doubts` are errors whose pointer is the key of a column, or "". A refused row has problems.
    """

    outcome: str
    subject: UUID | None = None
    label: str = ""
    problems: tuple[FieldError, ...] = field(default_factory=tuple)
    doubts: tuple[FieldError, ...] = field(default_factory=tuple)
    seen: int = 0

    @classmethod
    def refused(cls, error: ActionError, label: str = "") -> "RowResult":
        errors = [FieldError("", error.code, error.detail)]
        if isinstance(error, Invalid):
            errors = error.errors
        elif isinstance(error, TransitionRefused):
            errors = [FieldError("", one.code, one.detail) for one in error.missing]
        return cls(Outcome.REFUSED, label=label, problems=tuple(errors))


class _UndoneError(Exception):
    """Undoes the transaction of a check."""


class ImportedTable:
    """One kind of table. A subclass states its attributes and does `take` and `undo`.

    `batch` is the number of rows of one transaction, `longest_group` that of further rows of the same objects in it.
    `file_help` says what a file may be. `source` is the one source of its rows, where the agency does not choose it.
    `keeps_others`: what no column takes is kept with the object, otherwise it is not imported. `needs_second_person`:
    another person of the agency, who may import it too, confirms that the rows are taken over.
    """

    code: Import.Kind
    sheets: tuple[ImportedSheet, ...]
    permission: Permission = INTAKE
    source = ""
    file_help: Text = _("CSV or XLSX, at most 20 MiB and 20,000 rows. The first line has the headings.")
    needs_second_person = False
    keeps_others = False
    batch = 200
    longest_group = 1_000

    def sources(self, actor: Actor) -> Offers:
        """Returns what the upload offers as the agency's own source."""
        return ()

    def refuse_source(self, source: str, actor: Actor) -> None:
        """Raises Forbidden if the actor may not import for this source."""

    def group(self, row: TableRow) -> str:
        """Returns what the rows of one object have in common. They are taken together, in their order."""
        return f"{row.sheet} {row.line}"

    def check(self, rows: Sequence[TableRow], actor: Actor, imported: Import) -> list[RowResult]:
        """Returns what taking the rows over would do, in their order. They are taken and the transaction is undone, so
        there is no second description of it. Nothing is stored."""
        found: list[RowResult] = []
        try:
            with atomic():
                found = self.take(rows, actor, imported)
                raise _UndoneError
        except _UndoneError:
            return found

    def take(self, rows: Sequence[TableRow], actor: Actor, imported: Import) -> list[RowResult]:
        """Takes the rows over, all rows of a group among them. Returns their results in order; a refused row stops no
        other group. A row that was taken before is recognised."""
        raise NotImplementedError

    def undo(self, row: ImportRow, actor: Actor, imported: Import) -> None:
        """Withdraws what the row made. Raises TransitionRefused if someone has acted on it since."""
        raise NotImplementedError

    def links(self, rows: Iterable[ImportRow], actor: Actor) -> Mapping[UUID, str]:
        """Returns the address of each object of these rows that the reader may see."""
        return {}

    @property
    def title(self) -> Text:
        return self.code.label

    def sheet(self, code: str) -> ImportedSheet:
        return next(sheet for sheet in self.sheets if sheet.code == code)
