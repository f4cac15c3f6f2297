"""Recording incoming papers."""

from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition, resolve_time
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.actions import lock_case_for, locked_case, stream_of
from cases.casefile.models import Case

from ..files import FileScan, read_scan
from ..models import IncomingPaper

I = IncomingPaper.State  # noqa: E741 - as in the workflow


def add_paper(
    case: Case,
    *,
    actor: Actor,
    agency: str,
    number: str,
    dated: date,
    file: "File[Any]",
    shared: bool = False,
    **given: Any,
) -> IncomingPaper:
    """来文登记: records a paper with its scan. It is visible to the agency only, or with `shared` to all readers of the
    case.

    If it is recorded late, the paper itself proves when it arrived, unless `paper` names another proof.
    """
    if dated > times.today():
        raise Invalid.field("dated", "future", _("This date is in the future. Enter the date on the paper."))
    sender = Agency.objects.agencies().with_code(agency)
    if sender is None:
        raise Invalid.field("agency", "choice", _("There is no such agency: %(code)s.") % {"code": agency})
    scan, common = read_scan(file, actor=actor), CommonAnswers.pop_from(given)
    with atomic():
        case = lock_case_for(case, "add_paper", actor=actor, version=common.version)
        at = resolve_time(common.happened_at, paper=common.paper or number)
        _refuse_double(case, sender, number, scan, actor)
        state = I.SHARED if shared else I.KEPT
        made = IncomingPaper.objects.create(
            case=case,
            agency=sender,
            keeper_id=actor.own_agency,
            state=state,
            state_since=at,
            number=number,
            dated=dated,
            file=file,
            **scan.columns,
            **given,
        )
        _record_added(made, actor=actor, at=at, paper=common.paper)
        return made


def _record_added(incoming: IncomingPaper, *, actor: Actor, at: datetime, paper: str) -> None:
    kept = ("number", "title", "sha256", "size")
    record_event(
        stream_of(incoming.case_id),
        actor=actor,
        action=Action(
            "add_paper",
            "incoming",
            incoming.pk,
            to_state=incoming.state,
            fields=("file",),
            data={"agency": incoming.agency.code, **{name: getattr(incoming, name) for name in kept}, "paper": paper},
        ),
        happened_at=at,
        audience=Audience("case" if incoming.state == I.SHARED else "own"),
    )


def move_incoming(incoming: IncomingPaper, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[IncomingPaper]:
    with locked_case(incoming.case_id):
        return apply_transition(
            incoming,
            verb,
            actor=actor,
            event_data={"number": incoming.number, "title": incoming.title},
            **given,
        )


def _refuse_double(case: Case, sender: Agency, number: str, scan: FileScan, actor: Actor) -> None:
    same = IncomingPaper.objects.standing().filter(
        case=case, keeper_id=actor.own_agency, agency=sender, number=number, sha256=scan.sha256
    )
    if same.exists():
        detail = _("This paper is already recorded: %(number)s of %(agency)s, with the same scan.")
        raise TransitionRefused.because("paper", detail % {"number": number, "agency": sender.name})
