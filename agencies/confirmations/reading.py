"""What a second person reads of a request where it is listed and where it is confirmed."""

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Facts
from agencies.people.rights import HeldRight

from .keys import facts
from .models import Confirmation


def reading(found: Confirmation, actor: Actor) -> Facts:
    """What the form of the confirmation shows beside it; the page of the request has more."""
    of_rights = found.kind in Confirmation.RIGHTS_KINDS
    return [
        (_("Matter concerned"), str(found)),
        (_("Change"), found.change),
        (_("Agency"), found.agency.name),
        (_("Account holder"), found.person.name if found.person else ""),
        (_("Before"), _labels(found.rights_before) if of_rights else ""),
        (_("After"), _labels(found.rights_after) if of_rights else ""),
        *_limits(found),
        (_("Paper"), found.paper),
        (_("Reason"), found.reason),
        (_("Requested by"), found.asked_by),
    ]


def _limits(found: Confirmation) -> Facts:
    """The limits of a key, each with its present value where it changes."""
    if found.kind != Confirmation.Kind.KEY:
        return []
    rows = facts(found)
    return [(label, f"{was} → {now}" if found.before and was != now else now) for label, was, now in rows]


def _labels(rights: list[HeldRight]) -> str:
    return _(", ").join(str(one.label) for one in rights) or "–"
