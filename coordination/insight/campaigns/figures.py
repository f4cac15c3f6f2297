"""The figures of a campaign: its goals against the metrics with its label, now and week by week.

They are those of the centre, exact and without restricted cases, and the same for each participating agency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.measures import day_of
from agencies.kernel.texts import Text
from agencies.organisations.models import agencies_by_code
from coordination.insight.metrics.asking import CENTRE, Point, Question, ask_many
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow
from coordination.insight.metrics.checking import checked
from coordination.insight.metrics.completeness import usually_recorded
from coordination.insight.metrics.registry import DIMENSIONS, METRICS, Form, Metric
from coordination.insight.supervision.words import cell_of, definitions, n_of_d, of_words, percent, shown

from .choices import counts_cases
from .models import Campaign, Goal

HUNDRED = Decimal(100)
DAY, WEEK, WEEKS = timedelta(days=1), timedelta(weeks=1), 26
PASSING = {"course.open", "duties.running"}  # what these count in a period becomes fewer again
# What campaigns count beside cases, whether a goal names it or not.
PREVENTION = (
    *("letters_sent", "letters_answered", "reviews_sent", "reviews_answered", "review_gaps_closed"),
    *("inspections_done", "inspections_refused", "stops_sent", "stops_held"),
)
TOO_EARLY = 14  # days from which a pace says something
LONGEST = 3_660  # days that an expectation reaches


@dataclass(frozen=True)
class GoalProgress:
    """A goal and its figure, with n and d of a share. `tone` is good, wait or stopped; `url` are the rows, for readers
    in the centre."""

    goal: Goal
    metric: Metric
    value: Decimal | int | None
    numerator: int | None
    denominator: int | None
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
    def of(self) -> str:
        """n of d in the reader's language."""
        return of_words(self.numerator, self.denominator)

    @property
    def is_met(self) -> bool | None:
        """An "at most" goal is judged at its end, and before it only if it is exceeded for certain. None: undecided."""
        keeps = self.goal.is_met_by(self.value)
        if self.is_over or self.goal.direction == Goal.Direction.LEAST:
            return keeps
        return False if self.is_exceeded and self._only_grows else None

    @property
    def is_exceeded(self) -> bool:
        is_most = self.goal.direction == Goal.Direction.MOST
        return is_most and self.value is not None and not self.goal.is_met_by(self.value)

    @property
    def _only_grows(self) -> bool:
        return self.metric.form in (Form.COUNT, Form.AMOUNT) and not PASSING & {*self.metric.measures}

    @property
    def is_over(self) -> bool:
        return self.goal.due_on < times.today() or not self.goal.campaign.is_open

    @property
    def percent(self) -> int:
        """How much of the target is reached, for the bar: 0 to 100."""
        if self.value is None or not self.goal.target:
            return 100 if self.goal.is_met_by(self.value) else 0
        return max(0, min(100, int(100 * Decimal(self.value) / self.goal.target)))

    @property
    def _days(self) -> tuple[int, int]:
        """The days that have passed from the first day until today, and all until the day of the goal."""
        first = self.goal.campaign.starts_on
        return (times.today() - first).days + 1, (self.goal.due_on - first).days + 1

    @property
    def expected(self) -> int | None:
        """The value on the last day if each day adds as much as until now. None for a figure that does not grow with
        time, at the beginning and at the end."""
        passed, days = self._days
        if self.value is None or self.is_over or passed < TOO_EARLY or not self._only_grows:
            return None
        return round(Decimal(self.value) * days / passed)

    @property
    def reached_on(self) -> date | None:
        """The day after the last one on which an "at least" goal would be reached at the same pace."""
        if self.expected is None or not self.value or self.goal.direction == Goal.Direction.MOST or not self.is_behind:
            return None
        days = -(-self.goal.target * self._days[0] // Decimal(self.value))
        return self.goal.campaign.starts_on + timedelta(days=int(days) - 1) if days < LONGEST else None

    @property
    def is_behind(self) -> bool:
        """Whether it will not be kept at this pace; of a figure that does not grow, whether it is not kept now."""
        value = self.value if self.expected is None else self.expected
        return value is not None and self._days[0] >= TOO_EARLY and not self.goal.is_met_by(value)

    @property
    def pace(self) -> str:
        """How it stands against the time that has passed, in words."""
        if self.expected is None or self.is_met:
            return self.words
        values = {"value": _text(self.expected, self.unit), "day": self.goal.due_on, "reached": self.reached_on}
        if self.reached_on:
            text = _("Behind: %(value)s expected by %(day)s, the target about %(reached)s")
        elif self.is_behind and self.goal.direction == Goal.Direction.MOST:
            text = _("Above the limit at this pace: %(value)s expected by %(day)s")
        elif self.is_behind:
            text = _("Behind: %(value)s expected by %(day)s")
        else:
            text = _("On course: %(value)s expected by %(day)s")
        return text % values

    @property
    def words(self) -> str:
        if self.is_over or self.is_met:
            return _("Met") if self.is_met else _("Missed")
        if self.goal.direction == Goal.Direction.LEAST:
            return _("Not met yet")
        if not self.is_exceeded:
            return pgettext("goal", "Not yet decided")
        return _("Already exceeded") if self._only_grows else _("Above the limit so far")

    @property
    def tone(self) -> str:
        is_failed = self.is_met is False and (self.is_over or self.is_exceeded)
        return "good" if self.is_met else "stopped" if is_failed else "wait"


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


def question_of(goal: Goal, last: date) -> Question:
    """The figure of a goal from the first day of its campaign until a day."""
    campaign = goal.campaign
    last = max(min(last, goal.due_on), campaign.starts_on)
    filters = {**goal.filters, "campaign": campaign.number}
    return Question(goal.metric, campaign.starts_on, last, filters=filters)


def reached(campaign: Campaign) -> list[GoalProgress]:
    """Each goal with its figure: as it was kept when the campaign was closed, else as of today."""
    goals = list(campaign.goals.all())
    if campaign.state != Campaign.State.RUNNING:
        return [GoalProgress(one, METRICS[one.metric], one.final_value, *_kept_share(one), "") for one in goals]
    return reached_now(goals)


def reached_now(goals: Sequence[Goal]) -> list[GoalProgress]:
    """Goals of running campaigns with their figures of today."""
    points = _totals([question_of(one, times.today()) for one in goals])
    return [
        GoalProgress(one, METRICS[one.metric], in_percent(point, one), *_share(point), point.url)
        for one, point in zip(goals, points, strict=True)
    ]


def _share(point: Point) -> tuple[int | None, int | None]:
    return (point.numerator, point.denominator) if point.is_share else (None, None)


def _kept_share(goal: Goal) -> tuple[int | None, int | None]:
    n, _sign, d = goal.final_of.partition("/")
    return (int(n), int(d)) if d else (None, None)


def _totals(questions: Sequence[Question]) -> list[Point]:
    return [answer.total for answer in ask_many(CENTRE, questions)] if questions else []


def in_percent(point: Point, goal: Goal) -> Decimal | int | None:
    """The value in the unit of the target."""
    is_share = METRICS[goal.metric].unit == "ratio" and point.value is not None
    return percent(point.value or 0) if is_share else point.value


def freeze(campaign: Campaign) -> None:
    """Keeps the present figures with the goals."""
    goals = list(campaign.goals.all())
    for goal, point in zip(goals, _totals([question_of(one, times.today()) for one in goals]), strict=True):
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
    """The figures of each goal at the end of each week in percent of the target: of the cases that belong to the
    campaign now, or did when it was closed, also in the weeks before it was entered."""
    goals, weeks = list(campaign.goals.all()), weeks_of(campaign)
    points = iter(_totals([question_of(goal, day) for goal in goals for day in weeks]))
    rows = [ChartRow(METRICS[goal.metric].name, [_week(goal, next(points)) for _day in weeks]) for goal in goals]
    chart = Chart(
        *("weeks", "multiples", _("Weekly figures"), [_("Goal"), *(day.strftime("%m-%d") for day in weeks)], rows),
        aside=_("drawn in percent of the target, at most 100"),
        caption=_("Each week from the first day of the campaign until its Sunday, as known now."),
        definition=" ".join(dict.fromkeys(str(METRICS[goal.metric].definition) for goal in goals)),
        unit="%",
        empty=_("There are no figures before the first week."),
    )
    if not campaign.is_open:
        return chart
    measures = {name for goal in goals for name in METRICS[goal.metric].measures}
    return chart.with_completeness(
        usually_recorded(measures, [(day - WEEK + DAY, day) for day in weeks], times.today())
    )


def of_prevention(campaign: Campaign, actor: Actor) -> Chart:
    """What was done before goods left, and names the campaign: the figures of prevention from its first day on. The
    figures are those of the centre, so that it alone finds their rows behind them."""
    last = max(campaign.starts_on, min(campaign.ends_on, times.today()))
    metrics = [METRICS[key] for key in PREVENTION]
    filters = {"campaign": campaign.number}
    points = _totals([Question(one.key, campaign.starts_on, last, filters=filters) for one in metrics])
    cells = [cell_of(point, metric.unit) for point, metric in zip(points, metrics, strict=True)]
    shown_cells = cells if actor.is_centre else [replace(one, url="") for one in cells]
    rows = [
        ChartRow(metric.name, [cell])
        for metric, point, cell in zip(metrics, points, shown_cells, strict=True)
        if point.value
    ]
    return Chart(
        *("prevention", "", _("Prevention"), (_("Figure"), _("So far")), rows),
        caption=_("Letters, reviews, inspections and stops that name the campaign, and the stops of its cases."),
        definition=definitions(*PREVENTION),
        empty=_("No letter, review, inspection or stop names the campaign yet."),
    )


def _week(goal: Goal, point: Point) -> ChartCell:
    value = in_percent(point, goal)
    share = round(min(100 * Decimal(value) / goal.target, HUNDRED), 1) if value is not None and goal.target else None
    n, d = _share(point)
    return ChartCell(_text(value, METRICS[goal.metric].unit), share, "", n_of_d(point), amount=value, n=n, d=d)


def kept(goals: Iterable[GoalProgress]) -> Mapping[str, int]:
    """How many goals are met, and of how many."""
    listed = list(goals)
    return {"met": sum(one.is_met is True for one in listed), "of": len(listed)}
