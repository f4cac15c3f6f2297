"""Playbooks of the demonstration: some proceedings follow them, with steps done and one waived; others wait for the
handler to start the playbook that fits."""

from typing import Any

from agencies.kernel.resource import resource_of
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.automation.playbooks.actions import apply_due, skip_past_events
from coordination.automation.playbooks.models import PlaybookUse
from coordination.exchange.tasks.models import Task

# Step, verb, actor, answers: in the proceeding that works through its playbook.
DONE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("SOURCE_FILE", "claim", "customs.officer", {}),
    ("SOURCE_FILE", "complete", "customs.officer", {"result": "线索原件和获取记录已入卷，来源人信息单独保管。"}),
    ("VIOLATIONS", "claim", "customs.lead", {}),
    ("VIOLATIONS", "complete", "customs.lead", {"result": "伪报品名与第三国转口并存。"}),
    ("DECL_SET", "claim", "customs.officer", {}),
    ("PRICE_BAND", "waive", "customs.lead", {"reason": "实货已化验，无需再作单价分析。"}),
)
TITLE = "镓锗锑多渠道外流联合核查"
PROPOSED = (TITLE, "某庚卯公司生产设备出口案", "某癸公司锗产品出口管辖案")  # their handlers are asked about a playbook


def walk_playbooks() -> None:
    """Runs after the stories, so that steps dropped by one of them lapse. Other matters are left as imported."""
    skip_past_events()
    for case in PlaybookUse.objects.filter(proceeding__state="NO_CASE").values_list("proceeding__case", flat=True):
        apply_due(case)
    for case in Case.objects.filter(title__in=PROPOSED).values_list("pk", flat=True):
        apply_due(case)
    people = {user.username: actor_for(user) for user in User.objects.filter(is_demo=True)}
    for code, verb, who, given in DONE:
        for task in Task.objects.filter(step=code, case__title=TITLE, proceeding__kind="customs"):
            resource_of(task).actions_of(task)[verb](task, actor=people[who], **given)
