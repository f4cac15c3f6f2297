"""Actions on exporters: register one, edit its entry, no longer follow it, and lock it for what begins on it."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.transitions import CommonAnswers, TransitionResult, refuse_stale
from agencies.kernel.actor import NOT_INVOLVED, Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import RESOURCES, by_verb
from agencies.kernel.work import atomic
from cases.casefile.actions import lock_case_for
from cases.casefile.identifiers import check_identifier, normalize_identifier
from cases.casefile.models import Case
from cases.controls.models import District
from cases.intake.models import Lead
from coordination.prevention.acting import move, record_begun

from .models import Exporter
from .workflow import EXPORTER, SCHEMES, reported_parties

STORED = ("name", "name_en", "address", "contact", "remark")


def register_exporter(*, actor: Actor, **given: Any) -> Exporter:
    """Adds an exporter to the register of the actor's agency. Raises Forbidden, and Invalid for a wrong number or an
    exporter that the register has."""
    if not STAFF.allows(actor):
        raise Forbidden(_("Exporters are registered by the staff of an agency."))
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    columns = _columns(given)
    with atomic():
        _refuse_double(actor.own_agency, given["name"], columns)
        made = Exporter.objects.create(
            agency_id=actor.own_agency,
            state_since=at,
            **{name: given.get(name, "") for name in STORED},
            **columns,
        )
        record_begun(made, "register", actor=actor, at=at, data={"name": made.name, "paper": common.paper})
        return made


def register_party(case: Case, *, actor: Actor, party: str, **given: Any) -> Exporter:
    """Registers a party of a case. The case does not show it: which exporters an agency follows stays in the
    agency."""
    version = given.pop("version", None)
    with atomic():
        current = lock_case_for(case, "register_exporter", actor=actor, version=version)
        if not current.parties.filter(pk=party).exists():
            raise Invalid.field("party", "choice", _("There is no such party on this case."))
        return register_exporter(actor=actor, **given)


def register_reported(lead: Lead, *, actor: Actor, party: str, **given: Any) -> Exporter:
    """Registers a party of the current report of a lead, which stays as it is."""
    refuse_stale(lead, given.pop("version", None), "lead")
    RESOURCES["leads"].workflow_of(lead).check("register_exporter", actor, lead)
    if party not in dict(reported_parties(lead, actor)):
        raise Invalid.field("party", "choice", _("There is no such party in this report."))
    return register_exporter(actor=actor, **given)


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """The numbers in their compared form, and the district. Raises Invalid."""
    columns: dict[str, Any] = {}
    for name, scheme in SCHEMES.items():
        columns[name] = normalize_identifier(given.pop(name, "") or "")
        if columns[name] and check_identifier(scheme, columns[name]):
            raise Invalid.field(name, "number", _("This number is not correct. Compare it with the register."))
    code = given.pop("district", "")
    columns["district"] = District.objects.filter(code=code).first() if code else None
    return columns


def _refuse_double(agency_id: int, name: str, columns: dict[str, Any], *, but: UUID | None = None) -> None:
    """Raises Invalid for a second entry with this number; without one, with this name."""
    others = Exporter.objects.filter(agency_id=agency_id, uscc=columns["uscc"]).exclude(pk=but or NOT_INVOLVED)
    if columns["uscc"] and others.exists():
        raise Invalid.field("uscc", "double", _("Your register already has an exporter with this number."))
    if not columns["uscc"] and others.filter(name=name).exists():
        detail = _("Your register already has an exporter with this name and no number. Enter the number.")
        raise Invalid.field("name", "double", detail)


def edit(exporter: Exporter, *, actor: Actor, **given: Any) -> TransitionResult[Exporter]:
    columns = _columns(given)
    with atomic():
        _refuse_double(exporter.agency_id, given["name"], columns, but=exporter.pk)
        return move(exporter, "edit", actor=actor, changes=columns, **given)


def lock_exporter_for(exporter: Exporter, verb: str, *, actor: Actor, version: int | None = None) -> Exporter:
    """Locks the entry and checks that the actor may perform the verb on it now. For actions that create something about
    an exporter without changing its entry. Raises what `apply_transition` raises."""
    current = Exporter.objects.select_for_update(no_key=True).select_related("agency").get(pk=exporter.pk)
    refuse_stale(current, version, "exporter")
    RESOURCES["exporters"].workflow_of(current).check(verb, actor, current)
    return current


ACTIONS = by_verb(move, EXPORTER, edit=edit)
