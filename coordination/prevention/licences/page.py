"""What the page of a licence shows beside it: its versions and the customs queries that name it."""

from typing import Any

from django.http import QueryDict

from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES

from .models import Licence

MOST_QUERIES = 50


def page_parts(licence: Licence, actor: Actor, params: QueryDict) -> dict[str, Any]:
    queries = RESOURCES["customs-queries"].model.objects.visible_to(actor).filter(licence_no=licence.number)
    versions = Licence.objects.visible_to(actor).filter(number=licence.number).select_related("file__person")
    return {
        "versions": versions.order_by("-edition"),
        "queries": queries.order_by("-created_at", "pk")[:MOST_QUERIES],
    }
