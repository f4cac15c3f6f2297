"""How what a connected system prepared passes to another officer who signs it."""

from typing import Any

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User

from .actions import name_signer
from .models import Confirmation


class SignatureReassignment(Reassignment):
    """All other confirmations wait for any second person."""

    handler = "confirmer"
    agency = "confirmer_agency"

    def open_at(self, visible: Any, agency: int) -> QuerySet[Any]:
        of_systems = visible.filter(kind=Confirmation.Kind.PREPARED, state=Confirmation.State.REQUESTED)
        return super().open_at(of_systems, agency)

    def pass_on(self, thing: Confirmation, person: User | None, to: User, actor: Actor, reason: str) -> Any:
        return name_signer(thing, actor=actor, to=str(to.pk), reason=reason, version=thing.version)

    def is_open(self, thing: Confirmation) -> bool:
        return thing.state == Confirmation.State.REQUESTED

    def words(self, thing: Confirmation) -> str:
        return f"{thing} · {thing.change}"
