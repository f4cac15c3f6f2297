"""Pages of routing rules: the versions of an agency, one version with its rules, import and dry run."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.organisations.models import Agency
from agencies.people.forms import post_data, submit_form
from agencies.people.models import User
from agencies.runs.models import Run

from . import actions, dry_run
from .choices import PRIORITY_VALUES
from .explaining import LABELS, ConditionLabels, conditions_of
from .filters import RuleSetList
from .forms import SheetForm
from .matching import conditions
from .models import Mode, Priority, RuleSet
from .spreadsheet import COLUMNS, NEEDED, RuleCodes, RuleRow, RuleRowChange, changes, rows_of, write_rows
from .workflow import RULE_SET


@page(STAFF)
def rule_sets(request: HttpRequest) -> HttpResponse:
    """Lists versions, newest first. POST drafts another."""
    actor = actor_of(request)
    if request.method == "POST":
        return redirect("rule_set", actions.draft_rule_set(actor=actor).pk)
    visible = RuleSet.objects.visible_to(actor)
    in_force = visible.begun().first()
    context = {
        "page": page_of(visible, request.GET, sorts=RuleSetList.sorts, default=RuleSetList.default),
        "in_force": in_force,
        "keeps": actor.leads(actor.agency_id),
        "now": times.now(),
    }
    return render(request, "routing/rule_sets.html", context)


@page(STAFF)
def rule_set_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _find(actor_of(request), pk)
    response = HttpResponse("\ufeff" + write_rows(rows_of(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return response


@page(STAFF)
def rule_set_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows the changes first; a second POST with the same text applies them."""
    actor = actor_of(request)
    found = _find(actor, pk)
    RULE_SET.check("import_rules", actor, found)
    form = SheetForm(
        post_data(request), request.FILES or None, rule_set=found, initial={"text": write_rows(rows_of(found))}
    )
    back = reverse("rule_set", args=[pk])
    context: dict[str, Any] = {"rule_set": found, "columns": _legend(found), "back": back}
    if form.is_valid():
        context |= {
            "changes": _shown(changes(rows_of(found), form.cleaned_data["rows"])),
            "csv": form.cleaned_data["csv"],
            "sure": True,
        }
        context["count"] = len(form.cleaned_data["rows"])
        if "go" in request.POST:
            text, version = form.cleaned_data["csv"], _version(request)
            if submit_form(form, lambda _given: actions.import_rules(found, actor=actor, rows=text, version=version)):
                messages.success(request, _("The draft now has these rules."))
                return redirect(back)
    return render(request, "routing/import.html", context | {"form": form}, status=form.status)


@page(STAFF)
def rule_set_dry_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tries the rules on arrivals of the last 90 days: at once if few, in a worker if many."""
    actor = actor_of(request)
    found = _find(actor, pk)
    if not actor.leads(found.agency_id):
        raise Forbidden(_("Routing rules are tried by the unit leads and the responsible person of the agency."))
    since = times.now() - dry_run.DAYS
    if request.method == "POST":
        return redirect("run", dry_run.start(found, since, actor=actor).pk)
    run = _run(request, actor, found)
    many = dry_run.arrived_since(found, since) if run is None else run.total or 0
    cells: dict[str, Any] | None = run.found if run else None
    if run is None and many <= dry_run.AT_ONCE:
        cells = dry_run.tally(dry_run.try_all(found, since))
    context = {
        "rule_set": found,
        "run": run,
        "many": many,
        "at_once": dry_run.AT_ONCE,
        "since": since,
        "day": dry_run.day_of(found),
        "lines": None if cells is None else _dry_run_rows(cells, actor),
        "changed": sum(cell["n"] for cell in (cells or {}).values() if cell["old"] != cell["new"]),
    }
    return render(request, "routing/dry_run.html", context)


def _find(actor: Actor, pk: UUID) -> RuleSet:
    found = RuleSet.objects.visible_to(actor).select_related("agency").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _version(request: HttpRequest) -> int | None:
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _run(request: HttpRequest, actor: Actor, found: RuleSet) -> Run | None:
    """The run named in the address, if it is the actor's and of this version."""
    try:
        pk = UUID(request.GET.get("run", ""))
    except ValueError:
        return None
    run = Run.objects.visible_to(actor).filter(pk=pk, kind=dry_run.KIND).first()
    if run is None or run.given.get("rule_set") != str(found.pk):
        raise Http404
    return run


