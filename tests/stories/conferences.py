"""Conferences."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.casefile.models import Case
from coordination.exchange.conferences.actions import call_conference
from coordination.exchange.conferences.models import Conference

from ..kept_stories import story
from .basics import act, walk
from .casefile import shared_case


@story
def conference(cast: Any, state: str = "CALLED", matter: Case | None = None, **rest: Any) -> Conference:
    """A conference of customs with the commerce bureau, which shares the case, walked to `state`."""
    values = {
        "title": "Release of the goods",
        "agenda": "Who weighs them",
        "starts_at": timezone.now() + timedelta(days=2),
    }
    made = act(
        cast,
        "customs.officer",
        call_conference,
        matter or shared_case(cast),
        **{"desks": ["MOFCOM_SCB"], **values, **rest},
    )
    if state != "CALLED":
        begin(made)
        walk(cast, made, [("write_minutes", "customs.officer", {"text": "Weighed on Monday."})])
    if state == "CONFIRMED":
        walk(cast, made, [("confirm", "commerce.officer", {})])
    assert made.state == state
    return made


def begin(conference: Conference) -> None:
    """Sets the start of the conference to five minutes ago."""
    type(conference).objects.filter(pk=conference.pk).update(starts_at=timezone.now() - timedelta(minutes=5))
    conference.refresh_from_db()


@story
def late_conference(cast: Any, days: int = 2, matter: Case | None = None) -> Conference:
    """A conference that began `days` ago and has neither minutes nor a cancellation."""
    made = conference(cast, matter=matter)
    Conference.objects.filter(pk=made.pk).update(starts_at=timezone.now() - timedelta(days=days))
    return Conference.objects.get(pk=made.pk)
