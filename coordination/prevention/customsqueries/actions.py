"""Actions on customs queries: draft, issue, serve, record the answer, decide, notify the exporter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.transitions import (
    TIME_OF_ACT,
    CommonAnswers,
    TransitionResult,
    apply_transition,
    refuse_stale,
    resolve_time_of,
)
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import by_verb, resource_of
from agencies.kernel.work import atomic
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency
from cases.casefile.actions import lock_case, lock_case_for, stream_of
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.models import Case, Item
from cases.clocks.actions import start_clocks, stop_clocks
from cases.intake.models import Lead
from cases.intake.receiving import enter_lead
from cases.intake.serializers import occurred_of
from coordination.exchange.letters.acting import person_of
from coordination.prevention.stops.actions import locked as locked_stop
from coordination.prevention.stops.models import Stop
from coordination.prevention.streams import prevention_stream

from .access import queries_goods
from .models import CustomsQuery
from .reporting import REPORTED, report_of
from .starts import LINE
from .verdict import verdict_columns
from .workflow import QUERY

S = CustomsQuery.State
# 机关代字 of the two notices, which precedes the year in the number.
QUERY_MARK, RESULT_MARK = "质疑", "质告"
COLUMNS = tuple(field.name for field in LINE)


def stream_of_query(query: CustomsQuery) -> StreamKey:
    """The stream of its case; without a case, its own."""
    return stream_of(query.case_id) if query.case_id else prevention_stream(query.pk)


@contextmanager
def locked(case_id: Any) -> Iterator[None]:
    """A transaction that begins with the lock of the case, if there is one."""
    with atomic():
        if case_id:
            lock_case(case_id)
        yield


def enter_query(*, actor: Actor, **given: Any) -> CustomsQuery:
    """Drafts a query that is on no case. Raises Forbidden for others than customs."""
    if not queries_goods(actor):
        raise Forbidden(_("Customs queries are drafted by customs."))
    common = CommonAnswers.pop_from(given)
    with atomic():
        return _draft(actor, common.resolve_time(), paper=common.paper, **given)


def query_goods(case: Case, *, actor: Actor, item: str, shipment: str = "", **given: Any) -> CustomsQuery:
    """Drafts a query about an item of a case. Raises Invalid if it is no item of the case."""
    common = CommonAnswers.pop_from(given)
    with atomic():
        case = lock_case_for(case, "query_goods", actor=actor, version=common.version)
        found = case.items.filter(pk=item).first()
        if found is None:
            raise Invalid.field("item", "choice", _("There is no such item on this case."))
        return _draft(actor, common.resolve_time(), paper=common.paper, case=case, item=found, **given)


def query_held_goods(stop: Stop, *, actor: Actor, version: int | None = None, **given: Any) -> CustomsQuery:
    """Drafts a query about goods that are held for a stop. It is on no case, so that the sender does not read it."""
    with locked_stop(stop):
        stop.refresh_from_db()
        refuse_stale(stop, version, "stop")
        resource_of(stop).workflow_of(stop).check("query_goods", actor, stop)
        return enter_query(actor=actor, **given)


def _draft(
    actor: Actor,
    at: datetime,
    *,
    paper: str,
    case: Case | None = None,
    item: Item | None = None,
    **given: Any,
) -> CustomsQuery:
    columns = _compared({name: given[name] for name in COLUMNS if given.get(name) is not None})
    query = CustomsQuery(
        **columns, agency_id=actor.own_agency, case=case, item=item, handler=person_of(actor), state_since=at
    )
    _refuse_wrong_line(query)
    for name, value in verdict_columns(query).items():
        setattr(query, name, value)
    query.save(force_insert=True)
    data = {"goods": query.goods, "declaration_no": query.declaration_no, "line": query.line, "paper": paper}
    record_event(
        stream_of_query(query),
        actor=actor,
        action=Action("draft", "query", query.pk, to_state=query.state, data=data),
        happened_at=at,
        audience=Audience("own"),
    )
    return query


def _compared(given: dict[str, Any]) -> dict[str, Any]:
    """The answers with the numbers in their compared form. A code that fails its check is kept and flagged."""
    named = {
        name: normalize_identifier(given[name]) for name in ("declaration_no", "uscc", "licence_no") if given.get(name)
    }
    return {**given, **named}


def _refuse_wrong_line(query: CustomsQuery) -> None:
    """Raises Invalid for a line before the first one, a day to come, and a line that the agency has queried."""
    if query.line < 1:
        raise Invalid.field("line", "min_value", _("The first line of a declaration is 1."))
    if query.declared_on > times.today():
        raise Invalid.field("declared_on", "future", _("This day is in the future. Enter the day of the declaration."))
    same = CustomsQuery.objects.filter(
        agency=query.agency_id, declaration_no=query.declaration_no, line=query.line
    ).exclude(state=S.WITHDRAWN)
    held = same.exclude(pk=query.pk).first()
    if held is not None:
        detail = _("Your agency has a query about this line: %(number)s. Continue with it, or withdraw it first.")
        raise Invalid.field("line", "taken", detail % {"number": held.number or _("a draft")})


def move_query(
    query: CustomsQuery, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> TransitionResult[CustomsQuery]:
    """Applies one transition, and starts and stops the exporter's period. The bureau that identifies the goods is
    notified of what is announced."""
    line = resource_of(query).workflow_of(query).transitions[verb]
    bureau = query.bureau_id if line.visibility != "own" else None
    with locked(query.case_id):
        applied = apply_transition(
            query,
            verb,
            actor=actor,
            streams=[stream_of_query(query)],
            audience=Audience(counterpart_id=bureau, notify=[bureau] if bureau else []),
            changes=changes,
            **given,
        )
        about: Any = {"case_id": query.case_id, "at": applied.at}
        stop_clocks(line.stops, applied.thing, **about)
        start_clocks(line.starts, applied.thing, holder_id=query.agency_id, private=True, **about)
        return applied


def edit_query(query: CustomsQuery, *, actor: Actor, **given: Any) -> TransitionResult[CustomsQuery]:
    """Changes the draft, and asks the control law again."""
    given, edited = _compared(given), CustomsQuery.objects.get(pk=query.pk)
    for name in COLUMNS:
        if name in given:
            setattr(edited, name, given[name])
    _refuse_wrong_line(edited)
    return move_query(query, "edit", actor=actor, changes=verdict_columns(edited), **given)


def issue_query(query: CustomsQuery, *, actor: Actor, **given: Any) -> TransitionResult[CustomsQuery]:
    """签发质疑通知书: gives the notice its number and keeps what the control law says on this day."""
    with locked(query.case_id):
        number = _number(query, "customs_query", QUERY_MARK, given)
        frozen = verdict_columns(query)
        return move_query(
            query, "issue", actor=actor, changes={**frozen, "number": number, "issued_at": TIME_OF_ACT}, **given
        )


def _number(query: CustomsQuery, kind: str, mark: str, given: dict[str, Any]) -> str:
    at = CommonAnswers(given.get("happened_at"), given.get("paper", "")).resolve_time()
    return take_number(Agency.objects.get(pk=query.agency_id), kind, at=at, mark=mark)


def serve_query(query: CustomsQuery, *, actor: Actor, paper: str, **given: Any) -> TransitionResult[CustomsQuery]:
    """送达: the exporter's period begins with the receipt of the notice."""
    changes = {"served_at": TIME_OF_ACT, "service_proof": paper}
    return move_query(query, "serve", actor=actor, paper=paper, changes=changes, **given)


