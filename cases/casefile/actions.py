"""Actions on a case that need no resource above it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import StreamKey
from agencies.journal.models import Event, Stream
from agencies.journal.transitions import TransitionResult, apply_transition, refuse_stale, to_json_value
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.resource import RESOURCES, ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.controls.countries import country_code
from cases.controls.countries import read_route as read_stops
from cases.controls.destinations import as_recorded
from cases.controls.models import Country, District

from .determining import keep_determination, record_determination
from .facts import verdicts_on
from .following import follow
from .identifiers import check_identifier, normalize_identifier
from .models import Act, Case, Determination, Hold, Identifier, Item, Party, Shipment, ShipmentLeg
from .numbers import next_case_number
from .threshold import compare_with_threshold

ALL_SHARES = Decimal(100)


def stream_of(case_id: UUID) -> StreamKey:
    return StreamKey(Stream.Kind.CASE, case_id)


def move_case(case: Case, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Case]:
    """Applies a transition of the case's workflow; raises what `apply_transition` raises."""
    return apply_transition(case, verb, actor=actor, streams=[stream_of(case.pk)], **given)


def lock_case(case_id: UUID) -> Case:
    """Returns the case with its row locked until the transaction ends.

    Every write on something of a case takes this lock first. The order is always case, object, journal, which prevents
    deadlocks.
    """
    return Case.objects.select_for_update(no_key=True).get(pk=case_id)


@contextmanager
def locked_case(case_id: UUID) -> Iterator[Case]:
    """A transaction that begins with the lock of the case."""
    with atomic():
        yield lock_case(case_id)


def lock_case_for(case: Case, verb: str, *, actor: Actor, version: int | None = None) -> Case:
    """Locks the case and checks that the actor may perform the verb on it now.

    For actions that create something on a case without changing the case. Raises what `apply_transition` raises.
    """
    current = lock_case(case.pk)
    refuse_stale(current, version, "case")
    RESOURCES["cases"].workflow_of(current).check(verb, actor, current)
    return current


def create_case(*, lead: Agency, title: str, handling: str, opened_at: datetime, **columns: Any) -> Case:
    """Creates the row with its number. `sharing.open_case` also grants the share and records the event."""
    return Case.objects.create(
        number=next_case_number(opened_at),
        title=title,
        handling=handling,
        lead=lead,
        opened_at=opened_at,
        state_since=opened_at,
        **columns,
    )


def conclude_case(case: Case, *, actor: Actor, reason: str = "", **given: Any) -> TransitionResult[Case]:
    """Concludes the case. Raises Invalid if it has a criminal indication, neither proceeding nor transfer, and no coded
    ground with a reason: an unknown amount is an indication too.
    """
    if has_open_indication(case):
        needed = {"no_crime_ground": given.get("no_crime_ground"), "reason": reason}
        detail = _(
            "The amount reaches the criminal threshold or is unknown: give the ground for no criminal proceeding."
        )
        if missing := [name for name, value in needed.items() if not value]:
            raise Invalid(FieldError(f"/{name}", "required", detail) for name in missing)
    return move_case(case, "conclude", actor=actor, reason=reason, **given)


def has_open_indication(case: Any) -> bool:
    """Whether the amount is not known to be below the criminal threshold, and neither a proceeding nor a transfer has
    dealt with it. Proceedings and referrals are in higher layers.
    """
    if compare_with_threshold(case.items.all()).verdict == "below" or case.proceedings.exists():
        return False
    handed_over = case.referrals.filter(kind="criminal_transfer", delivered_at__isnull=False)
    return not handed_over.exclude(state="WITHDRAWN").exists()


def add_party(
    case: Case,
    *,
    actor: Actor,
    name: str,
    kind: str,
    scheme: str = "",
    value: str = "",
    **given: Any,
) -> TransitionResult[Case]:
    """Adds a party, with one identifier if scheme and value are given. Raises Invalid if only one of them is."""
    if bool(scheme) != bool(value):
        raise Invalid.field(
            "value" if scheme else "scheme", "required", _("Enter both scheme and identifier, or neither.")
        )
    refuse_long_key(value)
    refuse_wrong_share(given.get("owner_share"))
    common = pop_common(given)
    with atomic():
        applied = move_case(case, "add_party", actor=actor, name=name, kind=kind, **common)
        identifiers = [{"scheme": scheme, "value": value}] if scheme else []
        create_party(applied.thing, {"name": name, "kind": kind, **given, "identifiers": identifiers})
        return applied


