"""Proceedings in the workspace, and decisions that wait for the responsible person."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, compiled_ids
from agencies.kernel.lines import Ids, Line, OnBoard, OpenItems, urgency
from agencies.kernel.resource import decision_button, next_button
from agencies.kernel.work import Decides
from agencies.work.models import WorkItem
from agencies.work.reading import FETCHED, Reader

from .access import OFFICE
from .models import Decision, Proceeding


def _line(proceeding: Proceeding, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("proceeding", proceeding.pk),
        sections=frozenset(),
        source=None,
        what=f"{proceeding.get_kind_display()} {proceeding.external_number}".strip(),
        note=f"{proceeding.case.number} {proceeding.case.title}",
        url=reverse("proceeding", args=[proceeding.pk]),
        waits=proceeding.agency if proceeding.agency_id != actor.agency_id else None,
        why=str(proceeding.get_state_display()),
        due_at=proceeding.due_at,
        breach_at=proceeding.breach_at,
        offer=partial(next_button, "proceedings", actor, proceeding),
    )


def _reviewed(reader: Reader) -> dict[str, Compiled]:
    if not reader.actor.offices:
        return {}
    reviewed = WorkItem.objects.filter(kind="decision", decides=Decides.HEAD, agency_id__in=reader.actor.offices)
    return {"": compiled_ids(reviewed.order_by("since", "object_id")[:FETCHED], of="object_id")}


def _decision_lines(ids: Ids, reader: Reader) -> Iterator[Line]:
    found = OFFICE.with_barred_holders(Decision.objects.filter(pk__in=ids))
    for decision in found.select_related("proceeding__case", "party"):
        yield _decision_line(decision, reader.actor, reader.now)


def _decision_line(decision: Decision, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("decision", decision.pk),
        sections=frozenset({"decide"} | urgency(decision.due_at, decision.breach_at, now)),
        source=None,
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
    board=OnBoard(
        states=Proceeding.State,
        rows=lambda actor, lately: Proceeding.objects.contents_for(actor).filter(
            ~Q(state=Proceeding.State.CLOSED) | lately
        ),
        place=3,
    ),
)
OPEN_DECISIONS = OpenItems(line=_decision_line, nearest=_reviewed, on_home=_decision_lines)
