"""Opinion rounds and the opinion of an agency."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.casefile.models import Case
from coordination.exchange.opinions.actions import ask_opinions
from coordination.exchange.opinions.models import Opinion, OpinionRound

from ..kept_stories import story
from .basics import act, walk
from .casefile import shared_case


@story
def opinion_round(cast: Any, matter: Case | None = None, **rest: Any) -> OpinionRound:
    """A request of customs for the opinion of the commerce bureau, which shares the case."""
    values = {"agencies": ["MOFCOM_SCB"], "title": "May the goods be released?", "text": "No licence was found."}
    return act(cast, "customs.officer", ask_opinions, matter or shared_case(cast), **values | rest)


@story
def agency_opinion(cast: Any, state: str = "ASKED", matter: Case | None = None, **answers: Any) -> Opinion:
    """The commerce bureau's opinion in such a round, walked to `state`; `answers` are those of each level."""
    made = opinion_round(cast, matter).opinions.get()
    values = {"stance": "concur", **answers}
    draft, review = ("draft", "commerce.officer", values), ("review", "commerce.lead", values)
    paths: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "ASKED": [],
        "WITH_LEAD": [draft],
        "WITH_HEAD": [draft, review],
        "GIVEN": [draft, review, ("give", "commerce.head", values)],
    }
    walk(cast, made, paths[state])
    assert made.state == state
    return made


@story
def late_opinion(cast: Any, days: int = 2, matter: Case | None = None) -> Opinion:
    """The commerce bureau's opinion for customs, overdue by `days`."""
    made = agency_opinion(cast, matter=matter)
    Opinion.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Opinion.objects.get(pk=made.pk)
