"""How late something may be recorded before the record needs a paper that shows when it happened."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from .refusals import FieldError

# The median lag between an act and its record that the centre aims at. Whoever is later than that tells the time from
# memory, or from a paper; only the paper holds in court.
PAPER_AFTER = timedelta(hours=4)
CLOCK_TOLERANCE = timedelta(minutes=2)  # between the sender's clock and ours


def needs_paper(happened_at: datetime, recorded_at: datetime | None = None) -> bool:
    """Whether what happened then counts as backdated when recorded at that time (now unless told)."""
    return (recorded_at or timezone.now()) - happened_at > PAPER_AFTER


def paper_missing() -> FieldError:
    """The refusal of a backdated time without its paper, and the cure."""
    detail = _(
        "This happened more than %(hours)s hours ago. Give the number of the paper that shows the time,"
        " or leave the time empty if it happened only now."
    ) % {"hours": PAPER_AFTER // timedelta(hours=1)}
    return FieldError("/paper", "paper", detail)
