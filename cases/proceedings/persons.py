"""Actions on suspects, and the effect of transitions of the proceeding on them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.transitions import TransitionResult, apply_transition, refuse_reversed
from agencies.kernel import times
from agencies.kernel.action_fields import refuse_strange_choices
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic
from cases.casefile.actions import lift_holds, locked_case, place_hold, stream_of
from cases.casefile.models import Hold
from cases.clocks.models import Clock
from cases.controls.models import Country, Offence

from .actions import add_line, move_proceeding, paper_number
from .custody_limits import limit_custody
from .measure_actions import end_measure, move_measure
from .models import REVIEWS, Measure, Proceeding, Suspect
from .periods import begin_periods, end_periods
from .workflow import (
    CRIMINAL,
    SENDABLE,
    SUSPECT,
)

P, U, M = Proceeding.State, Suspect.State, Measure.Kind
POLICE_STATES = SUSPECT.transitions["drop"].sources

# verb of a suspect → the measure that it imposes
IMPOSES = {
    "summon": M.SUMMONS,
    "compel": M.COMPELLED,
    "detain": M.DETENTION,
    "arrest": M.ARREST,
    "execute_arrest": M.ARREST,
    "bail": M.BAIL,
    "surveil": M.SURVEILLANCE,
    "use_technical": M.TECHNICAL,
}
# verb of a suspect → why the suspect's measures lose their ground
VOIDS = {
    "refuse_arrest": Measure.Over.REFUSED,
    **dict.fromkeys(("drop", "withdraw", "not_prosecute", "exempt", "acquit", "acquit_on_appeal"), Measure.Over.FREED),
}
# verb of a suspect → how it ends the measures in force
SETTLES = {
    **dict.fromkeys(("uphold_judgment", "change_sentence", "finalise"), Measure.Ending.JUDGED),
    "hand_on": Measure.Ending.HANDED,
}
VERDICTS = {
    "convict": Suspect.Verdict.GUILTY,
    "change_sentence": Suspect.Verdict.GUILTY,
    "exempt": Suspect.Verdict.EXEMPT,
    "acquit": Suspect.Verdict.ACQUITTED,
    "acquit_on_appeal": Suspect.Verdict.ACQUITTED,
    "remand": "",
}
NO_PUNISHMENT = {
    "charge": "",
    "sentence": "",
    "sentence_months": None,
    "suspended_months": None,
    "fine_cny": None,
    "set_off_cny": None,
}
# verb of a proceeding → (verb of its suspects, states of the suspects that it applies to)
CARRIES: dict[str, tuple[str, Iterable[str]]] = {
    "prosecute_opinion": ("send", SENDABLE),
    "return": ("send_back", (U.UNDER_REVIEW,)),
    "prosecute": ("indict", (U.UNDER_REVIEW,)),
    "withdraw": ("withdraw", POLICE_STATES),
    "hand_on": ("hand_on", POLICE_STATES),
}


# verbs of a proceeding that begin or end a stage for suspects before the court without changing their state
CHANGES_STAGE = ("adjourn", "resume_trial", "judge")
# verbs that count the stage anew, and the custody in it
COUNTS_ANEW = ("accept_trial", "change_trial", "accept_appeal")


def add_suspect(proceeding: Proceeding, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """Adds a suspect. From the first suspect on, fines by other agencies are blocked per suspect, and per party
    named in the transfer, instead of for the whole case.
    """
    with atomic():
        applied = add_line(proceeding, actor=actor, **given)
        line = Suspect.objects.filter(proceeding=proceeding).order_by("-created_at", "-pk")[0]
        _hold_fines(line)
        _lift_blanket_hold(proceeding)
        return applied


def move_criminal(proceeding: Proceeding, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """Applies a transition of a criminal proceeding, and the matching one of its suspects."""
    with atomic():
        if verb in COUNTS_ANEW:
            refuse_strange_choices(CRIMINAL.transitions[verb].fields, given, proceeding, actor)
        applied = move_proceeding(proceeding, verb, actor=actor, **given)
        if verb in CARRIES:
            line_verb, states = CARRIES[verb]
            for line in proceeding.suspects.filter(state__in=list(states)).select_related("proceeding", "party"):
                refuse_reversed(applied.at, line.state_since)
                _move(line, line_verb, actor=SYSTEM, happened_at=applied.at)
        if verb in CHANGES_STAGE or verb in COUNTS_ANEW:
            for line in applied.thing.suspects.filter(state=U.PROSECUTED).select_related("proceeding"):
                limit_custody(line, applied.at, anew=verb in COUNTS_ANEW)
        if verb == "close":  # closing gives up the right to contest
            for line in proceeding.suspects.all():
                end_periods(["CRM_NONPROS_RECON"], line, applied.at)
        return applied


def set_review(proceeding: Proceeding, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """Fast-track or ordinary review for prosecution: its period is another, from the same receipt (CPL art. 172)."""
    with atomic():
        refuse_strange_choices(CRIMINAL.transitions["set_review"].fields, given, proceeding, actor)
        applied = move_proceeding(proceeding, "set_review", actor=actor, **given)
        moved, codes = applied.thing, list(REVIEWS.values())
        running = Clock.objects.running().about(moved).filter(rule__code__in=codes).first()
        began = running.started_at if running else applied.at
        end_periods(codes, moved, applied.at)
        begin_periods([moved.review_rule], moved, began)
        for line in moved.suspects.filter(state=U.UNDER_REVIEW).select_related("proceeding"):
            limit_custody(line, applied.at)
        return applied


def move_suspect(line: Suspect, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Suspect]:
    """Applies a transition of a suspect. The proceeding follows if it waited only for this suspect."""
    with locked_case(line.proceeding.case_id):
        applied = _move(line, verb, actor=actor, **given)
        _follow(applied)
        return applied


def _refuse_more_than_fined(given: dict[str, Any]) -> None:
    """折抵罚金: the court sets off an administrative fine up to the amount of its own."""
    if given.get("set_off_cny") and Decimal(given["set_off_cny"]) > Decimal(given.get("fine_cny") or 0):
        raise Invalid.field("set_off_cny", "too_much", _("That exceeds the fine."))


def _move(line: Suspect, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Suspect]:
    _refuse_more_than_fined(given)
    case_id = line.proceeding.case_id
    event_data = {"party": line.party.name}
    if SUSPECT.transitions[verb].system:  # visible to the agency of the proceeding
        given["audience"] = Audience(counterpart_id=line.proceeding.agency_id)
    applied = apply_transition(
        line,
        verb,
        actor=actor,
        streams=[stream_of(case_id)],
        changes=_changes(line, verb, given),
        event_data=event_data,
        **given,
    )
    suspect = applied.thing
    _refuse_lapsed_right(applied)
    if verb == "charge":
        suspect.charges.set(Offence.objects.filter(code__in=given["charges"]))
    _stop(applied)
    _start(applied, given)
    _settle_measures_of(applied)
    limit_custody(suspect, applied.at, anew=verb in COUNTS_ANEW)
    _keep_hold(applied)
    return applied


def _changes(line: Suspect, verb: str, given: dict[str, Any]) -> dict[str, Any]:
    """Columns that the verb sets, besides those of its fields."""
    changes: dict[str, Any] = {}
    if verb in VERDICTS:
        changes = {name: empty for name, empty in NO_PUNISHMENT.items() if name not in given}
        changes["verdict"] = VERDICTS[verb]
    match verb:
        case "identify":
            changes["nationality"] = Country.objects.get(alpha3=given["country"])
        case "refuse_arrest":
            changes["arrest_contests"] = 0
        case "contest_refusal":
            changes["arrest_contests"] = line.arrest_contests + 1
        case "contest_nonprosecution":
            changes["nonprosecution_contests"] = line.nonprosecution_contests + 1
        case "reopen" | "revoke_nonprosecution":
            changes |= {"nonprosecution": "", "nonprosecution_contests": 0}
    return changes


RIGHTS = {"contest_refusal": "CRM_ARREST_RECON", "contest_nonprosecution": "CRM_NONPROS_RECON", "appeal": "CRM_APPEAL"}


def _refuse_lapsed_right(applied: TransitionResult[Suspect]) -> None:
    """A right must be used in time. Checked at the time of the act, not of its recording."""
    if (code := RIGHTS.get(applied.event.verb)) is None:
        return
    right = Clock.objects.running().about(applied.thing).filter(rule__code=code, due_at__lt=applied.at).first()
    if right is not None:
        detail = _("The period for this right had ended by then: %(name)s.") % {"name": right.rule.name}
        raise TransitionRefused.because("lapsed", detail)


def _stop(applied: TransitionResult[Suspect]) -> None:
    """Stops the clocks of the verb about the suspect and about the suspect's measures."""
    stops = applied.transition.stops
    if not stops:
        return
    line = applied.thing
    end_periods(stops, line, applied.at)
    if "*" not in stops:
        for measure in line.measures.standing():
            end_periods(stops, measure, applied.at)


