"""The next step of a page: the reader's, with its reason and what is missing for it, and else whose step it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import REASON
from agencies.kernel.actor import Actor, Role
from agencies.kernel.buttons import next_button
from agencies.kernel.case_parts import RequiredAction
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.filtering import NEVER
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.resource import resource_of
from agencies.kernel.texts import Text
from agencies.kernel.work import Side
from agencies.kernel.workflow import Button, Labels, Workflow
from agencies.organisations.models import Agency
from agencies.people.models import Membership, OfficeHolder, User
from agencies.work.models import WorkItem
from agencies.work.reading import DeskReader
from cases.casefile.asking import asking_url
from cases.casefile.models import Case
from cases.casefile.naming import case_id_of
from cases.clocks.models import Clock, PeriodKind, Timed
from coordination.exchange.notes.models import Note
from coordination.workspace.case_page import CasePage, begun_by, on_case
from coordination.workspace.deadlines import WATCHED
from coordination.workspace.lateness import awaited_step
from coordination.workspace.queues import lines_of, things_of

from .asking_agencies import RequestLink, asking_agencies, is_past
from .state_help import agencies_named_by, codes_of, lowest_rank, member_of

LEADS, DEPUTIES, CHIEF = 1, 2, 3  # places in the ranks of `state_help`
OFFICES: tuple[Text, ...] = (_("officer"), _("unit lead"), _("responsible person or deputy"), _("responsible person"))
MOST = 3
PAUSE = timedelta(days=1)  # between two requests for a step
WAITS = _("Waits for %(what)s")
AwaitedStep = tuple[Any, str, Agency, int]  # object, verb ("" if none is known), whose, and their rank


@dataclass(frozen=True)
class OwnStep:
    """A step of the reader on `thing`, and why it is next. `clock` is the period that ends first, `behalf` the agency
    without a sign-in for which it is recorded, `missing` what has to be done before. `is_required`: it follows by law
    from what happened elsewhere."""

    thing: Any
    button: Button
    why: Text
    clock: Any = None
    behalf: Agency | None = None
    missing: Sequence[UnmetCondition] = ()
    is_required: bool = False
    is_own = True


@dataclass(frozen=True)
class NextStep:
    """A step on `thing` that another person takes: `names` are the people of the reader's own agency who may take it.
    Where no button is known, `awaited` says what is waited for.

    `record` is the action by which the reader records it for an agency that does not sign in.

    `ask` is the form of a note that asks them for it; it is empty if a colleague asked within the last day, see
    `is_asked`. `asking` is how another agency may be asked.
    """

    thing: Any
    button: Text
    about: Text
    agency: Agency
    office: Text
    names: str
    awaited: str = ""
    ask: str = ""
    is_asked: bool = False
    asking: RequestLink | None = None
    clock: Any = None
    record: Button | None = None
    why: Text = ""
    is_own = False


def steps_of_others(things: Sequence[Any], actor: Actor, *, case: Case | None = None) -> list[NextStep]:
    """The main next steps of these objects that the reader may not take and whose conditions are met.

    Of several objects, only steps without conditions: each condition would cost a query for each object. `case` is the
    case of all of them, if the reader sees it.
    """
    alone = len(things) == 1
    steps = (one for thing, agencies in agencies_named_by(things).items() for one in _steps(thing, agencies, actor))
    found = list(islice((one for one in steps if _is_ready(*one, check=alone)), MOST))
    return _described(found, actor, case, several=not alone)


def awaited_steps(rows: Sequence[Any], parts: CasePage) -> list[NextStep]:
    """For each of these strands of a case the main next step without conditions that another person may take, and
    without one what is waited for."""
    named = agencies_named_by([row.thing for row in rows])
    found: list[AwaitedStep] = []
    for row in rows:
        required = parts.required.get(row.thing.pk)
        steps = _steps(row.thing, named[row.thing], parts.actor, required.verb if required else "")
        ready = next((one for one in steps if required or _is_ready(*one, check=False)), None)
        found.append(ready or (row.thing, "", row.agency, 0))
    described = _described(found, parts.actor, parts.case, several=True)
    return [
        replace(
            one,
            why=parts.required[row.thing.pk].why if row.thing.pk in parts.required else "",
            clock=row.pressing,
            record=_recording(row, parts.actor),
        )
        for row, one in zip(rows, described, strict=True)
    ]


def _recording(row: Any, actor: Actor) -> Button | None:
    """The main action that the reader records for the agency that has the strand, if it does not sign in."""
    if row.agency.signs_in:
        return None
    resource = resource_of(row.thing)
    workflow = resource.workflow_of(row.thing)
    main = (one for one in resource.buttons(actor, row.thing) if workflow.labels[one.verb].tone == "primary")
    return next((one for one in main if workflow.proxy_of(one.verb, actor, row.thing)), None)


def _described(found: Sequence[AwaitedStep], actor: Actor, case: Case | None, *, several: bool) -> list[NextStep]:
    people = _people({rank for _thing, verb, agency, rank in found if verb and agency.pk == actor.agency_id}, actor)
    named = [thing for thing, *_rest in found] if any(people.values()) else []
    asked, seen = _asked(named, actor), {case.pk} if case else _seen_cases(named, actor)
    asking = asking_agencies([(thing, agency) for thing, _verb, agency, _rank in found], actor)
    return [
        NextStep(
            thing,
            resource_of(thing).workflow_of(thing).labels[verb].button if verb else "",
            thing.get_kind_display() if several else "",
            agency,
            OFFICES[rank],
            str(_(", ")).join(dict.fromkeys(one.name for one in known)),
            "" if verb else awaited_step(resource_of(thing).kind, thing.state, agency.name),
            "" if thing.pk in asked or case_id_of(thing) not in seen else _asking(thing, verb, known, actor),
            thing.pk in asked,
            asking.get((thing.pk, agency.pk)),
        )
        for thing, verb, agency, rank in found
        for known in [people.get(rank, []) if verb and agency.pk == actor.agency_id else []]
    ]


@dataclass(frozen=True)
class CaseSteps:
    """What comes next on a case: the steps of the reader on its strands, those of others, the reader's other open
    items, and actions on the case itself."""

    own: list[OwnStep]
    others: list[NextStep]
    items: list[WorklistLine]
    on_case: list[Button]

    def of(self, thing: Any) -> OwnStep | NextStep | None:
        steps: list[OwnStep | NextStep] = [*self.own, *self.others]
        return next((one for one in steps if one.thing.pk == thing.pk), None)


def steps_on(parts: CasePage) -> CaseSteps:
    """The next steps on a case for its reader. The number of queries does not depend on the number of strands."""
    actor = parts.actor
    own = own_steps(parts.strands, actor, parts.required)
    taken = {one.thing.pk for one in own}
    rest = [row for row in parts.strands if row.thing.pk not in taken]
    others = awaited_steps(rest, parts) if rest else []
    going_on = [one for one in others if one.awaited and actor.works_for(one.agency.pk)]
    others = [one for one in others if one not in going_on]
    return CaseSteps([*own, *map(_going_on, going_on)], others, _open_items(parts), _on_case(parts))


def _going_on(step: NextStep) -> OwnStep:
    """The work of the reader's agency on a strand without a single next action, on the page of the strand."""
    button = Button("", Labels(_("Continue the work"), ""), resource_of(step.thing).url(step.thing))
    return OwnStep(step.thing, button, WAITS % {"what": step.awaited}, step.clock)


