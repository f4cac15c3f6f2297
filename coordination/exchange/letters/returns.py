"""Why something came back, as its row on home and in queues says."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agencies.journal.timeline import latest_reasons
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency

LONGEST = 160  # characters of a reason on a row; its page has all of it


def returned_by(agency: Agency, reason: str) -> str:
    """Returned by another agency."""
    return _("Returned by %(agency)s: %(reason)s") % {"agency": agency.name, "reason": Truncator(reason).chars(LONGEST)}


def returned_for_revision(remarks: str) -> str:
    """Returned within the agency."""
    return _("Returned for revision: %(remarks)s") % {"remarks": Truncator(remarks).chars(LONGEST)}


def set_reasons(things: Sequence[Any], returned: Collection[Any], actor: Actor, *verbs: str) -> None:
    """Gives each of the letters `returned_because`: the reason of the latest of these acts on one that came back, ""
    for the others. One query."""
    reasons = latest_reasons(actor, list(returned), *verbs)
    for thing in things:
        thing.returned_because = reasons.get(thing.pk, "")
