"""The only source of time in the product, and the rule for backdated records.

All code asks here for the time, so that a test can move every clock at once. `now` and `today` follow the process,
`database_now` follows the database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db.models import Expression
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import FieldError

# The centre aims at this median lag between an act and its record. A later record relies on memory or on a paper, and
# only the paper holds in court.
PAPER_AFTER = timedelta(hours=4)
CLOCK_TOLERANCE = timedelta(minutes=2)  # between the sender's clock and ours

# Replaced only by the tests: they can move the clock of the process, but not that of the database.
database_clock: Callable[[], Expression] = Now

_requested_at: ContextVar[datetime | None] = ContextVar("requested_at", default=None)


def now() -> datetime:
    """Returns the present time, in UTC with time zone."""
    return timezone.now()


def today() -> date:
    """Returns the present date in Shanghai (`TIME_ZONE`), by which the law counts."""
    return timezone.localdate(now())


def file_time(path: Path) -> datetime:
    """Returns when a file was last written, by the clock of its file system. The tests move it like the others."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def database_now() -> Expression:
    """Returns the present time of the database for a queryset, so that a worker with a wrong clock acts on nothing
    early.
    """
    return database_clock()


@contextmanager
def requested_at(at: datetime) -> Iterator[None]:
    """Within this context, an act counts as recorded at that time: a second person confirms what was requested then."""
    token = _requested_at.set(at)
    try:
        yield
    finally:
        _requested_at.reset(token)


def needs_paper(happened_at: datetime, recorded_at: datetime | None = None) -> bool:
    """Whether an act is backdated when recorded at that time (by default: when it was requested, else now)."""
    return (recorded_at or _requested_at.get() or now()) - happened_at > PAPER_AFTER


def missing_paper_error() -> FieldError:
    """Returns the error for a backdated time without a paper, with the remedy."""
    detail = _(
        "The event is more than %(hours)s hours ago. Give the number of the paper that shows the "
        "time, or leave the time empty if it has only just happened."
    ) % {"hours": PAPER_AFTER // timedelta(hours=1)}
    return FieldError("/paper", "paper", detail)
