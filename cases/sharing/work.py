"""Which work items an agency may count, by the shares of their cases."""

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q

from agencies.kernel.actor import Actor
from agencies.kernel.work import Sees
from agencies.work.models import WorkItemQuerySet

from .models import Share


def shared_with(actor: Actor, rows: WorkItemQuerySet) -> WorkItemQuerySet:
    """Rows whose case the agency sees now, and its contents where the row asks for them; and those whose object has to
    be asked."""
    shown = Q(sees__in=(Sees.ALWAYS, Sees.ASKED)) | Q(_shares_enough(actor))
    if actor.is_centre:
        shown |= Q(restricted=False)
    return rows.filter(shown)


def _shares_enough(actor: Actor) -> Exists:
    live = Share.objects.live().filter(case=OuterRef("case_id"), agency=actor.agency_id)
    asked = ExpressionWrapper(OuterRef("sees"), output_field=CharField())
    return Exists(live.alias(asked=asked).filter(~Q(profile=Share.Profile.STATUS) | Q(asked=Sees.CASE)))
