"""Outcomes of what the caller sent, over JSON: read from the position where the caller stopped, so that none is
missed."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    IntegerField,
    ListField,
    UUIDField,
)

from agencies.kernel.paging import cursor_to, page_of
from agencies.kernel.permissions import API_CALLER, scope_or_reader
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from agencies.people.shapes import AgencyShape
from cases.intake.models import Lead
from coordination.messaging.outcomes.actions import mark_outcomes_seen
from coordination.messaging.outcomes.models import Outcome
from coordination.workspace.outcome_rows import lines_about, lines_of, readable

from . import shapes
from .operations import Call, get, post
from .schema import paging

MOST_SEEN = 200
EXAMPLE_OUTCOMES = {
    "results": [
        {
            "id": "5a0c5e6e-6f5e-4f7e-9a53-0f6f6f1f2b01",
            "code": "lead.close",
            "sentence": "closed the lead",
            "agency": {"code": "GACC", "name": "General Administration of Customs"},
            "ground": "duplicate",
            "case": None,
            "happened_at": "2026-03-02T01:15:00Z",
            "notified_at": "2026-03-02T01:15:10Z",
            "changed_at": "2026-03-02T01:15:10Z",
            "annulled": False,
            "corrected_to": None,
            "lead": "0f0c8c0e-51a3-4a0b-8f6c-2d1f0a9c7e11",
            "source_ref": "R-1",
            "referral": None,
        }
    ],
    "next": None,
    "reached": "eyJrIjoiLi4uIn0",
}
SORTS = {"changed": "changed_at"}


class OutcomeShape(Shape):
    """One step in a lead or referral. The same id appears again when its record was corrected."""

    id = UUIDField()
    code = CharField(help_text=_("Kind and action, e.g. lead.close"))
    sentence = CharField()
    agency = AgencyShape(allow_null=True)
    ground = ChoiceField(choices=Lead.Closing.choices, allow_blank=True)
    case = CharField(
        source="case.number", default=None, allow_null=True, help_text=_("Only if the agency shares the case.")
    )
    happened_at = DateTimeField()
    notified_at = DateTimeField()
    changed_at = DateTimeField()
    annulled = BooleanField()
    corrected_to = DateTimeField(allow_null=True)


class SentOutcomeShape(OutcomeShape):
    """An outcome together with what was sent."""

    lead = UUIDField(source="outcome.lead_id", allow_null=True)
    source_ref = CharField(source="outcome.lead.source_ref", default=None, allow_null=True)
    referral = UUIDField(source="outcome.referral_id", allow_null=True)


class OutcomesShape(shapes.PageShape):
    results = SentOutcomeShape(many=True)
    reached = CharField(help_text=_("Next, ask for what follows this position; empty if there is no outcome yet."))


def _position() -> list[OpenApiParameter]:
    size, after = paging()
    after.description = str(_("“reached” of the last response; empty: from the beginning."))
    return [after, size]


@get(
    "outcomes/",
    "list",
    _("List outcomes"),
    _(
        "A connected system gets the outcomes of the leads that it sent, a person those of what "
        "their agency sent. Call every few minutes with “after” set to “reached” of the last "
        "response: no outcome is skipped."
    ),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    query=_position,
    answers=OutcomesShape,
    examples=[OpenApiExample("outcomes", value=EXAMPLE_OUTCOMES, response_only=True)],
)
def outcomes(call: Call) -> Any:
    """Oldest change first. The same position returns the same outcomes, and new ones at the end."""
    rows, place = Outcome.objects.visible_to(call.actor), {"after": call.query.get("after", "")}
    page = page_of(readable(rows), place, sorts=SORTS, default="changed", size=call.size)
    reached = cursor_to(page.items[-1], "changed_at", "changed") if page.items else place["after"]
    return call.paged(page, lines_of(page.items, call.actor), reached=reached)


class SeenInput(Strict):
    """The outcomes that the caller has processed, by id."""

    outcomes = ListField(child=UUIDField(), min_length=1, max_length=MOST_SEEN)


class SeenShape(Shape):
    """How many of them were unseen before."""

    marked = IntegerField()


@post(
    "outcomes/seen/",
    "mark_seen",
    _("Mark outcomes as seen"),
    _("Marks outcomes as seen by the sender of the report; ids of other callers have no effect."),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    harmless=True,
    accepts=SeenInput,
    answers=SeenShape,
)
def mark_seen(call: Call) -> Any:
    """Marks outcomes as processed by the caller. Reading alone marks nothing, because any proxy may repeat a GET."""
    rows = Outcome.objects.visible_to(call.actor).filter(pk__in=call.given["outcomes"])
    return {"marked": mark_outcomes_seen(rows, actor=call.actor)}


def receipt_lines(lead: Lead, actor: Any) -> list[dict[str, Any]]:
    """The outcomes of one lead, as part of its receipt. Most repeats have none, which costs one small query."""
    if not Outcome.objects.visible_to(actor).about(lead).exists():
        return []
    lines: Any = lines_about(lead, actor, seeing=False)  # Any: `many` is not in the types of a serializer
    return list(OutcomeShape(lines, many=True).data)
