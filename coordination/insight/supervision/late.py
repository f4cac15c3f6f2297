"""Who is late, and why: the late items of the reminder desk by agency, for supervision, the daily brief and home.

An item is late as `coordination.exchange.reminders.late` defines it; every page counts these rows and no others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import F, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.kernel.actor import Actor, Role
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency, agencies_by_id
from cases.clocks.models import PeriodRule
from cases.clocks.texts import subject_choices
from coordination.exchange.reminders.late import CLOCK, late_kinds
from coordination.exchange.reminders.models import Reminder
from coordination.insight.metrics.asking import Question
from coordination.insight.metrics.links import url_of as rows_url
from coordination.workspace.lateness import missing_step

from .late_counts import WEEK, LateCount, agency_in, count_late, labels_in
from .requesting import Request, requests_today

LATE = "overdue"
CAUSES = 2  # causes that a line names; the others are counted
RANKED = 5  # causes of the ranked list


@dataclass
class LateCause:
    """Why items are late, in words: how many at which agencies, and for how long together."""

    words: str
    number: int = 0
    lost: timedelta = timedelta(0)
    agencies: list[Agency] = field(default_factory=list)

    @property
    def days(self) -> int:
        return self.lost.days


@dataclass
class LateAgency:
    """The late items of one agency. `fresh` became late within a week, `new` since `WhoIsLate.since`. `by_cause` has
    them by kind and missing step."""

    agency: Agency
    number: int = 0
    fresh: int = 0
    new: int = 0
    oldest: datetime | None = None
    by_cause: dict[tuple[str, str], LateCount] = field(default_factory=dict)

    def add(self, counted: LateCount) -> None:
        self.number, self.fresh = self.number + counted.number, self.fresh + counted.fresh
        self.new += counted.new
        self.oldest = min(self.oldest or counted.oldest, counted.oldest)
        self.by_cause[counted.resource, counted.step] = counted


@dataclass(frozen=True)
class OpenReminders:
    """Open reminders to one agency that the reader sees, those of the reader's agency in `own`."""

    number: int
    last: datetime | None
    own_last: datetime | None


@dataclass(frozen=True)
class LateLine:
    """One row of the ranked list. `change`: more than a week ago, or what became late since. `act` is what the
    reader can do: send, ask, asked, wait (reminded today) or nothing. `request` is what a supervisor asked of the
    coordinators today."""

    late: LateAgency
    days: int
    why: str
    change: int
    act: str
    reminded_at: datetime | None
    request: Request | None
    url: str
    act_url: str
    width: int

    @property
    def age(self) -> str:
        return ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}


