"""Figures that people of the demonstration watch, in every state."""

from decimal import Decimal

from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.insight.thresholds.actions import ACTIONS, check_thresholds, watch_figure
from coordination.insight.thresholds.models import Threshold

SUPERVISOR, LEAD = "centre.supervisor", "customs.lead"
# Who watches which figure above which value, and what they do after the first check.
WATCHED: tuple[tuple[str, str, int, str], ...] = (
    (SUPERVISOR, "overdue", 5, ""),
    (SUPERVISOR, "cases_open", 10, "acknowledge"),
    (SUPERVISOR, "cases_open", 10_000, ""),
    (LEAD, "overdue", 100, "end"),
)


def load_thresholds() -> None:
    """The figures must be counted. Idempotent."""
    if Threshold.objects.exists():
        return
    actors = {name: actor_for(User.objects.select_related("agency").get(username=name)) for name in (SUPERVISOR, LEAD)}
    made = [
        (watch_figure(actor=actors[who], metric=metric, value=Decimal(value)), actors[who], verb)
        for who, metric, value, verb in WATCHED
    ]
    check_thresholds()
    for threshold, actor, verb in made:
        if verb:
            threshold.refresh_from_db()
            ACTIONS[verb](threshold, actor=actor)
