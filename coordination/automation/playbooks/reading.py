"""Reads and writes the steps of a playbook as a table, and compares two versions."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.text_files import Lines, read_table
from agencies.organisations.models import Agency
from cases.clocks.models import PeriodRule
from cases.papers.texts import FORMS
from cases.proceedings.models import Proceeding
from coordination.exchange.tasks.facts import FACTS

from .models import TRIGGERS, DueUnit, Group, Owner, PlaybookStep
from .words import due_text

COLUMNS = (
    *("kind", "state", "group", "step", "name_zh", "name_en", "guide_zh", "guide_en", "owner", "unit", "due"),
    *("mandatory", "depends_on", "papers", "facts", "basis"),
)
# Texts shown in a comparison instead of codes in the file.
WORDS = {
    "kind": gettext_lazy("Kind of proceeding"),
    "state": gettext_lazy("Request stage"),
    "group": gettext_lazy("Group"),
    "step": gettext_lazy("Code of the step"),
    "name_zh": gettext_lazy("Step, in Chinese"),
    "name_en": gettext_lazy("Step, in English"),
    "guide_zh": gettext_lazy("Guidance, in Chinese"),
    "guide_en": gettext_lazy("Guidance, in English"),
    "owner": gettext_lazy("Assigned agency"),
    "unit": gettext_lazy("Unit"),
    "due": gettext_lazy("Due"),
    "mandatory": gettext_lazy("Optional step"),
    "depends_on": gettext_lazy("Waits for"),
    "papers": gettext_lazy("Papers"),
    "facts": gettext_lazy("Facts"),
    "basis": gettext_lazy("Legal basis"),
}
# Columns compared: all but the position.
COMPARED = (
    *("kind", "state", "group", "code", "name_zh", "name_en", "guide_zh", "guide_en", "owner", "unit", "days"),
    *("day_unit", "follows", "mandatory", "depends_on", "papers", "facts", "basis"),
)
# Labels for lists of codes.
NAMED: dict[str, Callable[[str], str]] = {
    "papers": lambda code: FORMS[code].name,
    "facts": lambda code: str(FACTS[code].words),
}
MOST_ROWS = 200
CODE = re.compile(r"[A-Z][A-Z0-9_]{2,29}")
DUE = re.compile(r"(?P<days>[1-9]\d{0,2})(?P<unit>wd|d)|clock:(?P<rule>\w{1,30})")
UNITS = {"wd": DueUnit.WORKING_DAY, "d": DueUnit.CALENDAR_DAY}
StepRow = dict[str, Any]


@dataclass(frozen=True)
class PlaybookCodes:
    """Codes a table may use, read once for all rows."""

    rules: frozenset[str]
    units: frozenset[str]

    @classmethod
    def now(cls) -> "PlaybookCodes":
        units = Agency.objects.filter(is_agency=False).values_list("code", flat=True)
        rules = PeriodRule.objects.filter(subject=Proceeding.clock_kind).values_list("code", flat=True)
        return cls(frozenset(rules), frozenset(units))


def read_steps(text: str) -> list[StepRow]:
    """Returns the rows of a CSV text as columns of `PlaybookStep`, in order. Raises Invalid naming every bad line."""
    _headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=COLUMNS)
    return steps_of(lines)


def steps_of(lines: Lines) -> list[StepRow]:
    """Same for parsed lines. A step may depend only on steps above it, so there are no cycles."""
    known, above, found, errors = PlaybookCodes.now(), dict[str, set[str]](), [], list[FieldError]()
    for line, cells in lines.items():
        earlier = above.setdefault(cells["kind"], set())
        wrong = [*_wrong(cells, known), *_wrong_order(cells, earlier)]
        errors += [
            FieldError(f"/file/{line}/{column}", "invalid", _("Line %(line)d: %(what)s") % {"line": line, "what": what})
            for column, what in wrong
        ]
        earlier.add(cells["step"])
        if not wrong:
            found.append(_step(cells))
    if errors:
        raise Invalid(errors)
    return found


def _wrong(cells: Mapping[str, str], known: PlaybookCodes) -> Iterator[tuple[str, str]]:
    unknown = _("%(value)s is unknown here (column %(column)s).")
    choices: tuple[tuple[str, Iterable[str]], ...] = (
        ("kind", Proceeding.Kind.values),
        ("state", TRIGGERS.get(cells["kind"], Proceeding.State.values)),
        ("group", Group.values),
        ("owner", Owner.values),
        ("unit", {"", *known.units}),
        ("mandatory", ("0", "1")),
    )
    for column, allowed in choices:
        if cells[column] not in allowed:
            yield column, unknown % {"value": cells[column] or "“”", "column": column}
    for column, names in (("papers", FORMS), ("facts", FACTS)):
        for value in cells[column].split():
            if value not in names:
                yield column, unknown % {"value": value, "column": column}
    if CODE.fullmatch(cells["step"]) is None:
        yield "step", _("the code of a step has 3 to 30 capital letters, digits and _.")
    for column, longest in (("name_zh", 200), ("name_en", 200), ("guide_zh", 800), ("guide_en", 800), ("basis", 200)):
        if len(cells[column]) > longest:
            yield column, _("%(column)s is longer than %(most)d characters.") % {"column": column, "most": longest}
        if not cells[column] and column != "basis":
            yield (
                column,
                _("%(column)s is empty: every step needs a name and guidance in both languages.") % {"column": column},
            )
    due = DUE.fullmatch(cells["due"])
    if cells["due"] and due is None:
        yield "due", _("a due date has the form 5wd (working days), 10d (calendar days) or clock:RULE, or is empty.")
    if due and due["rule"] and due["rule"] not in known.rules:
        yield "due", unknown % {"value": due["rule"], "column": "due"}


def _wrong_order(cells: Mapping[str, str], above: set[str]) -> Iterator[tuple[str, str]]:
    if cells["step"] in above:
        yield "step", _("%(step)s appears twice for this kind of proceeding.") % {"step": cells["step"]}
    for value in cells["depends_on"].split():
        if value not in above:
            detail = _("%(step)s does not come before it for this kind of proceeding.")
            yield "depends_on", detail % {"step": value}


def _step(cells: Mapping[str, str]) -> StepRow:
    due = DUE.fullmatch(cells["due"])
    kept = ("kind", "state", "group", "name_zh", "name_en", "guide_zh", "guide_en", "owner", "unit", "basis")
    return {
        **{name: cells[name] for name in kept},
        "code": cells["step"],
        "days": int(due["days"]) if due and due["days"] else None,
        "day_unit": UNITS[due["unit"]].value if due and due["unit"] else "",
        "follows": due["rule"] if due and due["rule"] else "",
        "mandatory": cells["mandatory"] == "1",
        **{name: cells[name].split() for name in ("depends_on", "papers", "facts")},
    }


def digest_of(rows: Iterable[StepRow]) -> str:
    """Digest of the content, independent of file and of the order of kinds."""
    texts = [[row[name] for name in COMPARED] for row in by_kind(rows)]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def by_kind(rows: Iterable[StepRow]) -> list[StepRow]:
    """Sorted by kind: order matters only within a kind of proceeding."""
    return sorted(rows, key=lambda row: str(row["kind"]))


def rows_of(steps: Iterable[PlaybookStep]) -> list[StepRow]:
    return [{name: getattr(step, name) for name in COMPARED} for step in steps]


def as_table(rows: Iterable[StepRow]) -> list[list[str]]:
    """The table that `read_steps` reads."""
    return [list(COLUMNS), *([_cell(row, name) for name in COLUMNS] for row in rows)]


def _cell(row: StepRow, name: str) -> str:
    if name == "due":
        unit = "wd" if row["day_unit"] == DueUnit.WORKING_DAY else "d"
        return f"clock:{row['follows']}" if row["follows"] else f"{row['days']}{unit}" if row["days"] else ""
    value = row["code" if name == "step" else name]
    if isinstance(value, list):
        return " ".join(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _in_words(row: StepRow, name: str) -> str:
    if name == "mandatory":
        return _("no") if row[name] else _("yes")
    if name in ("kind", "state", "group", "owner"):
        return str(getattr(PlaybookStep(**row), f"get_{name}_display")())
    if name == "due":
        return str(due_text(PlaybookStep(**row)))
    if name in NAMED:
        return ", ".join(NAMED[name](code) for code in row[name])
    return _cell(row, name)


@dataclass(frozen=True)
class ChangedStep:
    """A changed step: (column, before, after), as labels instead of codes."""

    before: StepRow
    after: StepRow

    @property
    def cells(self) -> list[tuple[Any, str, str]]:
        pairs = ((name, _in_words(self.before, name), _in_words(self.after, name)) for name in COLUMNS)
        return [(WORDS[name], was, now) for name, was, now in pairs if was != now]


@dataclass(frozen=True)
class VersionDifference:
    """The difference between two versions."""

    added: list[StepRow] = field(default_factory=list)
    removed: list[StepRow] = field(default_factory=list)
    changed: list[ChangedStep] = field(default_factory=list)
    reordered: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.reordered)


def compare(before: list[StepRow], after: list[StepRow]) -> VersionDifference:
    old, new = ({(row["kind"], row["code"]): row for row in by_kind(rows)} for rows in (before, after))
    kept = [key for key in old if key in new]
    return VersionDifference(
        added=[row for key, row in new.items() if key not in old],
        removed=[row for key, row in old.items() if key not in new],
        changed=[ChangedStep(old[key], new[key]) for key in kept if old[key] != new[key]],
        reordered=kept != [key for key in new if key in old],
    )
