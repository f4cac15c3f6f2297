"""Actions on goods in custody. Each adds an entry to the lot's ledger."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import (
    CommonAnswers,
    TransitionResult,
    apply_transition,
    refuse_stale,
    resolve_time,
    resolve_time_of,
)
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lock_case, lock_case_for, locked_case, stream_of
from cases.casefile.models import Case
from cases.casefile.units import Unit

from .models import CustodyEvent, GoodsLot, Title
from .workflow import KEEPING_ONLY, LOT, MOVES, STAYS, TITLE_TOO, agencies_with_contents

S, L = GoodsLot.State, CustodyEvent.Kind


# Intake --------------------------------------------------------------------------------------------------------------
def take_goods(
    case: Case,
    *,
    actor: Actor,
    quantity: Decimal,
    unit: str,
    item: str = "",
    net_weight_kg: Decimal | None = None,
    reason: str = "",
    **given: Any,
) -> GoodsLot:
    """Creates a lot as the actor's agency took it in, by its list (涉案物品清单). No measure holds it yet."""
    quantity, common = _positive("quantity", quantity), CommonAnswers.pop_from(given)
    weight = quantity if unit == Unit.KG else net_weight_kg
    with atomic():
        case = lock_case_for(case, "take_goods", actor=actor, version=common.version)
        at = common.resolve_time()
        lot = GoodsLot.objects.create(
            case=case,
            state_since=at,
            item=case.items.filter(pk=item).first() if item else None,
            number=str(case.lots.filter(parent=None).count() + 1),
            unit=unit,
            received=quantity,
            quantity=quantity,
            net_weight_kg=weight,
            taken_kg=weight,
            custodian_id=actor.own_agency,
            taken_by_id=actor.own_agency,
            **given,
        )
        _record_taken(lot, actor=actor, at=at, paper=common.paper, reason=reason)
        return lot


def _record_taken(lot: GoodsLot, *, actor: Actor, at: datetime, paper: str, reason: str) -> None:
    record_event(
        stream_of(lot.case_id),
        actor=actor,
        action=Action(
            "take_goods", "lot", lot.pk, to_state=lot.state, data={"number": lot.number, "paper": paper}, reason=reason
        ),
        happened_at=at,
    )
    _note(lot, L.RECEIVED, actor, at, amount=lot.received, paper=paper, reason=reason)


# Changes of a lot ----------------------------------------------------------------------------------------------------
def relocate_lot(
    lot: GoodsLot, *, actor: Actor, location: str, storage: str = "", **given: Any
) -> TransitionResult[GoodsLot]:
    """Records a new location or storage."""
    return _move(lot, "move", L.MOVED, actor, changes={"location": location, "storage": storage}, **given)


def reseal_lot(lot: GoodsLot, *, actor: Actor, seal: str, **given: Any) -> TransitionResult[GoodsLot]:
    """Records a new seal. The ledger keeps all seals."""
    return _move(lot, "reseal", L.RESEALED, actor, changes={"seal": seal}, **given)


def weigh_lot(lot: GoodsLot, *, actor: Actor, net_weight_kg: Decimal, **given: Any) -> TransitionResult[GoodsLot]:
    """Records a weighing in kg. Of a lot from which nothing is gone, it is also the weight that was taken in.

    A weighing recorded after a later one is an entry of the ledger only.
    """
    with atomic():
        lot = _locked(lot, "weigh", actor, given.get("version"))
        at = resolve_time_of(given, not_before=lot.state_since)
        changes = {"net_weight_kg": net_weight_kg}
        if lot.quantity == lot.received:
            changes["taken_kg"] = net_weight_kg
        if lot.ledger.filter(kind=L.WEIGHED, happened_at__gt=at).exists():
            changes = {}
        details: dict[str, Any] = {"about": net_weight_kg, "changes": changes, "net_weight_kg": net_weight_kg}
        return _move(lot, "weigh", L.WEIGHED, actor, **details, **given)


