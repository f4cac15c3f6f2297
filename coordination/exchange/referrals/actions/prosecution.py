"""The file of a case sent for prosecution: it goes, returns and ends with the steps of its criminal proceeding."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.transitions import TIME_OF_ACT, TransitionResult
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding, Suspect
from cases.proceedings.persons import move_criminal, move_suspect

from ..models import Referral
from ..starts import proceedings_to_send
from .drafting import draft_to, proceeding_of
from .requests import send_request
from .transitions import Actions, handler_of, transition_referral

S, P = Referral.State, Proceeding.State
AT_PROCURATORATE = (S.SENT, S.IN_WORK)


def prepare_file(case: Case, *, actor: Actor, receiver: str, origin: str, **answers: Any) -> Referral:
    """Drafts the file of a criminal proceeding for the procuratorate. A proceeding has one open file at a time."""
    if origin not in dict(proceedings_to_send(case, actor)):
        detail = _("Choose a criminal proceeding of your agency that is under investigation and has no file yet.")
        raise Invalid.field("origin", "choice", detail)
    offence = proceeding_of(case, origin).offence
    kind = Referral.Kind.PROSECUTION
    return draft_to(
        case, actor=actor, verb="prepare_file", kind=kind, receiver=receiver, origin=origin, offence=offence, **answers
    )


def send_file(file: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Sends the proceeding for prosecution with its file, which is frozen. Sent again, the file has a further volume:
    the letter and the facts as they are now, and the evidence that no earlier volume has."""
    with atomic():
        sent = send_request(file, actor=actor, **given)
        step = {name: given[name] for name in ("paper", "reason") if given.get(name)}
        move_criminal(_origin(file), "prosecute_opinion", actor=actor, happened_at=sent.at, **step)
        return sent


def _origin(file: Referral) -> Proceeding:
    if file.origin is None:
        raise LookupError(f"the file {file.pk} has no proceeding")
    return file.origin


def accept_file(file: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    changes = {"signed_at": file.signed_at or TIME_OF_ACT, "handler_id": handler_of(actor, file)}
    return transition_referral(file, "accept_file", actor=actor, changes=changes, **given)


def return_file(file: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """退回补充侦查: the proceeding is returned with its file, and its period begins."""
    with atomic():
        applied = transition_referral(file, "return_case", actor=actor, **given)
        reason = given.get("reason", "")
        move_criminal(_origin(file), "return", actor=SYSTEM, happened_at=applied.at, reason=reason)
        return applied


# Steps of the proceeding ---------------------------------------------------------------------------------------------
def send_on_paper(proceeding: Proceeding, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """Sends a proceeding whose file goes on paper. Raises TransitionRefused if a file was prepared: who sends it has
    opened it."""
    files = Referral.objects.filter(kind=Referral.Kind.PROSECUTION, origin=proceeding)
    if files.filter(state__in=(S.DRAFT, S.RETURNED)).exists():
        detail = _("A file for prosecution was prepared. Open it among the related letters, and send it there.")
        raise TransitionRefused.because("file", detail)
    return move_criminal(proceeding, "prosecute_opinion", actor=actor, **given)


def _step(proceeding: Proceeding, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """A step of the procuratorate that the police record."""
    with atomic():
        applied = move_criminal(proceeding, verb, actor=actor, **given)
        follow_proceeding(proceeding.pk, at=applied.at, reason=given.get("reason", ""))
        return applied


def _drop(line: Suspect, *, actor: Actor, **given: Any) -> TransitionResult[Suspect]:
    """With its last suspect the proceeding may end."""
    with atomic():
        applied = move_suspect(line, "drop", actor=actor, **given)
        follow_proceeding(line.proceeding_id, at=applied.at)
        return applied


def follow_proceeding(proceeding: UUID, *, at: datetime, reason: str = "") -> None:
    """Brings the file of a proceeding to where the proceeding is now."""
    files = Referral.objects.filter(kind=Referral.Kind.PROSECUTION, origin=proceeding)
    file = files.filter(state__in=(*AT_PROCURATORATE, S.RETURNED)).first()
    if file is None:
        return
    state = Proceeding.objects.values_list("state", flat=True).get(pk=proceeding)
    if state == P.SUPPLEMENTARY and file.state in AT_PROCURATORATE:
        _note(file, "note_return", at, reason=reason)
    elif state not in (P.TRANSFER_PROS, P.SUPPLEMENTARY):
        _note(file, "note_end", at)


def _note(file: Referral, verb: str, at: datetime, **given: Any) -> None:
    happened = max(at, file.state_since or at)
    transition_referral(file, verb, actor=SYSTEM, happened_at=happened, other=file.receiver_id, **given)


ACTIONS: Actions = {"send": send_file, "accept_file": accept_file, "return_case": return_file}
PROCEEDING_ACTIONS: dict[str, Callable[..., Any]] = {
    "prosecute_opinion": send_on_paper,
    **{verb: partial(_step, verb=verb) for verb in ("return", "prosecute")},
}
SUSPECT_ACTIONS: dict[str, Callable[..., Any]] = {"drop": _drop}
