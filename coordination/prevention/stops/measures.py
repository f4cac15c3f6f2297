"""What stops contribute to the figures: how many were sent, seen in time, and what became of them."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import (
    FactCollector,
    Form,
    History,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    Metric,
    first_entered,
    labels,
)
from cases.controls.models import District

from .models import TO_BE_SEEN, Stop

S = Stop.State


def _facts(stop: Stop, history: History) -> Iterable[MeasuredFact]:
    """Facts of the customs agency; they count in the sender's own figures too. None before it is sent."""
    found = FactCollector(stop.customs_id, also=frozenset({stop.sender_id}))
    if stop.sent_at is None:
        return found.facts
    due, watched = stop.sent_at + TO_BE_SEEN, stop.state == S.SENT
    found.count("stops.sent", stop.sent_at)
    if stop.seen_at is not None and stop.seen_at <= due:
        found.count("stops.seen_in_time", stop.sent_at)
    found.count("stops.held", first_entered(history, S.HELD), amount=stop.weight_kg or 0)
    found.count("stops.not_found", first_entered(history, S.NOT_FOUND))
    found.count("stops.released_before", first_entered(history, S.ALREADY_RELEASED))
    found.late("stop", due, None if watched else stop.seen_at or stop.state_since)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Stop]:
    return Stop.objects.filter(Q(case__in=matters) | Q(case=None, pk__in=matters))


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    """Of stops without a case, which are matters of their own."""
    own = Stop.objects.filter(case=None, pk__in=matters).select_related("district")
    return {stop.pk: MeasuredMatter(labels(campaign=stop.campaign, **_place(stop.district))) for stop in own}


def _place(district: District | None) -> dict[str, str]:
    return {"district": district.code, "province": district.province} if district else {}


MEASURES = Measures(
    rows=_rows,
    matter=lambda stop: stop.case_id or stop.pk,
    facts=_facts,
    about=_about,
    figures=(
        Metric(
            key="stops_sent",
            name=_("Stops and inspection requests sent"),
            definition=_("Stop notices and inspection requests sent to customs in the period."),
            measures=("stops.sent",),
        ),
        Metric(
            key="stops_seen_in_time",
            name=_("Stops seen within ten minutes"),
            definition=_("Of those sent in the period, the share that customs saw within ten minutes (policy)."),
            form=Form.SHARE,
            measures=("stops.seen_in_time",),
            of=("stops.sent",),
            better="up",
        ),
        Metric(
            key="stops_held",
            name=_("Stops for which goods were held"),
            definition=_("Stops for which customs held goods in the period, each counted once."),
            measures=("stops.held",),
        ),
        Metric(
            key="stops_held_kg",
            name=_("Weight of the goods held"),
            definition=_("Weight of the goods for which a stop was answered with a hold, as far as it is known."),
            form=Form.AMOUNT,
            measures=("stops.held",),
            amount_in="kg",
        ),
        Metric(
            key="stops_not_found",
            name=_("Stops without goods found"),
            definition=_("Stops for which customs found no such goods, each counted once."),
            measures=("stops.not_found",),
        ),
        Metric(
            key="stops_released_before",
            name=_("Goods released before the stop"),
            definition=_("Stops that came after the goods were released."),
            measures=("stops.released_before",),
            better="down",
        ),
    ),
)
