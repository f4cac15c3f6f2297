"""Proceedings in the workspace, and decisions that wait for the responsible person."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.open_items import BoardColumns, OpenItems, WorklistLine, nothing
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Button
from cases.casefile.models import Case, Item
from cases.casefile.threshold import compare_with_threshold
from cases.sharing.models import reads_contents

from .access import find_walls
from .models import Decision, Proceeding

TRANSFER = "draft_transfer"
BEFORE_DECISION = (Proceeding.State.VERIFY, Proceeding.State.FILED_ADM, Proceeding.State.INVESTIGATE)


def _prepare(proceedings: Sequence[Any], actor: Actor) -> None:
    """Which administrative proceedings of the reader's agency are about goods above the criminal threshold, on cases
    of which no transfer has been drafted. Their row offers the draft."""
    find_walls(actor, proceedings)
    ids = {
        one.case_id
        for one in proceedings
        if one.state in BEFORE_DECISION and one.agency_id == actor.agency_id and one.case.state != Case.State.CLOSED
    }
    above = _cases_above_threshold(ids, actor) if ids and actor.is_staff else set()
    for one in proceedings:
        one.to_transfer = one.case_id in above and one.case_id in ids and one.state in BEFORE_DECISION


def _cases_above_threshold(ids: set[Any], actor: Actor) -> set[Any]:
    """Those without a transfer whose goods are above, as far as the actor reads the goods."""
    rows = Item.objects.filter(reads_contents(actor), case__in=ids).exclude(case__referrals__kind="criminal_transfer")
    rows = rows.order_by("case_id").only("case", "basis", "net_weight_kg", "value", "currency")
    by_case = groupby(rows, key=attrgetter("case_id"))
    return {case for case, items in by_case if compare_with_threshold(items).verdict == "above"}


def _transfer(proceeding: Proceeding) -> Button:
    return Button(
        TRANSFER,
        RESOURCES["cases"].workflows[0].labels[TRANSFER],
        address("verb", "cases", proceeding.case_id, TRANSFER),
    )


def _line(proceeding: Proceeding, actor: Actor, now: datetime) -> WorklistLine:
    return WorklistLine(
        key=("proceeding", proceeding.pk),
        what=f"{proceeding.get_kind_display()} {proceeding.external_number}".strip(),
        note=f"{proceeding.case.number} {proceeding.case.label}",
        url=address("proceeding", proceeding.pk),
        waits=proceeding.agency if proceeding.agency_id != actor.agency_id else None,
        why=str(proceeding.get_state_display()),
        due_at=proceeding.due_at,
        breach_at=proceeding.breach_at,
        offer=partial(next_button, "proceedings", actor, proceeding),
        longer=partial(_transfer, proceeding) if getattr(proceeding, "to_transfer", False) else nothing,
    )


def _decision_line(decision: Decision, actor: Actor, now: datetime) -> WorklistLine:
    return WorklistLine(
        key=("decision", decision.pk),
        what=decision.party.name,
        note=f"{decision.proceeding.case.number} {decision.proceeding.case.label}",
        url=address("decision", decision.pk),
        why=_("Legal review and discussion are done: the responsible person decides."),
        due_at=decision.due_at,
        breach_at=decision.breach_at,
        offer=partial(decision_button, "decisions", actor, decision),
    )


OPEN_ITEMS = OpenItems(
    line=_line,
    related=("case", "agency", "handler"),
    prepare=_prepare,
    of_case=lambda rows, case: rows.open().filter(case=case),
    awaited={
        Proceeding.State.VERIFY: _("the decision on filing by %(agency)s"),
        Proceeding.State.INVESTIGATE: _("the end of the investigation by %(agency)s"),
        Proceeding.State.CRIMINAL_CASE: _("the end of the investigation by %(agency)s"),
    },
    has_periods=True,
    board=BoardColumns(
        states=Proceeding.State,
        rows=lambda actor, lately: Proceeding.objects.contents_for(actor).filter(
            ~Q(state=Proceeding.State.CLOSED) | lately
        ),
        handler=lambda agency: F("handler_id"),
        place=3,
    ),
)
OPEN_DECISIONS = OpenItems(line=_decision_line, related=("proceeding__case", "party"))
