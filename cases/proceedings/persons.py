"""Acts on suspects and their measures, and what an act on the whole proceeding does to each of them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.transitions import Applied, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.casefile.actions import lift_holds, lock_case, place_hold, stream_of
from cases.casefile.models import Hold
from cases.clocks.actions import start_clocks, stop_clocks
from cases.clocks.models import Clock, Timed
from cases.controls.models import Country, Offence

from .actions import add_line, move_proceeding, paper_number
from .models import Measure, Proceeding, Suspect
from .workflow import (
    ALL_ENDS,
    ENDS,
    HELD_APPEAL,
    HELD_REVIEW,
    HELD_SUPPL,
    HELD_TRIAL,
    LATER_LIMITS,
    SENDABLE,
    SUSPECT,
    measure_workflow_of,
)

P, U, M = Proceeding.State, Suspect.State, Measure.Kind
POLICE_STATES = SUSPECT.transitions["drop"].sources

# verb of a suspect → the measure it imposes
IMPOSES = {
    "summon": M.SUMMONS,
    "detain": M.DETENTION,
    "arrest": M.ARREST,
    "execute_arrest": M.ARREST,
    "bail": M.BAIL,
    "surveil": M.SURVEILLANCE,
    "use_technical": M.TECHNICAL,
}
# verb of a suspect → why his measures lose their ground
VOIDS = {
    "refuse_arrest": Measure.Over.REFUSED,
    **dict.fromkeys(("drop", "withdraw", "not_prosecute", "exempt", "acquit", "acquit_on_appeal"), Measure.Over.FREED),
}
# verb of a suspect → how it ends what still stands
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
# verb of a proceeding → (verb of its suspects, where those stand whom it carries along)
CARRIES: dict[str, tuple[str, Iterable[str]]] = {
    "prosecute_opinion": ("send", SENDABLE),
    "return": ("send_back", (U.UNDER_REVIEW,)),
    "prosecute": ("indict", (U.UNDER_REVIEW,)),
    "withdraw": ("withdraw", POLICE_STATES),
    "hand_on": ("hand_on", POLICE_STATES),
}


# verbs of a proceeding that begin or end a stage for those who stand before the court, and move none of them
CHANGES_STAGE = ("adjourn", "resume_trial", "judge")


# The proceeding ------------------------------------------------------------------------------------------------------
def add_suspect(proceeding: Proceeding, *, actor: Actor, **given: Any) -> Applied[Proceeding]:
    """From the first suspect on, it is each of them, and whom a transfer named, that no other agency may fine."""
    with transaction.atomic():
        moved = add_line(proceeding, actor=actor, **given)
        line = Suspect.objects.filter(proceeding=proceeding).order_by("-created_at", "-pk")[0]
        _hold_fines(line)
        _lift_blanket_hold(proceeding)
        return moved


def move_criminal(proceeding: Proceeding, verb: str, *, actor: Actor, **given: Any) -> Applied[Proceeding]:
    """One line of the table of criminal proceedings, and with it those suspects who stand where it stands."""
    with transaction.atomic():
        moved = move_proceeding(proceeding, verb, actor=actor, **given)
        if verb in CARRIES:
            line_verb, states = CARRIES[verb]
            for line in proceeding.suspects.filter(state__in=list(states)).select_related("proceeding", "party"):
                _move(line, line_verb, actor=SYSTEM, happened_at=max(moved.at, line.state_since or moved.at))
        if verb in CHANGES_STAGE:
            for line in proceeding.suspects.filter(state=U.PROSECUTED).select_related("proceeding"):
                _limit_custody(line, moved.at)
        if verb == "close":  # whoever closes contests no more
            for line in proceeding.suspects.all():
                stop_clocks(["CRM_NONPROS_RECON"], line, case_id=proceeding.case_id, at=moved.at)
        return moved


# Suspects ------------------------------------------------------------------------------------------------------------
def move_suspect(line: Suspect, verb: str, *, actor: Actor, **given: Any) -> Applied[Suspect]:
    """One line of a suspect's table; his proceeding follows where he was the last it waited for."""
    with transaction.atomic():
        lock_case(line.proceeding.case_id)
        moved = _move(line, verb, actor=actor, **given)
        _follow(moved)
        return moved


def _refuse_more_than_fined(given: dict[str, Any]) -> None:
    """折抵罚金: the court sets the administrative fine off against its own, up to that."""
    if given.get("set_off_cny") and Decimal(given["set_off_cny"]) > Decimal(given.get("fine_cny") or 0):
        raise Invalid.field("set_off_cny", "too_much", _("That exceeds the fine."))


