"""The figures of a campaign: its goals against the metrics with its label, now and week by week.

They are those of the centre, exact and without restricted cases, and the same for each participating agency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Role
from agencies.kernel.errors import Invalid
from agencies.kernel.measures import day_of
from agencies.kernel.workflow import Text
from agencies.organisations.models import agencies_by_code
from coordination.insight.metrics.asking import Point, Question, ask_many
from coordination.insight.metrics.charts import Cell, Chart, Row
from coordination.insight.metrics.checking import checked
from coordination.insight.metrics.registry import DIMENSIONS, METRICS, Metric
from coordination.insight.supervision.words import n_of_d, percent, shown

from .choices import counts_cases
from .models import Campaign, Goal

CENTRE = replace(SYSTEM, roles=frozenset({Role.SUPERVISOR}))
HUNDRED = Decimal(100)
WEEK, WEEKS = timedelta(weeks=1), 26


@dataclass(frozen=True)
class Reached:
    """A goal and its figure. `tone` is good, wait or late; `url` are the rows, for readers in the centre."""

    goal: Goal
    metric: Metric
    value: Decimal | int | None
    of: str
    url: str

    @property
    def unit(self) -> str:
        return self.metric.unit

    @property
    def text(self) -> str:
        return _text(self.value, self.unit)

    @property
    def target(self) -> str:
        return _text(self.goal.target, self.unit)

    @property
    def limits(self) -> list[tuple[Text, Text]]:
        """The filters in words."""
        return [(DIMENSIONS[name].name, DIMENSIONS[name].label_of(value)) for name, value in self.goal.filters.items()]

    @property
    def is_met(self) -> bool:
        return self.goal.is_met_by(self.value)

    @property
    def is_over(self) -> bool:
        return self.goal.due_on < times.today() or not self.goal.campaign.is_open

    @property
    def percent(self) -> int:
        """How much of the target is reached, for the bar: 0 to 100."""
        if self.value is None or not self.goal.target:
            return 100 if self.is_met else 0
        return max(0, min(100, int(100 * Decimal(self.value) / self.goal.target)))

    @property
    def words(self) -> str:
        if self.is_met:
            return _("Met") if self.is_over or self.goal.direction == Goal.Direction.LEAST else _("Kept so far")
        return _("Missed") if self.is_over else _("Not met yet")

    @property
    def tone(self) -> str:
        return "good" if self.is_met else "stopped" if self.is_over else "wait"


def _text(value: Decimal | int | None, unit: str) -> str:
    """A value in the unit of a target; shares are percentages there."""
    if value is None:
        return "–"
    return shown(Decimal(value) / 100 if unit == "ratio" else _plain(value), unit)


def _plain(value: Decimal | int) -> Decimal | int:
    return int(value) if value == int(value) else value


def check_goal(goal: Goal) -> None:
    """Raises Invalid for a figure that cannot be limited like this."""
    if goal.metric not in METRICS or not counts_cases(METRICS[goal.metric]):
        raise Invalid.field("metric", "choice", _("This cannot be chosen here."))
    question = Question(goal.metric, goal.campaign.starts_on, goal.due_on, filters=dict(goal.filters))
    checked([question], agencies_by_code(), CENTRE)


def _question(goal: Goal, last: date, known_on: date | None = None) -> Question:
    campaign = goal.campaign
    last = max(min(last, goal.due_on), campaign.starts_on)
    filters = {**goal.filters, "campaign": campaign.number}
    return Question(goal.metric, campaign.starts_on, last, filters=filters, known_on=known_on)


def reached(campaign: Campaign) -> list[Reached]:
    """Each goal with its figure: as it was kept when the campaign was closed, else as of today."""
    goals = list(campaign.goals.all())
    if campaign.state != Campaign.State.RUNNING:
        return [Reached(one, METRICS[one.metric], one.final_value, _kept_share(one), "") for one in goals]
    points = _totals([_question(one, times.today()) for one in goals])
    return [
        Reached(one, METRICS[one.metric], in_percent(point, one), n_of_d(point), point.url)
        for one, point in zip(goals, points, strict=True)
    ]


def _kept_share(goal: Goal) -> str:
    """n of d in the reader's language."""
    n, _sign, d = goal.final_of.partition("/")
    return _("%(n)s of %(d)s") % {"n": n, "d": d} if d else ""


def _totals(questions: Sequence[Question]) -> list[Point]:
    return [answer.total for answer in ask_many(CENTRE, questions)] if questions else []


def in_percent(point: Point, goal: Goal) -> Decimal | int | None:
    """The value in the unit of the target."""
    is_share = METRICS[goal.metric].unit == "ratio" and point.value is not None
    return percent(point.value or 0) if is_share else point.value


def freeze(campaign: Campaign) -> None:
    """Keeps the present figures with the goals."""
    goals = list(campaign.goals.all())
    for goal, point in zip(goals, _totals([_question(one, times.today()) for one in goals]), strict=True):
        value = in_percent(point, goal)
        goal.final_value = None if value is None else Decimal(value)
        goal.final_of = f"{point.numerator}/{point.denominator}" if n_of_d(point) else ""
        goal.save(update_fields=["final_value", "final_of"])


def weeks_of(campaign: Campaign) -> list[date]:
    """The Sundays in the campaign that are over, and the last day so far; at most the last half year."""
    ended = day_of(campaign.ended_at) if campaign.ended_at else times.today()
    last = min(ended, campaign.ends_on, times.today())
    day = campaign.starts_on + timedelta(days=6 - campaign.starts_on.weekday())
    found = []
    while day < last:
        found.append(day)
        day += WEEK
    return [*found, last][-WEEKS:] if last >= campaign.starts_on else []


def weekly(campaign: Campaign) -> Chart:
    """The figures of each goal at the end of each week, as they were known then, in percent of the target."""
    goals, weeks = list(campaign.goals.all()), weeks_of(campaign)
    points = iter(_totals([_question(goal, day, day) for goal in goals for day in weeks]))
    rows = [Row(METRICS[goal.metric].name, [_week(goal, next(points)) for _day in weeks]) for goal in goals]
    return Chart(
        *("weeks", "multiples", _("Weekly figures"), [_("Goal"), *(day.strftime("%m-%d") for day in weeks)], rows),
        aside=_("drawn in percent of the target, at most 100"),
        caption=_("Each week from the first day of the campaign until its Sunday, as it was known then."),
        definition=" ".join(dict.fromkeys(str(METRICS[goal.metric].definition) for goal in goals)),
        unit="%",
        empty=_("There are no figures before the first week."),
    )


def _week(goal: Goal, point: Point) -> Cell:
    value = in_percent(point, goal)
    share = round(min(100 * Decimal(value) / goal.target, HUNDRED), 1) if value is not None and goal.target else None
    return Cell(_text(value, METRICS[goal.metric].unit), share, "", n_of_d(point), amount=value)


def kept(goals: Iterable[Reached]) -> Mapping[str, int]:
    """How many goals are met, and of how many."""
    listed = list(goals)
    return {"met": sum(one.is_met for one in listed), "of": len(listed)}
