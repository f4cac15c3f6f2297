"""The next step of a page: the one that the law waits for, and if the reader has none, whose step it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.resource import resource_of
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button
from agencies.organisations.models import Agency
from agencies.people.models import Membership, OfficeHolder, User
from cases.casefile.asking import asking_url
from cases.casefile.models import Case
from cases.casefile.naming import case_id_of
from cases.clocks.models import PeriodKind
from coordination.exchange.notes.models import Note
from coordination.workspace.case_page import named_step

from .asking_agencies import RequestLink, asking_agencies, is_past
from .state_help import agencies_named_by, codes_of, lowest_rank, member_of

LEADS, DEPUTIES, CHIEF = 1, 2, 3  # places in the ranks of `state_help`
OFFICES: tuple[Text, ...] = (_("officer"), _("unit lead"), _("responsible person or deputy"), _("responsible person"))
MOST = 3
PAUSE = timedelta(days=1)  # between two requests for a step


@dataclass(frozen=True)
class NextStep:
    """A step that another person takes: `names` are the people of the reader's own agency who may take it.

    `ask` is the form of a note that asks them for it; it is empty if a colleague asked within the last day, see
    `is_asked`. `asking` is how another agency may be asked.
    """

    button: Text
    about: Text
    agency: Agency
    office: Text
    names: str
    ask: str = ""
    is_asked: bool = False
    asking: RequestLink | None = None


def steps_of_others(things: Sequence[Any], actor: Actor, *, case: Case | None = None) -> list[NextStep]:
    """The main next steps of these objects that the reader may not take and whose conditions are met.

    Of several objects, only steps without conditions: each condition would cost a query for each object. `case` is the
    case of all of them, if the reader sees it.
    """
    alone = len(things) == 1
    steps = (one for thing, agencies in agencies_named_by(things).items() for one in _steps(thing, agencies, actor))
    met = (one for one in steps if _is_ready(*one, check=alone))
    found = list(islice(met, MOST))
    people = _people({rank for _thing, _verb, agency, rank in found if agency.pk == actor.agency_id}, actor)
    named = [thing for thing, *_rest in found] if any(people.values()) else []
    asked, seen = _asked(named, actor), {case.pk} if case else _seen_cases(named, actor)
    asking = asking_agencies([(thing, agency) for thing, _verb, agency, _rank in found], actor)
    return [
        NextStep(
            resource_of(thing).workflow_of(thing).labels[verb].button,
            thing.get_kind_display() if len(things) > 1 else "",
            agency,
            OFFICES[rank],
            str(_(", ")).join(dict.fromkeys(one.name for one in known)),
            "" if thing.pk in asked or case_id_of(thing) not in seen else _asking(thing, verb, known, actor),
            thing.pk in asked,
            asking.get((thing.pk, agency.pk)),
        )
        for thing, verb, agency, rank in found
        for known in [people.get(rank, []) if agency.pk == actor.agency_id else []]
    ]


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


def wanted_by_law(rows: Sequence[Any], actor: Actor) -> Button | None:
    """The reader's action that fulfils the running duty of their agency which is due first, if nothing is missing for
    it.
    """
    duties = [
        (clock.due_at, str(clock.pk), clock, row)
        for row in rows
        for clock in row.clocks
        if clock.rule.kind == PeriodKind.DUTY and clock.agency_id == actor.agency_id and clock.due_at
    ]
    if not duties:
        return None
    _due, _pk, clock, row = min(duties)
    resource = resource_of(row.thing)
    workflow = resource.workflow_of(row.thing)
    for button in resource.buttons(actor, row.thing):
        line = workflow.transitions[button.verb]
        fulfils = line.to and clock.rule.code in codes_of(line.stops, row.thing)
        if fulfils and button.words.tone == "primary" and not workflow.unmet(button.verb, actor, row.thing):
            return named_step(button, row)
    return None


def _steps(thing: Any, agencies: Iterable[Agency], actor: Actor) -> Iterable[tuple[Any, str, Agency, int]]:
    workflow = resource_of(thing).workflow_of(thing)
    for verb, line in workflow.transitions.items():
        is_next = thing.state in line.sources and line.to and not line.system
        if not is_next or workflow.labels[verb].tone != "primary" or workflow.may(verb, actor, thing):
            continue
        may = ((agency, rank) for agency in agencies if (rank := lowest_rank(line, agency, thing)) is not None)
        if who := next(may, None):
            yield thing, verb, *who


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
