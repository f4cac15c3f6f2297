"""Follows the journal for each feed, and forgets old entries.

An event is recorded before it is committed, so the journal is read again from some minutes before the last position; an
event that the feed has is left out. Numbers are given in the order of the journal under the lock of the feed. A system
never gets a later event of an object first, unless a clock was wrong by more than OVERLAP: then the sweep finds it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.work import atomic
from agencies.machines.authentication import actor_of_system
from agencies.machines.models import ApiClient
from agencies.runs.one_by_one import deferred_keys, process_each

from .models import KEPT, Feed, FeedEntry
from .sight import EVENTS_READ, objects_in_sight, readable_events

QUEUE = "feeds"
BATCH = 500
# An event is recorded before it is committed; no transaction lasts longer than this.
OVERLAP = timedelta(minutes=2)
SWEPT = timedelta(days=3)  # read again for what was missed


def follow_journal() -> int:
    """Gives numbers to what happened since the last run. Returns how many. Idempotent, also when run concurrently."""
    return sum(process_each(QUEUE, _systems(), _follow, key=lambda client: client.pk))


def sweep() -> int:
    """Reads the last days again for what was missed, and forgets entries after KEPT. Returns the number of both."""
    since = times.now() - SWEPT
    found = process_each(QUEUE, _systems(), lambda client: _follow(client, since), key=lambda client: client.pk)
    return sum(found) + sum(process_each(QUEUE, Feed.objects.select_related("client"), _forget, key=lambda one: one.pk))


def _systems() -> Iterator[ApiClient]:
    """The systems that have a key with the scope, or had one within KEPT: a late renewal loses no event."""
    with_keys = ApiClient.objects.filter(keys__scopes__contains=EVENTS_READ).select_related("agency")
    yield from with_keys.exclude(pk__in=deferred_keys(QUEUE)).distinct()


def _follow(client: ApiClient, since: datetime | None = None) -> int:
    began = times.now()
    scopes = client.scopes_with(EVENTS_READ, since=began - KEPT)
    if not scopes:
        return 0
    feed = _feed_of(client, began)
    actor = actor_of_system(client, scopes)
    known = FeedEntry.objects.filter(feed=feed, event=OuterRef("pk"))
    events = readable_events(actor).filter(recorded_at__gte=max(since or feed.until - OVERLAP, feed.began_at))
    fresh = list(events.exclude(Exists(known)).order_by("pk").only("pk", "object_kind", "object_id"))
    seen = objects_in_sight(actor, fresh)
    fresh = [event for event in fresh if (event.object_kind, event.object_id) in seen]
    given = sum(_give_numbers(feed, fresh[start : start + BATCH]) for start in range(0, len(fresh), BATCH))
    if began - feed.until > OVERLAP / 2:  # not at each run, because most have nothing to write
        Feed.objects.filter(pk=feed.pk, until__lt=began).update(until=began)
    return given


def _feed_of(client: ApiClient, now: datetime) -> Feed:
    """The feed of the system. It begins, or begins again, now: what happened before is not in it."""
    feed, _is_new = Feed.objects.get_or_create(client=client, defaults={"began_at": now, "until": now})
    if not feed.is_followed:
        Feed.objects.filter(pk=feed.pk, is_followed=False).update(is_followed=True, began_at=now, until=now)
        feed.refresh_from_db()
    return feed


def _give_numbers(feed: Feed, events: list[Event]) -> int:
    with atomic():
        locked = Feed.objects.select_for_update().get(pk=feed.pk)
        known = set(FeedEntry.objects.filter(feed=locked, event__in=events).values_list("event", flat=True))
        fresh = [event for event in events if event.pk not in known]  # another worker may have been faster
        numbered = enumerate(fresh, start=locked.last + 1)
        FeedEntry.objects.bulk_create(FeedEntry(feed=locked, number=number, event=event) for number, event in numbered)
        locked.last += len(fresh)
        locked.save(update_fields=["last"])
    return len(fresh)


def _forget(feed: Feed) -> int:
    """Deletes old entries. Where the last key ended long ago, it deletes all of them and skips a number: a reader who
    comes back learns that events are missing."""
    before = times.now() - KEPT
    with atomic():
        locked = Feed.objects.select_for_update().get(pk=feed.pk)
        if locked.is_followed and not feed.client.scopes_with(EVENTS_READ, since=before):
            locked.last, locked.is_followed = locked.last + 1, False
            locked.forgotten = locked.last
        else:
            old = locked.entries.filter(created_at__lt=before).aggregate(newest=Max("number"))["newest"]
            locked.forgotten = max(locked.forgotten, old or 0)
        locked.save()
        return locked.entries.filter(number__lte=locked.forgotten).delete()[0]
