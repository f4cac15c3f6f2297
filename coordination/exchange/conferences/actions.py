"""Actions on case conferences: call, hold, record."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Audience, notify_person
from agencies.journal.models import Event
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lock_case_for, locked_case
from cases.casefile.choices import desks_to_invite, people_to_invite
from cases.casefile.models import Case
from cases.sharing.actions import agency_by_code
from coordination.exchange.letters.acting import person_of, record_begun, refuse_past
from coordination.exchange.tasks.actions import ask_task

from .models import Conference, Minutes, Participant, Resolution, must_confirm
from .workflow import CONFERENCE, askable


def call_conference(
    case: Case,
    *,
    actor: Actor,
    title: str,
    starts_at: datetime,
    desks: Iterable[str],
    people: Iterable[str] = (),
    **given: Any,
) -> Conference:
    """会商: invites agencies, desks and people. An invitation shows the agenda and nothing of the case."""
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    _refuse_past(starts_at, at)
    with atomic():
        case = lock_case_for(case, "call_conference", actor=actor, version=common.version)
        conference = Conference.objects.create(
            case=case,
            agency_id=actor.own_agency,
            convener=person_of(actor),
            title=title,
            starts_at=starts_at,
            state_since=at,
            **given,
        )
        named = _invite(conference, desks, people, actor)
        audience = Audience("own", notify=_others(conference))
        data = {"title": title, "starts_at": starts_at.isoformat(), "paper": common.paper}
        event = record_begun(conference, "call", actor=actor, at=at, audience=audience, data=data)
        _notify_people(event, named)
        return conference


def _invite(conference: Conference, desks: Iterable[str], people: Iterable[str], actor: Actor) -> list[User]:
    """Adds one participant row for each agency, with its desks and people. Raises Invalid for anyone not offered."""
    desks, people = list(desks), list(people)
    offered = {code for code, _name in desks_to_invite(conference.case, actor)}
    if not set(desks) <= offered:
        raise Invalid.field("desks", "choice", _("Choose agencies or units from the list."))
    known = {pk for pk, _name in people_to_invite(conference.case, actor)}
    if not set(people) <= known:
        raise Invalid.field("people", "choice", _("Choose persons from the list."))
    nodes, named = Agency.objects.filter(code__in=desks), list(User.objects.filter(pk__in=people))
    by_agency: dict[int, tuple[list[Agency], list[User]]] = defaultdict(lambda: ([], []))
    for node in nodes:
        by_agency[node.agency_id or node.pk][0].append(node)
    for person in named:
        by_agency[person.agency_id][1].append(person)
    for agency_id, (its_desks, its_people) in by_agency.items():
        row, _made = Participant.objects.get_or_create(conference=conference, agency_id=agency_id)
        row.desks.add(*(desk for desk in its_desks if not desk.is_agency))
        row.people.add(*its_people)
    return named


def _refuse_past(starts_at: datetime, at: datetime) -> None:
    if starts_at <= at:
        raise Invalid.field(
            "starts_at",
            "past",
            _(
                "A conference is scheduled for a later time. If it was already held, enter when it was "
                "called and the paper that shows it."
            ),
        )


def _others(conference: Conference, actor: Actor | None = None) -> list[int]:
    """Ids of the calling and participating agencies, except the actor's own."""
    own = actor.agency_id if actor else conference.agency_id
    agencies = {conference.agency_id, *(one.agency_id for one in conference.participants.all())}
    return sorted(agency for agency in agencies if agency != own)


def _notify_people(event: Event, named: Iterable[User]) -> None:
    for person in named:
        notify_person(event, person.pk, agency_id=person.agency_id, because="mentioned")


def transition_conference(
    conference: Conference, verb: str, *, actor: Actor, **given: Any
) -> TransitionResult[Conference]:
    """Applies one transition and notifies all participants."""
    audience = Audience(notify=_others(conference, actor))
    with locked_case(conference.case_id):
        return apply_transition(conference, verb, actor=actor, audience=audience, **given)


def invite(
    conference: Conference, *, actor: Actor, desks: Iterable[str], people: Iterable[str] = (), **given: Any
) -> TransitionResult[Conference]:
    with locked_case(conference.case_id):
        CONFERENCE.check("invite", actor, Conference.objects.get(pk=conference.pk))
        named = _invite(conference, desks, people, actor)
        applied = transition_conference(
            conference, "invite", actor=actor, desks=list(desks), people=list(people), **given
        )
        _notify_people(applied.event, named)
        return applied