def record_answer(query: CustomsQuery, *, actor: Actor, **given: Any) -> TransitionResult[CustomsQuery]:
    """Records answer and papers; an answer after the period is recorded like one in time."""
    return move_query(query, "record_answer", actor=actor, changes={"answered_at": TIME_OF_ACT}, **given)


def add_papers(query: CustomsQuery, *, actor: Actor, papers_received: list[str], **given: Any) -> Any:
    """Records further papers beside those received before."""
    received = list(dict.fromkeys([*query.papers_received, *papers_received]))
    return move_query(query, "add_papers", actor=actor, papers_received=received, **given)


def decide_query(query: CustomsQuery, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[CustomsQuery]:
    return move_query(query, verb, actor=actor, changes={"decided_at": TIME_OF_ACT}, **given)


def report_lead(query: CustomsQuery, *, actor: Actor, **given: Any) -> Lead:
    """Reports a lead with exporter, goods and declaration of the query, which names it from then on."""
    answers = {field.name: given.pop(field.name) for field in REPORTED if field.name in given}
    at = resolve_time_of(given, not_before=query.state_since)
    with locked(query.case_id):
        resource_of(query).workflow_of(query).check("report_lead", actor, query)
        content = report_of(query, answers)
        received = enter_lead(content, actor=actor, agency=query.agency, occurred=occurred_of(content), happened_at=at)
        move_query(query, "report_lead", actor=actor, changes={"lead": received.lead}, **answers, **given)
        return received.lead


def reconsider_query(query: CustomsQuery, *, actor: Actor, **given: Any) -> TransitionResult[CustomsQuery]:
    """Takes back a result of which the exporter has not been notified."""
    return move_query(query, "reconsider", actor=actor, changes={"decided_at": None}, **given)


def tell_result(query: CustomsQuery, *, actor: Actor, **given: Any) -> TransitionResult[CustomsQuery]:
    """结果告知: gives the result notice its number and ends the query."""
    with locked(query.case_id):
        number = _number(query, "query_result", RESULT_MARK, given)
        changes = {"result_number": number, "told_at": TIME_OF_ACT}
        return move_query(query, "tell_result", actor=actor, changes=changes, **given)


ACTIONS = by_verb(
    move_query,
    QUERY,
    edit=edit_query,
    issue=issue_query,
    serve=serve_query,
    record_answer=record_answer,
    add_papers=add_papers,
    not_controlled=partial(decide_query, verb="not_controlled"),
    licence_needed=partial(decide_query, verb="licence_needed"),
    report_lead=report_lead,
    tell_result=tell_result,
    reconsider=reconsider_query,
)
