"""Changes of the control law in the demonstration: one that is published, one that waits, one that was withdrawn.

They add names of military users that are recognisably invented. No rule and no controlled goods change.
"""

from agencies.journal.transitions import confirmed_by
from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.controls.tables import MILITARY
from cases.rulechanges.actions import draft_change, propose, publish, withdraw
from cases.rulechanges.models import RuleChange

PUBLISHED, WITHDRAWN, WAITING = "示例军工一厂（演示）", "示例军工二厂（演示）", "示例军工三厂（演示）"


def load_rule_changes() -> None:
    if RuleChange.objects.exists():
        return
    asker, second = (actor_for(User.objects.get(username=name)) for name in ("sysadmin", "centre.coordinator"))
    with confirmed_by(second):
        publish(_draft(PUBLISHED, asker), actor=asker)
    withdraw(_draft(WITHDRAWN, asker), actor=asker, reason="名称有误，重新导入。")
    _draft(WAITING, asker)


def _draft(term: str, asker: Actor) -> RuleChange:
    text = f"language,term\nzh,{term}\n"
    grounds = f"演示用：增加最终用户名称用语“{term}”"
    seen = propose(MILITARY.name, text).digest
    return draft_change(actor=asker, table=MILITARY.name, text=text, grounds=grounds, seen=seen)