def answer(
    conference: Conference, *, actor: Actor, answer: str, reason: str = "", **given: Any
) -> TransitionResult[Conference]:
    """Records the answer of the whole agency. The last answer counts."""
    with atomic():
        applied = transition_conference(conference, "answer", actor=actor, answer=answer, reason=reason, **given)
        conference.participants.filter(agency=actor.own_agency).update(answer=answer, remark=reason)
        return applied


def postpone(
    conference: Conference, *, actor: Actor, starts_at: datetime, **given: Any
) -> TransitionResult[Conference]:
    """Sets another time. All participants are asked again."""
    _refuse_past(starts_at, resolve_time_of(given, not_before=conference.state_since))
    with atomic():
        applied = transition_conference(conference, "postpone", actor=actor, starts_at=starts_at, **given)
        conference.participants.update(answer="", remark="")
        return applied


def save_minutes(
    conference: Conference, verb: str, *, actor: Actor, text: str, **given: Any
) -> TransitionResult[Conference]:
    """Saves a new version of the minutes. Earlier versions are kept; all participants must confirm again."""
    with locked_case(conference.case_id):
        conference.refresh_from_db()
        edition = conference.edition + 1
        applied = transition_conference(conference, verb, actor=actor, text=text, changes={"edition": edition}, **given)
        Minutes.objects.create(conference=applied.thing, edition=edition, text=text, at=applied.at)
        conference.participants.update(objection="")
        _settle(applied.thing)
        return applied


def confirm_minutes(conference: Conference, *, actor: Actor, **given: Any) -> TransitionResult[Conference]:
    with atomic():
        applied = transition_conference(conference, "confirm", actor=actor, **given)
        own = conference.participants.filter(agency=actor.own_agency)
        own.update(confirmed=applied.thing.edition, objection="")
        _settle(applied.thing)
        return applied


def object_to_minutes(
    conference: Conference, *, actor: Actor, reason: str, **given: Any
) -> TransitionResult[Conference]:
    with atomic():
        applied = transition_conference(conference, "object", actor=actor, reason=reason, **given)
        conference.participants.filter(agency=actor.own_agency).update(objection=reason, confirmed=0)
        return applied


def _settle(conference: Conference) -> None:
    """Confirms the minutes once the last participant has confirmed."""
    now = Conference.objects.select_related("case").get(pk=conference.pk)
    if now.state == Conference.State.MINUTES and not must_confirm(now).exists():
        transition_conference(now, "settle", actor=SYSTEM)


def add_resolution(
    conference: Conference, *, actor: Actor, agency: str, title: str, due_at: datetime | None = None, **given: Any
) -> TransitionResult[Conference]:
    target = agency_by_code(agency)
    there = {*conference.participants.values_list("agency", flat=True), conference.agency_id}
    if target.pk not in there:
        raise Invalid.field("agency", "choice", _("A resolution can be assigned only to a participating agency."))
    refuse_past(due_at, times.now())
    with atomic():
        applied = transition_conference(conference, "add_resolution", actor=actor, agency=agency, title=title, **given)
        Resolution.objects.create(conference=applied.thing, agency=target, title=title, due_at=due_at)
        return applied


def ask_tasks(conference: Conference, *, actor: Actor, **given: Any) -> TransitionResult[Conference]:
    """Creates a task for each resolution whose agency shares the case. The others stay resolutions without a task."""
    with atomic():
        applied = transition_conference(conference, "ask_tasks", actor=actor, **given)
        for resolution in list(askable(applied.thing)):
            # A due time before the task was created is dropped, because the task would be late at once.
            due = resolution.due_at if resolution.due_at and resolution.due_at > applied.at else None
            resolution.task = ask_task(
                conference.case,
                actor=actor,
                agency=resolution.agency.code,
                title=resolution.title,
                due_at=due,
                body=conference.title,
                happened_at=applied.at,
                paper=given.get("paper", ""),
            )
            resolution.save(update_fields=["task"])
        return applied


ACTIONS = by_verb(
    transition_conference,
    CONFERENCE,
    answer=answer,
    invite=invite,
    postpone=postpone,
    confirm=confirm_minutes,
    object=object_to_minutes,
    add_resolution=add_resolution,
    ask_tasks=ask_tasks,
    **{verb: partial(save_minutes, verb=verb) for verb in ("write_minutes", "edit_minutes")},
)