def split_lot(
    lot: GoodsLot, *, actor: Actor, portions: str, loss_reason: str = "", **given: Any
) -> TransitionResult[GoodsLot]:
    """Splits the lot into portions. If they are less than the lot, the difference is a loss and needs a reason."""
    amounts = parse_amounts(portions)
    with atomic():
        lot = _locked(lot, "split", actor, given.get("version"))
        lacking = lot.quantity - sum(amounts)
        if lacking < 0:
            sums = {"most": _plain(lot.quantity), "sum": _plain(sum(amounts))}
            raise Invalid.field("portions", "sum", _("The lot has %(most)s, the portions total %(sum)s.") % sums)
        if lacking and not loss_reason:
            detail = _("%(lacking)s is missing from the portions: enter the reason for the loss.")
            raise Invalid.field("loss_reason", "required", detail % {"lacking": _plain(lacking)})
        changes = {"portioned": lot.portioned + sum(amounts), **_lost(lot, lacking, loss_reason), **NOTHING_LEFT}
        details: dict[str, Any] = {
            "about": sum(amounts),
            "changes": changes,
            "portions": portions,
            "loss_reason": loss_reason,
        }
        applied = _move(lot, "split", L.SPLIT, actor, **details, **given)
        for amount in amounts:
            _portion(applied.thing, actor, applied.at, amount)
        return applied


def sample_lot(
    lot: GoodsLot, *, actor: Actor, amount: Decimal, storage: str, paper: str, **given: Any
) -> TransitionResult[GoodsLot]:
    """取样: sends a part to a laboratory as a lot of its own. What the tests use up is a loss of that lot."""
    with atomic():
        lot = _locked(lot, "sample", actor, given.get("version"))
        amount = _part(lot, amount)
        changes = {"portioned": lot.portioned + amount, **_remaining(lot, amount)}
        details: dict[str, Any] = {"about": amount, "amount": amount, "storage": storage, "paper": paper}
        applied = _move(lot, "sample", L.SAMPLED, actor, changes=changes, **details, **given)
        _portion(applied.thing, actor, applied.at, amount, is_sample=True, location=storage, storage=storage, seal="")
        return applied


def record_loss(
    lot: GoodsLot, *, actor: Actor, amount: Decimal, reason: str, **given: Any
) -> TransitionResult[GoodsLot]:
    """Records that a part of the lot is gone: dried out, used up by tests, stolen."""
    with atomic():
        lot = _locked(lot, "lose", actor, given.get("version"))
        amount = _part(lot, amount)
        changes = {**_lost(lot, amount, reason), **_remaining(lot, amount)}
        return _move(lot, "lose", L.LOST, actor, about=amount, amount=amount, changes=changes, reason=reason, **given)


def write_off_lot(lot: GoodsLot, *, actor: Actor, reason: str, paper: str, **given: Any) -> TransitionResult[GoodsLot]:
    """Records that the whole lot is gone. Its title ends."""
    with atomic():
        lot = _locked(lot, "write_off", actor, given.get("version"))
        changes = {**_lost(lot, lot.quantity, reason), **NOTHING_LEFT, **NO_TITLE}
        details: dict[str, Any] = {"about": lot.quantity, "changes": changes, "reason": reason, "paper": paper}
        return _move(lot, "write_off", L.LOST, actor, **details, **given)


def release_lot(
    lot: GoodsLot, *, actor: Actor, returned_to: str, paper: str, **given: Any
) -> TransitionResult[GoodsLot]:
    """Records that the lot was returned."""
    changes = {"location": returned_to, "storage": "", "seal": ""}
    details: dict[str, Any] = {"changes": changes, "returned_to": returned_to, "paper": paper}
    return _move(lot, "release", L.RELEASED, actor, about=lot.quantity, **details, **given)


def dispose_lot(lot: GoodsLot, *, actor: Actor, disposal: str, paper: str, **given: Any) -> TransitionResult[GoodsLot]:
    """Records that the lot was disposed of. Its title ends."""
    changes = {"location": disposal, "storage": "", "seal": "", **NO_TITLE}
    details: dict[str, Any] = {"changes": changes, "disposal": disposal, "paper": paper}
    return _move(lot, "dispose", L.DISPOSED, actor, about=lot.quantity, **details, **given)


