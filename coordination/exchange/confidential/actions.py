"""Actions on confidential letters. Each letter has its own journal stream, because agencies read the stream of the
case."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, StreamKey, record_event
from agencies.journal.models import Stream
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.people.models import User
from cases.casefile.actions import lock_case_for
from cases.casefile.models import Case

from .models import READ, ConfidentialLetter, NamedPerson
from .workflow import CONFIDENTIAL, possible_approvers, possible_successors

Part = NamedPerson.Part


def confidential_stream(letter_id: UUID) -> StreamKey:
    return StreamKey(Stream.Kind.CONFIDENTIAL, letter_id)


def record_reading(letter_id: UUID, actor: Actor) -> None:
    """Records in the letter's own journal that the actor read it; nothing if they may not."""
    if ConfidentialLetter.objects.visible_to(actor).filter(pk=letter_id).exists():
        with atomic():
            record_event(confidential_stream(letter_id), actor=actor, action=Action(READ, "confidential", letter_id))


def draft_confidential_letter(
    case: Case, *, actor: Actor, team: Iterable[str] = (), **given: Any
) -> ConfidentialLetter:
    """起草限定知悉件: drafts a letter about a case. The case does not change, not even its version."""
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    with atomic():
        case = lock_case_for(case, "draft_confidential_letter", actor=actor, version=common.version)
        letter = ConfidentialLetter.objects.create(
            case=case,
            agency_id=actor.own_agency,
            drafter_id=UUID(actor.id),
            state_since=at,
            **given,
        )
        _name(letter, Part.DRAFTER, [actor.id])
        _name(letter, Part.TEAM, _colleagues(letter, team))
        record_event(
            confidential_stream(letter.pk),
            actor=actor,
            action=Action(
                "draft",
                "confidential",
                letter.pk,
                to_state=letter.state,
                data={"paper": common.paper, "named": sorted(letter.parts)},
            ),
            happened_at=at,
            involves=[actor.id],
        )
        return letter


def transition_confidential_letter(
    letter: ConfidentialLetter, verb: str, *, actor: Actor, **given: Any
) -> TransitionResult[ConfidentialLetter]:
    return apply_transition(
        letter,
        verb,
        actor=actor,
        streams=[confidential_stream(letter.pk)],
        **given,
    )


def name_people(
    letter: ConfidentialLetter, *, actor: Actor, people: Iterable[str], **common: Any
) -> TransitionResult[ConfidentialLetter]:
    """Adds people: colleagues work on the letter, people of another agency receive it."""
    named = list(people)
    with atomic():
        applied = transition_confidential_letter(letter, "name", actor=actor, people=named, **common)
        found = User.objects.filter(pk__in=named, is_active=True).exclude(pk__in=letter.parts)
        for person in found:
            _name(applied.thing, Part.TEAM if person.agency_id == letter.agency_id else Part.RECEIVER, [person.pk])
        return applied


def strike_person(
    letter: ConfidentialLetter, *, actor: Actor, person: str, **common: Any
) -> TransitionResult[ConfidentialLetter]:
    with atomic():
        applied = transition_confidential_letter(letter, "strike", actor=actor, person=person, **common)
        kept = (letter.drafter_id, letter.approver_id)
        if (
            applied.thing.named_people.filter(user=UUID(person)).exclude(user__in=[k for k in kept if k]).delete()[0]
            != 1
        ):
            raise Invalid.field("person", "choice", _("Choose one of the people who may know."))
        return applied


def vouch(
    letter: ConfidentialLetter, *, actor: Actor, person: str, **common: Any
) -> TransitionResult[ConfidentialLetter]:
    """Confirms the identity of a named person whose password was reset, so that they can read the letter again."""
    with atomic():
        applied = transition_confidential_letter(letter, "vouch", actor=actor, person=person, **common)
        closed = (
            applied.thing.named_people.awaiting_confirmation().filter(user=UUID(person)).exclude(user=UUID(actor.id))
        )
        if (
            NamedPerson.objects.filter(pk__in=list(closed.values_list("pk", flat=True))).update(vouched_at=times.now())
            != 1
        ):
            raise Invalid.field("person", "choice", _("Choose one of the people who may know."))
        return applied


def submit_letter(
    letter: ConfidentialLetter, *, actor: Actor, to: str, **common: Any
) -> TransitionResult[ConfidentialLetter]:
    """Submits the letter to the one office holder named here; it is disclosed to no one else."""
    with atomic():
        holder = next((one for one in possible_approvers(letter) if str(one.user_id) == str(to)), None)
        if holder is None:
            raise Invalid.field(
                "to",
                "choice",
                _("Choose an office holder of your agency or a superior agency who did not take part in drafting it."),
            )
        changes = {"approver": holder.user, "deciding_agency": holder.agency, "to_revise": ""}
        applied = transition_confidential_letter(letter, "submit", actor=actor, to=str(to), changes=changes, **common)
        _name(applied.thing, Part.APPROVER, [to])
        return applied


def pass_letter(
    letter: ConfidentialLetter, verb: str, *, actor: Actor, to: str, **common: Any
) -> TransitionResult[ConfidentialLetter]:
    """Passes the letter to another drafter on its team. The previous drafter keeps access and can be removed, unless
    they have left."""
    with atomic():
        colleague = next((one for one in possible_successors(letter) if str(one.pk) == str(to)), None)
        CONFIDENTIAL.check(verb, actor, letter)
        if colleague is None:
            raise Invalid.field("to", "choice", _("Choose a colleague who may already know of the letter."))
        before = letter.drafter_id
        applied = transition_confidential_letter(
            letter, verb, actor=actor, to=str(to), changes={"drafter": colleague}, **common
        )
        _name(applied.thing, Part.DRAFTER, [colleague.pk])
        if verb == "pass_on":
            _name(applied.thing, Part.TEAM, [before])
        else:
            applied.thing.named_people.filter(user=before).delete()
        return applied


def _name(letter: ConfidentialLetter, part: str, people: Iterable[Any]) -> None:
    """Names people for a part. A recipient who is chosen to decide becomes the decider; no one is named twice."""
    for person in people:
        known = NamedPerson.objects.filter(letter=letter, user_id=person)
        if not known.update(part=part):
            NamedPerson.objects.create(letter=letter, user_id=person, part=part)
    letter.__dict__.pop("parts", None)


def _colleagues(letter: ConfidentialLetter, ids: Iterable[str]) -> list[UUID]:
    wanted = User.objects.filter(pk__in=list(ids), agency=letter.agency_id, is_active=True)
    return list(wanted.exclude(pk=letter.drafter_id).values_list("pk", flat=True))


ACTIONS = by_verb(
    transition_confidential_letter,
    CONFIDENTIAL,
    name=name_people,
    strike=strike_person,
    submit=submit_letter,
    vouch=vouch,
    **{verb: partial(pass_letter, verb=verb) for verb in ("pass_on", "appoint")},
)
