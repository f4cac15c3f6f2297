"""Where things lie: the median stay in each state on the desks of each agency, over the last quarter."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Stay
from agencies.kernel.actor import Actor
from agencies.organs.models import Agency
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from coordination.referrals.models import Referral
from coordination.tasks.models import Task

from .figures import Text

PERIOD = timedelta(days=90)
SHOWN = 20
KINDS: dict[str, Any] = {"lead": Lead, "task": Task, "referral": Referral, "proceeding": Proceeding}

WORDS: dict[str, Text] = {
    "lead": _("Lead"), "task": _("Task"), "referral": _("Referral"), "proceeding": _("Proceeding"),
}  # fmt: skip


@dataclass(frozen=True)
class Lying:
    """`stays`: how often somebody let go of such a thing in this state; `median`: how long he had it."""

    kind: Text
    state: Text
    organ: Agency
    stays: int
    median: timedelta


def longest(actor: Actor, now: datetime) -> list[Lying]:
    """The longest first. A unit lead's are those of his own agency; what still lies somewhere is not counted."""
    middles: dict[tuple[str, str, int, int], list[timedelta]] = defaultdict(list)
    for kind, state, organ_id, stays, length in _middles(actor, now):
        middles[kind, state, organ_id, stays].append(length)
    organs = Agency.objects.in_bulk({organ_id for _kind, _state, organ_id, _stays in middles})
    found = [
        Lying(WORDS[kind], KINDS[kind].State(state).label, organs[organ_id], stays, _mean(lengths))
        for (kind, state, organ_id, stays), lengths in middles.items()
    ]
    return sorted(found, key=lambda one: (-one.median, one.organ.pk))[:SHOWN]


def _mean(lengths: list[timedelta]) -> timedelta:
    return sum(lengths, timedelta()) / len(lengths)


def _middles(actor: Actor, now: datetime) -> Any:
    """Of each (kind, state, organ) its middle stay, or the two in the middle: the database sorts, few rows come."""
    seen = Q()
    for kind, model in KINDS.items():
        seen |= Q(object_kind=kind, object_id__in=model.objects.visible_to(actor).values("pk"))
    stays = Stay.objects.filter(seen, left_at__gte=now - PERIOD, organ_id__isnull=False).order_by()
    if not actor.is_centre:
        stays = stays.filter(organ_id=actor.own_organ)
    group = [F("object_kind"), F("state"), F("organ_id")]
    length = ExpressionWrapper(F("left_at") - F("entered_at"), output_field=DurationField())
    ranked = stays.annotate(
        length=length,
        place=Window(RowNumber(), partition_by=group, order_by=["length", "pk"]),
        stays=Window(Count("pk"), partition_by=group),
    )
    middle = ranked.annotate(twice=F("place") * 2).filter(twice__gte=F("stays"), twice__lte=F("stays") + 2)
    return middle.values_list("object_kind", "state", "organ_id", "stays", "length")
