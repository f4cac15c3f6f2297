"""Actions on identifications: ask, take up, return, give an opinion, close."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, notify_person, record_event
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition, resolve_time_of
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import touch
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lock_case_for, stream_of
from cases.casefile.models import Case
from cases.sharing.actions import agency_by_code
from coordination.exchange.letters.acting import person_of, refuse_past
from coordination.prevention.customsqueries.actions import locked, move_query, stream_of_query
from coordination.prevention.customsqueries.models import CustomsQuery

from .access import BUREAU
from .models import Identification, ItemOpinion
from .workflow import IDENTIFICATION

MARK = "鉴别"
COLUMNS = ("goods", "hs_code", "control_code", "question", "papers", "due_at")


def stream_of_request(request: Identification) -> StreamKey:
    """The stream of its case; without a case, that of its query."""
    if request.case_id is None and request.query is not None:
        return stream_of_query(request.query)
    case: Any = request.case_id  # a request is about an item of a case or about a query
    return stream_of(case)


def ask_on_case(case: Case, *, actor: Actor, item: str, **given: Any) -> Identification:
    """Asks about an item of a case. Raises Invalid if it is no item of the case."""
    common = CommonAnswers.pop_from(given)
    with locked(case.pk):
        case = lock_case_for(case, "ask_identification", actor=actor, version=common.version)
        found = case.items.filter(pk=item).first()
        if found is None:
            raise Invalid.field("item", "choice", _("There is no such item on this case."))
        about = {"case": case, "item": found}
        return _ask(agency_by_code(BUREAU, field="item"), actor, common.resolve_time(), about, common.paper, **given)


def ask_on_query(query: CustomsQuery, *, actor: Actor, **given: Any) -> Identification:
    """Asks about the goods of a customs query, which waits for the opinion from then on."""
    common: dict[str, Any] = {name: given.pop(name) for name in ("happened_at", "paper", "version") if name in given}
    bureau = agency_by_code(BUREAU, field="goods")
    at = resolve_time_of(common, not_before=query.state_since)
    with locked(query.case_id):
        query.bureau = bureau
        move_query(query, "ask_identification", actor=actor, changes={"bureau": bureau}, **common, **given)
        about = {"case": query.case, "item": query.item, "query": query}
        return _ask(bureau, actor, at, about, common.get("paper", ""), **given)


def _ask(bureau: Agency, actor: Actor, at: datetime, about: dict[str, Any], paper: str, **given: Any) -> Identification:
    refuse_past(given.get("due_at"), at)
    sample = {name: given.pop(f"sample_{name}", "") for name in ("number", "place", "seal")}
    agency = Agency.objects.get(pk=actor.own_agency)
    request = Identification.objects.create(
        **about,
        **{name: given[name] for name in COLUMNS if given.get(name) is not None},
        agency=agency,
        bureau=bureau,
        asker=person_of(actor),
        number=take_number(agency, "id_request", at=at, mark=MARK),
        state_since=at,
    )
    _add_sample(request, sample, at)
    record_event(
        stream_of_request(request),
        actor=actor,
        action=Action(
            "ask",
            "id_request",
            request.pk,
            to_state=request.state,
            data={"goods": request.goods, "paper": paper},
        ),
        happened_at=at,
        audience=Audience("pair", counterpart_id=bureau.pk, notify=[bureau.pk]),
    )
    return request


def _add_sample(request: Identification, sample: dict[str, str], at: datetime) -> None:
    """Raises Invalid for a sample without number or place, and for a number that is there already."""
    if not any(sample.values()):
        return
    for name in ("number", "place"):
        if not sample[name]:
            raise Invalid.field(f"sample_{name}", "required", _("A sample has a number and a place where it is kept."))
    if request.samples.filter(number=sample["number"]).exists():
        raise Invalid.field("sample_number", "taken", _("There is a sample with this number. Enter another number."))
    request.samples.create(**sample, added_at=at)


def move_request(request: Identification, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Identification]:
    """Applies one transition and notifies the other side."""
    other = request.bureau_id if actor.agency_id == request.agency_id else request.agency_id
    with locked(request.case_id):
        applied = apply_transition(
            request,
            verb,
            actor=actor,
            streams=[stream_of_request(request)],
            audience=Audience(counterpart_id=other, notify=[other]),
            **given,
        )
        if request.query_id is not None:
            touch("query", request.query_id)
        return applied


def receive_request(
    request: Identification, *, actor: Actor, handler: str, **given: Any
) -> TransitionResult[Identification]:
    """Takes it up for a person of the bureau, who is notified. Raises Invalid if there is no such colleague."""
    person = User.objects.filter(pk=handler, agency=request.bureau_id, is_active=True).first()
    if person is None:
        raise Invalid.field("handler", "choice", _("No such colleague in this agency."))
    with locked(request.case_id):
        changes = {"handler": person}
        applied = move_request(request, "receive", actor=actor, handler=handler, changes=changes, **given)
        if str(person.pk) != actor.id:
            notify_person(applied.event, person.pk, agency_id=request.bureau_id, because="assigned")
        return applied


def set_due(
    request: Identification, *, actor: Actor, due_at: datetime, **given: Any
) -> TransitionResult[Identification]:
    refuse_past(due_at, resolve_time_of(given, not_before=request.state_since))
    return move_request(request, "set_due", actor=actor, due_at=due_at, **given)


def add_sample(
    request: Identification, *, actor: Actor, sample_number: str, sample_place: str, sample_seal: str = "", **given: Any
) -> TransitionResult[Identification]:
    sample = {"number": sample_number, "place": sample_place, "seal": sample_seal}
    with locked(request.case_id):
        applied = move_request(
            request, "add_sample", actor=actor, sample_number=sample_number, sample_place=sample_place, **given
        )
        _add_sample(request, sample, applied.at)
        return applied


def give_opinion(
    request: Identification,
    *,
    actor: Actor,
    finding: str,
    reasons: str,
    control_code: str = "",
    reports: str = "",
    **given: Any,
) -> TransitionResult[Identification]:
    """Gives the opinion, or its next version, which supersedes the last one. Raises Invalid for controlled goods
    without a control code, and for a code of goods that are not found to be controlled."""
    is_controlled = finding == ItemOpinion.Finding.CONTROLLED
    if is_controlled != bool(control_code):
        detail = (
            _("Controlled goods have a control code: enter it.")
            if is_controlled
            else _("Only goods that are found to be controlled have a control code: leave it empty.")
        )
        raise Invalid.field("control_code", "required" if is_controlled else "invalid", detail)
    with locked(request.case_id):
        said = {"finding": finding, "control_code": control_code, "reasons": reasons, "reports": reports}
        applied = move_request(request, "give_opinion", actor=actor, **said, **given)
        request.opinions.create(**said, number=request.opinions.count() + 1, given_by=person_of(actor), at=applied.at)
        return applied


def withdraw_request(request: Identification, *, actor: Actor, **given: Any) -> TransitionResult[Identification]:
    """Withdraws it. Its query can then be decided without an opinion."""
    with locked(request.case_id):
        applied = move_request(request, "withdraw", actor=actor, **given)
        if request.query is not None and request.query.state == CustomsQuery.State.TO_IDENTIFY:
            move_query(request.query, "resume", actor=SYSTEM, happened_at=applied.at)
        return applied


ACTIONS = by_verb(
    move_request,
    IDENTIFICATION,
    receive=receive_request,
    give_opinion=give_opinion,
    set_due=set_due,
    add_sample=add_sample,
    withdraw=withdraw_request,
)
