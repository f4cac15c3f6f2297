"""Major cases of the demonstration: one has its weekly progress, of one it is late, and of one the mark was removed."""

from datetime import timedelta
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.exchange.majorcases.actions import end_mark, mark_major, report_progress
from coordination.exchange.majorcases.models import MajorCase

OFFICERS = {"GACC": "customs.officer", "GACC_ASB": "antismuggling.officer", "MOFCOM_SCB": "commerce.officer"}
MARKED, OLD_ENOUGH = timedelta(days=24), timedelta(days=30)
# Of the older case: its designation, and its last entry in days before today, which is more than a week ago.
MARKS = (
    (
        "督〔2026〕1号",
        "涉案数量特别巨大，涉及多个关区和第三国转运，需统一指挥。",
        10,
        "已完成主要证人询问，正在等待鉴定意见。",
    ),
    ("督〔2026〕2号", "涉案企业再次违法，社会影响较大。", 2, "已查清资金流向，拟于下周提请移送。"),
)


def load_major_cases() -> None:
    """Idempotent."""
    if MajorCase.objects.exists():
        return
    centre, now = actor_for(User.objects.get(username="centre.coordinator")), times.now()
    # Real cases do not show invented supervision.
    open_ones = Case.objects.visible_to(centre).open().filter(opened_at__lt=now - OLD_ENOUGH, is_synthetic=True)
    chosen = _chosen(open_ones)
    for (number, reason, days, text), case in zip(MARKS, chosen, strict=False):
        mark = mark_major(
            case, actor=centre, number=number, designation_reason=reason, happened_at=now - MARKED, paper=number
        )
        officer = actor_for(User.objects.get(username=OFFICERS[case.lead.code]))
        at = now - timedelta(days=days)
        report_progress(mark, actor=officer, text=text, happened_at=at, paper=f"{number}进展报告")
    for case in open_ones.exclude(pk__in=[case.pk for case in chosen]).order_by("-opened_at", "number")[:1]:
        _marked_and_ended(case, centre)


def _marked_and_ended(case: Case, centre: Actor) -> None:
    number, now = "督〔2026〕3号", times.now()
    dated: dict[str, Any] = {"happened_at": now - MARKED, "paper": number}
    mark = mark_major(case, actor=centre, number=number, designation_reason="涉嫌跨境转运，需查明去向。", **dated)
    why = "经查去向清楚，按一般案件办理。"
    outcome = MajorCase.Outcome.NOT_MAJOR
    end_mark(mark, actor=centre, outcome=outcome, ending_reason=why, happened_at=now - timedelta(days=12), paper=number)


def _chosen(cases: Any) -> list[Case]:
    """The oldest case of each of two agencies whose people work in the demonstration."""
    listed = cases.filter(lead__code__in=OFFICERS).select_related("lead").order_by("opened_at", "number")
    first: dict[str, Case] = {}
    for case in listed:
        first.setdefault(case.lead.code, case)
    return sorted(first.values(), key=lambda case: case.opened_at)[: len(MARKS)]
