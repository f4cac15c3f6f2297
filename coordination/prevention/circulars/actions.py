"""Actions on circulars: write one, choose its addressees, have it read, and have its letters written."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult
from agencies.kernel import times
from agencies.kernel.action_fields import refuse_strange_choices
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.people.models import User
from agencies.runs.actions import start_run
from cases.papers.texts import FIELD
from coordination.exchange.letters.acting import person_of, refuse_past
from coordination.prevention.acting import move, record_begun
from coordination.prevention.exporters.actions import lock_exporter_for
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.streams import prevention_stream
from coordination.prevention.warnings.actions import send_read
from coordination.prevention.warnings.models import ExporterLetter

from .access import OFFICE
from .letters import letter_for
from .models import NAME, Addressee, Circular
from .starts import STARTS
from .workflow import CIRCULAR, NEW, WRITES

S = Circular.State


def begin(*, actor: Actor, **given: Any) -> Circular:
    """Drafts a circular of the actor's agency, without addressees. Raises Forbidden and Invalid."""
    if not STAFF.allows(actor):
        raise Forbidden(_("Circulars are written by the staff of an agency."))
    refuse_strange_choices(NEW, given, None, actor)
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    made = Circular(agency_id=actor.own_agency, handler=person_of(actor), state_since=at, **_columns(given))
    _refuse_wrong(made)
    refuse_past(made.due_at, at)
    with atomic():
        made.save(force_insert=True)
        data = {"title": made.title, "kind": made.kind, "paper": common.paper}
        record_begun(made, "begin", actor=actor, at=at, data=data, involves=[actor.id])
        return made


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _refuse_wrong(circular: Circular) -> None:
    """Raises Invalid for a field in braces that is not filled in, and where a talk has no place or time."""
    errors = []
    if strange := [name for name in FIELD.findall(circular.text) if name != NAME]:
        detail = _("Only {%(name)s} is filled in. Take out: %(strange)s.")
        named = {"name": NAME, "strange": ", ".join(f"{{{one}}}" for one in strange)}
        errors.append(FieldError("/text", "field", detail % named))
    if circular.is_talk:
        missing = [name for name in ("venue", "due_at") if not getattr(circular, name)]
        errors += [FieldError(f"/{name}", "required", _("A talk has a place and a time.")) for name in missing]
    elif circular.venue:
        errors.append(FieldError("/venue", "talk", _("Only a talk has a place.")))
    if errors:
        raise Invalid(errors)


def edit(circular: Circular, *, actor: Actor, **given: Any) -> TransitionResult[Circular]:
    """Changes the draft. A due time that was left as it is may have passed."""
    current = Circular.objects.get(pk=circular.pk)
    if given.get("due_at") not in (None, current.due_at):
        refuse_past(given["due_at"], times.now())
    for name, value in _columns(given).items():
        if name in ("text", "venue", "due_at"):
            setattr(current, name, value)
    _refuse_wrong(current)
    return move(circular, "edit", actor=actor, **given)


# Addressees ----------------------------------------------------------------------------------------------------------
def add_addressee(exporter: Exporter, *, actor: Actor, circular: str, **given: Any) -> None:
    """Makes the exporter an addressee of a draft. Raises Invalid for another circular."""
    with atomic():
        draft = _change_addressees(exporter, "add_to_circular", circular, actor, given)
        Addressee.objects.create(circular=draft, exporter=exporter)


def take_off(exporter: Exporter, *, actor: Actor, circular: str, **given: Any) -> None:
    """Takes the exporter off a draft of which it is an addressee. Raises Invalid for another circular."""
    with atomic():
        draft = _change_addressees(exporter, "take_off_circular", circular, actor, given)
        draft.addressees.filter(exporter=exporter).delete()


