"""What connected systems do by the workflow tables: act in the name of an officer, or prepare what an officer signs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext

from agencies.confirmations.actions import request_signature
from agencies.confirmations.models import Confirmation
from agencies.journal.actions import noting
from agencies.journal.transitions import resolve_time, to_json_value
from agencies.kernel import times
from agencies.kernel.action_fields import SIGNER, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCE_OF_KIND, Resource
from agencies.machines.officers import colleague_named, officer_named, unknown_officer
from agencies.people.models import User
from agencies.people.sight import actor_for

Perform = Callable[..., Any]


@contextmanager
def signed_by(named: str, *, machine: Actor) -> Iterator[None]:
    """Within this context, what the system records names the officer who signed it; nothing without a name. Raises
    Invalid."""
    if not named:
        yield
        return
    officer = officer_named(named, machine=machine)
    if officer.person is not None and not actor_for(officer.person).is_staff:
        raise _may_not()
    with noting(**officer.as_note):
        yield


def prepare(
    resource: Resource,
    machine: Actor,
    thing: Any,
    verb: str,
    data: Mapping[str, Any],
    *,
    precondition: Callable[[], None],
) -> Confirmation:
    """Keeps the act for the officer whom the system names, checked as if that officer performed it now. Nothing takes
    effect. Raises Invalid, TransitionRefused."""
    officer = _signer(data.get(SIGNER.name), machine)
    signer = actor_for(officer)
    seen = resource.model.objects.visible_to(signer).filter(pk=thing.pk).first()
    if seen is None or not resource.workflow_of(seen).transitions[verb].by(signer, seen):
        raise _may_not()
    resource.workflow_of(seen).check(verb, signer, seen)
    answers = {name: value for name, value in data.items() if name not in (SIGNER.name, "version")}
    form = resource.form(signer, seen, verb, strict=True, data=answers)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    precondition()
    given = form.given()
    resolve_time(given.get("happened_at"), paper=given.get("paper", ""), not_before=seen.state_since)
    kept = {name: to_json_value(value) for name, value in given.items()}
    return request_signature(seen, verb, actor=machine, signer=officer, object_kind=resource.kind, answers=kept)


def _signer(named: Any, machine: Actor) -> User:
    if not isinstance(named, str) or not named.strip():
        detail = gettext("Name the officer who is to sign this, by user name or staff number.")
        raise Invalid([FieldError(f"/{SIGNER.name}", "required", detail)])
    officer = colleague_named(named.strip(), machine=machine)
    if officer is None:
        raise unknown_officer()
    return officer


def _may_not() -> Invalid:
    return Invalid.field(SIGNER.name, "officer", gettext("This officer may not sign this."))


def perform_prepared(confirmation: Confirmation, signer: Actor, perform: Perform) -> None:
    """Performs what the system prepared as an act of the officer who signs it, with the rights that they have now."""
    resource = RESOURCE_OF_KIND[confirmation.object_kind]
    thing = resource.model.objects.visible_to(signer).filter(pk=confirmation.object_id).first()
    if thing is None:
        raise TransitionRefused.because("object", gettext("You do not see what this is about any more."))
    system = confirmation.client.name if confirmation.client else ""
    with noting(prepared_by=system), times.requested_at(confirmation.created_at):
        perform(resource, signer, thing, confirmation.verb, confirmation.answers, strict=True)
