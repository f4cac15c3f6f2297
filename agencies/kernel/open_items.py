"""Lines of open items in the workspace (home, queues, board, workload), and what a noun declares about them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

from .actor import Actor
from .texts import Text
from .workflow import Button


def nothing() -> None:
    """The `offer` of a line whose next step belongs to another agency, or is on the item's own page."""


@dataclass(frozen=True, kw_only=True)
class WorklistLine:
    """One open item. `key` names what it is about: the kind and id of an object.

    `waits` is the agency that waits for it, `why` what has to be done. `routing` is its place by the routing rules,
    `pick` the name of its box where rows are selected, `because` why it is late, `reminder` the
    item of a reminder about it (`coordination.workspace.lateness`). `longer` is a step that includes the next one or
    follows from what is known, a link beside it. `case` is number and title of its case, "" if the
    reader does not see the case, None if it was not read with the object.
    """

    key: tuple[str, Any]
    what: Text
    note: str
    url: Text
    why: Text
    waits: Any = None
    due_at: datetime | None = None
    breach_at: datetime | None = None
    offer: Callable[[], Button | None] = nothing
    longer: Callable[[], Button | None] = nothing
    kind: str = "duty"
    routing: Any = None
    pick: str = ""
    because: str = ""
    reminder: str = ""
    case: str | None = None

    @cached_property
    def button(self) -> Button | None:
        """The next step. It is determined only where it is shown, because that takes longer than reading the item."""
        return self.offer()

    @cached_property
    def beside(self) -> Button | None:
        """The step beside the next one, determined as late as that."""
        return self.longer()

    def elsewhere(self, agency: Any, state: str) -> "WorklistLine":
        """The line of an item at another agency: its state, and not the handler there."""
        return replace(self, why=state, waits=agency, offer=nothing, longer=nothing)


@dataclass(frozen=True, kw_only=True)
class BoardColumns:
    """The columns of a noun on the board: its states in order, and those that are always shown.

    `rows(actor, lately)` are the open items of the actor's agency and, of the ended ones, those that meet the condition
    `lately`. `handler(agency)` is the column of the handler at the agency with that id, `unit` that of the unit that a
    person chose, before the unit of the routing rules. `place` orders the tabs of the board. `on_other_page(thing)`:
    its next step is taken on the page of another object.
    """

    states: Any
    always: tuple[str, ...] = ()
    rows: Callable[[Actor, Q], QuerySet[Any]]
    handler: Callable[[int], Combinable]
    unit: str = ""
    place: int
    on_other_page: Callable[[Any], bool] = lambda thing: False


@dataclass(frozen=True, kw_only=True)
class OpenItems:
    """The open items of a noun in the workspace. In the functions, `reader` is an `agencies.work.reading.DeskReader`.

    `line(thing, actor, now)` is the line of an item; for an item of another agency it shows the state and not the
    handler there. `related` is loaded with each item, `people` are further relations to its handlers, and `prepare`
    adds what the lines of many items need. `fetched` adds to a queryset what the next steps need. `of_case(rows, case)`
    limits to the open items of a case.

    `awaited` names what is missing in each state, after "waiting for": "the receipt of %(agency)s".
    `has_periods`: periods run on it, so that home shows it before agreed dates.

    `settled_by_office` are the states in which the responsible person acts without a proposal, so that it is their
    work. `apart(reader)` are lines of open objects that have no work items.

    `shows_case`: lists name the case beside the line, because its own words do not. `of_parties`: agencies wait for
    parties, and acts are recorded on the subjects of the items.
    """

    line: Callable[[Any, Actor, datetime], WorklistLine]
    related: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    prepare: Callable[[Sequence[Any], Actor], None] = lambda things, actor: None
    fetched: Callable[[Any], Any] = lambda rows: rows
    of_case: Callable[[Any, Any], QuerySet[Any]] | None = None
    awaited: Mapping[str, Text] = field(default_factory=dict)
    has_periods: bool = False
    settled_by_office: tuple[str, ...] = ()
    apart: Callable[[Any], Iterable[WorklistLine]] | None = None
    shows_case: bool = False
    of_parties: bool = False
    board: BoardColumns | None = None
