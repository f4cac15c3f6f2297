"""Form drafts and the time of the last look. No events, because these are no actions on a case."""

from datetime import datetime
from uuid import UUID

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic

from .models import KEPT, MOST_DRAFTS, Draft, LastLook


def look_through(*, actor: Actor, until: datetime) -> None:
    """Records that the actor has seen everything up to then. Never in the future, and never moved back."""
    at = min(until, times.now())
    with atomic():
        look, made = LastLook.objects.select_for_update().get_or_create(person_id=UUID(actor.id), defaults={"at": at})
        if not made and look.at < at:
            LastLook.objects.filter(pk=look.pk, at__lt=at).update(at=at)


def keep_draft(page: str, fields: dict[str, list[str]], *, actor: Actor) -> Draft:
    """Saves the present form contents, replacing earlier ones."""
    with atomic():
        draft, _made = Draft.objects.update_or_create(
            person_id=UUID(actor.id), page=page, defaults={"fields": fields, "saved_at": times.now()}
        )
        kept = Draft.objects.filter(person_id=UUID(actor.id)).order_by("-saved_at", "-pk").values_list("pk", flat=True)
        Draft.objects.filter(person_id=UUID(actor.id), pk__in=list(kept[MOST_DRAFTS : MOST_DRAFTS * 2])).delete()
        return draft


def drop_draft(page: str, *, actor: Actor) -> None:
    Draft.objects.filter(person_id=UUID(actor.id), page=page).delete()


def drop_old_drafts() -> int:
    """Deletes abandoned drafts. Returns how many."""
    return Draft.objects.filter(saved_at__lt=times.now() - KEPT).delete()[0]