def _start(applied: TransitionResult[Suspect], given: dict[str, Any]) -> None:
    line, verb = applied.thing, applied.event.verb
    codes = [code for code in applied.transition.starts if code != "CRM_FOREIGN" or line.is_foreign]
    if verb in IMPOSES:
        _impose(applied, IMPOSES[verb], codes, given)
    elif verb == "identify":
        _report_foreigner(applied)
    elif verb == "request_arrest":
        held = line.measures.standing().filter(kind=M.DETENTION).first()
        begin_periods([codes[0] if held else codes[1]], held or line, applied.at)
    elif verb == "contest_refusal":
        begin_periods([codes[line.arrest_contests - 1]], line, applied.at)
    elif verb == "uphold_refusal":
        begin_periods(codes if line.arrest_contests < 2 else [], line, applied.at)
    elif verb == "uphold_nonprosecution":
        begin_periods(codes if line.nonprosecution_contests < 2 else [], line, applied.at)
    else:
        begin_periods(codes, line, applied.at)


def _impose(applied: TransitionResult[Suspect], kind: str, codes: Iterable[str], given: dict[str, Any]) -> None:
    """Creates the measure with its clocks. A measure that excludes the present one replaces it (变更强制措施)."""
    line = applied.thing
    if kind in Measure.EXCLUSIVE:
        for present in line.measures.standing().filter(kind__in=Measure.EXCLUSIVE):
            end_measure(present, Measure.Ending.CHANGED, applied.at)
    designated = kind == M.SURVEILLANCE and bool(given.get("designated"))
    notifies = kind != M.SURVEILLANCE or designated
    duty = [code for code in codes if code != "CRM_RECEIPT" and (notifies or code != "CRM_FAMILY")]
    measure = Measure.objects.create(
        suspect=line,
        kind=kind,
        authority=given.get("authority") or _usual_authority(kind),
        designated=designated,
        paper=paper_number(applied, given["paper"]),
        since=applied.at,
        state_since=applied.at,
    )
    begin_periods(duty, measure, applied.at)
    begin_periods([code for code in codes if code == "CRM_RECEIPT"], line, applied.at)


