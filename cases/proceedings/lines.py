"""Proceedings in the workspace, and decisions that wait for the responsible person."""

from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lines import Line, OnBoard, OpenItems
from agencies.kernel.resource import decision_button, next_button

from .models import Decision, Proceeding


def _line(proceeding: Proceeding, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("proceeding", proceeding.pk),
        what=f"{proceeding.get_kind_display()} {proceeding.external_number}".strip(),
        note=f"{proceeding.case.number} {proceeding.case.title}",
        url=reverse("proceeding", args=[proceeding.pk]),
        waits=proceeding.agency if proceeding.agency_id != actor.agency_id else None,
        why=str(proceeding.get_state_display()),
        due_at=proceeding.due_at,
        breach_at=proceeding.breach_at,
        offer=partial(next_button, "proceedings", actor, proceeding),
    )


def _decision_line(decision: Decision, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("decision", decision.pk),
        what=decision.party.name,
        note=f"{decision.proceeding.case.number} {decision.proceeding.case.title}",
        url=reverse("decision", args=[decision.pk]),
        waits=None,
        why=_("Legal review and discussion are done: the responsible person decides."),
        due_at=decision.due_at,
        breach_at=decision.breach_at,
        offer=partial(decision_button, "decisions", actor, decision),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    related=("case", "agency", "handler"),
    of_case=lambda rows, case: rows.open().filter(case=case),
    awaited={
        Proceeding.State.VERIFY: _("the decision on filing by %(agency)s"),
        Proceeding.State.INVESTIGATE: _("the end of the investigation by %(agency)s"),
        Proceeding.State.CRIMINAL_CASE: _("the end of the investigation by %(agency)s"),
    },
    by_law=True,
    board=OnBoard(
        states=Proceeding.State,
        rows=lambda actor, lately: Proceeding.objects.contents_for(actor).filter(
            ~Q(state=Proceeding.State.CLOSED) | lately
        ),
        place=3,
    ),
)
OPEN_DECISIONS = OpenItems(line=_decision_line, related=("proceeding__case", "party"))
