"""Bulletins of the coordination centre, and typical cases."""

from datetime import timedelta

from agencies.kernel import times
from coordination.insight.bulletins import actions
from coordination.insight.bulletins.drafts import last_complete
from coordination.insight.bulletins.models import Bulletin

WALK = {"DRAFT": (), "REVIEW": ("submit",), "ISSUED": ("submit", "issue")}
WHO = {"submit": "centre.supervisor", "issue": "centre.coordinator"}


def bulletin(cast, state="DRAFT", kind="weekly", weeks_ago=0, **columns):
    """Drafted and submitted by the supervisor, issued by the coordinator."""
    first, _last = last_complete(kind, times.today() - timedelta(weeks=weeks_ago))
    made = actions.draft_bulletin(actor=cast["centre.supervisor"], kind=kind, day=first)
    if columns:
        given = {name: getattr(made, name) for name in ("title_zh", "title_en", "text_zh", "text_en", "distribution")}
        actions.edit(made, actor=cast["centre.supervisor"], **{**given, **columns})
    for verb in WALK[state]:
        actions.ACTIONS[verb](Bulletin.objects.get(pk=made.pk), actor=cast[WHO[verb]])
    return Bulletin.objects.get(pk=made.pk)
