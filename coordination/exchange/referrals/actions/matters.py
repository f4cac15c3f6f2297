"""Drafts shared by kinds that move a matter between administrative and criminal handling."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import Applied
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.choices import administrative_agencies
from cases.casefile.models import Case
from cases.clocks.actions import start_clocks
from cases.proceedings.models import Proceeding
from cases.sharing.actions import agency_by_code

from ..models import Referral
from ..workflow import STARTS_AS_DRAFT
from .drafting import draft, offence_by_code, team_of
from .transitions import transition_referral


def draft_matter(
    case: Case,
    verb: str,
    *,
    actor: Actor,
    kind: str,
    receiver: Agency,
    origin: str = "",
    parties: Iterable[str] = (),
    **given: Any,
) -> Referral:
    """Drafts a referral from the proceeding it leaves, about the named parties."""
    with atomic():
        out_of = proceeding_of(case, origin) if origin else None
        made = draft(case, verb, actor=actor, kind=kind, receiver=receiver, origin=out_of, **given)
        made.parties.set(case.parties.filter(pk__in=list(parties)))
        begun = made.state_since or made.created_at
        codes = STARTS_AS_DRAFT.get(kind, ())
        start_clocks(codes, made, case_id=case.pk, holder_id=made.sender_id, at=begun, private=True)
        return made


def draft_for_agency(case: Case, *, actor: Actor, verb: str, kind: str, receiver: str, **given: Any) -> Referral:
    """Drafts a referral to an agency that conducts administrative proceedings."""
    to = administrative(receiver, case, actor)
    return draft_matter(case, verb, actor=actor, kind=kind, state=Referral.State.DRAFT, receiver=to, **given)


def edit_matter(
    referral: Referral,
    *,
    actor: Actor,
    receiver: str = "",
    origin: str = "",
    offence: str = "",
    parties: Iterable[str] | None = None,
    team: Iterable[str] | None = None,
    **given: Any,
) -> Applied[Referral]:
    changes: dict[str, Any] = {}
    if receiver:
        changes["receiver"] = administrative(receiver, referral.case, actor)
    if origin:
        changes["origin"] = proceeding_of(referral.case, origin)
    if offence:
        changes["offence"] = offence_by_code(offence)
    data = {"receiver": receiver, "origin": origin, "offence": offence}
    given |= {name: value for name, value in data.items() if value}
    people = None if team is None else team_of(team, actor)
    with atomic():
        applied = transition_referral(
            referral, "edit", actor=actor, changes=changes, involves=[one.pk for one in people or []], **given
        )
        if parties is not None:
            applied.thing.parties.set(referral.case.parties.filter(pk__in=list(parties)))
        if people is not None:
            applied.thing.team.set(people)
        return applied


def administrative(code: str, case: Case, actor: Actor) -> Agency:
    if code not in dict(administrative_agencies(case, actor)):
        raise Invalid.field("receiver", "choice", _("This agency conducts no administrative proceedings here."))
    return agency_by_code(code, field="receiver")


def proceeding_of(case: Case, pk: str, field: str = "origin") -> Proceeding:
    found: Proceeding | None = Proceeding.objects.filter(case=case, pk=pk).first()
    if found is None:
        raise Invalid.field(field, "choice", _("No such proceeding on this case."))
    return found
