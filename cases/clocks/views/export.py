"""The list of running deadlines as the cells of a file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.tables import Row, moment_cell

from .lists import Line, lines_of, users_by_id


def clock_heads() -> Row:
    return [
        *(_("Deadline"), _("Lenient reading"), _("Provisional"), _("State"), _("What must be done"), _("Rule")),
        *(_("Kind"), _("Legal basis"), _("Who must act"), _("Handler"), _("Phone"), _("Concerns"), _("Case no.")),
        _("Runs since"),
    ]


def clock_cells(clocks: Sequence[Any], actor: Actor) -> Iterable[Row]:
    return [list(_cells(line)) for line in lines_of(clocks, users_by_id(clock.handled_by for clock in clocks))]


def _cells(line: Line) -> Iterator[Any]:
    clock, rule, handler = line.clock, line.clock.rule, line.handler
    seen: Any = clock  # annotated by the list
    yield from (moment_cell(clock.due_at), moment_cell(clock.breach_at), _("yes") if clock.provisional else "")
    yield from (clock.get_state_display(), rule.name, rule.code, rule.get_kind_display(), rule.cited)
    yield clock.agency.name if clock.agency else rule.get_owner_side_display()
    yield from (handler.name, handler.phone) if handler else ("", "")
    yield from (line.subject, clock.case.number if clock.case and seen.case_seen else "", moment_cell(clock.started_at))
