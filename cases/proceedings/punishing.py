"""Actions on a party's penalty beyond a plain transition: team, hearing, decision, service."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, resolve_time_of
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.actions import take_number
from agencies.people.models import User
from cases.casefile.actions import locked_case
from cases.casefile.models import Hold
from cases.clocks.models import Clock
from cases.papers.actions import assign_draft_numbers
from cases.papers.texts import MARKS

from .actions import move_line, move_proceeding
from .comparing import Sanction, differences, on_which_it_rests
from .hearings import discussion_required, hearing_required, review_required
from .models import Decision, ProceduralStep, Proceeding
from .penalties import Judgement, judge_fine
from .range_texts import format_cny
from .ranges import range_for_rule, suggested_basis
from .workflow import DECISION
from .workflow.decision import HEARD
from .workflow.decision_conditions import held, not_discussed, not_reviewed

Penalty = Decision.Penalty

ANNOUNCED = timedelta(days=30)  # service by announcement takes effect after that time (Civil Procedure Law art. 95)
# Columns cleared when a matter returns to investigation.
UNDONE: dict[str, Any] = {
    "hearing_on": None,
    "hearing_record": "",
    "review_opinion": "",
    "reviewer_id": None,
    "discussed_by": "",
    "minutes": "",
    "conclusion": "",
}


# The team ------------------------------------------------------------------------------------------------------------
def _with_team(verb: str) -> Callable[..., TransitionResult[Proceeding]]:
    def act(
        proceeding: Proceeding, *, actor: Actor, team: Iterable[str] | None = None, **given: Any
    ) -> TransitionResult[Proceeding]:
        """Names the team of the matter. Without `team` the present one remains."""
        chosen = User.objects.filter(pk__in=list(team or ()), agency=proceeding.agency_id, is_active=True)
        people = list(chosen) if team else []
        with atomic():
            applied = move_proceeding(proceeding, verb, actor=actor, involves=[one.pk for one in people], **given)
            if team is not None:
                applied.thing.team.set(people)
            return applied

    return act


# Notice, statement and hearing ----------------------------------------------------------------------------------------
def issue_notice(
    line: Decision,
    *,
    actor: Actor,
    without_hearing: bool = False,
    proposed_fine_cny: Any = None,
    proposed_confiscated_cny: Any = None,
    proposed_months: int | None = None,
    **given: Any,
) -> TransitionResult[Decision]:
    """告知: a new notice starts statement and hearing anew. Without a hearing only if the law requires none (APL art.
    63).
    """
    sums = {"proposed_fine_cny": proposed_fine_cny, "proposed_confiscated_cny": proposed_confiscated_cny}
    sanction = Sanction.of(given["proposed_penalties"], proposed_fine_cny, proposed_confiscated_cny, proposed_months)
    for kind, field in ((Penalty.FINE, "proposed_fine_cny"), (Penalty.GAINS, "proposed_confiscated_cny")):
        if kind.value in sanction.kinds and sums[field] is None:
            raise Invalid.field(field, "required", _("The notice names the sum (APL art. 44)."))
    if without_hearing and hearing_required(sanction, line):
        detail = _("The proposed penalty gives the party a right to a hearing (APL art. 63): offer it.")
        raise Invalid.field("without_hearing", "hearing", detail)
    changes = {
        **UNDONE,
        **{"notice_round": line.notice_round + 1, "notice_number": "", "statement": "", "serious": line.serious},
        "noticed": on_which_it_rests(line, given),
    }
    given |= sums | {"proposed_months": proposed_months, "without_hearing": without_hearing}
    given["proposed_penalties"] = sorted(sanction.kinds)  # the journal records them as the row has them
    return move_line(line, "notify", actor=actor, changes=changes, **given)


def _stepping(
    verb: str, act: Callable[..., TransitionResult[Decision]] | None = None
) -> Callable[..., TransitionResult[Decision]]:
    """Returns the action with the record of its paper, time and person."""

    def step(line: Decision, *, actor: Actor, person: str, paper: str, **given: Any) -> TransitionResult[Decision]:
        with atomic():
            more = {"person": person, "paper": paper, **given}
            applied = act(line, actor=actor, **more) if act else move_line(line, verb, actor=actor, **more)
            ProceduralStep.objects.create(
                decision=applied.thing,
                verb=verb,
                round=applied.thing.notice_round,
                at=applied.at,
                paper=paper,
                person=person,
            )
            return applied

    return step


def request_hearing(line: Decision, *, actor: Actor, **given: Any) -> TransitionResult[Decision]:
    """The day of the request counts; a lapsed right cannot be used (APL art. 64)."""
    right = _clock(line, "ADM_HEARING_REQ")
    with atomic():
        applied = move_line(line, "request_hearing", actor=actor, **given)
        if right is not None and right.due_at is not None and applied.at > right.due_at:
            raise TransitionRefused.because("hearing", _("The party's period to request a hearing had ended by then."))
        return applied


def notify_hearing(line: Decision, *, actor: Actor, hearing_on: datetime, **given: Any) -> TransitionResult[Decision]:
    """听证通知: a new notice starts seven new working days. The hearing cannot be on an earlier day."""
    with atomic():
        applied = move_line(line, "notify_hearing", actor=actor, hearing_on=hearing_on, **given)
        _refuse_early(_clock(line, "ADM_HEARING_NOTICE"), hearing_on, "hearing_on")
        return applied


def hold_hearing(line: Decision, *, actor: Actor, person: str, **given: Any) -> TransitionResult[Decision]:
    """The chair does not investigate the matter (APL art. 64)."""
    if any(person.strip() in (one.name_zh, one.name_en) for one in line.proceeding.team.all()):
        raise Invalid.field("person", "team", _("This person handles the matter: another person chairs the hearing."))
    notice = _clock(line, "ADM_HEARING_NOTICE")
    with atomic():
        applied = move_line(line, "hold_hearing", actor=actor, person=person, **given)
        _refuse_early(notice, applied.at, "happened_at")
        return applied


def _refuse_early(notice: Clock | None, at: datetime, field: str) -> None:
    if notice is not None and notice.due_at is not None and at <= notice.due_at:
        day = date_format(timezone.localtime(notice.due_at), "DATE_FORMAT")
        detail = _("The notice of the hearing must be served seven working days before: not before the end of %(day)s.")
        raise Invalid.field(field, "early", detail % {"day": day})


def send_to_review(line: Decision, *, actor: Actor, **given: Any) -> TransitionResult[Decision]:
    """A right that the party did not use had passed at the time of this act, not only at that of its recording."""
    with atomic():
        applied = move_line(line, "review", actor=actor, **given)
        unmet = [one for need in HEARD if (one := need(applied.thing, actor)) is not None]
        if unmet:
            raise TransitionRefused(unmet)
        return applied


# Review and decision -------------------------------------------------------------------------------------------------
def record_review(line: Decision, *, actor: Actor, **given: Any) -> TransitionResult[Decision]:
    return move_line(line, "record_review", actor=actor, changes={"reviewer_id": actor.id}, **given)


RESULTS = {
    "decide": Decision.Result.PENALTY,
    "mitigate": Decision.Result.MITIGATED,
    "no_penalty": Decision.Result.NO_PENALTY,
}


def _deciding(verb: str) -> Callable[..., TransitionResult[Decision]]:
    def act(line: Decision, *, actor: Actor, **given: Any) -> TransitionResult[Decision]:
        if verb == "decide":
            _refuse_below(line, given)
        at = resolve_time_of(given, not_before=line.state_since)
        changes: dict[str, Any] = {"result": RESULTS[verb], "decided_at": at}
        with locked_case(line.proceeding.case_id):  # a refused decision takes no number
            current = Decision.objects.select_related("proceeding", "party").get(pk=line.pk)
            if verb != "no_penalty" and current.state in DECISION.transitions[verb].sources:
                changes |= _weigh(current, verb, actor, given)
            given["decision_number"] = given.get("decision_number") or _next_number(line, verb, at)
            applied = move_line(line, verb, actor=actor, changes=changes, **given)
            assign_draft_numbers(line.clock_kind, line.pk, given["decision_number"])
            return applied

    return act


def _weigh(line: Decision, verb: str, actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    """Refuses what the notice served does not cover, and what needs a review or discussion that is not recorded.
    Returns kinds and duration of the penalty: those of the notice, if no kind is named.
    """
    DECISION.require_actor(verb, actor, line)
    kinds, months = given.pop("penalties", None), given.pop("months", None)
    if not kinds:
        kinds, months = line.proposed_penalties, months or line.proposed_months
    decided = Sanction.of(kinds, given.get("fine_cny"), given.get("confiscated_cny"), months)
    missing = [*DECISION.unmet(verb, actor, line)]
    if line.steps_taken("serve_notice"):
        missing += differences(line, decided, given)
    if decided.fine and (barred := held(line, Hold.Verb.FINE)):
        missing.append(barred)
    known = {one.code for one in missing}
    for required, unmet in ((review_required, not_reviewed), (discussion_required, not_discussed)):
        left = unmet(line) if required(decided, line) else None
        missing += [left] if left and left.code not in known else []
    if missing:
        raise TransitionRefused(missing)
    for kind, field in ((Penalty.FINE, "fine_cny"), (Penalty.GAINS, "confiscated_cny")):
        if kind.value in decided.kinds and given.get(field) is None:
            raise Invalid.field(field, "required", _("The decision names the sum."))
    return {"penalties": sorted(decided.kinds), "months": months}


def _next_number(line: Decision, verb: str, at: datetime) -> str:
    """决定书文号: the agency's next number, without gaps."""
    series = "no_penalty" if verb == "no_penalty" else "decision"
    return take_number(line.proceeding.agency, series, at=at, mark=MARKS[series])


