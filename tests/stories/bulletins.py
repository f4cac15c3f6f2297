"""Bulletins of the coordination centre, and typical cases."""

from datetime import timedelta

from agencies.kernel import times
from coordination.insight.bulletins import actions
from coordination.insight.bulletins.drafts import last_complete
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.typical_cases.actions import ACTIONS as TYPICAL
from coordination.insight.typical_cases.actions import draft_typical_case
from coordination.insight.typical_cases.models import TEXTS, TypicalCase

from .casefile import concluded

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


def typical_case(cast, state="DRAFT", matter=None, **texts):
    """Drafted and submitted by an officer of customs, published by the lead."""
    made = draft_typical_case(matter or concluded(cast), actor=cast["customs.officer"])
    if state != "DRAFT" or texts:
        zh, en = "某公司将管制物项伪报出口。", "A company misdeclared goods."
        given = {**{name: zh if name.endswith("zh") else en for name in TEXTS}, **texts}
        TYPICAL["edit"](made, actor=cast["customs.officer"], **given)
    if state in ("CHECK", "PUBLISHED"):
        TYPICAL["submit"](TypicalCase.objects.get(pk=made.pk), actor=cast["customs.officer"])
    if state == "PUBLISHED":
        TYPICAL["publish"](TypicalCase.objects.get(pk=made.pk), actor=cast["customs.lead"], checked=True)
    return TypicalCase.objects.get(pk=made.pk)
