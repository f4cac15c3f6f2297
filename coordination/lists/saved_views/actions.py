"""Saves, changes and pins views. The journal records the action, never a view's name or values."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, Max
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

from .access import may_edit, may_pin
from .models import DefaultView, SavedView

MOST = 50  # of one person on one list


def save_view(
    *, actor: Actor, list_name: str, name: str, query: str, chosen: dict[str, Any], audience: str, name_en: str = ""
) -> SavedView:
    """`query` and `chosen` as returned by `coordination.lists.saved_view_pages.read`."""
    me: Any = actor.id
    with atomic():
        own = SavedView.objects.filter(owner_id=me, list=list_name)
        if own.count() >= MOST:
            detail = _("You already have %(most)s views of this list. Delete one first.") % {"most": MOST}
            raise TransitionRefused([UnmetCondition("many", detail)])
        _refuse_taken(own, name)
        view: SavedView = _named_once(
            lambda: SavedView.objects.create(
                list=list_name,
                name=name,
                name_en=name_en,
                query=query,
                chosen=chosen,
                audience=audience,
                owner_id=actor.id,
                agency_id=actor.own_agency,
            )
        )
        _record(view, actor, "save_view", ["audience", "name", "name_en", "query"])
    return view


def edit_view(view: SavedView, *, actor: Actor, version: int | None = None, **changes: Any) -> SavedView:
    """`name`, `name_en`, `audience`, or `query` with `chosen`. A view withdrawn from the agency is unpinned and no
    default for others."""
    _refuse_stranger(may_edit(actor, view))
    with atomic():
        if "name" in changes:
            others = SavedView.objects.filter(owner_id=view.owner_id, list=view.list).exclude(pk=view.pk)
            _refuse_taken(others, changes["name"])
        if changes.get("audience") == SavedView.Audience.PRIVATE:
            changes["position"] = None
            DefaultView.objects.filter(view=view).exclude(person=view.owner_id).delete()
        _named_once(lambda: _write(view, version, changes))
        _record(view, actor, "edit_view", set(changes) - {"chosen"})
    return view


def delete_view(view: SavedView, *, actor: Actor, version: int | None = None) -> None:
    _refuse_stranger(may_edit(actor, view))
    with atomic():
        _write(view, version, {})
        SavedView.objects.filter(pk=view.pk).delete()
        _record(view, actor, "delete_view", [])


def pin_view(view: SavedView, *, actor: Actor, pinned: bool, version: int | None = None) -> SavedView:
    """A newly pinned view comes last."""
    _refuse_stranger(may_pin(actor, view))
    with atomic():
        pinned_ones = SavedView.objects.filter(agency=view.agency_id, list=view.list)
        last = pinned_ones.aggregate(last=Max("position"))["last"] or 0
        _write(view, version, {"position": last + 1 if pinned else None})
        _record(view, actor, "pin_view" if pinned else "unpin_view", ["position"])
    return view


def open_first(view: SavedView, *, actor: Actor) -> None:
    """Makes it the person's default view of the list. A personal setting, so there is no event."""
    me: Any = actor.id
    with atomic():
        DefaultView.objects.update_or_create(person_id=me, list=view.list, defaults={"view": view})


def clear_default(list_name: str, *, actor: Actor) -> None:
    me: Any = actor.id
    DefaultView.objects.filter(person_id=me, list=list_name).delete()


def _refuse_stranger(may: bool) -> None:
    if not may:
        raise Forbidden(_("A view is changed by its owner; an agency view also by a lead of the agency."))


def _refuse_taken(others: Any, name: str) -> None:
    if others.filter(name=name).exists():
        raise Invalid.field("name", "taken", _("There is a view of this name already. Choose another."))


def _named_once(write: Any) -> Any:
    """A concurrent save under the same name is refused by the database."""
    try:
        with atomic():
            return write()
    except IntegrityError:
        raise Invalid.field("name", "taken", _("There is a view of this name already. Choose another.")) from None


def _write(view: SavedView, version: int | None, changes: dict[str, Any]) -> None:
    rows = SavedView.objects.filter(pk=view.pk, version=view.version if version is None else version)
    if not rows.update(**changes, version=F("version") + 1):
        raise Stale(
            [UnmetCondition("version", _("Another person changed this view after you opened it. Check it again."))]
        )
    view.refresh_from_db()


def _record(view: SavedView, actor: Actor, verb: str, fields: Iterable[str]) -> None:
    key = agency_stream(Agency.objects.get(pk=view.agency_id))
    pk: UUID = view.pk
    record_event(
        key,
        actor=actor,
        action=Action(verb, "saved_view", pk, fields=[view.list, *fields]),
        audience=Audience(Event.Visibility.OWN),
    )
