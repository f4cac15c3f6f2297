"""How long an arrested suspect may be held: the investigation, the review and the trial each limit it."""

from datetime import datetime

from cases.clocks.models import Clock, Timed

from .models import TRIALS, Measure, Suspect
from .periods import begin_periods, end_periods
from .workflow import (
    ENDS,
    HELD_APPEAL,
    HELD_BY_STAGE,
    HELD_SUPPL,
    LATER_LIMITS,
)

U, M = Suspect.State, Measure.Kind


def limit_custody(line: Suspect, at: datetime, *, anew: bool = False) -> None:
    """Limits an arrest, decided by any authority, to the duration of the current stage. `anew`: the stage itself is
    counted from another day.
    """
    limit = _limit_in(line)
    for arrest in line.measures.standing().filter(kind=M.ARREST):
        was_lawful = arrest.state == Measure.State.RUNNING or _ended_in_time(arrest, at)
        others = [code for code in LATER_LIMITS if anew or code != limit]
        end_periods(others, arrest, at)
        if limit and was_lawful:
            begin_periods([limit], arrest, at)


def _limit_in(line: Suspect) -> str:
    """The custody limit of the suspect's stage; "" if no period of a stage runs."""
    match line.state:
        case U.UNDER_REVIEW:
            return HELD_BY_STAGE[line.proceeding.review_rule]
        case U.SUPPLEMENT:
            return HELD_SUPPL
        case U.PROSECUTED if _runs_about(line.proceeding, "CRM_SUPPLEMENT"):
            return HELD_SUPPL
        case U.PROSECUTED:
            trials = [code for code in TRIALS.values() if _runs_about(line, code) or _runs_about(line.proceeding, code)]
            return HELD_BY_STAGE[trials[0]] if trials else ""
        case U.APPEAL:
            return HELD_APPEAL
    return ""


def _runs_about(subject: Timed, code: str) -> bool:
    return Clock.objects.running().about(subject).filter(rule__code=code).exists()


def _ended_in_time(arrest: Measure, at: datetime) -> bool:
    """Whether the previous stage ended before its limit and is only recorded late: then nothing had expired."""
    if arrest.over_because != Measure.Over.EXPIRED:
        return False
    limits = Clock.objects.about(arrest).filter(rule__code__in=ENDS[M.ARREST], started_at__lte=at)
    last = limits.order_by("-started_at").first()
    return last is not None and last.due_at is not None and at <= last.due_at
