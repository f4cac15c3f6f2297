"""Opening proceedings, and transitions of proceedings and their lines."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.actions import lift_holds, locked_case, move_case, place_hold, stream_of
from cases.casefile.choices import proceeding_kinds
from cases.casefile.models import Case, Hold
from cases.clocks.by_paper import START, refuse_strange_period
from cases.controls.models import Offence
from cases.sharing.actions import make_share_permanent

from .models import TRIALS, Decision, PartyLine, Proceeding, Suspect
from .periods import begin_periods, end_periods
from .starts import STARTS
from .workflow import CLOCK_BY_KIND, OUTCOMES, STARTS_AT, STARTS_IF

P, K = Proceeding.State, Proceeding.Kind
About = tuple[UUID | None, UUID | None]  # party and act
REOPENING = frozenset({"reopen", "resume"})


def open_proceeding(case: Case, *, actor: Actor, kind: str, **given: Any) -> Proceeding:
    """Opens an administrative proceeding of the actor's agency. Criminal proceedings open by filing."""
    STARTS.check("open_proceeding", actor, case)
    agency = Agency.objects.get(pk=actor.own_agency)
    if kind not in dict(proceeding_kinds(case, actor)):
        raise Invalid.field("kind", "choice", _("This agency does not conduct such proceedings."))
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    return create_proceeding(case, agency, actor=actor, kind=kind, at=at, common=common, **given)


def file_criminal(
    case: Case,
    *,
    actor: Actor,
    reason: str,
    offence: str = "",
    external_number: str = "",
    **given: Any,
) -> Proceeding:
    """An agency with police powers files a criminal case from its own findings, without a transfer (CPL art. 109)."""
    STARTS.check("file_criminal", actor, case)
    named = Offence.objects.filter(code=offence).first()
    if offence and named is None:
        raise Invalid.field("offence", "choice", _("There is no such offence."))
    common = CommonAnswers.pop_from(given)
    return create_proceeding(
        case,
        Agency.objects.get(pk=actor.own_agency),
        actor=actor,
        kind=K.CRIMINAL,
        external_number=external_number,
        offence=named,
        at=common.resolve_time(),
        common=common,
        reason=reason,
        **given,
    )


def create_proceeding(
    case: Case,
    agency: Agency,
    *,
    actor: Actor,
    kind: str,
    at: datetime,
    common: CommonAnswers | None = None,
    reason: str = "",
    about: Iterable[About] = ((None, None),),
    **columns: Any,
) -> Proceeding:
    """Creates a proceeding with its event, holds and share. Raises TransitionRefused if the case is closed or the
    number is taken.

    `about` are the parties and acts of a criminal one that no other agency may fine; without it, all of the case.
    Of the columns, `handler` is by default the person who opens it.
    """
    common = common or CommonAnswers()
    with locked_case(case.pk) as case:
        if case.state == Case.State.CLOSED:
            raise TransitionRefused.because("state", _("The case is closed. Its lead agency can reopen it."))
        handler = columns.pop("handler", None)
        # A person who records it for an agency that does not sign in is not its handler.
        if handler is None and actor.is_person:
            handler = User.objects.filter(pk=actor.id, agency=agency).first()
        state = P.CRIMINAL_CASE if kind == K.CRIMINAL else P.VERIFY
        data = {"kind": kind, "state": state, "state_since": at, "opened_at": at, "handler": handler}
        proceeding = _insert(case=case, agency=agency, **data, **columns)
        record_event(
            stream_of(case.pk),
            actor=actor,
            action=Action(
                "open_proceeding",
                "proceeding",
                proceeding.pk,
                to_state=state,
                data={"kind": kind, "paper": common.paper},
                reason=reason,
            ),
            happened_at=at,
            audience=Audience("status"),
            on_behalf_of=None if actor.agency_id in (agency.pk, None) else agency.pk,
            involves=[handler.pk] if handler else [],
        )
        move_case(case, "handle", actor=SYSTEM, happened_at=max(at, case.state_since or at), version=common.version)
        _hold_case(proceeding, about)
        make_share_permanent(case, agency)
        return proceeding


def _insert(**columns: Any) -> Proceeding:
    try:
        with atomic():
            return Proceeding.objects.create(**columns)
    except IntegrityError as taken:
        raise _number_taken(columns.get("external_number", "")) from taken


