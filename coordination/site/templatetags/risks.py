"""What risk rules say of a shipment of a case: `{% load risks %}`."""

from uuid import UUID

from django import template

from coordination.prevention.routerisk.on_case import ShipmentRisks
from coordination.workspace.case_page import CasePage

register = template.Library()


@register.simple_tag
def risks_of(parts: CasePage, shipment_id: UUID) -> ShipmentRisks:
    """`{% risks_of parts shipment.pk as risks %}`."""
    found: ShipmentRisks = parts.of["risk_finding"].of(shipment_id)
    return found
