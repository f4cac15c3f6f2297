"""A list of tasks for one case from a spreadsheet: read, shown, and requested for the rows that remain chosen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import HappenedAt
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.text_files import SheetForm, read_table
from agencies.kernel.texts import TextField
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.choices import agencies_on_case
from cases.casefile.models import Case

from .actions import ask_task
from .models import Task

COLUMNS = ("agency", "title", "details", "due", "optional")
NEEDED = COLUMNS[:2]
CHINESE = dict(zip(("承办机关", "任务事项", "说明", "期限", "可选"), COLUMNS, strict=True))
"""Headings of a Chinese table → columns."""
MOST_ROWS = 100
MOST_TITLE = 200
YES = {"": False, "0": False, "false": False, "否": False, "1": True, "true": True, "是": True}


@dataclass(frozen=True)
class Wanted:
    """One row: a task to be requested. `number` is its place in the table."""

    number: int
    node: Agency
    title: str
    body: str
    due_at: datetime | None
    optional: bool


class TaskSheetForm(SheetForm):
    """A list of tasks, sent as a file or as text."""

    most_bytes = 400_000
    workbooks = True

    text = TextField(
        label=_("Or its text"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args: Any, case: Case, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, actor

    def read(self, text: str, cleaned: dict[str, Any]) -> list[Wanted]:
        return read_tasks(text, self.case, self.actor)


def read_tasks(text: str, case: Case, actor: Actor) -> list[Wanted]:
    """Reads a CSV text with these columns, or with the headings of a Chinese table. Raises Invalid naming every bad
    row by its number.
    """
    header, rows = read_table(text, most=MOST_ROWS)
    header = [CHINESE.get(name.strip(), name.strip().lower()) for name in header]
    if missing := [name for name in NEEDED if name not in header]:
        detail = gettext("The file lacks the columns %(names)s.") % {"names": ", ".join(missing)}
        raise Invalid.field("file", "columns", detail)
    if not 0 < len(rows) <= MOST_ROWS:
        detail = gettext("The list needs 1 to %(most)s tasks.") % {"most": MOST_ROWS}
        raise Invalid.field("file", "rows", detail)
    return read_rows([dict(zip(header, row.values(), strict=False)) for row in rows], case, actor)


def read_rows(rows: Iterable[Mapping[str, Any]], case: Case, actor: Actor, *, at: str = "/file") -> list[Wanted]:
    """Reads rows with these columns. Raises Invalid naming every bad row by its number, counted from one."""
    nodes = _nodes(case, actor)
    errors: list[FieldError] = []
    found: list[Wanted] = []
    for number, row in enumerate(rows, start=1):
        values = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        problems = list(_problems_in(values, nodes))
        line = gettext("Line %(line)d: ") % {"line": number}
        errors += [FieldError(f"{at}/{number}", code, f"{line}{detail}") for code, detail in problems]
        if not problems:
            found.append(_wanted(number, values, nodes))
    if errors:
        raise Invalid(errors)
    return found


def _nodes(case: Case, actor: Actor) -> dict[str, list[Agency]]:
    """What a row may write → the agencies and units on the case with this code or name."""
    codes = [code for code, _name in agencies_on_case(case, actor)]
    found: dict[str, list[Agency]] = {}
    for node in Agency.objects.filter(code__in=codes).order_by("id"):
        for name in {node.code, node.name_zh, node.name_en} - {""}:
            found.setdefault(name, []).append(node)
    return found


def _problems_in(values: dict[str, str], nodes: dict[str, list[Agency]]) -> Iterator[tuple[str, str]]:
    named = nodes.get(values["agency"], [])
    if not named:
        detail = gettext("“%(value)s” is no agency or unit that shares this case.")
        yield "agency", detail % {"value": values["agency"]}
    if len(named) > 1:
        detail = gettext("Several have the name %(name)s. Write one of these instead: %(choices)s.")
        yield "agency", detail % {"name": values["agency"], "choices": ", ".join(node.code for node in named)}
    if not values["title"]:
        yield "title", gettext("Say what is to be done.")
    if len(values["title"]) > MOST_TITLE:
        yield "title", gettext("Enter at most %(most)s characters.") % {"most": MOST_TITLE}
    try:
        _due(values["due"])
    except (forms.ValidationError, ValueError):
        detail = gettext("%(column)s must be a day or a time such as 2026-02-16 or 2026-02-16 17:30.")
        yield "due", detail % {"column": "due"}
    if values["optional"].lower() not in YES:
        yield "optional", gettext("optional must be 1 or 0.")


def _wanted(number: int, values: dict[str, str], nodes: dict[str, list[Agency]]) -> Wanted:
    return Wanted(
        number=number,
        node=nodes[values["agency"]][0],
        title=values["title"],
        body=values["details"],
        due_at=_due(values["due"]),
        optional=YES[values["optional"].lower()],
    )


def _due(text: str) -> datetime | None:
    """A day means its end. Raises ValidationError or ValueError."""
    if not text:
        return None
    if day := parse_date(text):
        return timezone.make_aware(datetime.combine(day, time(23, 59)))
    found: datetime = HappenedAt().clean(text)
    return found


def request_tasks(case: Case, wanted: Iterable[Wanted], *, actor: Actor) -> list[Task]:
    """Requests all of these tasks or none. Raises what `ask_task` raises, and Invalid without any."""
    chosen = list(wanted)
    if not chosen:
        raise Invalid.field("file", "rows", gettext("Choose at least one row."))
    with atomic():
        return [
            ask_task(
                case,
                actor=actor,
                agency=one.node.code,
                title=one.title,
                body=one.body,
                due_at=one.due_at,
                optional=one.optional,
            )
            for one in chosen
        ]
