"""Actions on imports: a table is uploaded, its columns are assigned, and its rows are checked, taken over or undone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden
from agencies.kernel.large_tables import ReadTable
from agencies.kernel.resource import ActionTable
from agencies.kernel.texts import REFUSED, normalise_text
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.runs.actions import start_run

from .kinds import KINDS
from .mapping import Mapped, check_mapping, propose, sheets_by_code
from .models import KEPT, ColumnMapping, Import, ImportRow, Outcome, Undone
from .tables import ImportedTable
from .workflow import IMPORT

S = Import.State
CHECK, TAKE, UNDO = "import_check", "import_take", "import_undo"
"""Kinds of the background work."""
RUNS = {S.CHECKING: CHECK, S.TAKING: TAKE, S.UNDOING: UNDO}
PASSES = {CHECK: ("checked", "foreseen"), TAKE: ("taken", "outcome"), UNDO: ("undone", "undone")}
"""Background work → its numbers in `Import.found`, and the column of the rows that has its results."""
BATCH = 1_000


def upload_table(kind: ImportedTable, table: ReadTable, *, actor: Actor, source: str, file_name: str) -> Import:
    """Stores the rows of a table that was read, and proposes the mapping of its columns. Raises Forbidden if the actor
    may not import it, Invalid for sheets that the kind does not have."""
    if not kind.permission.allows(actor):
        raise Forbidden(_("Another role or agency is responsible for this action."))
    kind.refuse_source(source, actor)
    sheets = sheets_by_code(kind, table)
    headings = {code: sheet.headings for code, sheet in sheets.items()}
    last = ColumnMapping.objects.filter(agency=actor.own_agency, kind=kind.code).first() or ColumnMapping()
    with atomic():
        imported = Import.objects.create(
            agency_id=actor.own_agency,
            kind=kind.code,
            file_name=REFUSED.sub("", normalise_text(file_name))[-200:],
            encoding=table.encoding,
            source=source,
            started_by_id=actor.id,
            state_since=times.now(),
            headings=headings,
            mapping=propose(kind, headings, last.mapping),
            fixed={code: last.fixed.get(code, {}) for code in headings},
            total=sum(len(sheet.lines) for sheet in sheets.values()),
        )
        places = ((code, line, cells) for code, sheet in sheets.items() for line, cells in sheet.lines.items())
        ImportRow.objects.bulk_create(
            (
                ImportRow(
                    imported=imported,
                    position=position,
                    sheet=code,
                    line=line,
                    cells={heading: cell for heading, cell in cells.items() if cell},
                )
                for position, (code, line, cells) in enumerate(places)
            ),
            batch_size=BATCH,
        )
        _record(imported, "upload", actor, to=imported.state)
        return imported


def move_import(imported: Import, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Import]:
    return apply_transition(imported, verb, actor=actor, streams=[agency_stream(imported.agency)], **given)


def check_import(
    imported: Import, *, actor: Actor, mapping: Mapped | None = None, fixed: Mapped | None = None, **common: Any
) -> TransitionResult[Import]:
    """Has the rows checked in the background, with a mapping that a person corrected or with that of the import. It is
    remembered for the next table. Raises Invalid whose pointers are sheet and column."""
    with atomic():
        if mapping is not None:
            kept: dict[str, Any] = {"mapping": mapping, "fixed": fixed or {}}
            check_mapping(KINDS[imported.kind], imported.headings, kept["mapping"], kept["fixed"])
            Import.objects.filter(pk=imported.pk).update(**kept)
            ColumnMapping.objects.update_or_create(agency=imported.agency, kind=imported.kind, defaults=kept)
        applied = move_import(imported, "check", actor=actor, changes={"found": {}}, **common)
        applied.thing.rows.update(foreseen="", problems=[], doubts=[], subject=None, label="")
        return _begin(applied, actor)


def take_import(imported: Import, *, actor: Actor, **common: Any) -> TransitionResult[Import]:
    """Has the rows taken over in the background, except those that the check refused."""
    with atomic():
        applied = move_import(imported, "take", actor=actor, **common)
        applied.thing.rows.filter(foreseen=Outcome.REFUSED).update(outcome=Outcome.REFUSED)
        return _begin(applied, actor)


def undo_import(imported: Import, *, actor: Actor, reason: str, **common: Any) -> TransitionResult[Import]:
    """Has withdrawn in the background what no one has acted on since. What the rows revised stays revised."""
    with atomic():
        applied = move_import(imported, "undo", actor=actor, reason=reason, changes={"reason": reason}, **common)
        revised = _("It was known before, and stays as this row revised it.")
        rows = applied.thing.rows.filter(outcome=Outcome.REVISED)
        rows.update(undone=Undone.STAYS, problems=[["", "revised", revised]])
        return _begin(applied, actor)


def resume_import(imported: Import, *, actor: Actor, **common: Any) -> TransitionResult[Import]:
    """Continues work that stopped, from where it stopped, as the work of the person who continues it."""
    with atomic():
        return _begin(move_import(imported, "resume", actor=actor, **common), actor)


def discard_import(imported: Import, *, actor: Actor, **common: Any) -> TransitionResult[Import]:
    """Deletes the rows of a table that was not taken over."""
    with atomic():
        applied = move_import(imported, "discard", actor=actor, changes={"rows_deleted_at": times.now()}, **common)
        applied.thing.rows.all().delete()
        return applied


def _begin(applied: TransitionResult[Import], actor: Actor) -> TransitionResult[Import]:
    """Starts the background work of the state."""
    imported = applied.thing
    imported.run = start_run(RUNS[S(imported.state)], actor=actor, given={"import": str(imported.pk)})
    Import.objects.filter(pk=imported.pk).update(run=imported.run)
    return applied


def end_pass(imported: Import, run_kind: str) -> None:
    """Counts the results and records that the work has ended. Call it in the step that found nothing left."""
    key, column = PASSES[run_kind]
    counted = imported.rows.exclude(**{column: ""}).order_by().values_list(column).annotate(number=Count("pk"))
    verb = {CHECK: "end_check", TAKE: "end_take", UNDO: "end_undo"}[run_kind]
    move_import(imported, verb, actor=SYSTEM, changes={"found": {**imported.found, key: dict(counted)}})


def record_file(imported: Import, *, actor: Actor) -> None:
    """Records that rows left the system as a file."""
    with atomic():
        _record(imported, "export_rows", actor, to=imported.state, sources=imported.state)


def _record(imported: Import, verb: str, actor: Actor, *, to: str, sources: str = "") -> None:
    data = {"kind": imported.kind, "rows": imported.total}
    record_event(
        agency_stream(imported.agency),
        actor=actor,
        action=Action(verb, IMPORT.name, imported.pk, from_state=sources, to_state=to, data=data),
        audience=Audience(Event.Visibility.OWN),
    )


def delete_old_rows() -> int:
    """Deletes the rows of imports that were left alone for `KEPT`. Returns how many imports."""
    old = Import.objects.filter(rows_deleted_at=None, state_since__lt=times.now() - KEPT)
    ids: Iterable[Any] = list(old.exclude(state__in=RUNS).values_list("pk", flat=True)[:BATCH])
    deleted = 0
    for pk in ids:
        with atomic():
            ImportRow.objects.filter(imported=pk).delete()
            deleted += Import.objects.filter(pk=pk).update(rows_deleted_at=times.now(), version=F("version") + 1)
    return deleted


ACTIONS: ActionTable = {
    "check": check_import,
    "take": take_import,
    "resume": resume_import,
    "undo": undo_import,
    "discard": discard_import,
}
