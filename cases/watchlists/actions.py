"""Actions on watch lists: import of a table, end of an entry. Entries are versioned, never edited or deleted."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, record_event
from agencies.journal.transitions import Applied, Recording, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

from .access import KEEPER, keeps_lists
from .models import Listing
from .spreadsheet import Change, Row, changes, changes_digest, columns_of
from .workflow import LISTING

S = Listing.State


def import_listings(rows: Iterable[Row], *, actor: Actor, seen: str) -> list[Listing]:
    """Imports a table in one transaction. `seen` is the digest of the changes that the person has seen.

    An existing entry is replaced by its next version. Entries that the table does not contain are kept.
    """
    if not keeps_lists(actor):
        raise Forbidden(
            _("Watch lists are managed by the unit leads and the responsible person of the commerce bureau.")
        )
    with atomic():
        keeper = Agency.objects.select_for_update(no_key=True).get(code=KEEPER)
        found = changes(rows)
        if changes_digest(found) != seen:
            detail = _("The lists changed after you viewed the differences. View them again.")
            raise TransitionRefused([UnmetCondition("seen", detail)])
        return [_list(change, keeper, actor) for change in found]


def _list(change: Change, keeper: Agency, actor: Actor) -> Listing:
    old = Listing.objects.current_versions().filter(code=change.code).first()
    if old is not None:
        move_listing(old, "replace", actor=SYSTEM)  # the event of the next version names the actor
    state = S.ENDED if change.new.effective_to else S.LISTED
    made = Listing.objects.create(
        **columns_of(change.new), number=old.number + 1 if old else 1, state=state, state_since=times.now()
    )
    record_event(
        agency_stream(keeper),
        actor=actor,
        action=Action("list", "listing", made.pk, to_state=made.state, data={"code": made.code, "number": made.number}),
    )
    return made


def move_listing(listing: Listing, verb: str, *, actor: Actor, **given: Any) -> Applied[Listing]:
    keeper = Agency.objects.get(code=KEEPER)
    return apply_transition(
        listing, verb, actor=actor, recording=Recording(LISTING, "listing", [agency_stream(keeper)]), **given
    )


def end_listing(listing: Listing, *, actor: Actor, effective_to: date | None = None, **given: Any) -> Applied[Listing]:
    """Ends an entry on its last day. Raises Invalid if that is before its first day."""
    if effective_to is not None:
        if effective_to < listing.effective_from:
            raise Invalid.field("effective_to", "order", _("The last day is before the first."))
        given["effective_to"] = effective_to
    return move_listing(listing, "end", actor=actor, **given)


ACTIONS: dict[str, Callable[..., Any]] = {"end": end_listing}