def _open_items(parts: CasePage) -> list[WorklistLine]:
    """The reader's open items on the case besides its strands, nearest first, each with its step."""
    actor, now = parts.actor, times.now()
    shown = {resource_of(row.thing).kind for row in parts.rows} | {"case"}
    rows = WorkItem.objects.visible_to(actor).filter(case_id=parts.case.pk, side=Side.DOES, first=True)
    rows = rows.exclude(kind__in=shown).order_by("due_at", "object_id")[:MOST]
    lines = lines_of(things_of(rows, DeskReader(actor, now)), actor, now) if actor.is_staff else []
    return [line for line in lines if line.button]


def _on_case(parts: CasePage) -> list[Button]:
    """The main actions on the case itself: those that end it only when no strand is open, and one that begins a
    proceeding only before the first."""
    workflow = resource_of(parts.case).workflow_of(parts.case)
    begun = {verb for row in parts.strands for verb in begun_by(row.thing)}
    first = [one for one in parts.buttons if one.words.tone == "primary" and one.verb not in begun]
    ready = [one for one in first if not parts.strands or not workflow.transitions[one.verb].to]
    return [one for one in ready if not workflow.unmet(one.verb, parts.actor, parts.case)]


def steps_beside(
    first: Sequence[Button], things: Sequence[Any], actor: Actor, *, case: Case | None = None
) -> list[NextStep]:
    """The steps of others that a page shows: all if the reader has no step of their own, else the late ones of other
    agencies, of which the reader may remind them.
    """
    if not first:
        return steps_of_others(things, actor, case=case)
    late = [thing for thing in things if is_past(thing)]
    return (
        [one for one in steps_of_others(late, actor, case=case) if one.asking and one.asking.is_reminder]
        if late
        else []
    )


