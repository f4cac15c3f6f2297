"""Attaching files, and what happens to them later. A file does not change its case."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition, refuse_stale
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable, resource_of
from agencies.kernel.work import atomic
from cases.casefile.actions import lock_case_for, locked_case, stream_of
from cases.casefile.models import Case
from cases.papers.files import FileScan, read_scan

from .kinds import ALSO
from .models import Attachment

A, About = Attachment.Audience, Attachment.About


def attach_file(
    case: Case, *, actor: Actor, file: "File[Any]", audience: str, about: str = "", **given: Any
) -> Attachment:
    """Attaches a file to the case, or to the party, item or task `about` (kind:id), for `audience` (`Audience`).

    Raises Invalid for a file that is not accepted, TransitionRefused if the agency attached it already.
    """
    scan, common = _read(file, actor), CommonAnswers.pop_from(given)
    with atomic():
        case = lock_case_for(case, "attach_file", actor=actor, version=common.version)
        kind, _colon, pk = about.partition(":")
        counterpart = None
        if kind == About.TASK:
            tasks: Any = case.tasks  # of a noun above this one
            counterpart = _other_side(tasks.visible_to(actor).get(pk=pk), actor)
        if audience == A.TASK and counterpart is None:
            raise Invalid.field("audience", "choice", _("Choose a task that another agency asked or does."))
        made = Attachment(
            case=case,
            about_kind=kind,
            about_id=UUID(pk) if pk else None,
            audience=audience,
            counterpart_id=counterpart if audience == A.TASK else None,
            **given,
        )
        return _store(made, file, scan, actor=actor, common=common)


def attach_to_task(task: Any, *, actor: Actor, file: "File[Any]", **given: Any) -> Attachment:
    """Attaches a file to a task, for both of its agencies."""
    scan, common = _read(file, actor), CommonAnswers.pop_from(given)
    with locked_case(task.case_id) as case:
        refuse_stale(task, common.version, "task")
        resource_of(task).workflow_of(task).check("attach_file", actor, task)
        counterpart = _other_side(task, actor)
        made = Attachment(
            case=case,
            about_kind=About.TASK,
            about_id=task.pk,
            audience=A.TASK if counterpart else A.AGENCY,
            counterpart_id=counterpart,
            **given,
        )
        return _store(made, file, scan, actor=actor, common=common)


def _other_side(task: Any, actor: Actor) -> int | None:
    """The other agency of a task; None if the agency asked itself."""
    return next((one for one in (task.asked_by_id, task.agency_id) if one != actor.agency_id), None)


def _read(file: "File[Any]", actor: Actor) -> FileScan:
    if actor.is_system:
        raise Forbidden(_("Files are attached by people and connected systems."))
    return read_scan(file, actor=actor, also=ALSO)


def _store(made: Attachment, file: "File[Any]", scan: FileScan, *, actor: Actor, common: CommonAnswers) -> Attachment:
    made.title = made.title.strip() or name_of(file)
    made.file = file
    for name, value in scan.columns.items():
        setattr(made, name, value)
    made.pages = made.pages or scan.pages
    made.agency_id = actor.own_agency
    _refuse_double(made)
    return _record(made, actor=actor, common=common)


def attach_stored(made: Attachment, stored: Any, *, actor: Actor) -> Attachment:
    """Attaches a file that was stored before, for the agency of the actor, in the caller's transaction."""
    made.audience = A.AGENCY
    for name in ("file", "media_type", "size", "sha256", "scanned_at"):
        setattr(made, name, getattr(stored, name))
    return _record(made, actor=actor, common=CommonAnswers.pop_from({}))


def _record(made: Attachment, *, actor: Actor, common: CommonAnswers) -> Attachment:
    made.agency_id, made.person_id, made.state_since = actor.own_agency, actor.person_id, common.resolve_time()
    made.save()
    record_event(
        stream_of(made.case_id),
        actor=actor,
        action=Action(
            "attach_file",
            "file",
            made.pk,
            to_state=made.state,
            fields=("file",),
            data={"title": made.title, "sha256": made.sha256, "size": made.size, "paper": common.paper},
        ),
        happened_at=made.state_since,
        audience=_audience(made),
    )
    return made


def _audience(file: Attachment) -> Audience:
    if file.audience == A.CASE:
        return Audience("case")
    if file.counterpart_id is None:
        return Audience("own")
    return Audience("pair", counterpart_id=file.counterpart_id, notify=[file.counterpart_id])


def name_of(file: "File[Any]") -> str:
    """The name that the file had at its sender, without path and control characters."""
    name = (file.name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[-200:].strip() or _("File")


def _refuse_double(made: Attachment) -> None:
    """Among the files of the own agency only, so that no agency learns what another attached."""
    same = Attachment.objects.attached().filter(
        **{name: getattr(made, name) for name in ("case_id", "agency_id", "about_kind", "about_id", "sha256")}
    )
    if (found := same.first()) is not None:
        detail = _("This file is already attached here: %(title)s.") % {"title": found.title}
        raise TransitionRefused.because("file", detail)


def move_file(file: Attachment, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Attachment]:
    with locked_case(file.case_id):
        return apply_transition(
            file,
            verb,
            actor=actor,
            event_data={"title": file.title},
            **given,
        )


def withdraw_file(file: Attachment, *, actor: Actor, reason: str = "", **given: Any) -> TransitionResult[Attachment]:
    return move_file(file, "withdraw", actor=actor, reason=reason, changes={"reason": reason}, **given)


TASK_ACTIONS: ActionTable = {"attach_file": attach_to_task}
ACTIONS: ActionTable = {
    "describe": partial(move_file, verb="describe"),
    "share": partial(move_file, verb="share", changes={"audience": A.CASE, "counterpart": None}),
    "withdraw": withdraw_file,
    "restore": partial(move_file, verb="restore", changes={"reason": ""}),
}
