"""How running campaigns stand: the strip on the overview of figures, and the agencies on the page of a campaign.

Late matters are those of the figure `overdue` in the cases of the campaign. The centre reads all agencies, an agency
its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from coordination.insight.metrics.asking import Point, Question, ask_many
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.building import short_names
from coordination.insight.supervision.late import LateLine
from coordination.insight.supervision.overview import Overview
from coordination.insight.supervision.words import cell_of, definitions

from .figures import GoalProgress, question_of, reached_now
from .measures import LABEL
from .models import Campaign, CampaignStep

LATE = "overdue"


@dataclass(frozen=True)
class AgencyStanding:
    """What one agency still owes a campaign."""

    agency: Agency
    steps: Sequence[CampaignStep]
    late: Point | None

    @property
    def late_matters(self) -> int:
        return int(self.late.value or 0) if self.late else 0

    @property
    def done(self) -> int:
        return sum(step.done_on is not None for step in self.steps)

    @property
    def late_steps(self) -> int:
        return sum(step.done_on is None and step.is_late for step in self.steps)

    @property
    def is_behind(self) -> bool:
        return bool(self.late_steps or self.late_matters)


@dataclass(frozen=True)
class CampaignStanding:
    """A running campaign with its goals. `behind` is the agency that owes it most, None if none is late, and `line` is
    what the reader can do about what that agency owes."""

    campaign: Campaign
    goals: Sequence[GoalProgress]
    behind: AgencyStanding | None
    line: LateLine | None

    @property
    def days_left(self) -> int:
        return max(0, (self.campaign.ends_on - times.today()).days)

    @property
    def passed(self) -> int:
        """How much of its time has passed, in percent."""
        days = (self.campaign.ends_on - self.campaign.starts_on).days + 1
        return max(0, min(100, 100 * (days - self.days_left) // days))


def on_overview(overview: Overview) -> list[CampaignStanding]:
    """The running campaigns that the reader sees, the next to end first; under filters of the page only the chosen one,
    because goals count whole campaigns. The number of queries does not grow with campaigns."""
    actor, chosen = overview.asked.actor, overview.asked.chosen
    if chosen.keys() - {LABEL}:
        return []
    rows = Campaign.objects.visible_to(actor).running().order_by("ends_on", "pk")
    rows = rows.filter(number=chosen[LABEL]) if chosen else rows
    campaigns = list(rows.prefetch_related("goals", "steps", "members"))
    if not campaigns:
        return []
    goals = reached_now([goal for campaign in campaigns for goal in campaign.goals.all()])
    answers = ask_many(actor, [_late_in(campaign) for campaign in campaigns])
    lines = {line.late.agency.pk: line for line in overview.late.lines}
    found = []
    for campaign, answer in zip(campaigns, answers, strict=True):
        behind = next((one for one in _standings(campaign, answer.points, actor) if one.is_behind), None)
        line = lines.get(behind.agency.pk) if behind else None
        own = [one for one in goals if one.goal.campaign_id == campaign.pk]
        found.append(CampaignStanding(campaign, own, behind, line))
    return found


def _late_in(campaign: Campaign) -> Question:
    today = times.today()
    return Question(LATE, today, today, by="agency", filters={LABEL: campaign.number})


def _standings(campaign: Campaign, late: Iterable[Point], actor: Actor, *others: str) -> list[AgencyStanding]:
    """The participating agencies and those with late matters, the one furthest behind first. `others` are the codes of
    further agencies."""
    found = {one.key: one for one in late}
    agencies = {one.code: one for one in campaign.members.all()}
    if more := {*found, *others} - agencies.keys():
        agencies |= {one.code: one for one in Agency.objects.agencies().filter(code__in=more)}
    steps = list(campaign.steps.all())
    standings = [
        AgencyStanding(agency, [step for step in steps if step.agency_id == agency.pk], found.get(code))
        for code, agency in agencies.items()
        if actor.is_centre or agency.pk == actor.agency_id
    ]
    return sorted(standings, key=lambda one: (-one.late_steps, -one.late_matters, one.agency.pk))


def by_agency(campaign: Campaign, actor: Actor) -> Chart:
    """What each agency has done for a running campaign and still owes it, the one furthest behind first."""
    goals, today = list(campaign.goals.all()), times.today()
    questions = [replace(question_of(goal, today), by="agency") for goal in goals]
    late, *answers = ask_many(actor, [_late_in(campaign), *questions])
    figures = [{one.key: one for one in answer.points} for answer in answers]
    standings = _standings(campaign, late.points, actor, *(key for found in figures for key in found))
    names = short_names(one.agency for one in standings)
    rows = [
        ChartRow(
            names[one.agency.code],
            [
                ChartCell(f"{one.done}/{len(one.steps)}" if one.steps else "–", n=one.done, d=len(one.steps)),
                ChartCell(str(one.late_steps), one.late_steps),
                cell_of(one.late, "count"),
                *(
                    cell_of(found.get(one.agency.code), METRICS[goal.metric].unit)
                    for goal, found in zip(goals, figures, strict=True)
                ),
            ],
        )
        for one in standings
    ]
    heads = (_("Agency"), _("Steps done"), _("Late steps"), _("Late matters"))
    return Chart(
        *("agencies", "", _("By agency"), (*heads, *(METRICS[goal.metric].name for goal in goals)), rows),
        caption=_("The agency furthest behind first. Late matters are those in the cases of the campaign."),
        definition=definitions(*(goal.metric for goal in goals), LATE),
    )
