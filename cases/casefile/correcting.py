"""Putting the facts of a case right: change, remove, and the identifiers of a party.

Each action asks for a reason and records the old and the new values. Removing hides the row and keeps it.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, part_before
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, Stale
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from cases.controls.models import Country, District, Technique, ViolationType

from .actions import (
    create_identifiers,
    lock_case,
    locked_case,
    move_case,
    pop_common,
    read_route,
    refuse_long_key,
    refuse_wrong_share,
)
from .determining import record_determination
from .following import follow
from .models import Case, CaseTechnique, Identifier, Party, ShipmentLeg
from .rows import (
    CORRECTED,
    ITEM,
    LEG,
    PARTY,
    REMOVED,
    SHIPMENT,
    RowKind,
    Values,
    as_answer,
    removed_identifiers,
)

STANDING: Values = {"removed_at": None, "removed_by": None}

DETERMINED = {"basis", "control_code", "conduct_on"}  # columns of an item that its determination keeps


def change_row(
    kind: RowKind, verb: str, case: Case, /, *, actor: Actor, said: str | None = None, **given: Any
) -> TransitionResult[Case]:
    """Changes the columns that are given. Raises Invalid if nothing changes or the row is unknown. `said` is what those
    who hold the fact read in place of the reason."""
    common, named = pop_common(given), given.pop(kind.name)
    with atomic():
        row = kind.find(lock_case(case.pk), named)
        was = kind.values(row)
        columns = columns_of(kind, given)
        if not (changes := changes_of(was, columns)):
            raise Invalid.field("", "same", _("Nothing is changed."))
        kind.refuse({name: columns.get(name, getattr(row, name)) for name in kind.columns})
        data = {"row": str(row), "changes": changes, **part_before(row, columns)}
        applied = move_case(case, verb, actor=actor, **{kind.name: str(row.pk)}, event_data=data, **common)
        write_row(row, columns)
        follow(applied.event, row, actor=actor, said=said)
        if kind is ITEM and DETERMINED & {one["field"] for one in changes}:
            record_determination(applied.thing, row, actor=actor, at=applied.at)
        return applied


def remove_row(
    kind: RowKind, verb: str, case: Case, /, *, actor: Actor, said: str | None = None, **given: Any
) -> TransitionResult[Case]:
    """Hides the row, with its identifiers. References to it stay."""
    common, named = pop_common(given), given.pop(kind.name)
    with atomic():
        row = kind.find(lock_case(case.pk), named)
        data = {"row": str(row), "changes": removal_of(kind, row)}
        applied = move_case(case, verb, actor=actor, **{kind.name: str(row.pk)}, event_data=data, **common)
        hide_row(row, applied.event)
        follow(applied.event, row, actor=actor, said=said)
        return applied


def hide_row(row: Any, by: Event | None = None) -> None:
    """Removes the row by an act that can be reversed, or with the lead that gave it."""
    removal = {"removed_at": times.now(), "removed_by": by}
    write_row(row, removal)
    if isinstance(row, Party):
        row.identifiers.update(**removal)


def restore_row(verb: str, case: Case, *, actor: Actor, **given: Any) -> TransitionResult[Case]:
    """Brings back a row that was removed, with the identifiers that left with it."""
    kind, common = REMOVED[verb], pop_common(given)
    with atomic():
        row = kind.find(lock_case(case.pk), named := given.pop(kind.name))
        changes = [{"field": name, "was": "", "now": value} for name, value in kind.values(row).items() if value]
        data = {"row": str(row), "changes": changes, **part_before(row, STANDING)}
        applied = move_case(case, verb, actor=actor, **{kind.name: named}, event_data=data, **common)
        if isinstance(row, Party):
            Identifier.everything.filter(party=row, removed_by=row.removed_by).update(**STANDING)
        write_row(row, STANDING)
        follow(applied.event, row, actor=actor)
        return applied


def write_row(row: Any, columns: Values) -> None:
    """Writes the columns if the row is unchanged since it was read. Raises Stale."""
    columns = {**columns, "version": row.version + 1}
    if type(row)._base_manager.filter(pk=row.pk, version=row.version).update(**columns) != 1:
        raise Stale.because("version", _("It was changed meanwhile. Check the current content."))
    for name, value in columns.items():
        setattr(row, name, value)


def changes_of(was: Values, new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The old and the new value of each changed column, for the event."""
    return [
        {"field": name, "was": was[name], "now": as_answer(value)}
        for name, value in new.items()
        if as_answer(value) != was[name]
    ]