def refuse_long_key(value: str) -> None:
    """Raises Invalid. The normalized form can be longer than the typed one: "ß" becomes "SS" in capitals."""
    longest = Identifier._meta.get_field("key").max_length or 0
    if len(normalize_identifier(value)) > longest:
        raise Invalid.field("value", "max_length", _("This number is too long."))


def refuse_wrong_share(percent: Decimal | None) -> None:
    """Raises Invalid."""
    if percent is not None and percent > ALL_SHARES:
        raise Invalid.field("owner_share", "max_value", _("A share is at most 100 percent."))


def add_item(
    case: Case, *, actor: Actor, description: str, nature: str, basis: str, **given: Any
) -> TransitionResult[Case]:
    """Adds an item."""
    common = pop_common(given)
    with atomic():
        applied = move_case(
            case, "add_item", actor=actor, description=description, nature=nature, basis=basis, **common
        )
        made = create_item(applied.thing, {"description": description, **given}, nature=nature, basis=basis)
        record_determination(applied.thing, made, actor=actor, at=applied.at)
        return applied


def identify_item(
    case: Case,
    *,
    actor: Actor,
    item: str,
    basis: str,
    control_code: str = "",
    conduct_on: date | None = None,
    conduct_until: date | None = None,
    evidence: str = "",
    **common: Any,
) -> TransitionResult[Case]:
    """鉴别: records on what basis an item is controlled on the day of the conduct. The event keeps the former
    values, and what the rules said in which version; so does the determination.
    """
    _refuse_reversed(conduct_on, conduct_until)
    more = {"conduct_until": conduct_until, "evidence": evidence}
    common |= {name: value for name, value in more.items() if value}
    with atomic():
        found = case.items.filter(pk=item).first()
        if found is None:
            raise Invalid.field("item", "choice", _("There is no such item on this case."))
        event_data = {"item_was": found.description, "basis_was": found.basis, "control_code_was": found.control_code}
        found.basis = basis
        found.control_code = control_code or found.control_code
        found.conduct_on = conduct_on or found.conduct_on
        recorded = as_recorded(verdicts_on(case, found))
        event_data |= recorded
        applied = move_case(case, "identify_item", actor=actor, item=item, basis=basis, event_data=event_data, **common)
        found.save(update_fields=["basis", "control_code", "conduct_on"])
        record_determination(
            case, found, actor=actor, at=applied.at, until=conduct_until, evidence=evidence, recorded=recorded
        )
        was = {"basis": event_data["basis_was"], "control_code": event_data["control_code_was"]}
        _follow(applied.event, found, was, actor=actor)
        return applied


def _follow(event: Event, row: Any, was: Mapping[str, Any], *, actor: Actor) -> None:
    """Brings what differs from the former values to those who hold the row."""
    now = {name: to_json_value(getattr(row, name)) for name in was}
    changes = [{"field": name, "was": was[name], "now": now[name]} for name in was if was[name] != now[name]]
    if changes:
        follow(event, row, actor=actor, changes=changes)


def keep_basis(case: Case, *, actor: Actor, item: str, **common: Any) -> TransitionResult[Case]:
    """Keeps the determination of an item although the rules changed, with a reason. The event keeps the change."""
    with atomic():
        changed = Determination.objects.with_changed_rules().filter(case=case, item=item).first()
        if changed is None:
            raise Invalid.field("item", "choice", _("The rules on this item have not changed."))
        data = {"changes": changed.changes, "version": changed.changed_in, "was_version": changed.kept_with}
        applied = move_case(case, "keep_basis", actor=actor, item=item, event_data=data, **common)
        keep_determination(changed.item)
        return applied


def add_shipment(case: Case, *, actor: Actor, route: str = "", **given: Any) -> TransitionResult[Case]:
    """Adds a shipment. Raises Invalid if no fact is given."""
    common = pop_common(given)
    codes = read_route(route)
    if not any((codes, *given.values())):
        raise Invalid.field("declaration_no", "required", _("Enter at least one fact about the shipment."))
    with atomic():
        applied = move_case(case, "add_shipment", actor=actor, **common)
        create_shipment(applied.thing, {**given, "customs_district": given.get("district"), "route": codes})
        return applied