@dataclass(frozen=True)
class WhoIsLate:
    """All late items that the reader sees, by agency; most first.

    `before` are the late items of each agency a week ago, by code; for the centre only, which sees those of all.
    `labels` are filters of the figures, such as mineral or campaign: then the items are those of matters with these
    labels, and numbers lead to the rows of the figure `overdue`. Readers outside the centre count what their agency
    owes.
    """

    actor: Actor
    now: datetime
    agency: str = ""
    before: Mapping[str, int] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None

    @cached_property
    def agencies(self) -> list[LateAgency]:
        counted = self._counted()
        known = agencies_by_id({one.agency for one in counted})
        found: dict[int, LateAgency] = {}
        for one in counted:
            found.setdefault(one.agency, LateAgency(known[one.agency])).add(one)
        return sorted(found.values(), key=lambda late: (-late.number, late.oldest, late.agency.pk))

    def _counted(self) -> list[LateCount]:
        agency = agency_in({"agency": self.agency})
        return count_late(self.actor, self.now, since=self.since, agency=agency, labels=labels_in(self.labels))

    @property
    def _today(self) -> date:
        return timezone.localdate(self.now)

    def _filters(self, agency: str, **more: str) -> dict[str, str]:
        return {**self.labels, **({"agency": agency} if agency else {}), **more}

    @property
    def number(self) -> int:
        return sum(one.number for one in self.agencies)

    @property
    def fresh(self) -> int:
        return sum(one.fresh for one in self.agencies)

    @property
    def new(self) -> int:
        return sum(one.new for one in self.agencies)

    @property
    def change(self) -> int | None:
        """How many more than a week ago; None where that is not known."""
        return None if self.before is None else self.number - sum(self.before.values())

    @property
    def url(self) -> str:
        return self.url_of(self.agency)

    def url_of(self, agency: str, *, resource: str = "", late_from: str = "") -> str:
        """The reminder desk with exactly these items; under filters that the desk does not have, the rows of the figure
        (none for those that became late in a time)."""
        if self.labels:
            filters = self._filters(agency, **({"kind": resource} if resource else {}))
            return "" if late_from else rows_url(Question(LATE, self._today, self._today, filters=filters))
        more = {name: value for name, value in (("resource", resource), ("late_from", late_from)) if value}
        query = urlencode({**({"agency": agency} if agency else {}), **more})
        return f"{reverse('reminder_desk')}?{query}" if query else reverse("reminder_desk")

    @property
    def fresh_from(self) -> str:
        return timezone.localdate(self.now - WEEK).isoformat()

    @cached_property
    def _resources(self) -> dict[str, Text]:
        """The kinds of items in words."""
        return {
            **dict(subject_choices()),
            **{kind: RESOURCE_OF_KIND[kind].plural for kind in late_kinds() if kind != CLOCK},
        }

    @cached_property
    def _ends(self) -> Mapping[str, str]:
        """The acts that end the periods of rules in words, by code: of the newest version."""
        return {
            rule.code: rule.stop for rule in PeriodRule.objects.only("code", "stop_zh", "stop_en").order_by("version")
        }

    def by_resource(self) -> list[tuple[Text, int, str]]:
        """(kind of item, number, address), most first."""
        names, found = self._resources, dict[str, int]()
        for late in self.agencies:
            for (resource, _step), counted in late.by_cause.items():
                found[resource] = found.get(resource, 0) + counted.number
        ordered = sorted(found.items(), key=lambda one: -one[1])
        return [(names[one], number, self.url_of(self.agency, resource=one)) for one, number in ordered]

    @cached_property
    def lines(self) -> list[LateLine]:
        letters = self._letters()
        most = max((one.number for one in self.agencies), default=1)
        return [self._line(one, letters.get(one.agency.pk), most) for one in self.agencies]

    def _line(self, late: LateAgency, letters: OpenReminders | None, most: int) -> LateLine:
        code = late.agency.code
        act, act_url = self._act_on(late, letters)
        return LateLine(
            late=late,
            days=(self.now - (late.oldest or self.now)).days,
            why=_("; ").join([self._causes(late), _reminded(letters)]),
            change=late.fresh if self.before is None else late.number - self.before.get(code, 0),
            act=act,
            reminded_at=letters.own_last if letters else None,
            request=self._requests.get(code),
            url=self.url_of(code),
            act_url=act_url,
            width=max(1, 100 * late.number // most),
        )

    def _act_on(self, late: LateAgency, letters: OpenReminders | None) -> tuple[str, str]:
        """Staff and coordinators send reminders (`reminders.late.may_remind`), a supervisor asks the coordinator."""
        if late.agency.pk == self.actor.agency_id:
            return "", ""
        if letters and letters.own_last and timezone.localdate(letters.own_last) == timezone.localdate(self.now):
            return "wait", self.url_of(late.agency.code)
        code = late.agency.code
        if self.actor.is_staff or self.actor.has_role(Role.COORDINATOR):
            return "send", f"{reverse('reminder_preview')}?{urlencode({'agency': code, 'query': ''})}"
        if not self.actor.is_centre:
            return "", ""
        return "asked" if code in self._requests else "ask", reverse("ask_coordinator", args=[code])

    @cached_property
    def _requests(self) -> Mapping[str, Request]:
        return requests_today(self.actor, self.now)

    def _letters(self) -> dict[int, OpenReminders]:
        """Open reminders by the agency that they remind, in one query."""
        own = Q(sender_id=self.actor.agency_id)
        letters = Reminder.objects.open().counted_for(self.actor).order_by().values_list("agency_id")
        counted = letters.annotate(
            number=Sum(F("repeats") + 1),
            sent=Max("sent_at"),
            again=Max("reminded_at"),
            own_sent=Max("sent_at", filter=own),
            own_again=Max("reminded_at", filter=own),
        )
        return {
            agency: OpenReminders(number, _latest(sent, again), _latest(own_sent, own_again))
            for agency, number, sent, again, own_sent, own_again in counted
        }

    def _causes(self, late: LateAgency) -> str:
        """What has cost the agency most days, in words, such as "9 waiting for the receipt of the bureau"."""
        ordered = self._ranked([late])
        causes = [_("%(number)s %(cause)s") % {"number": one.number, "cause": one.words} for one in ordered[:CAUSES]]
        rest = sum(one.number for one in ordered[CAUSES:])
        if rest:
            causes.append(ngettext("%(number)s other", "%(number)s others", rest) % {"number": rest})
        return _(", ").join(causes)

    @property
    def most_costly(self) -> str:
        """The causes at all agencies that have cost most days, in words."""
        return _(", ").join(
            _("%(cause)s (%(days)s)")
            % {"cause": one.words, "days": ngettext("%(days)s day", "%(days)s days", one.days) % {"days": one.days}}
            for one in self.causes[:CAUSES]
        )

    @cached_property
    def causes(self) -> list[LateCause]:
        """The causes at all agencies that have cost most days."""
        return self._ranked(self.agencies)[:RANKED]

    def _ranked(self, agencies: Iterable[LateAgency]) -> list[LateCause]:
        """Causes in words, most days lost first."""
        found: dict[str, LateCause] = {}
        for late in agencies:
            for (resource, step), counted in late.by_cause.items():
                words = self._words(late.agency, resource, step)
                cause = found.setdefault(words, LateCause(words))
                cause.number, cause.lost = cause.number + counted.number, cause.lost + counted.lost
                if late.agency not in cause.agencies:
                    cause.agencies.append(late.agency)
        return sorted(found.values(), key=lambda one: (-one.lost, one.words))

    def _words(self, agency: Agency, resource: str, step: str) -> str:
        """A missing step as a cause. What an agency does inside is named to it and the centre."""
        kind, state, mark, rule = step.split(" ")
        inside = self.actor.is_centre or agency.pk == self.actor.agency_id
        words = missing_step(kind, state, _("the agency"), mark=mark if inside else "") if kind else ""
        if words:
            return words
        if rule:
            end = self._ends.get(rule) or rule
            return _("not yet: %(end)s") % {"end": end[:1].lower() + end[1:]}
        return _("%(what)s not completed") % {"what": self._resources[resource]}


def _latest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def _reminded(letters: OpenReminders | None) -> str:
    if letters is None or letters.last is None:
        return _("not yet reminded")
    day = timezone.localdate(letters.last).isoformat()
    text = ngettext("reminded once, on %(day)s", "reminded %(number)s times, last on %(day)s", letters.number)
    return text % {"number": letters.number, "day": day}
