"""What the page of a certificate shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES

from .comparing import differences
from .models import Certificate


def page_parts(certificate: Certificate, actor: Actor, params: QueryDict) -> dict[str, Any]:
    verbs = {one.verb for one in RESOURCES["certificates"].buttons(actor, certificate)}
    return {
        "checks": certificate.checks.select_related("checked_by"),
        "differences": differences(certificate, actor),
        "has_numbers": bool(certificate.exporter.numbers),
        "checks_more": "add_check" in verbs,
        "events": timeline(actor, certificate),
    }
