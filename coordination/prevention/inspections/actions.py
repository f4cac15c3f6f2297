"""Actions on inspections: plan one on an exporter or a case, begin it with certificates shown, record what was found or
how it was refused, and close it with its follow-up."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import StreamKey, notify_person
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.people.models import User
from cases.casefile.actions import lock_case_for, stream_of
from cases.casefile.models import Case
from cases.clocks.counting import end_of
from cases.controls.models import District
from coordination.exchange.letters.acting import person_of
from coordination.prevention.acting import move, record_begun
from coordination.prevention.exporters.actions import lock_exporter_for
from coordination.prevention.exporters.models import Exporter

from .models import LEAST_OFFICERS, ChecklistItem, Inspection, Inspector, Sample, checklist_of
from .reading import MOST_POINTS, read_findings
from .workflow import INSPECTION

LONGEST_POINT = 300
STORED = ("site", "material", "basis", "basis_reference", "starts_on", "ends_on", "campaign")


def plan_on_exporter(exporter: Exporter, *, actor: Actor, **given: Any) -> Inspection:
    """Plans an inspection of an exporter by at least two officers of the agency. Raises Invalid."""
    common = CommonAnswers.pop_from(given)
    with atomic():
        exporter = lock_exporter_for(exporter, "plan_inspection", actor=actor, version=common.version)
        return _plan(actor, common, given, exporter=exporter)


def plan_on_case(case: Case, *, actor: Actor, exporter: str = "", **given: Any) -> Inspection:
    """Plans an inspection that a case gives rise to. The agency alone sees it; the case shows it to the agency."""
    common = CommonAnswers.pop_from(given)
    with atomic():
        case = lock_case_for(case, "plan_inspection", actor=actor, version=common.version)
        found = _followed(exporter, actor) if exporter else None
        return _plan(actor, common, given, stream_of(case.pk), exporter=found, case=case)


def _followed(pk: str, actor: Actor) -> Exporter:
    rows = Exporter.objects.filter(agency_id=actor.own_agency, state=Exporter.State.FOLLOWED)
    found = next((one for one in rows if str(one.pk) == pk), None)
    if found is None:
        raise Invalid.field("exporter", "choice", _("This cannot be chosen here."))
    return found


def _plan(actor: Actor, common: CommonAnswers, given: dict[str, Any], *streams: StreamKey, **about: Any) -> Inspection:
    at = common.resolve_time()
    columns = _columns(given)
    points = _points(given.pop("checklist"))
    team = _team(actor, given)
    made: Inspection = Inspection.objects.create(
        agency_id=actor.own_agency,
        handler=person_of(actor),
        state_since=at,
        **about,
        **{name: given[name] for name in STORED if name in given},
        **columns,
    )
    Inspector.objects.bulk_create(
        Inspector(inspection=made, person=person, certificate=certificate) for person, certificate in team.items()
    )
    ChecklistItem.objects.bulk_create(ChecklistItem(inspection=made, **point) for point in points)
    data = {"site": made.site, "starts_on": made.starts_on.isoformat(), "ends_on": made.ends_on.isoformat()}
    event = record_begun(made, "plan", *streams, actor=actor, at=at, data=data | {"paper": common.paper})
    for person in team:
        if person.pk != actor.person_id:
            notify_person(event, person.pk, agency_id=person.agency_id, because="assigned")
    return made


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """The district as a row, and the end of the window. Raises Invalid for a window that has ended or ends before it
    begins."""
    first, last = given["starts_on"], given["ends_on"]
    if last < first:
        raise Invalid.field("ends_on", "period", _("The period ends before it begins."))
    if last < times.today():
        raise Invalid.field("ends_on", "past", _("This day has passed."))
    columns: dict[str, Any] = {"due_at": end_of(last)}
    if "district" in given:
        columns["district"] = District.objects.filter(code=given.pop("district")).first()
    return columns


def _points(lines: str) -> list[dict[str, Any]]:
    points = checklist_of(lines)
    if not points:
        raise Invalid.field("checklist", "required", _("Enter at least one point."))
    if len(points) > MOST_POINTS:
        detail = _("A checklist has at most %(most)d points.") % {"most": MOST_POINTS}
        raise Invalid.field("checklist", "max_length", detail)
    if too_long := [one["position"] for one in points if len(one["text"]) > LONGEST_POINT]:
        detail = _("Point %(number)d has more than %(most)d characters.")
        raise Invalid.field("checklist", "max_length", detail % {"number": too_long[0], "most": LONGEST_POINT})
    return points


def _team(actor: Actor, given: dict[str, Any]) -> dict[User, str]:
    """Two different officers with their certificates. Raises Invalid."""
    first, second = given.pop("first_officer"), given.pop("second_officer")
    if first == second:
        raise Invalid.field("second_officer", "double", _("Choose two different officers (ECL art. 28)."))
    return {
        _colleague(first, "first_officer", actor.own_agency): given.pop("first_certificate"),
        _colleague(second, "second_officer", actor.own_agency): given.pop("second_certificate"),
    }


def _colleague(pk: str, field: str, agency_id: int) -> User:
    people = User.objects.filter(agency_id=agency_id, is_active=True)
    found = next((one for one in people if str(one.pk) == pk), None)
    if found is None:
        raise Invalid.field(field, "choice", _("No such colleague in this agency."))
    return found


def edit(inspection: Inspection, *, actor: Actor, checklist: str, **given: Any) -> TransitionResult[Inspection]:
    columns, points = _columns(given), _points(checklist)
    with atomic():
        applied = move(inspection, "edit", actor=actor, checklist=checklist, changes=columns, **given)
        inspection.checklist.all().delete()
        ChecklistItem.objects.bulk_create(ChecklistItem(inspection=inspection, **point) for point in points)
        return applied


def add_officer(
    inspection: Inspection, *, actor: Actor, officer: str, certificate: str, **given: Any
) -> TransitionResult[Inspection]:
    person = _colleague(officer, "officer", inspection.agency_id)
    with atomic():
        applied = move(inspection, "add_officer", actor=actor, officer=officer, certificate=certificate, **given)
        _row, is_new = Inspector.objects.get_or_create(
            inspection=inspection, person=person, defaults={"certificate": certificate}
        )
        if not is_new:
            raise Invalid.field("officer", "double", _("This officer is in the plan already."))
        notify_person(applied.event, person.pk, agency_id=person.agency_id, because="assigned")
        return applied


def remove_officer(inspection: Inspection, *, actor: Actor, officer: str, **given: Any) -> TransitionResult[Inspection]:
    with atomic():
        applied = move(inspection, "remove_officer", actor=actor, officer=officer, **given)
        if not _of_plan(inspection, [officer], "officer").delete()[0]:
            raise Invalid.field("officer", "choice", _("This cannot be chosen here."))
        return applied


def _of_plan(inspection: Inspection, people: Collection[str], field: str) -> Any:
    """The rows of these officers. Raises Invalid for one who is not in the plan."""
    known = {str(pk) for pk in inspection.inspectors.values_list("person_id", flat=True)}
    if not set(people) <= known:
        raise Invalid.field(field, "choice", _("This cannot be chosen here."))
    return inspection.inspectors.filter(person__in=list(people))


def _record_present(inspection: Inspection, present: Collection[str]) -> None:
    """ECL art. 28: at least two officers inspect. One alone cannot, and cannot record a refusal either."""
    if len(set(present)) < LEAST_OFFICERS:
        detail = _("At least two officers inspect together (ECL art. 28). Choose those who were present.")
        raise Invalid.field("present", "officers", detail)
    rows = _of_plan(inspection, present, "present")
    inspection.inspectors.update(present=False)
    rows.update(present=True)


def start(
    inspection: Inspection, *, actor: Actor, present: Collection[str], **given: Any
) -> TransitionResult[Inspection]:
    """Begins the inspection: the officers showed their certificates at the time of the act."""
    with atomic():
        applied = move(
            inspection,
            "start",
            actor=actor,
            present=list(present),
            changes={"began_at": TIME_OF_ACT, "due_at": None},
            **given,
        )
        _record_present(inspection, present)
        return applied


def refuse(
    inspection: Inspection, *, actor: Actor, present: Collection[str], **given: Any
) -> TransitionResult[Inspection]:
    """ECL art. 38: the inspection was refused or obstructed."""
    with atomic():
        applied = move(inspection, "refuse", actor=actor, present=list(present), changes={"due_at": None}, **given)
        _record_present(inspection, present)
        return applied


def take_sample(
    inspection: Inspection, *, actor: Actor, number: str, what: str, seal: str, kept_at: str, **given: Any
) -> TransitionResult[Inspection]:
    """Records a sample under seal (ECL art. 28)."""
    with atomic():
        at = resolve_time_of(given, not_before=inspection.state_since)
        answers = {"number": number, "what": what, "seal": seal, "kept_at": kept_at}
        applied = move(inspection, "take_sample", actor=actor, **answers, **given)
        if inspection.samples.filter(number=number).exists():
            raise Invalid.field("number", "double", _("This inspection has a sample with this number already."))
        Sample.objects.create(inspection=inspection, taken_at=at, **answers)
        return applied


def finish(inspection: Inspection, *, actor: Actor, findings: str, **given: Any) -> TransitionResult[Inspection]:
    """Records a finding for each point of the checklist, and the minutes."""
    with atomic():
        INSPECTION.check("finish", actor, Inspection.objects.get(pk=inspection.pk))
        found = read_findings(inspection, findings)
        applied = move(inspection, "finish", actor=actor, findings=findings, **given)
        for one in found:
            one.row.finding, one.row.remark = one.finding, one.remark
        ChecklistItem.objects.bulk_update([one.row for one in found], ["finding", "remark"])
        return applied


def close(
    inspection: Inspection, *, actor: Actor, follow_up: str, follow_up_reference: str = "", **given: Any
) -> TransitionResult[Inspection]:
    """Closes the inspection. A follow-up is named by its reference."""
    if follow_up != Inspection.FollowUp.NONE and not follow_up_reference:
        detail = _("Give the number of the letter, review, case or query that follows.")
        raise Invalid.field("follow_up_reference", "required", detail)
    if follow_up == Inspection.FollowUp.NONE and follow_up_reference:
        raise Invalid.field("follow_up_reference", "follow_up", _("Leave it empty where nothing follows."))
    answers = {"follow_up": follow_up, "follow_up_reference": follow_up_reference}
    return move(inspection, "close", actor=actor, **answers, **given)


def cancel(inspection: Inspection, *, actor: Actor, **given: Any) -> TransitionResult[Inspection]:
    return move(inspection, "cancel", actor=actor, changes={"due_at": None}, **given)


ACTIONS = by_verb(
    move,
    INSPECTION,
    edit=edit,
    add_officer=add_officer,
    remove_officer=remove_officer,
    start=start,
    refuse=refuse,
    take_sample=take_sample,
    finish=finish,
    close=close,
    cancel=cancel,
)
