"""Work items: what a thing that waits says about itself, and when its rows are written.

Each noun declares one `Work`: a pure function from a thing to its rows. Whatever changes a thing calls `touch`; the
rows of all that was touched are written once, before the outermost transaction commits.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import local
from typing import Any, TypeVar, overload
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet, TextChoices
from django.db.transaction import Atomic

# In place of "no deadline": columns that an index orders by are never null.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
NOBODY = UUID(int=0)


class Side(TextChoices):
    """What an agency has to do with a thing."""

    DOES = "does"  # the next step is its own
    AWAITS = "awaits"  # it sent it or asked for it, and another agency has to act
    PARTY = "party"  # a party may still speak or pay, and the agency waits for it
    PERIOD = "period"  # a legal period that the agency must keep
    DECIDES = "decides"  # a decision about a party that waits for the responsible person of the agency


class Decides(TextChoices):
    """Whose decision a thing waits for."""

    NOBODY = ""
    HEAD = "head"


class Sees(TextChoices):
    """What the agency must still be shown of the case for the row to count. Shares end by date, so it is asked."""

    ALWAYS = ""
    CASE = "case"
    CONTENTS = "contents"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a thing. A thing that several persons of one agency have in hand has a row for each; the agency counts
    the one that is `first`.

    `other_id` is the agency on the other side, `wall_id` the proceeding behind whose wall the thing stands, `matter_id`
    what it is really about, `came_at` when it was made, where no event tells so.
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
    decides: Decides = Decides.NOBODY
    due_at: datetime | None = None
    breach_at: datetime | None = None
    since: datetime | None = None
    other_id: int | None = None
    wall_id: UUID | None = None
    matter_id: UUID | None = None
    came_at: datetime | None = None
    sees: Sees = Sees.ALWAYS


@dataclass(frozen=True, kw_only=True)
class Work:
    """The work of one noun: its things, with all that `rows` reads of them, and the rows of one thing."""

    kind: str
    things: Callable[[], QuerySet[Any]]
    rows: Callable[[Any], Iterable[Row]]


REGISTER: dict[str, Work] = {}
# (ids) → {(id, agency): (unit, priority)}: where the rules of an agency put a thing, and how urgent it is there.
Placing = Callable[[Iterable[UUID]], Mapping[tuple[UUID, int], tuple[int | None, int]]]
Touched = dict[str, set[UUID]]


@dataclass(frozen=True, slots=True)
class Act:
    """An act on a thing, as far as rows tell of it."""

    at: datetime
    actor_id: str
    agency_id: int | None
    visibility: str
    counterpart_id: int | None


@dataclass
class Changes:
    """What a transaction touched. `acts` are what was done to things; of those that it `made` they are all, and no row
    is kept of them. Of those in `placed` a rule or somebody changed where they lie or how urgent they are."""

    touched: Touched = field(default_factory=dict)
    made: dict[UUID, Any] = field(default_factory=dict)
    placed: set[UUID] = field(default_factory=set)
    acts: dict[UUID, list[Act]] = field(default_factory=dict)
    knows_all: bool = True

    def forget(self) -> None:
        """A part was rolled back: what was done and made is asked of the database instead."""
        self.made, self.acts, self.knows_all = {}, {}, False


# Of what was touched, by kind: the further things whose rows say something of it, by their kinds.
Wider = Callable[[Iterable[UUID]], Mapping[str, Iterable[UUID]]]
WIDER: dict[str, Wider] = {}
_placing: list[Placing] = []
_writers: list[Callable[[Changes], None]] = []


def register(*works: Work) -> None:
    REGISTER.update({work.kind: work for work in works})


def register_wider(kind: str, wider: Wider) -> None:
    WIDER[kind] = wider


def register_placing(placing: Placing) -> None:
    _placing[:] = [placing]


def register_writer(writer: Callable[[Changes], None]) -> None:
    _writers[:] = [writer]


def places(ids: Iterable[UUID]) -> Mapping[tuple[UUID, int], tuple[int | None, int]]:
    return _placing[0](ids) if _placing else {}


class _Pending(local):
    """Of this thread: how deep it is in transactions of ours, and what was touched in them."""

    def __init__(self) -> None:
        self.depth = 0
        self.changes = Changes()


_pending = _Pending()


def touch(kind: str, *ids: UUID) -> None:
    """The rows of these things are written anew before the transaction commits; of what has none, nothing happens."""
    if kind not in REGISTER and kind not in WIDER:
        return
    if _pending.depth == 0:
        raise RuntimeError("what changes a thing that waits is done in a transaction of `agencies.kernel.work`")
    if ids:
        _pending.changes.touched.setdefault(kind, set()).update(ids)


def note_act(kind: str, pk: UUID, act: Act) -> None:
    """Somebody did something to a thing: whoever else has it before them finds it new."""
    touch(kind, pk)
    if kind in REGISTER:
        told = _pending.changes.acts.setdefault(pk, [])
        told.append(act)
        if len(told) > 1:  # beyond its making something was done to it, perhaps to another row in hand
            _pending.changes.made.pop(pk, None)


def touch_placed(kind: str, *ids: UUID) -> None:
    """A rule or somebody changed where these things lie at an agency, or how urgent they are there."""
    touch(kind, *ids)
    _pending.changes.placed.update(ids)


def touch_made(kind: str, thing: Any) -> None:
    """This thing was made in this transaction, and its row in hand stands as long as nothing more is done to it: so
    nothing is asked for its rows."""
    touch(kind, thing.pk)
    _pending.changes.made[thing.pk] = thing


class _Writing(Atomic):
    """Django's own transaction, which writes the work items of whatever was touched before the outermost one ends."""

    def __enter__(self) -> None:
        super().__enter__()
        _pending.depth += 1

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        _pending.depth -= 1
        if kind is not None:
            _pending.changes.forget()
        if _pending.depth == 0:
            changes, _pending.changes = _pending.changes, Changes()
            if changes.touched and kind is None and not connections[DEFAULT_DB_ALIAS].needs_rollback:
                try:
                    for write in _writers:
                        write(changes)
                except BaseException:
                    super().__exit__(*sys.exc_info())
                    raise
        super().__exit__(kind, value, traceback)


Function = TypeVar("Function", bound=Callable[..., Any])


@overload
def atomic(write: Function) -> Function: ...


@overload
def atomic(*, savepoint: bool = ...) -> Atomic: ...


def atomic(write: Any = None, *, savepoint: bool = True) -> Any:
    """In place of `transaction.atomic`, wherever something is written: as a context manager or a decorator."""
    found = _Writing(None, savepoint, False)
    return found if write is None else found(write)
