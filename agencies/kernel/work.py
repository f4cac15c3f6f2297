"""Work items: how rows are derived from open objects, and when they are written.

Each noun declares one `WorkRows`, a pure function from an object to its rows. Code that changes an object calls
`touch`. The rows of all touched objects are written once, before the outermost transaction commits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import local
from typing import Any, TypeVar, overload
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, TextChoices

# Stored instead of "no deadline", because columns that an index orders by are never null.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
FOR_GOOD = date(9999, 12, 31)  # the last day of what never ends
NO_PERSON = UUID(int=0)


class Side(TextChoices):
    """The part an agency has in an object."""

    DOES = "does"  # the agency takes the next step
    AWAITS = "awaits"  # the agency sent or requested it, and another agency has to act
    PARTY = "party"  # the agency waits for a party, who may still respond or pay
    PERIOD = "period"  # a legal period that the agency must keep
    DECIDES = "decides"  # a decision about a party, or a proposal, that waits for a responsible person of the agency
    HIDDEN = "hidden"  # no work: a wall within the agency hides the object, and what is behind it, from the person


class Decider(TextChoices):
    """Who has to decide on the object."""

    NONE = ""
    LEAD = "lead"
    HEAD = "head"


class SightGround(TextChoices):
    """By what an agency sees an object: always, or with a case, its contents, or a lead. ASKED: that is not known."""

    ALWAYS = ""
    CASE = "case"
    CONTENTS = "contents"
    LEAD = "lead"
    ASKED = "asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskRow:
    """One row of an object. If several people of one agency handle it, each has a row; the agency counts the `first`.

    `due_at` is by the strict reading of a period and `breach_at` by the lenient one, so never earlier: no item is late
    before it is due. `other_id` is the agency on the other side. `matter_id` is the object it is about. `came_at` is
    when it was created, if no event records that.

    `until` is the last day on which the agency sees the object, None if it does not see it now. `wall_id` is the
    object, mostly a proceeding, whose rows of the side HIDDEN name the people who do not see this one.
    """

    side: Side
    agency_id: int
    state: str
    case_id: UUID | None = None
    led: bool = False
    restricted: bool = False
    person_id: UUID | None = None
    unit_id: int | None = None
    free: bool = False
    returned: bool = False
    first: bool = True
    decides: Decider = Decider.NONE
    due_at: datetime | None = None
    breach_at: datetime | None = None
    since: datetime | None = None
    other_id: int | None = None
    wall_id: UUID | None = None
    matter_id: UUID | None = None
    came_at: datetime | None = None
    until: date | None = FOR_GOOD


@dataclass(frozen=True, kw_only=True)
class WorkRows:
    """The work items of one noun: `things` are its objects with all data that `rows` reads, `rows` derives the rows of
    one object."""

    kind: str
    things: Callable[[], QuerySet[Any]]
    rows: Callable[[Any], Iterable[DeskRow]]


REGISTER: dict[str, WorkRows] = {}
# (ids) → {(id, agency): (unit, priority)}: the unit and priority that the agency's routing rules give an object.
Placing = Callable[[Iterable[UUID]], Mapping[tuple[UUID, int], tuple[int | None, int]]]
Touched = dict[str, set[UUID]]


# (touched ids of one kind) → {kind: ids} of other objects whose rows depend on them.
Wider = Callable[[Iterable[UUID]], Mapping[str, Iterable[UUID]]]
WIDER: dict[str, Wider] = {}
_placing: list[Placing] = []
_writers: list[Callable[[Touched], None]] = []


def register(*works: WorkRows) -> None:
    REGISTER.update({work.kind: work for work in works})


def register_wider(kind: str, wider: Wider) -> None:
    WIDER[kind] = wider


def register_placing(placing: Placing) -> None:
    _placing[:] = [placing]


def register_writer(writer: Callable[[Touched], None]) -> None:
    _writers[:] = [writer]


def places(ids: Iterable[UUID]) -> Mapping[tuple[UUID, int], tuple[int | None, int]]:
    return _placing[0](ids) if _placing else {}


class _Pending(local):
    """Per thread: the depth of open transactions of this module, and what was touched in them."""

    def __init__(self) -> None:
        self.depth = 0
        self.touched: Touched = {}


_pending = _Pending()


def touch(kind: str, *ids: UUID) -> None:
    """Rewrites the rows of these objects before the transaction commits. Kinds without rows are ignored.

    Raises RuntimeError outside of a transaction of this module.
    """
    if kind not in REGISTER and kind not in WIDER:
        return
    if _pending.depth == 0:
        raise RuntimeError("objects with work items must be changed in a transaction of `agencies.kernel.work`")
    if ids:
        _pending.touched.setdefault(kind, set()).update(ids)


@contextmanager
def _writing(*, savepoint: bool) -> Iterator[None]:
    """Django's transaction. Before the outermost one commits, the work items of touched objects are written."""
    with transaction.atomic(savepoint=savepoint):
        _pending.depth += 1
        try:
            yield
            if _pending.depth == 1 and _pending.touched and not transaction.get_rollback():
                for write in _writers:
                    write(_pending.touched)
        finally:
            _pending.depth -= 1
            if _pending.depth == 0:
                _pending.touched = {}


Function = TypeVar("Function", bound=Callable[..., Any])


@overload
def atomic(write: Function) -> Function: ...


@overload
def atomic(*, savepoint: bool = ...) -> AbstractContextManager[None]: ...


def atomic(write: Any = None, *, savepoint: bool = True) -> Any:
    """Replaces `transaction.atomic` for all writes, as a context manager or a decorator."""
    found: Any = _writing(savepoint=savepoint)
    return found if write is None else found(write)
