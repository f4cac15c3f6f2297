"""What the pages of questionnaires and reviews show beside the object."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from agencies.journal.timeline import timeline
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Button
from coordination.prevention.campaigns import campaign_of

from .models import Gap, Questionnaire, Review, ReviewAnswer
from .reading import answers_of, counts_as_gap


@dataclass(frozen=True)
class AnsweredItem:
    """An item with its answer. `counts`: the answer is one that the questionnaire counts as a gap."""

    row: ReviewAnswer

    @property
    def counts(self) -> bool:
        return counts_as_gap(self.row)


@dataclass(frozen=True)
class ShownGap:
    """A gap with the actions on it that are open to the reader."""

    gap: Gap
    buttons: list[Button]

    @property
    def is_late(self) -> bool:
        return self.gap.state != Gap.State.CLOSED and self.gap.due_on < times.today()


BESIDE = {"report_gap": Gap.WITH_EXPORTER, "close_gap": ("REPORTED_CLOSED",), "reopen_gap": ("REPORTED_CLOSED",)}


def review_parts(review: Review, actor: Actor, params: QueryDict) -> dict[str, Any]:
    buttons = RESOURCES["reviews"].buttons(actor, review)
    gaps = list(review.gaps.select_related("item", "found_by", "checked_by"))
    return {
        "items": [AnsweredItem(one) for one in answers_of(review)],
        "gaps": [ShownGap(one, _beside(one, buttons)) for one in gaps],
        "adds_gap": any(one.verb == "add_gap" for one in buttons),
        "campaign": campaign_of(review, actor),
        "events": timeline(actor, review),
    }


def _beside(gap: Gap, buttons: list[Button]) -> list[Button]:
    """The actions on this gap, each with the gap chosen."""
    return [
        Button(one.verb, one.words, f"{one.url}?gap={gap.pk}")
        for one in buttons
        if one.verb in BESIDE and gap.state in BESIDE[one.verb]
    ]


def questionnaire_parts(questionnaire: Questionnaire, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {
        "items": questionnaire.items.all(),
        "csv": reverse("questionnaire_csv", args=[questionnaire.pk]),
        "events": timeline(actor, questionnaire),
    }
