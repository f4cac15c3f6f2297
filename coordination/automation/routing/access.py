"""Permissions on routing rules."""

from agencies.kernel.actor import Actor

from .models import RuleSet


def keeps_rules(actor: Actor, rule_set: RuleSet) -> bool:
    """A unit lead or the responsible person of the agency."""
    return actor.leads(rule_set.agency_id)