def _change_addressees(exporter: Exporter, verb: str, chosen: str, actor: Actor, given: dict[str, Any]) -> Circular:
    """Locks the exporter and the draft, whose version changes: who submits it has seen its addressees. Who changes them
    is an author."""
    common = CommonAnswers.pop_from(given)
    lock_exporter_for(exporter, verb, actor=actor, version=common.version)
    refuse_strange_choices(STARTS.transitions[verb].fields, {"circular": chosen}, exporter, actor)
    draft = Circular.objects.select_for_update(no_key=True).get(pk=chosen)
    CIRCULAR.check("edit", actor, draft)
    Circular.objects.filter(pk=draft.pk).update(version=F("version") + 1, updated_at=times.now())
    record_event(
        prevention_stream(draft.pk),
        actor=actor,
        action=Action(
            *("address", "circular", draft.pk, draft.state, draft.state),
            data={"exporter": str(exporter.pk), "act": verb, "paper": common.paper},
        ),
        happened_at=common.resolve_time(),
        audience=Audience(Event.Visibility.OWN),
        involves=[actor.id],
    )
    return draft


# Reading -------------------------------------------------------------------------------------------------------------
def finish(circular: Circular, *, actor: Actor, **given: Any) -> TransitionResult[Circular]:
    return move(circular, "finish", actor=actor, changes={"to_revise": ""}, **given)


def give_back(circular: Circular, *, actor: Actor, reason: str, **given: Any) -> TransitionResult[Circular]:
    """Returns the draft with the remark that its author reads. Who confirmed it confirms it again as it is then."""
    with atomic():
        applied = move(circular, "return", actor=actor, reason=reason, changes={"to_revise": reason}, **given)
        applied.thing.readers.clear()
        return applied


def confirm(circular: Circular, *, actor: Actor, **given: Any) -> TransitionResult[Circular]:
    """Confirms the text for all letters. The last reader that so many addressees need makes it ready to be
    sent."""
    with atomic():
        applied = move(circular, "confirm", actor=actor, **given)
        applied.thing.readers.add(*User.objects.filter(pk=actor.person_id))
        if applied.thing.is_read():
            move(applied.thing, "clear", actor=SYSTEM)
        return applied


# Sending -------------------------------------------------------------------------------------------------------------
def send(circular: Circular, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Circular]:
    """Has a letter written to each addressee who has none, by a background job with the permissions of this person."""
    with atomic():
        changes = {"sent_at": TIME_OF_ACT} if verb == "send_all" else {}
        applied = move(circular, verb, actor=actor, changes=changes, **given)
        start_run(WRITES, actor=actor, given={"circular": str(circular.pk)})
        return applied


def write_letter(circular_id: Any, exporter_id: UUID, *, actor: Actor) -> ExporterLetter:
    """Writes and sends the letter to one addressee; returns the one that there is. Raises every ActionError.

    The addressee is locked, so that two jobs write one letter. A letter that is sent and one that waits for other
    agencies are one result here.
    """
    with atomic():
        row = Addressee.objects.select_for_update(of=("self",)).select_related("letter", "exporter__agency", "circular")
        addressee = row.get(circular=circular_id, exporter=exporter_id)
        circular = addressee.circular
        if addressee.letter is not None:
            return addressee.letter  # type: ignore[no-any-return]  # a nullable relation
        CIRCULAR.check("complete", SYSTEM, circular)
        letter = letter_for(circular, addressee.exporter)
        made = send_read(letter, actor=actor, wrote=OFFICE.involved_people(circular))
        Addressee.objects.filter(pk=addressee.pk).update(letter=made)
        return made


def complete(circular_id: Any) -> None:
    """Ends the circular once every addressee has a letter. Otherwise a unit lead resumes or ends it."""
    with atomic():
        circular = Circular.objects.select_for_update(no_key=True).get(pk=circular_id)
        if circular.state == S.SENDING and not circular.addressees.without_letter().exists():
            move(circular, "complete", actor=SYSTEM)


ACTIONS = by_verb(
    move,
    CIRCULAR,
    edit=edit,
    finish=finish,
    confirm=confirm,
    send_all=partial(send, verb="send_all"),
    resume=partial(send, verb="resume"),
    **{"return": give_back},
)
EXPORTER_ACTIONS = {"add_to_circular": add_addressee, "take_off_circular": take_off}
