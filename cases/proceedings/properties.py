"""Ordering and ending measures on property, and the hand-over of goods, in which one title ends as the next begins
(D310 art. 12).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time_of
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from cases.casefile.actions import locked_case, stream_of
from cases.custody import actions as custody
from cases.custody.models import GoodsLot, Title
from cases.custody.workflow import LOT
from cases.papers.actions import assign_draft_numbers

from .actions import move_proceeding, paper_number
from .models import Proceeding, PropertyMeasure
from .periods import begin_periods, end_periods
from .workflow import (
    KIND_RULES,
    PROPERTY,
    TAKEN_OVER_AS,
    lots_offered,
    lots_without_title,
    measure_kinds,
    measures_refused,
    period_of,
)

K, M = PropertyMeasure.Kind, PropertyMeasure.State


def order_measure(
    proceeding: Proceeding,
    *,
    actor: Actor,
    measure: str,
    authority: str,
    paper: str,
    reason: str,
    lots: Iterable[str] = (),
    subject: str = "",
    **given: Any,
) -> PropertyMeasure:
    """Orders a measure on lots of the case without title, or on what `subject` names: an account, shares, papers."""
    if measure not in dict(measure_kinds(proceeding, actor)):
        raise Invalid.field("measure", "power", measures_refused(proceeding, actor))
    rule, chosen = KIND_RULES[K(measure)], list(lots)
    if not rule.title and chosen:
        raise Invalid.field("lots", "choice", _("Such a measure applies to accounts or holdings, not to goods."))
    if not chosen and not subject:
        raise Invalid.field("subject", "required", _("Choose the lots, or enter what else the measure applies to."))
    with locked_case(proceeding.case_id):
        found = _chosen(chosen, lots_without_title(proceeding, actor))
        lot_numbers = [lot.number for lot in found]
        details: dict[str, Any] = {"measure": measure, "authority": authority, "lots": lot_numbers, "subject": subject}
        applied = move_proceeding(
            proceeding, "order_measure", actor=actor, paper=paper, reason=reason, **details, **given
        )
        made = PropertyMeasure.objects.create(
            proceeding=applied.thing,
            kind=measure,
            subject=subject,
            authority=authority,
            paper=paper_number(applied, paper),
            reason=reason,
            since=applied.at,
            state_since=applied.at,
        )
        made.lots.set(found)
        custody.assign_title(
            found,
            agency_id=proceeding.agency_id,
            kind=rule.title,
            source=made.pk,
            at=applied.at,
            paper=made.paper,
            actor=actor,
        )
        begin_periods(rule.clocks, made, applied.at)
        return made


def move_property(
    measure: PropertyMeasure, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> TransitionResult[PropertyMeasure]:
    """Applies a transition with its clocks. The end of the measure ends its title."""
    proceeding: Proceeding = measure.proceeding
    with locked_case(proceeding.case_id):
        at = resolve_time_of(given, not_before=measure.state_since) if not actor.is_system else given["happened_at"]
        line = PROPERTY.transitions[verb]
        ends = line.to in PROPERTY.final
        ended_at = _lapsed_at(measure, at) if verb == "lapse" else at
        end = {"ended_at": ended_at, "end_paper": given.get("paper", "")} if ends else {}
        applied = apply_transition(
            measure,
            verb,
            actor=actor,
            streams=[stream_of(proceeding.case_id)],
            changes={**end, **(changes or {})},
            event_data={"kind": measure.kind},
            **given,
        )
        end_periods(line.stops, applied.thing, applied.at)
        begin_periods(line.starts, applied.thing, applied.at)
        if ends:
            _end_title(applied, actor)
            assign_draft_numbers(measure.clock_kind, measure.pk, applied.thing.end_paper)
        return applied


def release_part(
    measure: PropertyMeasure, *, actor: Actor, lots: Iterable[str], paper: str, **given: Any
) -> TransitionResult[PropertyMeasure]:
    """解除部分: releases some of the lots. The last one needs the release of the measure itself."""
    with locked_case(measure.proceeding.case_id):
        found = _chosen(lots, [(str(lot.pk), "") for lot in measure.held_lots().filter(state=GoodsLot.State.HELD)])
        if len(found) == measure.held_lots().count():
            raise Invalid.field("lots", "all", _("These are all goods of the measure: release the measure itself."))
        numbers = [lot.number for lot in found]
        applied = move_property(measure, "release_part", actor=actor, lots=numbers, paper=paper, **given)
        custody.end_title(found, at=applied.at, paper=paper, actor=actor)
        return applied


# Hand-over of goods --------------------------------------------------------------------------------------------------
def receive_goods(
    proceeding: Proceeding,
    *,
    actor: Actor,
    lots: Iterable[str],
    authority: str,
    paper: str,
    keeping: str,
    location: str = "",
    storage: str = "",
    **given: Any,
) -> PropertyMeasure:
    """The receiver confirms the goods list: its measure begins at the time at which the giver's ends (D310 art. 12).

    The police seize on filing. Goods that they return come under the administrative agency's own measure, whose period
    begins.
    """
    with locked_case(proceeding.case_id):
        found = _chosen(lots, lots_offered(proceeding, actor))
        details: dict[str, Any] = {"authority": authority, "keeping": keeping, "lots": [lot.number for lot in found]}
        applied = move_proceeding(proceeding, "receive_goods", actor=actor, paper=paper, **details, **given)
        kind = TAKEN_OVER_AS[Proceeding.Kind(proceeding.kind)]
        rule = KIND_RULES[kind]
        taken = PropertyMeasure.objects.create(
            proceeding=applied.thing,
            kind=kind,
            authority=authority,
            paper=paper_number(applied, paper),
            since=applied.at,
            state_since=applied.at,
            reason=given.get("reason", ""),
        )
        taken.lots.set(found)
        for lot in found:
            custody.receive_lot(
                lot,
                actor=actor,
                keeping=keeping,
                paper=paper,
                location=location,
                storage=storage,
                title=(rule.title, taken.pk),
                happened_at=applied.at,
            )
        for source in {lot.title_source for lot in found if lot.title_source}:
            _end_if_empty(source, applied.at, paper)
        begin_periods(rule.clocks, taken, applied.at - _used_before(taken, found))
        return taken


def _used_before(taken: PropertyMeasure, lots: Iterable[GoodsLot]) -> timedelta:
    """The part of its period that an administrative agency used before the goods went to the police and came back.

    The law does not say whether the period begins again; `GOODS_BACK_PERIOD` decides. Continuing is the strict reading.
    """
    if settings.GOODS_BACK_PERIOD == "anew":
        return timedelta()
    earlier = PropertyMeasure.objects.filter(
        kind=taken.kind, proceeding__agency=taken.proceeding.agency_id, ended_at__lte=taken.since
    ).exclude(pk=taken.pk)
    of_lots = [earlier.filter(lots__in=[lot.pk, lot.parent_id]).distinct() for lot in lots]
    used = [sum((one.ended_at - one.since for one in found if one.ended_at), timedelta()) for found in of_lots]
    return max(used, default=timedelta())


def receive_lot(lot: GoodsLot, *, actor: Actor, paper: str, **given: Any) -> Any:
    """Confirms one lot. If the title passes, it passes to the receiver's open proceeding, preferably a criminal one."""
    if not lot.offers_title:
        return custody.receive_lot(lot, actor=actor, paper=paper, **given)
    LOT.check("receive", actor, lot)
    theirs = Proceeding.objects.filter(case_id=lot.case_id, agency=lot.offered_to_id)
    # Within a bureau the title passes to another proceeding than the one that holds it.
    holding = PropertyMeasure.objects.filter(pk__in=[lot.title_source] if lot.title_source else []).values("proceeding")
    newest = theirs.open().exclude(pk__in=holding).order_by("-opened_at")
    into = newest.filter(kind=Proceeding.Kind.CRIMINAL).first() or newest.first()
    if into is None:
        detail = _("The measure passes with the goods, and your agency has no open proceeding on this case.")
        raise TransitionRefused.because("proceeding", detail)
    kept = {name: given[name] for name in ("location", "storage", "happened_at", "reason") if name in given}
    return receive_goods(
        into, actor=actor, lots=[str(lot.pk)], authority=into.agency.name, paper=paper, keeping=given["keeping"], **kept
    )