# Hand-over -----------------------------------------------------------------------------------------------------------
def hand_over_lot(
    lot: GoodsLot, *, actor: Actor, receiver: str, paper: str, passes: str = KEEPING_ONLY, **given: Any
) -> TransitionResult[GoodsLot]:
    """Records the hand-over by the giver. The goods pass when the receiver confirms."""
    target = Agency.objects.filter(code=receiver).first()
    if target is None or receiver not in dict(agencies_with_contents(lot, actor)):
        raise Invalid.field("receiver", "choice", _("No such agency on this case."))
    if target.pk == (lot.in_charge_id if passes == TITLE_TOO else lot.custodian_id):
        raise Invalid.field("receiver", "self", _("The agency already has this."))
    for_it = actor.works_for(lot.in_charge_id) or LOT.proxy_of("hand_over", actor, lot) is not None
    if passes == TITLE_TOO and not for_it:
        raise Invalid.field("passes", "choice", _("Only the agency that ordered the measure can transfer it."))
    return _give(lot, target, actor=actor, paper=paper, passes=passes, **given)


def _give(
    lot: GoodsLot, target: Agency, *, actor: Actor, paper: str, passes: str, **given: Any
) -> TransitionResult[GoodsLot]:
    changes = {"offered_to": target, "offers_title": passes == TITLE_TOO}
    details: dict[str, Any] = {
        "changes": changes,
        "paper": paper,
        "receiver": target.code,
        "passes": passes,
        "notify": [target.pk],
    }
    return _move(lot, "hand_over", L.GIVEN, actor, counterpart=target.pk, about=lot.quantity, **details, **given)


def hand_over_lots(
    case: Case,
    giver: Agency,
    receiver: Agency,
    *,
    at: datetime,
    paper: str,
    actor: Actor,
    lots: Iterable[UUID | str] | None = None,
) -> list[GoodsLot]:
    """移交涉案物品: offers the lots that the giver holds in a case, with their title.

    They go to the police that filed the case (D310 art. 12), or, for `lots`, from the police to the agency to which the
    matter returns. The giver's measures continue until the receiver confirms each lot. Idempotent: lots already offered
    are skipped.
    """
    with locked_case(case.pk):
        theirs = Q(title_agency=giver) | Q(title_agency=None, custodian=giver)
        held = case.lots.filter(theirs, state=S.HELD).exclude(title_kind=Title.CONFISCATION)
        if lots is not None:
            held = held.filter(pk__in=list(lots))
        return [_give(lot, receiver, actor=actor, paper=paper, passes=TITLE_TOO, happened_at=at).thing for lot in held]


def receive_lot(
    lot: GoodsLot,
    *,
    actor: Actor,
    keeping: str,
    paper: str,
    location: str = "",
    storage: str = "",
    seal: str = "",
    title: "tuple[str, UUID] | None" = None,
    **given: Any,
) -> TransitionResult[GoodsLot]:
    """Confirms a hand-over. The receiver keeps the goods, or the giver keeps them on.

    `title` is the kind and id of the measure under which the receiver holds them from now on, if the title passes.
    """
    with atomic():
        lot = _locked(lot, "receive", actor, given.get("version"))
        if keeping == STAYS and not lot.offers_title:
            raise Invalid.field("keeping", "choice", _("Only the keeping of the goods is handed over."))
        changes: dict[str, Any] = {**NOT_OFFERED, "seal": seal or lot.seal}
        if keeping == MOVES:
            changes |= {"custodian_id": lot.offered_to_id, "location": location or lot.location, "storage": storage}
        if title is not None:
            kind, source = title
            given["happened_at"] = at = resolve_time(given.get("happened_at"), paper=paper, not_before=lot.state_since)
            changes |= title_columns(lot.offered_to_id, kind, source, at)
        details: dict[str, Any] = {"keeping": keeping, "paper": paper, "counterpart": lot.in_charge_id}
        return _move(lot, "receive", L.CONFIRMED, actor, about=lot.quantity, changes=changes, **details, **given)