def _usual_authority(kind: str) -> str:
    """Arrests need the procuratorate (CPL art. 80); the police decide on other measures."""
    return Measure.Authority.PROCURATORATE if kind == M.ARREST else Measure.Authority.POLICE


def _report_foreigner(applied: TransitionResult[Suspect]) -> None:
    """Starts the reporting period for a suspect found to be a foreigner while under a measure, and stops it
    otherwise. Neither a summons nor a compelled appearance is reported (MPSP art. 367).
    """
    line = applied.thing
    for measure in line.measures.standing().exclude(kind__in=[M.TECHNICAL, M.SUMMONS, M.COMPELLED]):
        if line.is_foreign and not Clock.objects.about(measure).filter(rule__code="CRM_FOREIGN").exists():
            begin_periods(["CRM_FOREIGN"], measure, applied.at)
        elif not line.is_foreign:
            end_periods(["CRM_FOREIGN"], measure, applied.at)


def _settle_measures_of(applied: TransitionResult[Suspect]) -> None:
    """A refusal, or the end of the case, voids a measure: the suspect must be released. A judgment ends it."""
    verb, line = applied.event.verb, applied.thing
    standing = line.measures.standing()
    if verb in VOIDS:
        kinds = (M.DETENTION,) if verb == "refuse_arrest" else M.values
        for measure in standing.filter(state=Measure.State.RUNNING, kind__in=kinds):
            move_measure(measure, "void", actor=SYSTEM, happened_at=applied.at, over_because=VOIDS[verb])
    elif verb in SETTLES and (verb == "hand_on" or line.verdict == Suspect.Verdict.GUILTY):
        for measure in standing:
            end_measure(measure, SETTLES[verb], applied.at)


