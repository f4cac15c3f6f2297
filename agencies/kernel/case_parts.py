"""What a noun declares about the page of a case: its rows there, their titles, and tabs."""

from collections.abc import Callable, Mapping, Sequence
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

    `got_papers` is an agency that received papers of the object.
    """

    agencies: Sequence[Any]
    number: str
    handler: Any
    sender: Any = None
    got_papers: Any = None
    has_ended: bool = False


@dataclass(frozen=True, kw_only=True)
class CasePart:
    """A noun on the page of a case.

    In the functions, `page` has the `case`, the `actor`, the parameters `params` of the address, and in `page.of` the
    rows of each kind. `rows(page)` are the rows that the page shows, in order, and `title(row)` names one of them in
    the timeline. `names(page)` are the titles by id, if they are not taken from the rows.

    `status(row)`: the page begins with the status of each row. `begun_by` are the actions of a case that begin one;
    while one has not ended, they are no longer the next step of the case.
    `party` are the paths from a row to its case and to the name of the one party that it is about. `in_proceeding` is
    the path to the proceeding whose wall hides a row. `periods_follow`: the reader knows a period only with the row it
    is about. `in_timeline`: the timeline shows its acts; otherwise a tab of its own does.
    """

    rows: Callable[[Any], Any] = lambda page: []
    title: Callable[[Any], str] | None = None
    names: Callable[[Any], Mapping[UUID, str]] | None = None
    status: Callable[[Any], Status] | None = None
    begun_by: tuple[str, ...] = ()
    party: tuple[str, str] | None = None
    in_proceeding: str = ""
    periods_follow: bool = False
    in_timeline: bool = True
    tabs: tuple[CaseTab, ...] = ()
