"""Major cases in the workspace."""

from datetime import datetime
from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import Counter, Line, OpenItems, next_steps

from .models import MajorCase


def _line(mark: MajorCase, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("major_case", mark.pk),
        what=_("Weekly progress of a major case"),
        note=mark.number,
        url=reverse_lazy("major_case", args=[mark.pk]),
        waits=mark.designated_by.agency if mark.designated_by else None,
        why=_("The lead agency reports progress every week."),
        due_at=mark.due_at,
        breach_at=mark.breach_at,
        offer=partial(next_button, "major-cases", actor, mark),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={MajorCase.State.ACTIVE: _("the weekly progress from %(agency)s")},
    shows_case=True,
    related=("case", "designated_by__agency"),
    of_case=lambda rows, case: rows.open().filter(case=case),
)
COUNTER = Counter(page="major_cases", items=next_steps("major_case"), query=lambda actor: "?open=1")
