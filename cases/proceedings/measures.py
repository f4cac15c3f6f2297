"""What proceedings, party decisions and suspects contribute to the figures."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agencies.journal.models import Event
from agencies.kernel.measures import (
    FactCollector,
    History,
    Label,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    days_between,
    entered,
    first_entered,
    labels,
)

from .models import Decision, Measure, Proceeding, PropertyMeasure, Remedy, Suspect

ADMINISTRATIVE, CRIMINAL = "adm", "crm"
JUDGED = (Suspect.State.JUDGED, Suspect.State.APPEAL, Suspect.State.FINAL)
OVER = (Suspect.State.DROPPED, Suspect.State.MOVED, Suspect.State.NOT_PROSECUTED, Suspect.State.FINAL)
GUILTY = (Suspect.Verdict.GUILTY, Suspect.Verdict.EXEMPT)


def track_of(proceeding: Proceeding) -> str:
    return CRIMINAL if proceeding.is_criminal else ADMINISTRATIVE


def _proceeding(proceeding: Any, history: History) -> Iterable[MeasuredFact]:
    charge = proceeding.offence.code if proceeding.offence else ""
    found = FactCollector(proceeding.agency_id, labels(track=track_of(proceeding), charge=charge), behind=proceeding.pk)
    if proceeding.is_criminal:
        found.count("criminal.filed", proceeding.opened_at)
    else:
        found.count("administrative.filed", first_entered(history, Proceeding.State.FILED_ADM))
        found.count("warnings", first_entered(history, Proceeding.State.WARN))
    ended = proceeding.state_since if proceeding.state == Proceeding.State.CLOSED else None
    found.stock("proceedings", proceeding.opened_at, ended, proceeding.handler_id)
    if ended is not None:
        found.count("proceedings.closed", ended, days=days_between(proceeding.opened_at, ended))
        found.count("proceedings.opened_closed", proceeding.opened_at)
    found.count("proceedings.opened", proceeding.opened_at)
    found.stages("proceeding", history, present=proceeding if ended is None else None)
    return found.facts


def _decision(decision: Any, history: History) -> Iterable[MeasuredFact]:
    found = FactCollector(
        decision.proceeding.agency_id,
        labels(rule=decision.basis_rule, reason=f"decision.result:{decision.result}", track=ADMINISTRATIVE),
        behind=decision.proceeding_id,
    )
    if decision.result:
        found.count("decisions", decision.decided_at)
        fine, gains = decision.fine_cny or 0, decision.confiscated_cny or 0
        if fine or gains:
            found.count("fines", decision.decided_at, amount=fine + gains)
    for remedy in decision.remedies.all():
        kind = labels(reason=f"decision.remedy:{remedy.kind}")
        if remedy.result and remedy.result != Remedy.Result.WITHDRAWN:
            found.count("remedies.ended", remedy.ended_at, labelled=kind)
        if remedy.result in (Remedy.Result.CHANGED, Remedy.Result.REVOKED):
            found.count("remedies.changed", remedy.ended_at, labelled=kind)
    return found.facts


def _suspect(suspect: Any, history: History) -> Iterable[MeasuredFact]:
    found = FactCollector(
        suspect.proceeding.agency_id,
        labels(charge=[one.code for one in suspect.charges.all()], track=CRIMINAL),
        behind=suspect.proceeding_id,
    )
    measures = list(suspect.measures.all())
    for measure in measures:
        found.count("measures", measure.since, labelled=_of_kind(measure))
    if measures and suspect.is_person:
        found.count("suspects", measures[0].since, labelled=_of_kind(measures[0]))
    found.count("arrests", first_entered(history, Suspect.State.ARREST_APPROVED))
    found.count("prosecuted", first_entered(history, Suspect.State.PROSECUTED))
    if suspect.state in JUDGED and suspect.verdict in GUILTY:
        judgments = entered(history, Suspect.State.JUDGED)
        found.count("convicted", judgments[-1].happened_at if judgments else suspect.state_since)
    open_one = None if suspect.state in OVER else suspect
    found.stages("suspect", history, present=open_one, since=suspect.added_at)
    return found.facts


def _of_kind(measure: Measure) -> frozenset[Label]:
    return labels(reason=f"measure.kind:{measure.kind}")


def _proceedings(matters: Collection[UUID]) -> QuerySet[Any]:
    return Proceeding.objects.filter(case__in=matters).select_related("offence")


def _decisions(matters: Collection[UUID]) -> QuerySet[Any]:
    decisions = Decision.objects.filter(proceeding__case__in=matters)
    return decisions.select_related("proceeding").prefetch_related("remedies")


def _suspects(matters: Collection[UUID]) -> QuerySet[Any]:
    added = Event.objects.filter(
        object_id=OuterRef("proceeding"), verb="add_line", recorded_at__lte=OuterRef("created_at")
    )
    at = Coalesce(Subquery(added.order_by("-pk").values("happened_at")[:1]), "created_at")
    suspects: QuerySet[Any] = Suspect.objects.filter(proceeding__case__in=matters).annotate(added_at=at)
    return suspects.select_related("proceeding", "party").prefetch_related("measures", "charges")


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    """On which tracks a case runs, and to which proceeding each part belongs."""
    tracks, walls = defaultdict[UUID, set[str]](set), defaultdict[UUID, dict[UUID, UUID]](dict)
    for proceeding in Proceeding.objects.filter(case__in=matters):
        tracks[proceeding.case_id].add(track_of(proceeding))
        walls[proceeding.case_id][proceeding.pk] = proceeding.pk
    for model, path in (
        *((Decision, "proceeding"), (Suspect, "proceeding"), (PropertyMeasure, "proceeding")),
        (Measure, "suspect__proceeding"),
    ):
        parts = model._default_manager.filter(**{f"{path}__case__in": matters})
        for pk, inside, case in parts.values_list("pk", path, f"{path}__case"):
            walls[case][pk] = inside
    return {case: MeasuredMatter(labels(track=tracks[case]), walls=walls[case]) for case in tracks}


PROCEEDINGS = Measures(rows=_proceedings, facts=_proceeding, about=_about)
DECISIONS = Measures(rows=_decisions, matter=lambda decision: decision.proceeding.case_id, facts=_decision)
SUSPECTS = Measures(rows=_suspects, matter=lambda suspect: suspect.proceeding.case_id, facts=_suspect)
