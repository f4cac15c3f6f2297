"""Routing rules of the demonstration: customs has a version in force, one withdrawn, and a draft for a dry run."""

from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.automation.routing.actions import draft_rule_set, import_rules, publish, transition_rule_set
from coordination.automation.routing.models import RuleSet

HEADER = (
    "tier,position,unit,mode,priority,kinds,violation_types,materials,districts,severities,weight_from,note,"
    "verdict_from"
)
# No officers are named, because the stories take up these leads themselves.
IN_FORCE = (
    "1,10,GACC_RISK,claim,urgent,lead,,gallium antimony graphite indium,,critical high medium,,重点物料",
    "1,20,GACC_RISK,claim,high,lead,,,,,5000,五吨以上",
    "2,10,GACC_RISK,claim,high,lead,parcels,,,,,寄递渠道",
    "9,10,GACC,claim,normal,,,,,,,其余",
)
DRAFT = (
    "1,5,GACC_RISK,claim,urgent,lead,,,,,,禁止或原则上不予许可,not_licensed",
    *IN_FORCE[:2],
    "1,30,GACC_RISK,claim,urgent,lead,,rare_earth_magnet,3100,,,宁波磁材专项",
    *IN_FORCE[2:],
)


def load_rules() -> None:
    lead = actor_for(User.objects.get(username="customs.lead"))
    if RuleSet.objects.filter(agency=lead.own_agency).exists():
        return
    publish(_draft(IN_FORCE, lead), actor=lead)
    # One withdrawn before it came into force, and one draft.
    transition_rule_set(_draft(IN_FORCE[:2], lead), "withdraw", actor=lead, reason="缺少兜底规则，重新起草。")
    _draft(DRAFT, lead)


def _draft(lines: tuple[str, ...], lead: Actor) -> RuleSet:
    made = draft_rule_set(actor=lead)
    import_rules(made, actor=lead, rows="\n".join((HEADER, *lines)))
    made.refresh_from_db()
    return made