def refuse_lot(lot: GoodsLot, *, actor: Actor, **given: Any) -> TransitionResult[GoodsLot]:
    return _move(lot, "refuse", L.REFUSED, actor, counterpart=lot.in_charge_id, changes=NOT_OFFERED, **given)


def take_back_lot(lot: GoodsLot, *, actor: Actor, **given: Any) -> TransitionResult[GoodsLot]:
    return _move(lot, "take_back", L.TAKEN_BACK, actor, counterpart=lot.offered_to_id, changes=NOT_OFFERED, **given)


NOTHING_LEFT = {"quantity": Decimal(0), "net_weight_kg": Decimal(0)}
NOT_OFFERED = {"offered_to": None, "offers_title": False}
NO_TITLE = {"title_agency": None, "title_kind": "", "title_source": None, "title_since": None}


# Title ---------------------------------------------------------------------------------------------------------------
def title_columns(agency_id: int | None, kind: str, source: UUID, at: datetime) -> dict[str, Any]:
    return {"title_agency_id": agency_id, "title_kind": kind, "title_source": source, "title_since": at}


def assign_title(
    lots: Iterable[GoodsLot], *, agency_id: int, kind: str, source: UUID, at: datetime, paper: str, actor: Actor
) -> None:
    """Puts lots under a measure. Location and keeper do not change."""
    for lot in lots:
        _retitle(lot, L.TITLE, title_columns(agency_id, kind, source, at), actor=actor, at=at, paper=paper)


def end_title(lots: Iterable[GoodsLot], *, at: datetime, paper: str, actor: Actor) -> None:
    """Ends the title of lots. The goods remain in custody until they are returned or disposed of."""
    for lot in lots:
        _retitle(lot, L.TITLE_ENDED, NO_TITLE, actor=actor, at=at, paper=paper)


def _retitle(lot: GoodsLot, kind: str, columns: dict[str, Any], *, actor: Actor, at: datetime, paper: str) -> None:
    """Adds a ledger entry. The event is that of the measure. The caller holds the lock of the case."""
    for name, value in columns.items():
        setattr(lot, name, value)
    lot.version += 1
    lot.save(update_fields=[*columns, "version", "updated_at"])
    _note(lot, kind, actor, at, amount=lot.quantity, paper=paper)


# Helpers -------------------------------------------------------------------------------------------------------------
def _locked(lot: GoodsLot, verb: str, actor: Actor, version: int | None) -> GoodsLot:
    """Locks the case and returns the lot, after checking that the verb is open on it."""
    lock_case(lot.case_id)
    current = GoodsLot.objects.get(pk=lot.pk)
    refuse_stale(current, version, "lot")
    LOT.check(verb, actor, current)
    return current


def _move(
    lot: GoodsLot,
    verb: str,
    kind: str,
    actor: Actor,
    *,
    changes: dict[str, Any],
    about: Decimal | None = None,
    counterpart: int | None = None,
    notify: Iterable[int] = (),
    **given: Any,
) -> TransitionResult[GoodsLot]:
    """Applies a transition and adds a ledger entry. `given` are the submitted fields, which the event keeps."""
    with locked_case(lot.case_id):
        applied = apply_transition(
            lot,
            verb,
            actor=actor,
            audience=Audience(counterpart_id=counterpart, notify=notify),
            changes=changes,
            event_data={"number": lot.number},
            **_with_answers(changes, given),
        )
        # Recorded for an agency that does not sign in, the entry is that agency's, with the number of its paper.
        note = applied.event.remark
        entry = {
            "paper": str(note.data.get("paper", "")) if note else "",
            "reason": given.get("reason") or given.get("loss_reason", ""),
            "agency": applied.event.on_behalf_of_id or actor.own_agency,
        }
        _note(applied.thing, kind, actor, applied.at, amount=about, counterpart=counterpart, **entry)
        return applied


