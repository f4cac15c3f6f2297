"""Campaigns of the demonstration: one that runs, on gallium and germanium, one closed with its report, one in draft and
one cancelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agencies.journal.transitions import confirmed_by
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import start_of
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.insight.campaigns.actions import (
    ACTIONS,
    add_goal,
    add_step,
    close_campaign,
    draft_campaign,
    report_step,
    start_campaign,
)
from coordination.insight.campaigns.models import Campaign

MEMBERS = ("GACC", "GACC_ASB", "MOFCOM_SCB", "MPS_ECID")
RUNNING_SINCE, RUNS_UNTIL = 110, 60  # days before and after today
CLOSED_SINCE, CLOSED_AFTER = 320, 160
REPORT = (
    "行动期间共立案查处锑、钨走私出口案件多起，查明伪报品名、经第三国转运两类主要手法，"
    "查获涉案货物均已移交保管。按期办结率达到目标，结案率未达到目标，未结案件由各牵头机关继续办理。"
)


@dataclass(frozen=True)
class Centre:
    """The two people of the centre who start a campaign."""

    first: Actor
    second: Actor


def load_campaigns() -> None:
    """Two started ones, of which `close_campaigns` ends one when its figures are known. Idempotent."""
    if Campaign.objects.exists():
        return
    centre = Centre(*(actor_for(User.objects.get(username=f"centre.{one}")) for one in ("coordinator", "supervisor")))
    today = times.today()
    past = _started(
        centre,
        title_zh="打击锑钨走私出口专项行动",
        title_en="Campaign against the smuggling of antimony and tungsten",
        purpose="集中打击锑、钨走私出口，查清伪报品名和第三国转运链条。",
        starts_on=today - timedelta(days=CLOSED_SINCE),
        ends_on=today - timedelta(days=CLOSED_SINCE - CLOSED_AFTER),
        materials=["antimony", "tungsten"],
        opened_from=today - timedelta(days=CLOSED_SINCE),
        opened_until=today - timedelta(days=CLOSED_SINCE - CLOSED_AFTER),
        goals=(("cases_opened", "least", 15), ("ontime", "least", 90), ("clear_rate_cohort", "least", 95)),
    )
    _steps(
        past, centre, (("MOFCOM_SCB", "向重点出口企业发出合规提示函", 30), ("GACC", "完成重点口岸风险布控", 45)), done=2
    )
    now = _started(
        centre,
        title_zh="打击镓锗走私出口专项行动",
        title_en="Campaign against the smuggling of gallium and germanium",
        purpose="依据国家出口管制工作协调机制部署，集中打击镓、锗走私出口：伪报、夹藏、经第三国转运；提高行刑衔接效率。",
        starts_on=today - timedelta(days=RUNNING_SINCE),
        ends_on=today + timedelta(days=RUNS_UNTIL),
        materials=["gallium", "germanium"],
        opened_from=today - timedelta(days=RUNNING_SINCE + 30),
        goals=(
            *(("cases_opened", "least", 60), ("smuggled_kg", "least", 100_000), ("ontime", "least", 90)),
            *(("clear_rate_cohort", "least", 60), ("avg_days", "most", 60)),
        ),
    )
    steps = (
        *(("JECC", "召开动员部署会", 3), ("GACC", "梳理近两年镓锗出口申报数据，提出风险企业名单", 40)),
        *(("MOFCOM_SCB", "公布合规指引并约谈重点企业", 70), ("GACC_ASB", "对重点口岸开展联合查缉", 100)),
        ("JECC", "中期评估", RUNNING_SINCE + 20),
    )
    _steps(now, centre, steps, done=3)
    _drafts(centre.first, today)


def _drafts(actor: Actor, today: date) -> None:
    next_year: dict[str, Any] = {
        "starts_on": today + timedelta(days=30),
        "ends_on": today + timedelta(days=210),
        "members": MEMBERS,
    }
    draft_campaign(
        actor=actor,
        title_zh="打击稀土走私出口专项行动",
        title_en="Campaign against the smuggling of rare earths",
        purpose="摸排稀土出口伪报线索，集中查办一批案件。",
        materials=["terbium", "dysprosium", "samarium"],
        **next_year,
    )
    given_up = draft_campaign(
        actor=actor,
        title_zh="石墨出口核查专项行动",
        title_en="Campaign on exports of graphite",
        purpose="核查石墨出口申报。",
        **next_year,
    )
    ACTIONS["cancel"](given_up, actor=actor, reason="任务并入年度核查计划。")


def _started(centre: Centre, *, goals: Iterable[tuple[str, str, int]], **plan: Any) -> Campaign:
    first, paper = plan["starts_on"], "协调办〔2026〕专项部署"
    dated: dict[str, Any] = {"happened_at": start_of(first), "paper": paper}
    campaign = draft_campaign(actor=centre.first, members=MEMBERS, **plan, **dated)
    for metric, direction, target in goals:
        goal: dict[str, Any] = {"metric": metric, "direction": direction, "target": Decimal(target)}
        add_goal(campaign, actor=centre.first, due_on=campaign.ends_on, **goal, **dated)
    with confirmed_by(centre.second):
        start_campaign(campaign, actor=centre.first, **dated)
    campaign.refresh_from_db()
    return campaign


def _steps(campaign: Campaign, centre: Centre, steps: Iterable[tuple[str, str, int]], *, done: int) -> None:
    """Steps by agency, title and days after the start; the first ones are done, each a few days before its day."""
    for number, (agency, title, days) in enumerate(steps):
        due_on = campaign.starts_on + timedelta(days=days)
        add_step(campaign, actor=centre.first, agency=agency, title=title, due_on=due_on)
        if number < done:
            step = campaign.steps.get(title=title)
            at = start_of(max(due_on - timedelta(days=2), campaign.starts_on + timedelta(days=1)))
            done_then: dict[str, Any] = {"happened_at": at, "paper": "协调办工作简报"}
            report_step(campaign, actor=centre.first, step=str(step.pk), result="已完成，材料报协调中心。", **done_then)


def close_campaigns(today: date) -> int:
    """Closes campaigns whose last day has passed. Their figures must be counted. Returns their number."""
    centre = actor_for(User.objects.get(username="centre.coordinator"))
    second = actor_for(User.objects.get(username="centre.supervisor"))
    over = list(Campaign.objects.running().filter(ends_on__lt=today))
    for campaign in over:
        dated = {"happened_at": start_of(campaign.ends_on + timedelta(days=1)), "paper": "协调办〔2026〕专项总结"}
        with confirmed_by(second):
            close_campaign(campaign, actor=centre, outcome=Campaign.Outcome.PARTLY, report=REPORT, **dated)
    return len(over)