def _move(line: Suspect, verb: str, *, actor: Actor, **given: Any) -> Applied[Suspect]:
    _refuse_more_than_fined(given)
    case_id = line.proceeding.case_id
    told = {"party": line.party.name}
    if SUSPECT.transitions[verb].system:  # told to the agency in whose proceeding it happens
        given["counterpart_id"] = line.proceeding.agency_id
    moved = apply_transition(
        line, verb, workflow=SUSPECT, actor=actor, streams=[stream_of(case_id)], object_kind="suspect",
        changes=_changes(line, verb, given), event_data=told, **given,
    )  # fmt: skip
    suspect = moved.thing
    _refuse_lapsed_right(moved)
    if verb == "charge":
        suspect.charges.set(Offence.objects.filter(code__in=given["charges"]))
    _stop(moved)
    _start(moved, given)
    _settle_measures_of(moved)
    _limit_custody(suspect, moved.at)
    _keep_hold(moved)
    return moved


def _changes(line: Suspect, verb: str, given: dict[str, Any]) -> dict[str, Any]:
    """The columns that the verb decides, beside those that its answers fill."""
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


RIGHTS = {
    "contest_refusal": "CRM_ARREST_RECON",
    "contest_nonprosecution": "CRM_NONPROS_RECON",
    "appeal": "CRM_APPEAL",
}


def _refuse_lapsed_right(moved: Applied[Suspect]) -> None:
    """A right is used in time or not at all. Asked of when it happened, not of when it is recorded."""
    code = RIGHTS.get(moved.event.verb)
    right = Clock.objects.running().about(moved.thing).filter(rule__code=code, due_at__lt=moved.at).first()
    if code and right is not None:
        detail = _("The period for this right had ended by then: %(name)s.") % {"name": right.rule.name}
        raise TransitionRefused([UnmetCondition("lapsed", detail)])


def _stop(moved: Applied[Suspect]) -> None:
    """What a verb stops may run about the suspect or about one of his measures."""
    stops = moved.transition.stops
    if not stops:
        return
    line, case_id = moved.thing, moved.thing.proceeding.case_id
    stop_clocks(None if "*" in stops else stops, line, case_id=case_id, at=moved.at)
    if "*" not in stops:
        for measure in line.measures.standing():
            stop_clocks(stops, measure, case_id=case_id, at=moved.at)


def _start(moved: Applied[Suspect], given: dict[str, Any]) -> None:
    line, verb = moved.thing, moved.event.verb
    codes = [code for code in moved.transition.starts if code != "CRM_FOREIGN" or line.is_foreign]
    if verb in IMPOSES:
        _impose(moved, IMPOSES[verb], codes, given)
    elif verb == "identify":
        _report_foreigner(moved)
    elif verb == "request_arrest":
        held = line.measures.standing().filter(kind=M.DETENTION).first()
        _run([codes[0] if held else codes[1]], held or line, moved)
    elif verb == "uphold_refusal":
        _run(codes if line.arrest_contests < 2 else [], line, moved)
    elif verb == "uphold_nonprosecution":
        _run(codes if line.nonprosecution_contests < 2 else [], line, moved)
    else:
        _run(codes, line, moved)


def _run(codes: Iterable[str], subject: Timed, moved: Applied[Suspect], at: datetime | None = None) -> None:
    """Periods about a person stay in his agency."""
    proceeding = moved.thing.proceeding
    start_clocks(
        codes, subject, case_id=proceeding.case_id, holder_id=proceeding.agency_id, at=at or moved.at, private=True
    )


def _impose(moved: Applied[Suspect], kind: str, codes: Iterable[str], given: dict[str, Any]) -> None:
    """A measure of its own with its periods. One that excludes the present one takes its place (变更强制措施)."""
    line = moved.thing
    if kind in Measure.EXCLUSIVE:
        for present in line.measures.standing().filter(kind__in=Measure.EXCLUSIVE):
            _end(present, Measure.Ending.CHANGED, moved.at)
    duty = [code for code in codes if code != "CRM_RECEIPT"]
    measure = Measure.objects.create(
        suspect=line, kind=kind, authority=given.get("authority") or _usual_authority(kind),
        paper=paper_number(moved, given["paper"]), since=moved.at, state_since=moved.at,
    )  # fmt: skip
    _run(duty, measure, moved)
    _run([code for code in codes if code == "CRM_RECEIPT"], line, moved)


