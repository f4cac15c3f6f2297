"""The confirmation by a second person, as the register knows it. Who carries out what was confirmed adds "confirm"."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.permissions import ACTING
from agencies.kernel.resource import Listing, Notices, Resource, Summary, by_verb

from .actions import transition_confirmation
from .filters import DEFAULT_SORT, SORTS, ConfirmationFilter
from .models import Confirmation
from .workflow import CONFIRMATION as TABLE

CONFIRMATION = Resource(
    name="confirmations",
    kind="confirmation",
    model=Confirmation,
    page="confirmation",
    label=_("Confirmation"),
    plural=_("Confirmations"),
    workflows=(TABLE,),
    actions=by_verb(transition_confirmation, TABLE),
    related=("agency", "confirmer_agency", "requester", "person"),
    permission=ACTING,
    is_corrected=False,  # it is asked for anew
    listing=Listing(
        filters=ConfirmationFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("agency", "confirmer_agency"),
    ),
    summary=Summary(title="agency__code"),
    notices=Notices(in_hand=("requester",)),
)
