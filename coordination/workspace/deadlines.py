"""Texts of deadlines. Only a duty of an agency can be overdue; everything else lapses, expires or opens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel import times

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = DAY  # "due in 24 h" on the home page
HOURS_MATTER = 3 * DAY  # beyond this, hours are left out

# kind → texts before and after the time. "%(span)s" is a duration such as "2 d 3 h".
SENTENCES: dict[str, tuple[Promise, Promise]] = {
    "duty": (gettext_lazy("%(span)s left"), gettext_lazy("%(span)s late")),
    "validity": (gettext_lazy("expires in %(span)s"), gettext_lazy("expired %(span)s ago: must release")),
    "right": (gettext_lazy("lapses in %(span)s"), gettext_lazy("lapsed %(span)s ago")),
    "earliest": (gettext_lazy("possible in %(span)s"), gettext_lazy("became possible %(span)s ago")),
    "limitation": (gettext_lazy("time-barred in %(span)s"), gettext_lazy("time-barred %(span)s ago")),
    "expiry": (gettext_lazy("expires in %(span)s"), gettext_lazy("expired %(span)s ago")),
}
WATCHED = {"duty", "validity", "limitation"}  # an agency must act before the time, so it is marked when near
AFTER = {"duty": "overdue", "validity": "past", "limitation": "past"}


@dataclass(frozen=True)
class DeadlineWords:
    """`tone` is far | soon | past | overdue | done; `elapsed` is 0–100, or None if the start is unknown."""

    text: str
    tone: str
    elapsed: int | None


def describe(
    due_at: datetime,
    kind: str = "duty",
    *,
    breach_at: datetime | None = None,
    started_at: datetime | None = None,
    now: datetime | None = None,
) -> DeadlineWords:
    """The text of a deadline of a clock's kind (a key of SENTENCES).

    `due_at` follows the strict reading of the rule and warns; `breach_at` follows the lenient one, after which a duty
    is overdue. Anything else is over by the strict one. Without `breach_at` both are the same.
    """
    now = now or times.now()
    before, after = SENTENCES[kind]
    breach_at = breach_at if breach_at and kind == "duty" else due_at
    elapsed = _elapsed(started_at, due_at, now)
    if now < due_at:
        tone = "soon" if kind in WATCHED and due_at - now <= SOON else "far"
        return DeadlineWords(_today(due_at, kind, now) or str(before) % {"span": span(due_at - now)}, tone, elapsed)
    if now < breach_at:
        text = _("strict reading passed; late in %(span)s") % {"span": span(breach_at - now)}
        return DeadlineWords(text, "past", elapsed)
    return DeadlineWords(str(after) % {"span": span(now - breach_at)}, AFTER.get(kind, "done"), elapsed)


def span(length: timedelta) -> str:
    """A duration, rounded down: "12 d", "2 d 3 h", "5 h", "12 min"."""
    days, rest = length // DAY, length % DAY
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    if length >= HOURS_MATTER or (days and not hours):
        return _("%(days)d d") % {"days": days}
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(minutes)d min") % {"minutes": minutes}


def _today(due_at: datetime, kind: str, now: datetime) -> str:
    """A duty that ends today is shown with its hour, in office style."""
    if kind != "duty" or due_at - now > DAY or timezone.localdate(due_at) != timezone.localdate(now):
        return ""
    return _("due today %(time)s") % {"time": timezone.localtime(due_at).strftime("%H:%M")}


def _elapsed(started_at: datetime | None, due_at: datetime, now: datetime) -> int | None:
    if started_at is None or started_at >= due_at:
        return None
    share = (now - started_at) / (due_at - started_at)
    return round(100 * min(max(share, 0), 1))