def removal_of(kind: RowKind, row: Any) -> list[dict[str, Any]]:
    """The values of a row that is removed, for the event."""
    return [{"field": name, "was": value, "now": ""} for name, value in kind.values(row).items() if value]


def columns_of(kind: RowKind, given: Mapping[str, Any]) -> Values:
    """Converts answers to columns. Raises Invalid for a fact that the case cannot hold."""
    columns = dict(given)
    for name, model, key in (("country", Country, "alpha3"), ("district", District, "code")):
        if name in columns:
            columns[name] = model.objects.filter(**{key: columns[name]}).first() if columns[name] else None
    refuse_wrong_share(columns.get("owner_share"))
    if "route" in columns:
        columns["route"] = read_route(columns["route"] or "")
    for name, value in columns.items():
        if value in ("", None) and name not in ("country", "district"):
            columns[name] = None if kind.model._meta.get_field(name).null else ""
    return columns


def add_identifier(
    case: Case, *, actor: Actor, party: str, scheme: str, value: str, said: str | None = None, **common: Any
) -> TransitionResult[Case]:
    """Adds an identifier to a party. Raises Invalid if the party has it already."""
    refuse_long_key(value)
    with atomic():
        found = PARTY.find(lock_case(case.pk), party)
        if found.identifiers.filter(scheme=scheme, value=value).exists():
            raise Invalid.field("value", "same", _("The party has this identifier already."))
        data = {"row": found.name, "changes": [{"field": "value", "was": "", "now": f"{scheme} {value}"}]}
        applied = move_case(
            case, "add_identifier", actor=actor, party=party, scheme=scheme, value=value, event_data=data, **common
        )
        create_identifiers(found, [{"scheme": scheme, "value": value}])
        write_row(found, {})
        follow(applied.event, found, actor=actor, said=said)
        return applied


def remove_identifier(
    case: Case, *, actor: Actor, identifier: str, said: str | None = None, **common: Any
) -> TransitionResult[Case]:
    """Hides an identifier that does not belong to the party."""
    with locked_case(case.pk) as locked:
        found = Identifier.objects.filter(pk=identifier, party__case=locked).select_related("party").first()
        if found is None:
            raise Invalid.field("identifier", "choice", _("There is no such row on this case."))
        was = f"{found.scheme} {found.value}".strip()
        data = {"row": found.party.name, "changes": [{"field": "identifier", "was": was, "now": ""}]}
        applied = move_case(case, "remove_identifier", actor=actor, identifier=identifier, event_data=data, **common)
        Identifier.objects.filter(pk=found.pk).update(removed_at=times.now(), removed_by=applied.event)
        write_row(found.party, {})
        follow(applied.event, found.party, actor=actor, said=said)
        return applied


def restore_identifier(case: Case, *, actor: Actor, removed_identifier: str, **common: Any) -> TransitionResult[Case]:
    """Brings back an identifier that was removed. Raises Invalid if the party has it again already."""
    with atomic():
        found = removed_identifiers(lock_case(case.pk)).filter(pk=removed_identifier).first()
        if found is None:
            raise Invalid.field("removed_identifier", "choice", _("There is no such row on this case."))
        if found.party.identifiers.filter(scheme=found.scheme, value=found.value).exists():
            raise Invalid.field("removed_identifier", "same", _("The party has this identifier already."))
        now = f"{found.scheme} {found.value}".strip()
        data = {"row": found.party.name, "changes": [{"field": "identifier", "was": "", "now": now}]}
        applied = move_case(
            case, "restore_identifier", actor=actor, removed_identifier=removed_identifier, event_data=data, **common
        )
        Identifier.everything.filter(pk=found.pk).update(**STANDING)
        write_row(found.party, {})
        follow(applied.event, found.party, actor=actor)
        return applied