def _limit_custody(line: Suspect, at: datetime) -> None:
    """Whom an arrest holds, whoever decided it, is held no longer than the stage in which his case stands may last."""
    limit, proceeding = _limit_in(line), line.proceeding
    for arrest in line.measures.standing().filter(kind=M.ARREST):
        was_lawful = arrest.state == Measure.State.RUNNING or _ended_in_time(arrest, at)
        others = [code for code in LATER_LIMITS if code != limit]
        stop_clocks(others, arrest, case_id=proceeding.case_id, at=at)
        if limit and was_lawful:
            start_clocks(
                [limit], arrest, case_id=proceeding.case_id, holder_id=proceeding.agency_id, at=at, private=True
            )  # fmt: skip


def _limit_in(line: Suspect) -> str:
    """The limit of custody in the stage where the law has the suspect now; "" where no period of a stage runs."""
    match line.state:
        case U.UNDER_REVIEW:
            return HELD_REVIEW
        case U.SUPPLEMENT:
            return HELD_SUPPL
        case U.PROSECUTED if _runs_about(line.proceeding, "CRM_SUPPLEMENT"):
            return HELD_SUPPL
        case U.PROSECUTED if _runs_about(line, "CRM_TRIAL") or _runs_about(line.proceeding, "CRM_TRIAL"):
            return HELD_TRIAL
        case U.APPEAL:
            return HELD_APPEAL
    return ""


def _runs_about(subject: Timed, code: str) -> bool:
    return Clock.objects.running().about(subject).filter(rule__code=code).exists()


def _ended_in_time(arrest: Measure, at: datetime) -> bool:
    """Whether the stage before ended before its limit, although that is recorded only now: then nothing had expired."""
    if arrest.over_because != Measure.Over.EXPIRED:
        return False
    limits = Clock.objects.about(arrest).filter(rule__code__in=ENDS[M.ARREST], started_at__lte=at)
    last = limits.order_by("-started_at").first()
    return last is not None and last.due_at is not None and at <= last.due_at


def _usual_authority(kind: str) -> str:
    """Police arrest nobody without the procuratorate (CPL art. 80); the rest is theirs to decide."""
    return Measure.Authority.PROCURATORATE if kind == M.ARREST else Measure.Authority.POLICE


def _report_foreigner(moved: Applied[Suspect]) -> None:
    """Who turns out to be a foreigner while under a measure is reported from then on; who is none, is not."""
    line = moved.thing
    for measure in line.measures.standing().exclude(kind=M.TECHNICAL):
        if line.is_foreign and not Clock.objects.about(measure).filter(rule__code="CRM_FOREIGN").exists():
            _run(["CRM_FOREIGN"], measure, moved)
        elif not line.is_foreign:
            stop_clocks(["CRM_FOREIGN"], measure, case_id=line.proceeding.case_id, at=moved.at)


def _settle_measures_of(moved: Applied[Suspect]) -> None:
    """A refusal or a fate takes the ground from a measure, and he must be released; a judgment takes its place."""
    verb, line = moved.event.verb, moved.thing
    standing = line.measures.standing()
    if verb in VOIDS:
        kinds = (M.DETENTION,) if verb == "refuse_arrest" else M.values
        for measure in standing.filter(state=Measure.State.RUNNING, kind__in=kinds):
            _move_measure(measure, "void", SYSTEM, happened_at=moved.at, over_because=VOIDS[verb])
    elif verb in SETTLES and (verb == "hand_on" or line.verdict == Suspect.Verdict.GUILTY):
        for measure in standing:
            _end(measure, SETTLES[verb], moved.at)


def _lift_blanket_hold(proceeding: Proceeding) -> None:
    """Once somebody is a suspect, not all of the case waits. Whom a transfer named waits until he is given back."""
    blanket = Hold.objects.standing().filter(source=proceeding.pk, verb=Hold.Verb.PUNISH, party=None, act=None)
    blanket.update(lifted_at=times.now())


def _hold_fines(line: Suspect) -> None:
    """No other agency fines this party for this act while the police and the courts have it (D310 art. 11)."""
    place_hold(
        line.proceeding.case_id, Hold.Verb.PUNISH, because=Hold.Because.POLICE_DECIDE,
        agency_id=line.proceeding.agency_id, source=line.pk, party_id=line.party_id, act_id=line.act_id,
    )  # fmt: skip


def _keep_hold(moved: Applied[Suspect]) -> None:
    """After a court's punishment no new fine for the same act (APL art. 35): only a fate without one lifts it."""
    line = moved.thing
    freed = line.state in (U.DROPPED, U.NOT_PROSECUTED)
    if freed or (line.state == U.FINAL and line.verdict != Suspect.Verdict.GUILTY):
        lift_holds(line.pk, Hold.Verb.PUNISH)
    elif moved.event.verb in ("reopen", "revoke_nonprosecution"):
        _hold_fines(line)


