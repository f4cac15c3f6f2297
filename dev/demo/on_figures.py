"""What rests on the figures of the demonstration, and is therefore loaded after they were counted."""

from datetime import date

from coordination.messaging.notifications.jobs import drain

from .bulletins import load_bulletins
from .campaigns import close_campaigns
from .thresholds import load_thresholds
from .typical_cases import load_typical_cases


def load_what_rests_on_figures(today: date) -> int:
    """Returns the number of new bulletins. Idempotent."""
    close_campaigns(today)
    load_typical_cases()
    made = load_bulletins(today)
    load_thresholds()
    drain()
    return made