# Display -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ShownChange:
    """A change of an import: texts before and after, column by column."""

    change: RuleRowChange
    lines: list[tuple[Any, str, str]]


def _legend(rule_set: RuleSet) -> list[tuple[str, Any, bool, str]]:
    """Each column of the file with its meaning and allowed codes."""
    codes = RuleCodes(rule_set).codes
    return [(name, LABELS[name], name in NEEDED, ", ".join(sorted(codes.get(name, ())))) for name in COLUMNS]


def _shown(found: Iterable[RuleRowChange]) -> list[ShownChange]:
    words = ConditionLabels()
    rows = list(found)
    codes = {row.unit for change in rows for row in (change.old, change.new) if row}
    units = {one.code: one.name for one in Agency.objects.filter(code__in=codes)}
    return [ShownChange(change, list(_columns(change, words, units))) for change in rows]


def _columns(change: RuleRowChange, words: ConditionLabels, units: dict[str, str]) -> Iterable[tuple[Any, str, str]]:
    old, new = (_cells(row, words, units) if row else {} for row in (change.old, change.new))
    for name in COLUMNS:
        if name in ("tier", "position"):
            continue
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            yield LABELS[name], before, after


def _cells(row: RuleRow, words: ConditionLabels, units: dict[str, str]) -> dict[str, str]:
    """Cell texts. Usernames of officers are shown as in the file."""
    names = [one.name for one in conditions(row, {})]
    data = dict(zip(names, (text for _label, text in conditions_of(row, words)), strict=True))
    data |= {"unit": units.get(row.unit, row.unit), "officers": ", ".join(row.officers), "note": row.note}
    data |= {"mode": str(Mode(row.mode).label), "priority": str(Priority(PRIORITY_VALUES[row.priority]).label)}
    return data | {name: day.isoformat() for name in ("starts_on", "ends_on") if (day := getattr(row, name))}


@dataclass(frozen=True)
class DryRunRow:
    """A row of the dry run's table."""

    old: str
    new: str
    same: bool
    count: int
    rules: str
    things: list[tuple[str, str]]

    @property
    def more(self) -> int:
        return self.count - len(self.things)


def _dry_run_rows(cells: dict[str, Any], actor: Actor) -> list[DryRunRow]:
    """Changed outcomes first, largest count first."""
    codes = [one.split("|") for cell in cells.values() for one in (cell["old"], cell["new"]) if "|" in one]
    units = Agency.objects.in_bulk({code[0] for code in codes}, field_name="code")
    people = User.objects.in_bulk(
        {name for code in codes for name in code[3].split(",") if name}, field_name="username"
    )
    named = dry_run.named([row for cell in cells.values() for row in cell["rows"]], actor)
    found = [
        DryRunRow(
            old=_outcome(cell["old"], units, people),
            new=_outcome(cell["new"], units, people),
            same=cell["old"] == cell["new"],
            count=cell["n"],
            rules=", ".join(cell["rules"]),
            things=[named[pk] for _kind, pk in cell["rows"] if pk in named],
        )
        for cell in cells.values()
    ]
    return sorted(found, key=lambda line: (line.same, -line.count, line.old, line.new))


def _outcome(key: str, units: dict[str, Agency], people: dict[str, User]) -> str:
    if key == dry_run.NOT_ROUTED:
        return _("not assigned")
    if key == dry_run.NO_RULE:
        return _("no rule matches")
    unit, priority, mode, pool = key.split("|")
    names = ", ".join(people[name].name for name in pool.split(",") if name in people)
    place = units[unit].name if unit in units else unit
    rows = [place, str(Priority(PRIORITY_VALUES[priority]).label), str(Mode(mode).label), names]
    return " · ".join(one for one in rows if one)
