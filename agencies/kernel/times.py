"""The one source of time of the product, and how late something may be recorded without a paper that shows when.

All code asks here what time it is, so that a test can move every clock at once: `now` and `today` follow the process,
`database_now` follows the database.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import Expression
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from .errors import FieldError

# The median lag between an act and its record that the centre aims at. Whoever is later than that tells the time from
# memory, or from a paper; only the paper holds in court.
PAPER_AFTER = timedelta(hours=4)
CLOCK_TOLERANCE = timedelta(minutes=2)  # between the sender's clock and ours

# Replaced by the test suite only: a test can move the clock of the process, but not the one of the database.
database_clock: Callable[[], Expression] = Now


def now() -> datetime:
    """The present moment, in UTC with its zone."""
    return timezone.now()


def today() -> date:
    """The present date in Shanghai (`TIME_ZONE`), which is the one that the law counts by."""
    return timezone.localdate(now())


def database_now() -> Expression:
    """The present moment as the database knows it, for a queryset: a worker with a wrong clock raises nothing early."""
    return database_clock()


def needs_paper(happened_at: datetime, recorded_at: datetime | None = None) -> bool:
    """Whether what happened then counts as backdated when recorded at that time (now unless told)."""
    return (recorded_at or now()) - happened_at > PAPER_AFTER


def missing_paper_error() -> FieldError:
    """The refusal of a backdated time without its paper, and the cure."""
    detail = _(
        "The event is more than %(hours)s hours ago. Give the number of the paper that shows the "
        "time, or leave the time empty if it has only just happened."
    ) % {"hours": PAPER_AFTER // timedelta(hours=1)}
    return FieldError("/paper", "paper", detail)
