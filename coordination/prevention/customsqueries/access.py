"""Permissions on customs queries: customs ask, and their unit leads issue and decide."""

from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import Permission
from agencies.organisations.models import Agency, is_antismuggling
from cases.casefile.access import contributor
from cases.casefile.models import Case
from coordination.exchange.letters.rules import chief, staff
from coordination.prevention.stops.models import Stop


def queries_goods(actor: Actor, thing: Any = None) -> bool:
    """Staff of customs. An anti-smuggling bureau investigates and does not query declarations."""
    return actor.is_staff and actor.line == Agency.Line.CUSTOMS and not is_antismuggling(actor.agency_code)


def queries_on_case(actor: Actor, case: Case) -> bool:
    return queries_goods(actor) and contributor(actor, case)


def queries_on_stop(actor: Actor, stop: Stop) -> bool:
    """Staff of the customs agency that holds the goods."""
    return queries_goods(actor) and actor.works_for(stop.customs_id)


def reporter(actor: Actor, query: Any) -> bool:
    """Staff of the customs that ask, where the query is on no case: a matter with a case is continued there."""
    return query.case_id is None and asker(actor, query)


QUERY_DESK = Permission("customs query desk", queries_goods)
asker, issuer = staff("agency"), chief("agency")
