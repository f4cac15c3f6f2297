"""Open cases as a table: a workbook, or an archive of CSV files, with the sheets of the agency's case register."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.confirmations.models import Confirmation
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused
from agencies.kernel.limits import LARGE_TABLE_ROWS
from agencies.kernel.permissions import LEADS
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from cases.intake.labels import CASE_REGISTER
from coordination.automation.imports.colleagues import colleagues_of
from coordination.automation.imports.models import Import, ImportRow, Outcome
from coordination.automation.imports.tables import ImportedTable, RowResult, TableRow

from .actions import CaseEffect, CaseResult, take_case
from .reading import RegisteredCase, cell, registered_cases
from .sheets import SHEET, SHEETS
from .withdrawing import withdraw_case

OUTCOMES = {
    CaseEffect.NEW: Outcome.NEW,
    CaseEffect.SAME: Outcome.UNCHANGED,
    CaseEffect.DIFFERS: Outcome.DIFFERS,
    CaseEffect.REFUSED: Outcome.REFUSED,
}


class OpenCaseTable(ImportedTable):
    code = Import.Kind.OPEN_CASES
    sheets = SHEETS
    permission = LEADS
    source = CASE_REGISTER
    file_help = _(
        "A workbook with the sheets below, or a ZIP archive of CSV files named like them; at most 20 MiB and 20,000 "
        "rows."
    )
    needs_second_person = True
    longest_group = LARGE_TABLE_ROWS  # a case is taken as a whole
    batch = 20  # rows: a few cases, each of which takes a fifth of a second

    def group(self, row: TableRow) -> str:
        return cell(row, "number" if row.sheet == "cases" else "case")

    def take(self, rows: Sequence[TableRow], actor: Actor, imported: Import) -> list[RowResult]:
        matters, strays = registered_cases(rows)
        people = self._people(actor, imported)
        found = {place: RowResult.refused(Invalid([error])) for error in strays for place, error in [_placed(error)]}
        for matter in matters:
            found |= _results(take_case(matter, people))
        return [found[row.sheet, row.line] for row in rows]

    def _people(self, actor: Actor, imported: Import) -> list[Actor]:
        """The two people of the import: who asked and who confirmed. Before that, who may confirm it."""
        asked = Confirmation.objects.filter(object_kind="import", object_id=imported.pk, verb="take")
        confirmed = asked.filter(state=Confirmation.State.COMPLETED).select_related("requester", "confirmer").first()
        if confirmed is not None and imported.state == Import.State.TAKING:
            return [actor_for(one) for one in (confirmed.requester, confirmed.confirmer) if one is not None]
        colleague = colleagues_of(actor).first()
        return [actor, *([actor_for(colleague)] if colleague else [])]

    def undo(self, row: ImportRow, actor: Actor, imported: Import) -> None:
        """Takes the whole case back. The rows of one case have one result."""
        case = Case.objects.filter(pk__in=[row.subject], lead=imported.agency).first()
        if case is None:
            raise TransitionRefused.because("gone", gettext("Another agency leads it by now."))
        withdraw_case(case, seen=row.seen, actor=actor, reason=imported.reason)

    def links(self, rows: Iterable[ImportRow], actor: Actor) -> Mapping[UUID, str]:
        ids = [row.subject for row in rows if row.subject]
        seen = Case.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)
        return {pk: reverse("case", args=[pk]) for pk in seen}


def _placed(error: FieldError) -> tuple[tuple[str, int], FieldError]:
    """Sheet and line of an error, and the error at its column."""
    sheet, line, column = error.pointer.removeprefix("/").split("/")
    return (sheet, int(line)), FieldError(column, error.code, error.detail)


def _results(done: CaseResult) -> dict[tuple[str, int], RowResult]:
    """The result of each row of a case, by sheet and line."""
    errors: dict[tuple[str, int], list[FieldError]] = {}
    for place, error in map(_placed, done.errors):
        errors.setdefault(place, []).append(error)
    is_refused, seen = done.effect == CaseEffect.REFUSED, done.last_event
    found = {}
    for row in done.matter.rows:
        own = tuple(errors.get((row.sheet, row.line), ()))
        if is_refused and not own:
            own = (FieldError("", "with_case", _with_case(errors)),)
        found[row.sheet, row.line] = RowResult(
            OUTCOMES[done.effect],
            subject=done.case.pk if done.case else None,
            label=_label(row, done.matter),
            problems=own if is_refused else (),
            doubts=() if is_refused else own,
            seen=seen,
        )
    return found


def _with_case(errors: Iterable[tuple[str, int]]) -> str:
    sheet, line = next(iter(errors))
    detail = gettext("Its case is refused as a whole: see line %(line)d of the sheet “%(sheet)s”.")
    return detail % {"line": line, "sheet": SHEET[sheet].words}


def _label(row: TableRow, matter: RegisteredCase) -> str:
    """The case, and for other sheets what the row names."""
    names = ("title", "name", "description", "act", "number", "period")
    named = next((cell(row, key) for key in names if cell(row, key) not in ("", matter.number)), "")
    return f"{matter.number} {named}".strip()
