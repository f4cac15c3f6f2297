"""The dry run of a risk rule over JSON: as on its page."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, DictField, IntegerField, JSONField, UUIDField

from agencies.kernel.shapes import Shape
from coordination.prevention.routerisk.access import keeper
from coordination.prevention.routerisk.looking import dry_run

from .operations import Call, get


class LookShape(Shape):
    """A shipment that meets the rule: facts and reason in words. `is_certain`: every fact that counts is known."""

    shipment = UUIDField(source="consignment.pk")
    case = UUIDField(source="case_id")
    reason = CharField()
    facts = DictField(child=JSONField(), source="outcome.facts")
    is_certain = BooleanField(source="outcome.is_certain")


class MissingShape(Shape):
    """A fact for want of which the rule could not be decided on so many shipments."""

    fact = CharField()
    shipments = IntegerField()


class DryRunShape(Shape):
    """`looked` of `recorded` shipments of the last 90 days, the newest first."""

    looked = IntegerField()
    recorded = IntegerField()
    met = LookShape(many=True)
    undecided = MissingShape(many=True)


@get(
    "risk-rules/<uuid:pk>/dry-run/",
    "dry_run",
    _("Dry run"),
    _("What the rule says of the shipments of the last 90 days that its keeper reads. Nothing is stored."),
    answers=DryRunShape,
)
def dry_run_of(call: Call, pk: UUID) -> Any:
    """For those who keep the rule."""
    rule = call.find("risk-rules", pk)
    if not keeper(call.actor, rule):
        raise PermissionDenied
    run = dry_run(rule, call.actor)
    undecided = [{"fact": name, "shipments": n} for name, n in sorted(run.undecided.items())]
    return {
        "looked": run.looked,
        "recorded": run.recorded,
        "met": [look for look, _case in run.met],
        "undecided": undecided,
    }
