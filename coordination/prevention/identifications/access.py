"""Permissions on identifications: who asks the commerce bureau, and who answers for it."""

from agencies.kernel.actor import Actor
from cases.casefile.access import contributor
from cases.casefile.models import Case
from coordination.exchange.letters.rules import chief, staff
from coordination.prevention.customsqueries.access import asker as query_asker
from coordination.prevention.customsqueries.models import CustomsQuery

BUREAU = "MOFCOM_SCB"
"""The bureau that organises the identification (DUR arts. 22, 33), by its code in the reference data."""

agency_staff, bureau_staff, bureau_chief = staff("agency"), staff("bureau"), chief("bureau")


def asks_on_case(actor: Actor, case: Case) -> bool:
    """Staff of every agency that reads the case, except the bureau itself."""
    return actor.agency_code != BUREAU and contributor(actor, case)


def asks_on_query(actor: Actor, query: CustomsQuery) -> bool:
    return query_asker(actor, query)