def move_proceeding(
    proceeding: Proceeding, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> TransitionResult[Proceeding]:
    """Applies a transition with its clocks, holds and outcome. `changes` as in `apply_transition`."""
    with locked_case(proceeding.case_id):
        written = _changes(proceeding, verb) | (changes or {})
        try:
            with atomic():
                applied = apply_transition(
                    proceeding,
                    verb,
                    actor=actor,
                    changes=written,
                    **given,
                )
        except IntegrityError as taken:
            raise _number_taken(given.get("external_number", "")) from taken
        _run_periods(applied)
        _update_holds(applied)
        return applied


def void_proceeding(proceeding: Proceeding, *, actor: Actor, reason: str) -> TransitionResult[Proceeding]:
    """Closes an administrative proceeding that an import made in error, with its undecided lines. Its number is free
    again."""
    with locked_case(proceeding.case_id):
        for line in Decision.objects.filter(proceeding=proceeding, state=Decision.State.OPEN):
            move_line(line, "drop", actor=actor, reason=reason)
        changes = {"external_number": ""}
        return move_proceeding(proceeding, "void", actor=SYSTEM, reason=reason, changes=changes, event_data=changes)


def add_line(
    proceeding: Proceeding, *, actor: Actor, party: str, act: str = "", **given: Any
) -> TransitionResult[Proceeding]:
    """Adds a party (administrative) or a suspect (criminal) of the case to the proceeding."""
    chosen = proceeding.case.parties.filter(pk=party).first()
    if chosen is None:
        raise Invalid.field("party", "choice", _("There is no such party on this case."))
    model = Suspect if proceeding.is_criminal else Decision
    about = _about(proceeding, act)
    with atomic():
        applied = move_proceeding(proceeding, "add_line", actor=actor, party=str(chosen.pk), **about, **given)
        if model.objects.filter(proceeding=proceeding, party=chosen, **about).without_fate().exists():
            raise TransitionRefused.because(
                "line", _("%(name)s is already in this proceeding.") % {"name": chosen.name}
            )
        model.objects.create(proceeding=proceeding, party=chosen, state_since=applied.at, **about)
        if proceeding.is_criminal:
            _hold_party(proceeding, chosen.pk)
        return applied


def move_line(line: PartyLine, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Any]:
    """Applies a transition of a decision or suspect. Its clocks are private to the agency."""
    proceeding: Proceeding = line.proceeding
    with locked_case(proceeding.case_id):
        applied = apply_transition(
            line,
            verb,
            actor=actor,
            streams=[stream_of(proceeding.case_id)],
            event_data={"party": line.party.name},
            **given,
        )
        _run_periods(applied)
        return applied


def start_period(thing: Proceeding | PartyLine, *, actor: Actor, rule: str, **given: Any) -> TransitionResult[Any]:
    """Starts a period of a court, a procuratorate or a party from its paper."""
    move: Callable[..., TransitionResult[Any]] = move_proceeding if isinstance(thing, Proceeding) else move_line
    with atomic():
        applied = move(thing, START, actor=actor, rule=rule, **given)
        refuse_strange_period(applied.thing, rule, actor)
        begin_periods([rule], applied.thing, applied.at)
        return applied


def paper_number(applied: TransitionResult[Any], paper: str) -> str:
    """The number of the paper. A paper chosen by id, for an agency that does not sign in, has its number in the
    event.
    """
    note = applied.event.remark
    return str(note.data.get("paper", paper)) if note else paper


def _about(proceeding: Proceeding, act: str) -> dict[str, Any]:
    """The act for which a party is punished or charged."""
    if not act:
        return {}
    found = proceeding.case.acts.filter(pk=act).first()
    if found is None:
        raise Invalid.field("act", "choice", _("There is no such act on this case."))
    return {"act": found}


def _changes(proceeding: Proceeding, verb: str) -> dict[str, Any]:
    if verb in REOPENING:
        return {"outcome": "", "outcome_reason": ""}
    if verb == "prosecute_opinion":
        return {"review_procedure": ""}
    if verb == "prosecute":
        return {"court": "", "court_accepted_at": None, "trial_procedure": ""}
    if verb == "accept_trial":
        return {"court_accepted_at": TIME_OF_ACT}
    if verb == "return":
        return {"supplements": proceeding.supplements + 1}
    if verb == "decide":
        return {"outcome": _decided(set(proceeding.decisions.values_list("result", flat=True)))}
    return {"outcome": OUTCOMES[verb]} if verb in OUTCOMES else {}


def _decided(results: set[str]) -> str:
    """The outcome of the proceeding: its gravest result."""
    outcome = Proceeding.Outcome
    if Decision.Result.PENALTY in results:
        return outcome.PENALTY
    return outcome.MITIGATED if Decision.Result.MITIGATED in results else outcome.NO_PENALTY


def _run_periods(applied: TransitionResult[Any]) -> None:
    thing, line, at = applied.thing, applied.transition, applied.at
    kind = thing.proceeding.kind
    end_periods(_codes(line.stops, kind), thing, at)
    for code in _codes(line.starts, kind):
        code = thing.trial_rule if code == TRIALS[""] and isinstance(thing, Proceeding) else code
        gives_cause = not isinstance(thing, Decision) or code not in STARTS_IF or STARTS_IF[code](thing)
        if gives_cause:
            began = STARTS_AT[code](thing) if code in STARTS_AT else None
            begin_periods([code], thing, began or at)


def _codes(codes: Iterable[str], kind: str) -> list[str]:
    """Resolves rule codes that depend on the kind of proceeding."""
    named = [CLOCK_BY_KIND[code].get(K(kind), "") if code in CLOCK_BY_KIND else code for code in codes]
    return [code for code in named if code]


def _hold_case(proceeding: Proceeding, about: Iterable[About] = ((None, None),)) -> None:
    """An open proceeding prevents the conclusion of the case. A criminal one also prevents fines for the same act."""
    place_hold(
        proceeding.case_id,
        Hold.Verb.CONCLUDE,
        because=Hold.Because.PROCEEDING,
        agency_id=proceeding.agency_id,
        source=proceeding.pk,
    )
    for party_id, act_id in about if proceeding.is_criminal else ():
        place_hold(
            proceeding.case_id,
            Hold.Verb.PUNISH,
            because=Hold.Because.CRIMINAL,
            agency_id=proceeding.agency_id,
            source=proceeding.pk,
            party_id=party_id,
            act_id=act_id,
        )


def _hold_party(proceeding: Proceeding, party_id: UUID) -> None:
    """After some parties returned to administrative handling, the hold on fines is per party."""
    standing = Hold.objects.standing().filter(source=proceeding.pk, verb=Hold.Verb.PUNISH)
    if standing.exclude(party=None).exists() and not standing.filter(party=None).exists():
        place_hold(
            proceeding.case_id,
            Hold.Verb.PUNISH,
            because=Hold.Because.CRIMINAL,
            agency_id=proceeding.agency_id,
            source=proceeding.pk,
            party_id=party_id,
        )


def _update_holds(applied: TransitionResult[Proceeding]) -> None:
    """The end of the criminal matter lifts its hold on penalties; a fine of the court leaves one on fines
    (`persons._keep_hold`).
    """
    proceeding, to = applied.thing, applied.transition.to
    if to in (P.WITHDRAWN, P.NOT_PROSECUTED, P.FINAL):
        lift_holds(proceeding.pk, Hold.Verb.PUNISH)
    if to == P.CLOSED:
        lift_holds(proceeding.pk, Hold.Verb.CONCLUDE)
    if applied.event.verb in REOPENING:
        case = Case.objects.get(pk=proceeding.case_id)
        if case.state == Case.State.CLOSED:
            raise TransitionRefused.because("state", _("The case is closed. Its lead agency can reopen it."))
        move_case(case, "handle", actor=SYSTEM, happened_at=max(applied.at, case.state_since or applied.at))
        _hold_case(proceeding)


def _number_taken(number: str) -> TransitionRefused:
    detail = _("The number %(number)s is already used in this agency.") % {"number": number}
    return TransitionRefused.because("external_number", detail)


CASE_ACTIONS: ActionTable = {
    "open_proceeding": open_proceeding,
    "file_criminal": file_criminal,
}
