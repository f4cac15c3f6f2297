"""Ordering measures on property and ending them; and the one act in which an administrative title ends as the
criminal one begins (D310 art. 12)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.transitions import Applied, apply_transition, resolve_time_of
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from cases.casefile.actions import lock_case, stream_of
from cases.clocks.actions import start_clocks, stop_clocks
from cases.clocks.models import Clock
from cases.custody import actions as custody
from cases.custody.models import GoodsLot, Title
from cases.custody.workflow import LOT
from cases.papers.actions import assign_draft_numbers

from .actions import move_proceeding, paper_number
from .models import Proceeding, PropertyMeasure
from .workflow import KIND_RULES, PROPERTY, TAKEN_OVER_AS, lots_offered, lots_without_title, measure_kinds

K, M = PropertyMeasure.Kind, PropertyMeasure.State


def order_measure(
    proceeding: Proceeding, *, actor: Actor, measure: str, authority: str, paper: str, reason: str,
    lots: Iterable[str] = (), subject: str = "", **given: Any,
) -> PropertyMeasure:  # fmt: skip
    """On lots of the case that no measure holds, or on what `subject` names: an account, shares, papers."""
    if measure not in dict(measure_kinds(proceeding, actor)):
        raise Invalid.field("measure", "choice", _("Such a measure is not available in this kind of proceeding."))
    rule, chosen = KIND_RULES[K(measure)], list(lots)
    if not rule.title and chosen:
        raise Invalid.field("lots", "choice", _("Such a measure applies to accounts or holdings, not to goods."))
    if not chosen and not subject:
        raise Invalid.field("subject", "required", _("Choose the lots, or enter what else the measure applies to."))
    with transaction.atomic():
        lock_case(proceeding.case_id)
        found = _chosen(chosen, lots_without_title(proceeding, actor))
        lots_told = [lot.number for lot in found]
        told: dict[str, Any] = {"measure": measure, "authority": authority, "lots": lots_told, "subject": subject}
        moved = move_proceeding(proceeding, "order_measure", actor=actor, paper=paper, reason=reason, **told, **given)
        made = PropertyMeasure.objects.create(
            proceeding=moved.thing, kind=measure, subject=subject, authority=authority,
            paper=paper_number(moved, paper), reason=reason, since=moved.at, state_since=moved.at,
        )  # fmt: skip
        made.lots.set(found)
        _hold(made, found, actor, moved.at)
        _start([rule.clock] if rule.clock else [], made, moved.at)
        return made


def move_property(
    measure: PropertyMeasure, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> Applied[PropertyMeasure]:
    """One line of the table, with its clocks. Whatever ends the measure ends the title that it gave."""
    proceeding: Proceeding = measure.proceeding
    with transaction.atomic():
        lock_case(proceeding.case_id)
        at = resolve_time_of(given, not_before=measure.state_since) if not actor.is_system else given["happened_at"]
        line = PROPERTY.transitions[verb]
        ends = line.to in PROPERTY.final
        ended_at = _lapsed_at(measure, at) if verb == "lapse" else at
        end = {"ended_at": ended_at, "end_paper": given.get("paper", "")} if ends else {}
        moved = apply_transition(
            measure, verb, workflow=PROPERTY, actor=actor, streams=[stream_of(proceeding.case_id)],
            object_kind="property", changes={**end, **(changes or {})}, event_data={"kind": measure.kind}, **given,
        )  # fmt: skip
        if "*" in line.stops:
            stop_clocks(None, moved.thing, case_id=proceeding.case_id, at=moved.at)
        _start(line.starts, moved.thing, moved.at)
        if ends:
            _let_go(moved, actor)
            assign_draft_numbers(measure.clock_kind, measure.pk, moved.thing.end_paper)
        return moved


def release_part(
    measure: PropertyMeasure, *, actor: Actor, lots: Iterable[str], paper: str, **given: Any
) -> Applied[PropertyMeasure]:
    """解除部分: some of the goods; with the last of them the measure itself is to be released."""
    with transaction.atomic():
        lock_case(measure.proceeding.case_id)
        found = _chosen(lots, [(str(lot.pk), "") for lot in measure.held_lots().filter(state=GoodsLot.State.HELD)])
        if len(found) == measure.held_lots().count():
            raise Invalid.field("lots", "all", _("These are all goods of the measure: release the measure itself."))
        numbers = [lot.number for lot in found]
        moved = move_property(measure, "release_part", actor=actor, lots=numbers, paper=paper, **given)
        custody.end_title(found, at=moved.at, paper=paper, actor=actor)
        return moved


# With filing ---------------------------------------------------------------------------------------------------------
def receive_goods(
    proceeding: Proceeding, *, actor: Actor, lots: Iterable[str], authority: str, paper: str, keeping: str,
    location: str = "", storage: str = "", **given: Any,
) -> PropertyMeasure:  # fmt: skip
    """The receiver confirms the goods list: at one time his measure begins and the giver's ends (D310 art. 12).

    No gap, no overlap: the same time stands as the end of the one title and the start of the next. It is the police's
    seizure on filing; goods that they hand back come under the administrative agency's own measure, whose period
    begins.
    """
    with transaction.atomic():
        lock_case(proceeding.case_id)
        found = _chosen(lots, lots_offered(proceeding, actor))
        told: dict[str, Any] = {"authority": authority, "keeping": keeping, "lots": [lot.number for lot in found]}
        moved = move_proceeding(proceeding, "receive_goods", actor=actor, paper=paper, **told, **given)
        kind = TAKEN_OVER_AS[Proceeding.Kind(proceeding.kind)]
        rule = KIND_RULES[kind]
        taken = PropertyMeasure.objects.create(
            proceeding=moved.thing, kind=kind, authority=authority, paper=paper_number(moved, paper), since=moved.at,
            state_since=moved.at, reason=given.get("reason", ""),
        )  # fmt: skip
        taken.lots.set(found)
        for lot in found:
            custody.receive_lot(
                lot, actor=actor, keeping=keeping, paper=paper, location=location, storage=storage,
                title=(rule.title, taken.pk), happened_at=moved.at,
            )  # fmt: skip
        for source in {lot.title_source for lot in found if lot.title_source}:
            _end_if_empty(source, moved.at, paper)
        _start([rule.clock] if rule.clock else [], taken, moved.at - _used_before(taken, found))
        return taken


def _used_before(taken: PropertyMeasure, lots: Iterable[GoodsLot]) -> timedelta:
    """What an administrative agency used of its period before the goods went to the police and came back.

    No text says whether the period then begins anew; `GOODS_BACK_PERIOD` decides. Counting on is the strict reading:
    nothing is held longer than the law allows in one piece.
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
    """One lot. Where the title passes with it, it passes into the receiver's open proceeding, first a criminal one."""
    if not lot.offers_title:
        return custody.receive_lot(lot, actor=actor, paper=paper, **given)
    LOT.check("receive", actor, lot)
    theirs = Proceeding.objects.filter(case_id=lot.case_id, agency=lot.offered_to_id)
    # Within a bureau it passes from one proceeding to the other, and not back into the one that holds it.
    holding = PropertyMeasure.objects.filter(pk__in=[lot.title_source] if lot.title_source else []).values("proceeding")
    newest = theirs.open().exclude(pk__in=holding).order_by("-opened_at")
    into = newest.filter(kind=Proceeding.Kind.CRIMINAL).first() or newest.first()
    if into is None:
        detail = _("The measure passes with the goods, and your agency has no open proceeding on this case.")
        raise TransitionRefused([UnmetCondition("proceeding", detail)])
    kept = {name: given[name] for name in ("location", "storage", "happened_at", "reason") if name in given}
    return receive_goods(
        into, actor=actor, lots=[str(lot.pk)], authority=into.agency.name, paper=paper, keeping=given["keeping"], **kept
    )