def add_act(
    case: Case,
    *,
    actor: Actor,
    title: str,
    parties: Iterable[str] = (),
    items: Iterable[str] = (),
    conduct_from: date | None = None,
    conduct_until: date | None = None,
    **common: Any,
) -> TransitionResult[Case]:
    """违法行为: records one act, so that penalties, transfers and charges can refer to it alone."""
    _refuse_reversed(conduct_from, conduct_until)
    with atomic():
        applied = move_case(case, "add_act", actor=actor, title=title, **common)
        act = Act.objects.create(
            case=applied.thing, title=title, conduct_from=conduct_from, conduct_until=conduct_until
        )
        _name_who_and_what(act, parties, items)
        return applied


def change_act(
    case: Case,
    *,
    actor: Actor,
    act: str,
    parties: Iterable[str] | None = None,
    items: Iterable[str] | None = None,
    **given: Any,
) -> TransitionResult[Case]:
    """Changes parties, items or dates of an act as the investigation finds. The event keeps the former values."""
    common = pop_common(given)
    with atomic():
        found = case.acts.filter(pk=act).first()
        if found is None:
            raise Invalid.field("act", "choice", _("There is no such act on this case."))
        columns = {name: given[name] for name in ("title", "conduct_from", "conduct_until") if name in given}
        event_data = {f"{name}_was": to_json_value(getattr(found, name)) for name in columns}
        applied = move_case(case, "change_act", actor=actor, act=act, event_data=event_data, **common)
        for name, value in columns.items():
            setattr(found, name, value)
        _refuse_reversed(found.conduct_from, found.conduct_until)
        found.save(update_fields=["title", "conduct_from", "conduct_until"])
        _name_who_and_what(found, parties, items)
        was: dict[str, Any] = {name: event_data[f"{name}_was"] for name in columns}
        _follow(applied.event, found, was, actor=actor)
        return applied


def _refuse_reversed(start: date | None, end: date | None) -> None:
    if start and end and end < start:
        raise Invalid.field("conduct_until", "order", _("The act cannot end before it began."))


def _name_who_and_what(act: Act, parties: Iterable[str] | None, items: Iterable[str] | None) -> None:
    if parties is not None:
        act.parties.set(act.case.parties.filter(pk__in=list(parties)))
    if items is not None:
        act.items.set(act.case.items.filter(pk__in=list(items)))


def read_route(text: str) -> list[str]:
    """Parses a route such as “CHN VNM USA” or “中国、越南、美国” (spaces, commas or arrows) into alpha-3 codes.

    Raises Invalid for an unknown country.
    """
    stops = read_stops(text)
    if unknown := [stop for stop in stops if not country_code(stop)]:
        detail = _("No country or region on the list: %(words)s.") % {"words": ", ".join(unknown)}
        raise Invalid.field("route", "country", detail)
    return stops


def create_party(case: Case, row: Mapping[str, Any]) -> Party:
    """Creates a party with its identifiers from a row of the intake contract."""
    party: Party = Party.objects.create(
        case=case,
        kind=row.get("kind") or Party.Kind.COMPANY,
        role=row.get("role") or "",
        name=row.get("name") or "",
        country=Country.objects.filter(alpha3=row["country"]).first() if row.get("country") else None,
        **{name: row.get(name) or "" for name in ("address", "military", "owner")},
        **{name: row.get(name) for name in ("owner_share", "founded_on")},
    )
    create_identifiers(party, row.get("identifiers") or [])
    return party


def create_identifiers(party: Party, given: Iterable[dict[str, str]]) -> None:
    """Creates identifiers from rows of the intake contract, each with what is odd about it."""
    Identifier.objects.bulk_create(
        Identifier(
            party=party,
            scheme=one["scheme"],
            value=one["value"],
            key=normalize_identifier(one["value"]),
            flag=check_identifier(one["scheme"], one["value"]),
        )
        for one in given
    )


