"""What a noun declares about the page of a case: its rows there, their titles, and tabs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from .texts import Text


@dataclass(frozen=True, kw_only=True)
class CaseTab:
    """A tab of the page. `place` orders the tabs. `for_status`: readers of the status of the case see it too.

    The tab shows how many rows of the kinds in `counts` the reader sees on the case.
    """

    key: str
    label: Text
    template: str
    place: int
    for_status: bool = False
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Status:
    """Who has an object: `agencies` may have acted on it, the present one first. `handler` is the contact there.

    `got_papers` is an agency that received papers of the object. `remark` is what the page says beside its state.
    """

    agencies: Sequence[Any]
    number: str
    handler: Any
    sender: Any = None
    got_papers: Any = None
    has_ended: bool = False
    remark: Text = ""


@dataclass(frozen=True, kw_only=True)
class RequiredAction:
    """An action on a row of the case that has to follow from what happened elsewhere, and why."""

    pk: UUID
    verb: str
    why: Text


class CasePart:
    """A noun on the page of a case. A subclass states what it needs, and overrides the methods that compute it.

    `case` is the path from a row to its case. The page reads rows with their `related`, in `order`; `open_first` puts
    the open ones before the others. `is_named`: the timeline names the rows.

    `begun_by` are the actions of a case that begin a row with a status; while one has not ended, they are no longer the
    next step of the case. `party` is the path to the name of the one party that a row is about, `in_proceeding` that to
    the proceeding whose wall hides it. `periods_follow`: the reader knows a period only with the row it is about.
    `in_timeline`: the timeline shows its acts; otherwise a tab of its own does. `requires_of` are the kinds of rows on
    which its rows require an action.

    In the methods, `page` has the `case`, the `actor`, the parameters `params` of the address, and in `page.of` the
    rows of each kind.
    """

    case = "case"
    related: tuple[str, ...] = ()
    order: tuple[Any, ...] = ()
    open_first = False
    is_named = True
    begun_by: tuple[str, ...] = ()
    party = ""
    in_proceeding = ""
    periods_follow = False
    in_timeline = True
    requires_of: tuple[str, ...] = ()
    tabs: tuple[CaseTab, ...] = ()

    def rows(self, visible: Any, page: Any) -> Any:
        """Returns what the page shows, from the rows on the case that are visible to the reader."""
        related = visible.select_related(*self.related) if self.related else visible
        found = list(related.order_by(*self.order) if self.order else related)
        return sorted(found, key=lambda row: not row.is_open) if self.open_first else found

    def title(self, row: Any) -> str:
        """Returns the name of a row in the timeline."""
        return str(row)

    def names(self, kind: str, page: Any) -> Mapping[UUID, str]:
        """Returns the names of the rows of its kind, by id."""
        return {row.pk: self.title(row) for row in page.of[kind]} if self.is_named else {}

    def statuses(self, page: Any) -> list[tuple[Any, Status]]:
        """Returns the rows with whose status the page begins."""
        return []

    def required(self, page: Any) -> Iterable[RequiredAction]:
        """Returns the actions that its rows require on rows of the kinds `requires_of`."""
        return ()

    def said(self, page: Any) -> Iterable[str]:
        """Returns sentences about its rows for the brief of the case."""
        return ()
