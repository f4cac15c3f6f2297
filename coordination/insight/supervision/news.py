"""What changed since the start of the last working day: the counts of the daily brief as sentences."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.by_key import prepared
from agencies.kernel.counting import Compiled, Moment, compiled, counts_of
from coordination.insight.briefing.changes import Since, changes
from coordination.insight.lateness.counting import became_late

LATE = "late "
# In the order of their weight for a supervisor.
SENTENCES: dict[str, Callable[[int], str]] = {
    "new-cases": lambda n: ngettext("%(n)s case opened", "%(n)s cases opened", n),
    "ended-cases": lambda n: ngettext("%(n)s case closed", "%(n)s cases closed", n),
    "filed": lambda n: ngettext("%(n)s criminal case filed", "%(n)s criminal cases filed", n),
    "decided": lambda n: ngettext("%(n)s decision on a party", "%(n)s decisions on parties", n),
    "new-referrals": lambda n: ngettext("%(n)s referral sent", "%(n)s referrals sent", n),
    "ended-referrals": lambda n: ngettext("%(n)s referral completed", "%(n)s referrals completed", n),
    "new-leads": lambda n: ngettext("%(n)s lead received", "%(n)s leads received", n),
    "ended-leads": lambda n: ngettext("%(n)s lead decided", "%(n)s leads decided", n),
    "new-tasks": lambda n: ngettext("%(n)s task requested", "%(n)s tasks requested", n),
    "ended-tasks": lambda n: ngettext("%(n)s task ended", "%(n)s tasks ended", n),
}


def news_since(actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """(sentence, address) of everything that happened; what became late first. One query for all counts."""
    since, kinds = Since.last_working_day(load_calendar(), now), changes()
    counts, late = counts_since(actor, since.day)
    found = []
    if late:
        text = ngettext("%(n)s matter became late", "%(n)s matters became late", late)
        found.append((text % {"n": late}, f"{reverse('reminder_desk')}?{_became_late(since.day)}"))
    found += [
        (sentence(counts[key]) % {"n": counts[key]}, kinds[key].url)
        for key, sentence in SENTENCES.items()
        if counts[key]
    ]
    return found or [(_("Nothing has changed."), reverse("one_page"))]


def counts_since(actor: Actor, day: date) -> tuple[Mapping[str, int], int]:
    """The changes since the start of `day` by their key, and how many items became late since. Each kind is counted up
    to a limit."""
    counts = dict(row for query in _lists(actor, day, times.today()) for row in prepared(query))
    late = sum(number for name, number in counts.items() if name.startswith(LATE))
    return dict.fromkeys(changes(), 0) | counts, late


def _became_late(day: date) -> str:
    return f"late_from={day.isoformat()}"


@lru_cache(maxsize=256)
def _lists(actor: Actor, day: date, today: date) -> list[Compiled]:
    """The counts of what changed since the start of `day`, compiled once a day for each person."""
    asked: Any = Moment()
    since = Since(day, asked)
    kinds = {key: compiled(kind.rows(actor, since)) for key, kind in changes().items()}
    late = {f"{LATE}{place}": rows for place, rows in enumerate(became_late(actor, since.start))}
    return counts_of(kinds | late)