def _refuse_below(line: Decision, given: dict[str, Any]) -> None:
    """A fine below the minimum is a mitigated penalty and needs a ground (APL art. 32). One above the range is only
    warned of.
    """
    fine, rule = _decimal(given.get("fine_cny")), given.get("basis_rule") or suggested_basis(line)
    allowed = range_for_rule(line, rule)
    if fine is None or allowed is None or judge_fine(fine, allowed) != Judgement.BELOW:
        return
    floor = format_cny(allowed.low)
    detail = _("%(rule)s sets a minimum of %(floor)s CNY: decide on a mitigated penalty, with its ground.")
    raise Invalid.field("fine_cny", "below", detail % {"rule": allowed.rule.cited, "floor": floor})


# Service -------------------------------------------------------------------------------------------------------------
def serve(line: Decision, *, actor: Actor, service: str, **given: Any) -> TransitionResult[Decision]:
    """送达: on the spot, delivered, or thirty days after the announcement."""
    at = resolve_time_of(given, not_before=line.state_since)
    if service == Decision.Service.ANNOUNCED and (line.announced_at is None or at < line.announced_at + ANNOUNCED):
        detail = _("Service by announcement takes effect thirty days after the announcement.")
        raise Invalid.field("service", "announcement", detail)
    return move_line(line, "serve", actor=actor, service=service, changes={"served_at": at}, **given)


def _clock(line: Decision, code: str) -> Clock | None:
    return Clock.objects.running().about(line).filter(rule__code=code).first()


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


PROCEEDING_ACTIONS: ActionTable = {
    "investigate": _with_team("investigate"),
    "name_team": _with_team("name_team"),
}
LINE_ACTIONS: ActionTable = {
    "notify": issue_notice,
    **{verb: _stepping(verb) for verb in ("serve_notice", "hear_party", "waive_statement", "waive_hearing")},
    "withdraw_hearing": _stepping("withdraw_hearing"),
    "request_hearing": _stepping("request_hearing", request_hearing),
    "notify_hearing": _stepping("notify_hearing", notify_hearing),
    "hold_hearing": _stepping("hold_hearing", hold_hearing),
    "review": send_to_review,
    "record_review": record_review,
    "send_back": partial(move_line, verb="send_back", changes=UNDONE),
    **{verb: _deciding(verb) for verb in RESULTS},
    # 公告送达: if no person can be found to accept the decision.
    "announce": partial(move_line, verb="announce", changes={"announced_at": TIME_OF_ACT}),
    "serve": _stepping("serve", serve),
}