def _asking(thing: Any, verb: str, people: Sequence[User], actor: Actor) -> str:
    """The form of a note that asks for the step, if the reader may write one."""
    case = case_id_of(thing)
    if not people or case is None or actor.kind != "user" or not actor.is_staff:
        return ""
    return asking_url(case, resource_of(thing).kind, thing.pk, verb, [one.username for one in people])


def _seen_cases(things: Sequence[Any], actor: Actor) -> set[Any]:
    """The cases that the reader sees: the receiver of a transfer may not see its case."""
    if all(isinstance(thing, Case) for thing in things):
        return {thing.pk for thing in things}
    rows = Case.objects.visible_to(actor).filter(pk__in={case_id_of(thing) for thing in things})
    return set(rows.values_list("pk", flat=True))


def _asked(things: Sequence[Any], actor: Actor) -> set[Any]:
    """Ids of those about which a note that the reader may read named a colleague within the last day."""
    if not things:
        return set()
    written = {"said_at__gte": times.now() - PAUSE, "case__in": {case_id_of(thing) for thing in things}}
    recent = Note.objects.visible_to(actor).standing().filter(about_id__in=[thing.pk for thing in things], **written)
    named = recent.filter(agency=actor.own_agency, mentions__person__agency=actor.own_agency)
    return set(named.values_list("about_id", flat=True))


def own_steps(rows: Sequence[Any], actor: Actor, required: Mapping[UUID, RequiredAction]) -> list[OwnStep]:
    """The reader's steps on the strands of a case, as their lines on home offer them: what the law requires because of
    another strand, then what ends first. Of the first few, those for which something is missing come after the others.
    """
    now = times.now()
    steps = []
    for row in rows:
        items = resource_of(row.thing).open_items
        line = items.line(row.thing, actor, now) if items else None
        offered, why = (line.button, line.why) if line else (None, "")
        steps.append(_own_step(row.thing, actor, row.periods, required.get(row.thing.pk), offered, why))
    found = sorted((one for one in steps if one), key=_urgency)
    return sorted((_with_missing(one, actor) for one in found[:MOST]), key=_urgency) + found[MOST:]


def own_step(thing: Any, actor: Actor, ready: Button | None) -> OwnStep | None:
    """The reader's next step on the page of one object: what the law requires because of another, else the `ready` one,
    else its main action for which something is missing if it lies on their agency's desk, else what fulfils a running
    duty."""
    kind = resource_of(thing).kind
    requires = any(kind in part.requires_of for part in on_case().values())
    required = CasePage(thing.case, actor, {}).required.get(thing.pk) if requires else None
    timed = isinstance(thing, Timed)
    clocks = list(Clock.objects.visible_to(actor).running().about(thing).select_related("rule")) if timed else []
    offered = ready
    if ready is None and WorkItem.objects.visible_to(actor).filter(object_id=thing.pk, side=Side.DOES).exists():
        offered = next_button(resource_of(thing).name, actor, thing)
    step = _own_step(thing, actor, clocks, required, offered, "")
    return _with_missing(step, actor) if step else None


def _own_step(
    thing: Any, actor: Actor, clocks: Sequence[Any], required: RequiredAction | None, offered: Button | None, why: Text
) -> OwnStep | None:
    resource = resource_of(thing)
    buttons = resource.buttons(actor, thing)
    button = next((one for one in buttons if required and one.verb == required.verb), None)
    is_required = button is not None
    if required and is_required:
        why = required.why
    else:
        button = offered or _fulfilling(thing, buttons, [one for one in clocks if one.agency_id == actor.agency_id])
        button = button or _receiving(thing, buttons, actor)
    if button is None:
        return None
    proxy = resource.workflow_of(thing).proxy_of(button.verb, actor, thing)
    behalf = proxy.agency(thing) if proxy else None
    return OwnStep(thing, button, why, _first_to_end(clocks), behalf, is_required=is_required)


