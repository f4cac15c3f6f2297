"""Bulletins of the demonstration: weekly and monthly ones in every state, with the figures of its own record."""

from datetime import date
from typing import Any

from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.insight.bulletins.actions import ACTIONS, draft_bulletin
from coordination.insight.bulletins.drafts import last_complete
from coordination.insight.bulletins.models import Bulletin

D = Bulletin.Distribution
# Kind, periods ago (0: the last complete one, -1: the present one), distribution, steps.
STEPS: tuple[tuple[str, int, str, tuple[str, ...]], ...] = (
    ("monthly", 2, D.INTERNAL, ("discard",)),
    ("monthly", 1, D.OUTSIDE, ("submit", "issue")),
    ("weekly", 3, D.INTERNAL, ("submit", "issue", "withdraw")),
    ("weekly", 2, D.INTERNAL, ("submit", "issue", "replace")),
    ("weekly", 1, D.INTERNAL, ("submit", "issue")),
    ("weekly", 0, D.INTERNAL, ("submit", "issue")),
    ("monthly", 0, D.INTERNAL, ("submit",)),
    ("weekly", -1, D.INTERNAL, ()),
)
GIVEN: dict[str, dict[str, Any]] = {
    "discard": {"ending_reason": "演示：本月通报与季度通报合并。"},
    "withdraw": {"ending_reason": "演示：统计口径有误，另行通报。"},
    "replace": {"reason": "演示：补充期限管理情况。"},
}
BY_COORDINATOR = ("issue", "withdraw")


def load_bulletins(today: date) -> int:
    """Returns the number of new bulletins. Idempotent."""
    if Bulletin.objects.exists():
        return 0
    supervisor, coordinator = (
        actor_for(User.objects.select_related("agency").get(username=name))
        for name in ("centre.supervisor", "centre.coordinator")
    )
    for kind, ago, distribution, verbs in STEPS:
        made = draft_bulletin(actor=supervisor, kind=kind, day=_day(kind, ago, today), distribution=distribution)
        for verb in verbs:
            done = _step(made, verb, coordinator if verb in BY_COORDINATOR else supervisor)
            if isinstance(done, Bulletin):  # a new edition
                _step(done, "submit", supervisor)
                _step(done, "issue", coordinator)
    return Bulletin.objects.count()


def _step(bulletin: Bulletin, verb: str, actor: Any) -> Any:
    return ACTIONS[verb](Bulletin.objects.get(pk=bulletin.pk), actor=actor, **GIVEN.get(verb, {}))


def _day(kind: str, ago: int, today: date) -> date:
    if ago < 0:
        return today
    first, _last = last_complete(kind, today)
    for _earlier in range(ago):
        first, _last = last_complete(kind, first)
    return first