def _follow(moved: Applied[Suspect]) -> None:
    """The proceeding is on appeal with the first appeal, and final or not prosecuted with the last fate."""
    proceeding = Proceeding.objects.get(pk=moved.thing.proceeding_id)
    if verb := _next_of(proceeding, moved.thing):
        at = max(moved.at, proceeding.state_since or moved.at)
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


# Measures ------------------------------------------------------------------------------------------------------------
def move_measure(measure: Measure, verb: str, *, actor: Actor, **given: Any) -> Applied[Measure]:
    """One line of a measure's table."""
    with transaction.atomic():
        lock_case(measure.suspect.proceeding.case_id)
        return _move_measure(measure, verb, actor, **given)


def _move_measure(
    measure: Measure, verb: str, actor: Actor, *, over_because: str = "", ending: str = "", **given: Any
) -> Applied[Measure]:
    line = measure.suspect
    case_id = line.proceeding.case_id
    workflow = measure_workflow_of(measure)
    if workflow.transitions[verb].system:
        given["counterpart_id"] = line.proceeding.agency_id
    if workflow.transitions[verb].to == Measure.State.ENDED:
        _forget_lapse(measure, given.get("happened_at"))
        given["happened_at"] = given.get("happened_at") or max(times.now(), measure.state_since or measure.since)
    moved = apply_transition(
        measure, verb, workflow=workflow, actor=actor, streams=[stream_of(case_id)], object_kind="measure",
        changes=_measure_changes(verb, given, over_because, ending),
        event_data={"party": line.party.name, "measure": measure.kind}, **given,
    )  # fmt: skip
    if stops := moved.transition.stops:
        stop_clocks(None if "*" in stops else stops, moved.thing, case_id=case_id, at=moved.at)
    if verb == "release" and measure.over_because == Measure.Over.REFUSED:
        # Whose arrest was refused is released at once, and that is reported (MPSP art. 140).
        start_clocks(
            ["CRM_RECEIPT"], line, case_id=case_id, holder_id=line.proceeding.agency_id, at=moved.at, private=True
        )  # fmt: skip
    return moved


def _measure_changes(verb: str, given: dict[str, Any], over_because: str, ending: str) -> dict[str, Any]:
    match verb:
        case "lapse" | "void":
            return {"over_because": over_because}
        case "revive":
            return {"over_because": ""}
        case "release" | "end":
            return {"until": given["happened_at"], "ending": ending or Measure.Ending.RELEASED}
    return {}


def _end(measure: Measure, ending: str, at: datetime) -> None:
    _move_measure(measure, "end", SYSTEM, happened_at=at, ending=ending)


def _forget_lapse(measure: Measure, at: datetime | None) -> None:
    """What was lifted in time and is recorded late had not lapsed: its last state began with the measure itself."""
    if at is not None and measure.state == Measure.State.OVER and measure.since <= at:
        Measure.objects.filter(pk=measure.pk, state_since__gt=at).update(state_since=measure.since)


LAPSING_QUEUE = "measures"


def lapse_measures() -> int:
    """Marks what has run out as over, and what was extended in time after all as in force. Returns how many moved."""
    ends = Clock.objects.running().filter(subject_kind=Measure.clock_kind, rule__code__in=ALL_ENDS)
    aside = deferred_keys(LAPSING_QUEUE)
    over = ends.filter(due_at__lt=times.database_now()).exclude(subject_id__in=aside)
    ended = {pk: due_at for pk, due_at in over.values_list("subject_id", "due_at") if due_at}
    moved: int = sum(process_each(LAPSING_QUEUE, ended, lambda pk: _lapse(pk, ended[pk])))
    held = Measure.objects.filter(
        state=Measure.State.OVER, over_because=Measure.Over.EXPIRED,
        pk__in=ends.filter(due_at__gte=times.database_now()).values("subject_id"),
    )  # fmt: skip
    listed = held.exclude(pk__in=aside).select_related("suspect__proceeding", "suspect__party")
    return moved + len(process_each(LAPSING_QUEUE, listed, _revive, key=lambda measure: measure.pk))


def _revive(measure: Measure) -> None:
    move_measure(measure, "revive", actor=SYSTEM)


def _lapse(measure_id: Any, due_at: datetime) -> int:
    with transaction.atomic():
        found = Measure.objects.filter(pk=measure_id, state=Measure.State.RUNNING)
        measure = found.select_related("suspect__proceeding", "suspect__party").first()
        if measure is None:
            return 0
        at = max(due_at, measure.state_since or due_at)
        move_measure(measure, "lapse", actor=SYSTEM, happened_at=at, over_because=Measure.Over.EXPIRED)
        return 1
