"""Confirmations as a resource. The "confirm" action is contributed by the app that carries out the confirmed step."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.permissions import ACTING
from agencies.kernel.resource import Api, Notices, Resource, Summary, by_verb
from agencies.machines.models import ApiKey

from .actions import name_signer, transition_confirmation
from .filters import ConfirmationList
from .models import Confirmation
from .reading import reading
from .reassigning import SignatureReassignment
from .shapes import ConfirmationShape
from .workflow import CONFIRMATION as TABLE


def _named(language: str) -> Coalesce:
    """The holder of the account, else the agency that it is about."""
    return Coalesce(f"person__name_{language}", f"agency__name_{language}")


class WaitingConfirmations(NavigationPage):
    """The confirmations, with the number of those that wait for the reader."""

    def rows(self, reader: Any) -> QuerySet[Confirmation]:
        return Confirmation.objects.waiting_for(reader.actor, reader.now)


CONFIRMATION = Resource(
    name="confirmations",
    kind="confirmation",
    model=Confirmation,
    page="confirmation",
    label=_("Confirmation"),
    plural=_("Confirmations"),
    looks={
        "REQUESTED": ("wait", "people"),
        "CONFIRMED": ("review", "person-check"),
        "COMPLETED": ("good", "check-lg"),
        "EXPIRED": ("stopped", "calendar-x"),
    },
    workflows=(TABLE,),
    actions=by_verb(transition_confirmation, TABLE, hand_over=name_signer),
    related=("agency", "confirmer_agency", "requester", "person", "client"),
    permission=ACTING,
    read_with=(ApiKey.Scope.REFERRALS_ANSWER,),
    is_corrected=False,  # a wrong request is made again
    listing=ConfirmationList(),
    navigation=WaitingConfirmations(
        group=Group.ADMINISTRATION,
        place=73,
        page="confirmations",
        permission=ACTING,
        counted_for=ACTING,
        purpose=_("Decide, as the second person, on requests that need two people, and sign what systems prepared."),
    ),
    summary=Summary(title=(_named("zh"), _named("en"))),
    reading=reading,
    reassign=SignatureReassignment(),
    notices=Notices(in_hand=("requester",)),
    api=Api(
        row=(
            *("kind", "agency", "confirmer_agency", "requester", "confirmer", "person", "paper", "starts_on"),
            *("reason", "object_kind", "object_id", "verb", "answers", "rights_before", "rights_after"),
            *("expires_at", "created_at", "updated_at"),
        ),
        shape=ConfirmationShape,
    ),
)
