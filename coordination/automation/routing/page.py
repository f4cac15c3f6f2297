"""What the page of a version of the routing rules shows: its rules."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor

from .explaining import ConditionLabels, conditions_of
from .models import RuleSet
from .workflow import RULE_SET


def page_parts(rule_set: RuleSet, actor: Actor, params: QueryDict) -> dict[str, Any]:
    words = ConditionLabels()
    rules = rule_set.rules.select_related("unit").prefetch_related("officers")
    return {
        "rules": [(rule, conditions_of(rule, words)) for rule in rules],
        "in_force": RuleSet.objects.visible_to(actor).begun().first(),
        "keeps": actor.leads(actor.agency_id),
        "removes": "remove_rule" in RULE_SET.open_to(actor, rule_set),
        "events": timeline(actor, rule_set),
    }