def add_leg(
    case: Case, *, actor: Actor, shipment: str, chain: str, source: str, position: int = 0, **given: Any
) -> TransitionResult[Case]:
    """Adds a leg to a shipment, without a position at the end of its chain. Raises Invalid for an unknown shipment and
    for what `refuse_wrong_leg` refuses."""
    common = pop_common(given)
    with atomic():
        found = SHIPMENT.find(lock_case(case.pk), shipment)
        last = found.legs.filter(chain=chain).order_by("-position").values_list("position", flat=True).first() or 0
        place = position or last + 1
        LEG.refuse({**given, "position": place})
        made = ShipmentLeg(case=case, shipment=found, chain=chain, source=source, position=place, **given)
        data = {"row": str(found), "changes": [{"field": "leg", "was": "", "now": str(made)}]}
        applied = move_case(
            case, "add_leg", actor=actor, shipment=shipment, chain=chain, source=source, event_data=data, **common
        )
        made.save()
        return applied


def set_violation_types(
    case: Case, *, actor: Actor, violation_types: Iterable[str], **common: Any
) -> TransitionResult[Case]:
    """Records which violations the case is about."""
    chosen = sorted(violation_types)
    with atomic():
        was = sorted(lock_case(case.pk).violation_types.values_list("code", flat=True))
        if chosen == was:
            raise Invalid.field("", "same", _("Nothing is changed."))
        data = {"changes": [{"field": "violation_types", "was": was, "now": chosen}]}
        applied = move_case(case, "set_violation_types", actor=actor, violation_types=chosen, event_data=data, **common)
        applied.thing.violation_types.set(ViolationType.objects.filter(code__in=chosen))
        return applied


def set_techniques(
    case: Case, *, actor: Actor, techniques: Iterable[str], standing: str, source: str, **common: Any
) -> TransitionResult[Case]:
    """Records how certain these techniques are, and by which source. A technique that was wrong is refuted."""
    chosen = sorted(techniques)
    with atomic():
        held = {one.technique.code: one for one in lock_case(case.pk).technique_findings.select_related("technique")}
        was = [held[code] for code in chosen if code in held]
        changes = [
            {"field": "techniques", "was": [one.technique.code for one in was], "now": chosen},
            {"field": "standing", "was": list(dict.fromkeys(one.standing for one in was)), "now": standing},
            {"field": "source", "was": list(dict.fromkeys(one.source for one in was)), "now": source},
        ]
        applied = move_case(
            case,
            "set_techniques",
            actor=actor,
            techniques=chosen,
            standing=standing,
            source=source,
            event_data={"changes": changes},
            **common,
        )
        for technique in Technique.objects.filter(code__in=chosen):
            CaseTechnique.objects.update_or_create(
                case=applied.thing, technique=technique, defaults={"standing": standing, "source": source}
            )
        return applied


ACTIONS: ActionTable = {
    **{f"change_{kind.name}": partial(change_row, kind, f"change_{kind.name}") for kind in CORRECTED},
    **{f"remove_{kind.name}": partial(remove_row, kind, f"remove_{kind.name}") for kind in CORRECTED},
    "add_leg": add_leg,
    **{verb: partial(restore_row, verb) for verb in REMOVED},
    "restore_identifier": restore_identifier,
    "add_identifier": add_identifier,
    "remove_identifier": remove_identifier,
    "set_violation_types": set_violation_types,
    "set_techniques": set_techniques,
}