def _receiving(thing: Any, buttons: Sequence[Button], actor: Actor) -> Button | None:
    """The action by which a notice that waits for its receipt is received or served."""
    workflow = resource_of(thing).workflow_of(thing)
    lines = [(one, workflow.transitions[one.verb]) for one in buttons]
    waiting = (one for one, line in lines if line.receives and line.needs and not line.to)
    return next((one for one in waiting if not workflow.unmet(one.verb, actor, thing)), None)


def _with_missing(step: OwnStep, actor: Actor) -> OwnStep:
    """With what is missing for it; a draft is completed first."""
    resource = resource_of(step.thing)
    workflow = resource.workflow_of(step.thing)
    missing = workflow.unmet(step.button.verb, actor, step.thing)
    drafting = (one for one in resource.buttons(actor, step.thing) if workflow.transitions[one.verb].writes)
    button = next(drafting, replace(step.button, at_once=False)) if missing else step.button
    return replace(step, button=button, missing=missing)


def _urgency(step: OwnStep) -> tuple[bool, bool, bool, datetime]:
    due_at = step.clock.due_at if step.clock else NEVER
    return step.behalf is not None, not step.is_required, bool(step.missing), due_at


def _first_to_end(clocks: Sequence[Any]) -> Any:
    dated = [one for one in clocks if one.due_at and one.stopped_at is None and one.rule.kind in WATCHED]
    return min(dated, key=lambda one: (one.due_at, str(one.pk)), default=None)


def _fulfilling(thing: Any, buttons: Sequence[Button], clocks: Sequence[Any]) -> Button | None:
    """The first action that ends one of these duties, the one due first, and neither loses it nor sends it back."""
    lines = resource_of(thing).workflow_of(thing).transitions
    duties = [one for one in clocks if one.rule.kind == PeriodKind.DUTY and one.stopped_at is None]
    for clock in sorted(duties, key=lambda one: (one.due_at or NEVER, str(one.pk))):
        for button in buttons:
            line = lines[button.verb]
            turns_down = button.words.tone == "danger" or REASON in line.fields
            if not turns_down and clock.rule.code in codes_of(line.stops, thing):
                return button
    return None


def _steps(
    thing: Any, agencies: Iterable[Agency], actor: Actor, required: str = ""
) -> Iterable[tuple[Any, str, Agency, int]]:
    """The main steps of others, or only the `required` one."""
    workflow = resource_of(thing).workflow_of(thing)
    for verb, line in workflow.transitions.items():
        is_next = thing.state in line.sources and line.to and not line.system
        is_main = verb == required if required else workflow.labels[verb].tone == "primary"
        if not is_next or not is_main or _is_own(workflow, verb, thing, actor):
            continue
        may = ((agency, rank) for agency in agencies if (rank := lowest_rank(line, agency, thing)) is not None)
        if who := next(may, None):
            yield thing, verb, *who


def _is_own(workflow: Workflow, verb: str, thing: Any, actor: Actor) -> bool:
    """Whether the reader takes the step, and does not record it from another agency's paper."""
    proxy = workflow.proxy_of(verb, actor, thing)
    return workflow.transitions[verb].by(actor, thing) or (proxy is not None and proxy.instead is not None)


def _is_ready(thing: Any, verb: str, agency: Agency, rank: int, *, check: bool) -> bool:
    """Whether the conditions are met for a person of this rank who has not taken part."""
    workflow = resource_of(thing).workflow_of(thing)
    if not check:
        return not workflow.transitions[verb].needs
    return not workflow.unmet(verb, member_of(agency, rank), thing)


def _people(ranks: set[int], actor: Actor) -> dict[int, list[User]]:
    """Rank → those who hold it at the reader's agency."""
    rows: dict[int, Any] = {
        LEADS: Membership.objects.current().filter(role=Role.LEAD, user__agency=actor.agency_id),
        DEPUTIES: OfficeHolder.objects.responsible().filter(agency=actor.agency_id),
        CHIEF: OfficeHolder.objects.responsible().filter(agency=actor.agency_id, is_deputy=False),
    }
    return {
        rank: list(
            {
                one.user_id: one.user
                for one in rows[rank].filter(user__is_active=True).select_related("user").order_by("pk")
            }.values()
        )
        for rank in ranks & set(rows)
    }
