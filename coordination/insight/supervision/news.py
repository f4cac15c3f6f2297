"""What changed since the start of the last working day: the counts of the daily brief as sentences."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.calendar.workdays import load_calendar
from agencies.kernel.actor import Actor
from coordination.insight.briefing.changes import Since, changes

from .late_counts import count_each, late_rows

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
    """(sentence, address) of everything that happened; what became late first."""
    since, kinds = Since.last_working_day(load_calendar(), now), changes()
    counts, late = counts_since(actor, since)
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


def counts_since(actor: Actor, since: Since) -> tuple[Mapping[str, int], int]:
    """The changes since then by their key, and how many items became late."""
    counts = count_each({key: kind.rows(actor, since) for key, kind in changes().items()})
    late = (rows.filter(late_since__gte=since.start) for rows in late_rows(actor, since.now))
    return counts, sum(count_each({str(place): rows for place, rows in enumerate(late)}).values())


def _became_late(day: date) -> str:
    return f"late_from={day.isoformat()}"
