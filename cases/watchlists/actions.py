"""Actions on watch lists: import of a table, end of an entry. Entries are versioned, never edited or deleted."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, record_event
from agencies.journal.transitions import TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

from .access import KEEPER, keeps_for, keeps_lists
from .entries import forget
from .models import Listing
from .spreadsheet import EntryChange, EntryRow, changes, changes_digest, columns_of

S = Listing.State


def import_listings(rows: Iterable[EntryRow], *, actor: Actor, seen: str) -> list[Listing]:
    """Imports a table in one transaction. `seen` is the digest of the changes that the person has seen.

    An existing entry is replaced by its next version. Entries that the table does not contain are kept.
    """
    listed = list(rows)
    desks = desks_of(listed, actor=actor)
    with atomic():
        keeper = Agency.objects.select_for_update(no_key=True).get(code=KEEPER)
        found = changes(listed)
        if changes_digest(found) != seen:
            detail = _("The lists changed after you viewed the differences. View them again.")
            raise TransitionRefused.because("seen", detail)
        transaction.on_commit(forget)
        return [_list(change, desks.get(change.new.owner), keeper, actor) for change in found]


def desks_of(rows: Iterable[EntryRow], *, actor: Actor) -> dict[str, Agency]:
    """The desks that the rows name, by code. Raises Forbidden or TransitionRefused if the actor does not keep one of
    the entries: a file is compared only with entries that the actor sees."""
    listed = list(rows)
    desks = {one.code: one for one in Agency.objects.filter(code__in=[row.owner for row in listed])}
    current = Listing.objects.current_versions().filter(code__in=[row.code for row in listed])
    agencies = dict(current.values_list("code", "owner__agency_id"))
    for row in listed:
        agency_id = desks[row.owner].agency_id if row.owner else None
        if agency_id is None and not keeps_lists(actor):
            detail = _("Watch lists are managed by the unit leads and the responsible person of the commerce bureau.")
            raise Forbidden(detail)
        if agency_id is not None and not keeps_for(actor, agency_id):
            detail = _(
                "A watched route or an own entry is kept by the unit leads and the responsible person of its desk's "
                "agency; for the centre by its coordinators."
            )
            raise Forbidden(detail)
        if agencies.get(row.code, agency_id) != agency_id:
            detail = _("%(place)s is an entry of another agency.") % {"place": row.code}
            raise TransitionRefused.because("code", detail)
    return desks


def _list(change: EntryChange, desk: Agency | None, keeper: Agency, actor: Actor) -> Listing:
    old = Listing.objects.current_versions().filter(code=change.code).select_related("owner__agency").first()
    if old is not None:
        move_listing(old, "replace", actor=SYSTEM)  # the event of the next version names the actor
    state = S.ENDED if change.new.effective_to else S.LISTED
    made = Listing.objects.create(
        **columns_of(change.new), owner=desk, number=old.number + 1 if old else 1, state=state, state_since=times.now()
    )
    record_event(
        agency_stream(made.keeper or keeper),
        actor=actor,
        action=Action("list", "listing", made.pk, to_state=made.state, data={"code": made.code, "number": made.number}),
    )
    return made


def move_listing(listing: Listing, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Listing]:
    keeper = listing.keeper or Agency.objects.get(code=KEEPER)
    return apply_transition(listing, verb, actor=actor, streams=[agency_stream(keeper)], **given)


def end_listing(
    listing: Listing, *, actor: Actor, effective_to: date | None = None, **given: Any
) -> TransitionResult[Listing]:
    """Ends an entry on its last day. Raises Invalid if that is before its first day."""
    if effective_to is not None:
        if effective_to < listing.effective_from:
            raise Invalid.field("effective_to", "order", _("The last day is before the first."))
        given["effective_to"] = effective_to
    return _counted_anew(listing, "end", actor=actor, **given)


def suspend_listing(
    listing: Listing, *, actor: Actor, suspended_from: date, suspended_until: date | None = None, **given: Any
) -> TransitionResult[Listing]:
    """Suspends an entry from a day, until a last day or further notice. Raises Invalid if that is before the first."""
    if suspended_until is not None and suspended_until < suspended_from:
        raise Invalid.field("suspended_until", "order", _("The last day is before the first."))
    given |= {"suspended_from": suspended_from, "suspended_until": suspended_until}
    return _counted_anew(listing, "suspend", actor=actor, **given)


def resume_listing(listing: Listing, *, actor: Actor, suspended_until: date, **given: Any) -> TransitionResult[Listing]:
    """Ends a suspension on its last day. Raises Invalid if that is before its first."""
    if listing.suspended_from is not None and suspended_until < listing.suspended_from:
        raise Invalid.field("suspended_until", "order", _("The last day is before the first."))
    return _counted_anew(listing, "resume", actor=actor, suspended_until=suspended_until, **given)


def _counted_anew(listing: Listing, verb: str, **given: Any) -> TransitionResult[Listing]:
    with atomic():
        transaction.on_commit(forget)
        return move_listing(listing, verb, **given)


ACTIONS: ActionTable = {"end": end_listing, "suspend": suspend_listing, "resume": resume_listing}