def _lift_blanket_hold(proceeding: Proceeding) -> None:
    """Lifts the hold on the whole case once there is a suspect. Holds on named parties remain until they return."""
    blanket = Hold.objects.standing().filter(source=proceeding.pk, verb=Hold.Verb.PUNISH, party=None, act=None)
    blanket.update(lifted_at=times.now())


def _hold_fines(line: Suspect) -> None:
    """Blocks penalties by other agencies for this party and act (D310 art. 11)."""
    _hold(line, Hold.Verb.PUNISH, Hold.Because.CRIMINAL)


def _hold(line: Suspect, verb: str, because: str) -> None:
    place_hold(
        line.proceeding.case_id,
        verb,
        because=because,
        agency_id=line.proceeding.agency_id,
        source=line.pk,
        party_id=line.party_id,
        act_id=line.act_id,
    )


def _keep_hold(applied: TransitionResult[Suspect]) -> None:
    """The end of the criminal matter frees every decision about the party; after a fine of the court no further fine is
    possible for the same act (APL art. 35). Licences, qualifications and bans are not concerned.
    """
    line = applied.thing
    if line.state in (U.DROPPED, U.NOT_PROSECUTED, U.FINAL):
        lift_holds(line.pk, Hold.Verb.PUNISH)
        if line.fine_cny:
            _hold(line, Hold.Verb.FINE, Hold.Because.COURT_FINED)
    elif applied.event.verb in ("reopen", "revoke_nonprosecution"):
        _hold_fines(line)


def _follow(applied: TransitionResult[Suspect]) -> None:
    """The proceeding is on appeal with the first appeal, and final or not prosecuted when its last suspect is."""
    proceeding = Proceeding.objects.get(pk=applied.thing.proceeding_id)
    if verb := _next_of(proceeding, applied.thing):
        at = max(applied.at, proceeding.state_since or applied.at)
        move_proceeding(proceeding, verb, actor=SYSTEM, happened_at=at)


def _next_of(proceeding: Proceeding, line: Suspect) -> str:
    state, lines = proceeding.state, proceeding.suspects.all()
    if line.state == U.APPEAL and state == P.JUDGED:
        return "appeal"
    if line.state == U.UNDER_REVIEW and state == P.NOT_PROSECUTED:
        return "review_again"
    if lines.without_fate().exists():
        return ""
    if state in (P.JUDGED, P.APPEAL) and lines.filter(state=U.FINAL).exists():
        return "finalise"
    ends = (P.TRANSFER_PROS, P.SUPPLEMENTARY, P.PROSECUTED, P.JUDGED)
    return "not_prosecute" if state in ends and lines.filter(state=U.NOT_PROSECUTED).exists() else ""