def _end_if_empty(source: UUID, at: datetime, paper: str) -> None:
    """Ends a measure whose last lot was handed over."""
    measure = PropertyMeasure.objects.filter(pk=source).select_related("proceeding").first()
    if measure is not None and measure.is_standing and not measure.held_lots().exists():
        move_property(measure, "hand_over", actor=SYSTEM, happened_at=at, paper=paper)


def _lapsed_at(measure: PropertyMeasure, at: datetime) -> datetime:
    """A measure lapses when its period ends, whenever that is recorded."""
    due = period_of(measure).running().values_list("due_at", flat=True).first()
    return due or at


# Helpers -------------------------------------------------------------------------------------------------------------
def _end_title(applied: TransitionResult[PropertyMeasure], actor: Actor) -> None:
    measure = applied.thing
    if actor.is_system:
        return  # handed over: the receiver's title is in place already
    held = list(measure.held_lots())
    if measure.handling == PropertyMeasure.Handling.CONFISCATED:
        custody.assign_title(
            held,
            agency_id=measure.proceeding.agency_id,
            kind=Title.CONFISCATION,
            source=measure.pk,
            at=applied.at,
            paper=measure.end_paper,
            actor=actor,
        )
    else:
        custody.end_title(held, at=applied.at, paper=measure.end_paper, actor=actor)


def _chosen(ids: Iterable[str], offered: Iterable[tuple[str, Any]]) -> list[GoodsLot]:
    wanted, known = list(ids), dict(offered)
    if unknown := [one for one in wanted if one not in known]:
        raise Invalid.field(
            "lots", "choice", _("These lots are not available for this: %(ids)s.") % {"ids": ", ".join(unknown)}
        )
    return list(GoodsLot.objects.filter(pk__in=wanted))


PROCEEDING_ACTIONS: ActionTable = {"order_measure": order_measure, "receive_goods": receive_goods}
PROPERTY_ACTIONS: ActionTable = {"release_part": release_part}
LOT_ACTIONS: ActionTable = {"receive": receive_lot}