def _end_if_empty(source: UUID, at: datetime, paper: str) -> None:
    """A measure whose last lot went over ends with it; one that still holds something runs on."""
    measure = PropertyMeasure.objects.filter(pk=source).select_related("proceeding").first()
    if measure is not None and measure.stands and not measure.held_lots().exists():
        move_property(measure, "hand_over", actor=SYSTEM, happened_at=at, paper=paper)


def _lapsed_at(measure: PropertyMeasure, at: datetime) -> datetime:
    """A measure lapses when its period ends, whenever that is recorded."""
    due = Clock.objects.running().about(measure).values_list("due_at", flat=True).first()
    return due or at


# Parts ---------------------------------------------------------------------------------------------------------------
def _hold(measure: PropertyMeasure, lots: list[GoodsLot], actor: Actor, at: datetime) -> None:
    custody.assign_title(
        lots, agency_id=measure.proceeding.agency_id, kind=KIND_RULES[K(measure.kind)].title, source=measure.pk,
        at=at, paper=measure.paper, actor=actor,
    )  # fmt: skip


def _let_go(moved: Applied[PropertyMeasure], actor: Actor) -> None:
    measure = moved.thing
    if actor.is_system:
        return  # handed over: the receiver's title stands already
    held = list(measure.held_lots())
    if measure.handling == PropertyMeasure.Handling.CONFISCATED:
        custody.assign_title(
            held, agency_id=measure.proceeding.agency_id, kind=Title.CONFISCATION, source=measure.pk,
            at=moved.at, paper=measure.end_paper, actor=actor,
        )  # fmt: skip
    else:
        custody.end_title(held, at=moved.at, paper=measure.end_paper, actor=actor)


def _start(codes: Iterable[str], measure: PropertyMeasure, at: datetime) -> None:
    """What runs about a measure of a criminal investigation stays in its agency."""
    proceeding = measure.proceeding
    start_clocks(
        codes,
        measure,
        case_id=proceeding.case_id,
        holder_id=proceeding.agency_id,
        at=at,
        private=proceeding.is_criminal,
    )


def _chosen(ids: Iterable[str], offered: Iterable[tuple[str, Any]]) -> list[GoodsLot]:
    wanted, known = list(ids), dict(offered)
    if strange := [one for one in wanted if one not in known]:
        raise Invalid.field(
            "lots", "choice", _("These lots are not available for this: %(ids)s.") % {"ids": ", ".join(strange)}
        )
    return list(GoodsLot.objects.filter(pk__in=wanted))


PROCEEDING_ACTIONS: dict[str, Callable[..., Any]] = {"order_measure": order_measure, "receive_goods": receive_goods}
PROPERTY_ACTIONS: dict[str, Callable[..., Any]] = {"release_part": release_part}
LOT_ACTIONS: dict[str, Callable[..., Any]] = {"receive": receive_lot}
