"""Permissions on rules about the way of goods, and on their findings."""

from typing import Any

from agencies.kernel.actor import Actor, Role
from agencies.kernel.permissions import Permission
from agencies.organisations.models import Agency
from cases.casefile.access import contributor


def drafts_rules(actor: Actor) -> bool:
    """Unit leads and office holders for their agency, coordinators for all agencies."""
    if actor.kind != "user":
        return False
    return actor.has_role(Role.COORDINATOR) if actor.line == Agency.Line.CENTRE else actor.leads(actor.agency_id)


KEEPERS = Permission("keeper of risk rules", drafts_rules)


def keeper(actor: Actor, rule: Any) -> bool:
    return actor.agency_id == rule.agency_id and drafts_rules(actor)


def judge(actor: Actor, finding: Any) -> bool:
    """Staff who read the contents of the case; of a rule of an agency, those of this agency."""
    of_theirs = finding.rule.is_for_all or finding.rule.agency_id == actor.agency_id
    return of_theirs and contributor(actor, finding.case)