def _with_answers(changes: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Adds fields that are also columns, which the workflow requires by name."""
    return {name: changes[name] for name in ("location", "seal", "net_weight_kg") if name in changes} | given


def _note(lot: GoodsLot, kind: str, actor: Actor, at: datetime, **entry: Any) -> None:
    CustodyEvent.objects.create(
        lot=lot,
        kind=kind,
        happened_at=at,
        agency_id=entry.pop("agency", actor.own_agency),
        officer=User.objects.filter(pk=actor.id).first() if actor.kind == "user" else None,
        counterpart_id=entry.pop("counterpart", None),
        **entry,
        quantity=lot.quantity,
        location=lot.location,
        custodian_id=lot.custodian_id,
        storage=lot.storage,
        title_agency_id=lot.title_agency_id,
        title_kind=lot.title_kind,
        seal=lot.seal,
    )


def _portion(lot: GoodsLot, actor: Actor, at: datetime, amount: Decimal, **columns: Any) -> GoodsLot:
    """Creates a portion, which inherits title, custodian, location and description from its lot."""
    inherited = ("case_id", "item_id", "description", "unit", "location", "custodian_id", "storage", "seal")
    title = ("title_agency_id", "title_kind", "title_source", "title_since", "taken_by_id")
    portion = GoodsLot.objects.create(
        **{name: getattr(lot, name) for name in (*inherited, *title)} | columns,
        parent=lot,
        number=f"{lot.number}-{lot.portions.count() + 1}",
        state_since=at,
        received=amount,
        quantity=amount,
        net_weight_kg=amount if lot.unit == Unit.KG else None,
    )
    _note(portion, L.PORTION, actor, at, amount=amount)
    return portion


def _lost(lot: GoodsLot, amount: Decimal, reason: str) -> dict[str, Any]:
    """Adds up losses and their reasons."""
    if not amount:
        return {}
    return {"lost": lot.lost + amount, "loss_reason": "\n".join(filter(None, (lot.loss_reason, reason)))}


def _remaining(lot: GoodsLot, taken: Decimal) -> dict[str, Any]:
    left = lot.quantity - taken
    return {"quantity": left} | ({"net_weight_kg": left} if lot.unit == Unit.KG else {})


def _part(lot: GoodsLot, amount: Decimal) -> Decimal:
    amount = _positive("amount", amount)
    if amount >= lot.quantity:
        detail = _("Enter less than the whole lot, which is %(most)s.") % {"most": _plain(lot.quantity)}
        raise Invalid.field("amount", "range", detail)
    return amount


def _positive(name: str, amount: Decimal) -> Decimal:
    amount = Decimal(amount)
    if amount <= 0:
        raise Invalid.field(name, "range", _("Enter more than zero."))
    if amount >= LARGEST:
        raise Invalid.field(name, "range", _("This quantity exceeds what can be recorded."))
    return amount


LARGEST = Decimal(10) ** 11


def parse_amounts(text: str) -> list[Decimal]:
    """Parses amounts such as “10000 13990.5” (spaces, commas, plus signs). Raises Invalid unless all are positive."""
    parts = [part for part in re.split(r"(?:,\s|[\s+;；、，])+", text.strip()) if part]
    if not parts or not all(re.fullmatch(r"\d{1,11}(\.\d{1,4})?", part) for part in parts):
        raise Invalid.field("portions", "number", _("Enter one or more quantities, e.g. 10000 13990.5"))
    return [_positive("portions", Decimal(part)) for part in parts]


def _plain(amount: Decimal | int) -> str:
    return f"{Decimal(amount).normalize():f}"


ACTIONS: ActionTable = {
    "move": relocate_lot,
    "reseal": reseal_lot,
    "weigh": weigh_lot,
    "split": split_lot,
    "sample": sample_lot,
    "lose": record_loss,
    "write_off": write_off_lot,
    "hand_over": hand_over_lot,
    "receive": receive_lot,
    "refuse": refuse_lot,
    "take_back": take_back_lot,
    "release": release_lot,
    "dispose": dispose_lot,
}