def create_item(case: Case, row: Mapping[str, Any], **columns: Any) -> Item:
    """Creates an item from a row of the intake contract."""
    names = (
        *("description", "declared_as", "hs_code", "control_code", "currency", "recipient", "channel", "origin"),
        "end_use",
    )
    if row.get("nature"):
        columns.setdefault("nature", row["nature"])
    item: Item = Item.objects.create(
        case=case,
        **{name: row.get(name) or "" for name in names},
        **{name: row.get(name) for name in ("net_weight_kg", "value")},
        **{"conduct_on": row.get("conduct_on"), **columns},
    )
    return item


def create_shipment(case: Case, row: Mapping[str, Any]) -> Shipment:
    """Creates a shipment from a row of the intake contract."""
    code = row.get("customs_district")
    shipment: Shipment = Shipment.objects.create(
        case=case,
        **{name: row.get(name) or "" for name in ("declaration_no", "port", "final_destination", "mode", "licence_no")},
        district=District.objects.filter(code=code).first() if code else None,
        route=row.get("route") or [],
    )
    create_legs(shipment, row.get("legs") or [])
    return shipment


def create_legs(shipment: Shipment, given: Iterable[Mapping[str, Any]]) -> None:
    """Creates legs from rows of the intake contract, each with its source, in the order of their chain."""
    places: Counter[str] = Counter()
    legs = []
    for leg in given:
        places[leg["chain"]] += 1
        legs.append(ShipmentLeg(case=shipment.case, shipment=shipment, position=places[leg["chain"]], **leg))
    ShipmentLeg.objects.bulk_create(legs)


def place_hold(
    case_id: UUID,
    verb: str,
    *,
    because: str,
    agency_id: int,
    source: UUID,
    party_id: UUID | None = None,
    act_id: UUID | None = None,
) -> None:
    """Blocks a verb until `source` lifts the hold, for one party or act if given. Idempotent."""
    about = {"party": party_id and Party(pk=party_id), "act": act_id and Act(pk=act_id)}
    Hold.objects.get_or_create(
        case_id=case_id,
        verb=verb,
        source=source,
        lifted_at=None,
        **about,
        defaults={"because": because, "agency_id": agency_id},
    )


def lift_holds(source: UUID, *verbs: str) -> None:
    """Lifts the holds of `source`: those on the named verbs, or all."""
    holds = Hold.objects.standing().filter(source=source)
    (holds.filter(verb__in=verbs) if verbs else holds).update(lifted_at=times.now())


def revert_holds(source: UUID, *, since: datetime) -> None:
    """Undoes what `source` placed or lifted since that time, for an annulled transition."""
    # First what was placed: it may block the same verb as what was lifted, and such a hold stands only once.
    Hold.objects.standing().filter(source=source, placed_at__gte=since).update(lifted_at=times.now())
    Hold.objects.filter(source=source, placed_at__lt=since, lifted_at__gte=since).update(lifted_at=None)


def lift_party_holds(sources: Iterable[UUID], verb: str, parties: Iterable[UUID]) -> None:
    """Lifts the holds of these sources for these parties, or for all parties if none is named.

    A hold on all parties is replaced by one on each of the other parties.
    """
    named = set(parties)
    standing = list(Hold.objects.standing().filter(source__in=list(sources), verb=verb))
    for hold in standing:
        if named and hold.party_id is not None and hold.party_id not in named:
            continue
        Hold.objects.filter(pk=hold.pk).update(lifted_at=times.now())
        if named and hold.party_id is None:
            for party in hold.case.parties.exclude(pk__in=named):
                place_hold(
                    hold.case_id,
                    verb,
                    because=hold.because,
                    agency_id=hold.agency_id,
                    source=hold.source,
                    party_id=party.pk,
                    act_id=hold.act_id,
                )


def pop_common(given: dict[str, Any]) -> dict[str, Any]:
    """Takes the fields that every verb may carry out of `given`."""
    return {name: given.pop(name) for name in ("happened_at", "paper", "version", "reason") if name in given}


ACTIONS: ActionTable = {
    "classify": partial(move_case, verb="classify"),
    "add_party": add_party,
    "add_item": add_item,
    "identify_item": identify_item,
    "keep_basis": keep_basis,
    "add_shipment": add_shipment,
    "add_act": add_act,
    "change_act": change_act,
    "conclude": conclude_case,
    "close": partial(move_case, verb="close"),
    "reopen": partial(move_case, verb="reopen"),
}
