"""A story is performed once in a process. Wherever a test asks for it again, only its rows are written again.

Most of the suite's time would otherwise go into walking the same transfers and decisions through the same actions.
`@story` records the statements by which a function of `stories` changes the database, and what it returns. The next
test that asks for the same story, with the same answers and from the same beginning, has these statements executed.

What makes this sound:

- Each test begins with the stage and ends with a rollback. Where a test has changed anything by itself before it asks
  for a story, that story is performed. Signing in is the exception; no story reads it.
- Stories follow one another as branches of a tree: a second story is replayed only after the same first one. A story
  that consists of others ends at the branch of its last part.
- A story is not older than a quarter of an hour, by the clock that the test sees. A test that moves the clock gets its
  own.
- A story after a look at the clock happens after it, so it is performed. A look is `timezone.now()` in a test, or a
  request. What is performed after a look is not kept for others.
- Tests that patch something (`monkeypatch`, `settings`), that commit, or that run on PostgreSQL, whose sequences are
  not rolled back, perform all their stories.
"""

import pickle
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from agencies.kernel import times

from .work_items import watch

LASTS = timedelta(minutes=15)
READS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
SIGNING_IN = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(django_session|people_user" SET "last_login)"')


Statement = tuple[str, Any, bool]  # its SQL, its parameters, whether there are many rows of them


@dataclass
class KeptStory:
    """A story at its place: after which stories it was performed, what it wrote, and what followed it."""

    statements: list[Statement] = field(default_factory=list)
    callbacks: list[tuple[Any, bool]] = field(default_factory=list)  # of `on_commit`
    result: bytes = b""  # the answer and what became of the arguments, pickled
    at: datetime = field(default_factory=times.now)
    next: dict[Any, "KeptStory"] = field(default_factory=dict)

    def is_fresh(self) -> bool:
        """Young enough to be replayed, unless the test has looked at the clock since."""
        age = times.now() - self.at
        return timedelta(0) <= age < LASTS and timezone.localdate(self.at) == times.today()


class StoryKeeper:
    """Where the present transaction stands in the tree, if nothing but stories has been written in it."""

    def __init__(self) -> None:
        self.is_on = False
        self.root = KeptStory()
        self.transaction: Any = None
        self.here: KeptStory | None = None
        self.looked: datetime | None = None  # when the test last saw what time it is
        self.recorded: list[list[Statement]] = []  # of the story being performed, and of those that it is part of

    def place(self) -> KeptStory | None:
        """None: other things were written, or nothing will be rolled back."""
        outermost = connection.atomic_blocks[0] if connection.atomic_blocks else None
        if outermost is not self.transaction:
            self.transaction = outermost
            self.here = self.root if outermost else None
        return self.here

    def watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """An execute wrapper of Django."""
        answer = execute(sql, params, many, context)
        if not READS.match(sql):
            for statements in self.recorded:
                statements.append((sql, params, many))
            if self.place() and not SIGNING_IN.match(sql):
                self.here = None
        return answer

    def play(self, function: Callable[..., Any], cast: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        place = self.place() if self.is_on else None
        key = (function, key_of(given), key_of(named))
        if place is None or UNKNOWN in key:
            return function(cast, *given, **named)
        kept = place.next.get(key)
        things = [value for value in (*given, *named.values()) if isinstance(value, Model)]
        is_fresh = kept is not None and kept.is_fresh()
        if kept and is_fresh and (self.looked is None or kept.at >= self.looked):
            answer = self.replay(kept, things)
        else:
            kept = KeptStory()
            answer = self.perform(kept, things, lambda: function(cast, *given, **named))
            if self.here:  # It wrote nothing but other stories, so what follows the last of them follows it, too.
                kept.next = self.here.next
            if not is_fresh:
                place.next[key] = kept
        self.here = kept
        return answer

    def look(self, **_signal: Any) -> None:
        """The test has seen the present moment: what it asks for from now on happens after that."""
        if not self.recorded:
            self.looked = times.now()

    def perform(self, kept: KeptStory, things: list[Model], function: Callable[[], Any]) -> Any:
        calls = len(connection.run_on_commit)
        self.recorded.append(kept.statements)
        try:
            answer = function()
            watch.settle()
        finally:
            self.recorded.pop()
        kept.callbacks = [(call, robust) for _savepoints, call, robust in connection.run_on_commit[calls:]]
        kept.result = pickle.dumps((answer, things))
        return answer

    def replay(self, kept: KeptStory, things: list[Model]) -> Any:
        """Writes its rows, and brings what it was given into the state in which it left it."""
        with connection.cursor() as cursor:
            for sql, params, many in kept.statements:
                (cursor.cursor.executemany if many else cursor.cursor.execute)(sql, params)
        for statements in self.recorded:
            statements += kept.statements
        now = set(connection.savepoint_ids)
        connection.run_on_commit += [(now, call, robust) for call, robust in kept.callbacks]
        answer, left = pickle.loads(kept.result)  # noqa: S301 - the suite's own
        for thing, state in zip(things, left, strict=True):
            thing.__dict__.clear()
            thing.__dict__.update(state.__dict__)
            del thing.__dict__["_django_version"]  # which Django adds to what is pickled
        return answer


UNKNOWN = object()
Function = TypeVar("Function", bound=Callable[..., Any])


def key_of(value: Any) -> Any:
    """What distinguishes two stories; UNKNOWN for what cannot be compared, as a moment or a file."""
    match value:
        case None | bool() | int() | str() | Decimal() | UUID():
            return value
        case date() if not isinstance(value, datetime):
            return value
        case FunctionType() if "<locals>" not in value.__qualname__:
            return value
        case Model():
            return type(value), value.pk, getattr(value, "version", None), getattr(value, "state", None)
        case list() | tuple():
            parts = tuple(key_of(one) for one in value)
            return UNKNOWN if UNKNOWN in parts else parts
        case dict():
            return key_of([*value.items()])
    return UNKNOWN


def story(function: Function) -> Function:
    """For functions whose first argument is the cast, and which read nothing else that a test may change."""

    @wraps(function)
    def played(cast: Any, *given: Any, **named: Any) -> Any:
        return keeper.play(function, cast, given, named)

    return played  # type: ignore[return-value]


keeper = StoryKeeper()


clock = timezone.now


def now_as_tests_read_it() -> datetime:
    """In the place of `timezone.now`; a test is distinguished from the product by the module that calls."""
    caller = sys._getframe(1).f_globals.get("__name__", "")
    if caller.startswith("tests.") and caller != __name__ and not caller.startswith("tests.stories"):
        keeper.look()
    return clock()


@contextmanager
def kept_stories(on: bool) -> Iterator[None]:
    keeper.is_on, keeper.looked = on, None
    yield
    keeper.is_on = False
