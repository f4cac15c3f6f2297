"""Major cases in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.open_items import OpenItems, WorklistLine
from coordination.exchange.letters.open_items import line_of

from .models import MajorCase


def _line(mark: MajorCase, actor: Actor, now: datetime) -> WorklistLine:
    return line_of(
        "major-cases",
        mark,
        actor,
        what=_("Weekly progress of a major case"),
        note=mark.number,
        waits=mark.designated_by.agency if mark.designated_by else None,
        why=_("The lead agency reports progress every week."),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={MajorCase.State.ACTIVE: _("the weekly progress from %(agency)s")},
    shows_case=True,
    related=("case", "designated_by__agency"),
    of_case=lambda rows, case: rows.open().filter(case=case),
)
