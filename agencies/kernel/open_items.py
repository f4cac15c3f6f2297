"""Lines of open items in the workspace (home, queues, board, workload), and what a noun declares about them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

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


class OpenItems(ABC):
    """The open items of a noun in the workspace. A subclass states what it needs, and overrides the methods that
    compute it.

    `related` is loaded with each item, `people` are further relations to its handlers. `case` is the path to its case
    if the items of a case are listed; `shows_case`: lists name the case beside the line, because its own words do not.

    `awaited` names what is missing in each state, after "waiting for": "the receipt of %(agency)s".
    `has_periods`: periods run on it, so that home shows it before agreed dates. `settled_by_office` are the states in
    which the responsible person acts without a proposal, so that it is their work. `of_parties`: agencies wait for
    parties, and acts are recorded on the subjects of the items.

    `weight` is what one item counts in the workload, 0 if it is no workload. `tab` is its place among the tabs of the
    board, 0 if it is not on the board; its columns are the states of the model, of which `always` are shown without
    items. `unit` is the column of the unit that a person chose, before the unit of the routing rules. `apart_title` is
    the heading on home of objects without work items (`apart`).
    """

    related: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    case = ""
    shows_case = False
    awaited: Mapping[str, Text] = {}
    has_periods = False
    settled_by_office: tuple[str, ...] = ()
    of_parties = False
    weight = 0
    tab = 0
    always: tuple[str, ...] = ()
    unit = ""
    apart_title: Text = ""

    @abstractmethod
    def line(self, thing: Any, actor: Actor, now: datetime) -> WorklistLine:
        """Returns the line of an item; for an item of another agency it shows the state and not the handler there."""

    def prepare(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        """Adds to the objects what the lines of many items need."""
        return things

    def fetched(self, rows: Any) -> QuerySet[Any]:
        """Returns the rows with what the next steps need."""
        return rows  # type: ignore[no-any-return]  # a queryset with the methods of its noun

    def apart(self, reader: Any) -> Iterable[WorklistLine]:
        """Returns the lines of open objects without work items; `reader` is an `agencies.work.reading.DeskReader`."""
        return ()

    def on_board(self, visible: Any, actor: Actor, lately: Q) -> QuerySet[Any]:
        """Returns the open items of the actor's agency and, of the ended ones, those that meet `lately`."""
        return visible.filter(Q(state__in=self.always) | lately, agency_id=actor.own_agency)  # type: ignore[no-any-return]  # as above

    def on_other_page(self, thing: Any) -> bool:
        """Whether its next step is taken on the page of another object."""
        return False
