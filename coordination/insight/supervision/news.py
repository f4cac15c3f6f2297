"""What changed since the start of the last working day: the counts of the daily brief as sentences."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import is_among
from coordination.insight.briefing.changes import BriefPeriod, NounChange, changes

from .late_counts import agency_in, labels_in, matters_with

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


def news_since(actor: Actor, since: BriefPeriod, late: int, filters: Mapping[str, str]) -> list[tuple[str, str]]:
    """(sentence, address) of everything that happened under the filters of the page; first the items that became `late`
    since then. Without an address where no list has these filters."""
    kinds, counts, found = changes(), counts_since(actor, since, filters), []
    if late:
        text = ngettext("%(n)s matter became late", "%(n)s matters became late", late)
        found.append((text % {"n": late}, _became_late(since.day, filters)))
    query = f"&{urlencode(filters)}" if filters else ""
    found += [
        (sentence(counts[key]) % {"n": counts[key]}, f"{kinds[key].url}{query}")
        for key, sentence in SENTENCES.items()
        if counts[key]
    ]
    return found or [(_("Nothing has changed."), reverse("one_page"))]


def counts_since(actor: Actor, since: BriefPeriod, filters: Mapping[str, str]) -> Mapping[str, int]:
    """The changes since then by their key, in one statement."""
    agency, labels = agency_in(filters), labels_in(filters)
    lists = {key: changed_rows(kind, actor, since, agency, labels) for key, kind in changes().items()}
    first, *others = (
        rows.order_by().values_list(Value(key, CharField())).annotate(number=Count("pk")) for key, rows in lists.items()
    )
    return dict.fromkeys(lists, 0) | dict(first.union(*others, all=True))


def changed_rows(
    kind: NounChange, actor: Actor, since: BriefPeriod, agency: int | None, labels: Mapping[str, str]
) -> QuerySet[Any]:
    """The rows of one kind of change, of an agency or all, in matters with these labels."""
    rows = kind.rows(actor, since, agency)
    return rows.filter(is_among(matters_with(labels), kind.change.matter)) if labels else rows


def _became_late(day: date, filters: Mapping[str, str]) -> str:
    """The reminder desk, which has no filter but the agency."""
    if labels_in(filters):
        return ""
    return f"{reverse('reminder_desk')}?{urlencode({**filters, 'late_from': day.isoformat()})}"
