"""What the page of an import shows: how far it is, and the result of each row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.confirmations.models import Confirmation
from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.facets import FacetChoice
from agencies.kernel.paging import page_of
from agencies.kernel.resource import Facts
from agencies.runs.models import Run
from cases.intake.labels import value_label

from .actions import RUNS
from .kinds import KINDS
from .mapping import unassigned
from .models import Import, ImportRow, Outcome, Undone

DOUBTS = "doubts"
LABELS: dict[str, Any] = {**dict(Outcome.choices), **dict(Undone.choices)}
TONES: dict[str, tuple[str, str]] = {
    Outcome.NEW: ("good", "plus-lg"),
    Outcome.REVISED: ("wait", "pencil"),
    Outcome.UNCHANGED: ("neutral", "check-lg"),
    Outcome.STALE: ("neutral", "clock-history"),
    Outcome.REOPENED: ("good", "arrow-return-left"),
    Outcome.DIFFERS: ("wait", "arrow-left-right"),
    Outcome.REFUSED: ("stopped", "x-lg"),
    Undone.WITHDRAWN: ("stopped", "arrow-return-left"),
    Undone.STAYS: ("wait", "lock"),
}


class ShownRow:
    """A row with its result as the page shows it."""

    def __init__(self, row: ImportRow, sheet: str, url: str, names: Mapping[str, str]) -> None:
        self.row, self.sheet, self.url = row, sheet, url
        self.tone, self.icon = TONES.get(row.result, ("neutral", "circle"))
        self.problems = [problem_words(names, problem) for problem in row.problems]
        self.doubts = [problem_words(names, doubt) for doubt in row.doubts]


@dataclass(frozen=True)
class ShownWork:
    """The background work as `runs/progress.html` shows it."""

    run: Run

    @property
    def tone(self) -> str:
        return "progress" if self.run.is_open else "stopped"

    @property
    def icon(self) -> str:
        return "hourglass-split" if self.run.is_open else "x-circle"


def page_parts(imported: Import, actor: Actor, params: QueryDict) -> dict[str, Any]:
    kind, result = KINDS[imported.kind], params.get("result", "")
    rows = rows_with(imported, result).order_by("position")
    shown = page_of(rows, params, sorts={"row": "position"}, default="row")
    links, names = kind.links(shown.items, actor), column_names(imported)
    counts = count_results(imported)
    return {
        "title": kind.title,
        "source": value_label(imported.source, "source_system"),
        "several": len(imported.headings) > 1,
        "others": other_columns(imported),
        "cuts": list(_cuts(imported, counts, result)),
        "page": shown,
        "rows": [
            ShownRow(
                row, kind.sheet(row.sheet).words, links.get(row.subject, "") if row.subject else "", names[row.sheet]
            )
            for row in shown.items
        ],
        "summary": [] if counts else [(LABELS.get(code, code), number) for code, number in _kept(imported)],
        "refused": counts.get(Outcome.REFUSED, 0),
        "maps": imported.state in (Import.State.UPLOADED, Import.State.CHECKED),
        "to_confirm": Confirmation.objects.visible_to(actor)
        .filter(object_kind="import", object_id=imported.pk, state=Confirmation.State.REQUESTED)
        .first(),
        "work": ShownWork(imported.run) if imported.run and imported.state in RUNS else None,
        "events": timeline(actor, imported),
    }


def rows_with(imported: Import, result: str) -> QuerySet[ImportRow]:
    """The rows with this result; with doubts; or all, if it is neither."""
    if result == DOUBTS:
        return imported.rows.exclude(doubts=[])
    if result not in LABELS:
        return imported.rows.all()
    waiting = Q(undone="", outcome="", foreseen=result)
    return imported.rows.filter(Q(undone=result) | Q(undone="", outcome=result) | waiting)


def count_results(imported: Import) -> dict[str, int]:
    """The rows by their newest result; empty once they are deleted."""
    counts: dict[str, int] = {}
    counted = imported.rows.order_by().values_list("undone", "outcome", "foreseen").annotate(Count("pk"))
    for undone, outcome, foreseen, number in counted:
        code = undone or outcome or foreseen
        counts[code] = counts.get(code, 0) + number
    return counts


def column_names(imported: Import) -> dict[str, dict[str, str]]:
    """Sheet → column → its heading in the file, by which the person knows it, or its own name."""
    kind, found = KINDS[imported.kind], dict[str, dict[str, str]]()
    for code in imported.headings:
        assigned = imported.mapping.get(code, {})
        found[code] = {one.key: assigned.get(one.key) or one.words for one in kind.sheet(code).columns}
    return found


def other_columns(imported: Import) -> list[tuple[str, str, str]]:
    """For each sheet with headings that no column takes: what becomes of them, the sheet if there are several, and the
    headings."""
    kind, several = KINDS[imported.kind], len(imported.headings) > 1
    fate = _("Kept as further data of the source") if kind.keeps_others else _("Not imported")
    return [
        (fate, kind.sheet(code).words if several else "", _(", ").join(found))
        for code, found in unassigned(imported.headings, imported.mapping).items()
        if found
    ]


def problem_words(names: Mapping[str, str], problem: tuple[str, str, str]) -> str:
    """A problem or doubt of a row in words, after the column that it is about."""
    column, _code, detail = problem
    named = names.get(column, "")
    return _("%(field)s: %(what)s") % {"field": named, "what": detail} if named else detail


def _cuts(imported: Import, counts: Mapping[str, int], result: str) -> Iterator[FacetChoice]:
    """The chips above the rows: all, and each result that occurs."""
    if not counts:
        return
    yield FacetChoice(_("All"), "?", sum(counts.values()), result not in (*LABELS, DOUBTS))
    for code, label in LABELS.items():
        if counts.get(code):
            yield FacetChoice(label, f"?result={code}", counts[code], result == code)
    if doubtful := imported.rows.exclude(doubts=[]).count():
        yield FacetChoice(_("With remarks"), f"?result={DOUBTS}", doubtful, result == DOUBTS)


def reading(imported: Import, actor: Actor) -> Facts:
    """What a person reads beside the form of an action: what the table is, and the result of its rows."""
    source = value_label(imported.source, "source_system")
    numbers = [(LABELS.get(code, code), str(number)) for code, number in _kept(imported)]
    others = [(fate, f"{sheet}: {found}" if sheet else found) for fate, sheet, found in other_columns(imported)]
    return [(_("Kind"), imported.get_kind_display()), (_("Source of your agency"), source), *numbers, *others]


def _kept(imported: Import) -> list[tuple[str, int]]:
    """The numbers of the latest work that ended."""
    newest: dict[str, int] = next(
        (imported.found[key] for key in ("undone", "taken", "checked") if key in imported.found), {}
    )
    return sorted(newest.items())
