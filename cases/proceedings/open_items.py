"""Proceedings in the workspace, and decisions that wait for the responsible person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.kernel.buttons import decision_button
from agencies.kernel.lines import line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Button
from cases.casefile.models import Case, Item
from cases.casefile.threshold import compare_with_threshold
from cases.sharing.models import reads_contents

from .access import find_walls
from .models import Decision, Proceeding

TRANSFER = "draft_transfer"
BEFORE_DECISION = (Proceeding.State.VERIFY, Proceeding.State.FILED_ADM, Proceeding.State.INVESTIGATE)


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


class OpenProceedings(OpenItems):
    related = ("case", "agency", "handler")
    case = "case"
    awaited = {
        Proceeding.State.VERIFY: _("the decision on filing by %(agency)s"),
        Proceeding.State.INVESTIGATE: _("the end of the investigation by %(agency)s"),
        Proceeding.State.CRIMINAL_CASE: _("the end of the investigation by %(agency)s"),
    }
    has_periods = True
    weight = 3  # months of work; a task or lead is days
    tab = 3

    def line(self, thing: Proceeding, actor: Actor, now: datetime) -> WorklistLine:
        line = line_of(
            thing,
            actor,
            what=f"{thing.get_kind_display()} {thing.external_number}".strip(),
            note=f"{thing.case.number} {thing.case.label}",
            waits=thing.agency if thing.agency_id != actor.agency_id else None,
            why=str(thing.get_state_display()),
        )
        return replace(line, longer=partial(_transfer, thing)) if getattr(thing, "to_transfer", False) else line

    def prepare(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        """Which administrative proceedings of the reader's agency are about goods above the criminal threshold, on
        cases of which no transfer has been drafted. Their row offers the draft."""
        find_walls(actor, things)
        ids = {
            one.case_id
            for one in things
            if one.state in BEFORE_DECISION and one.agency_id == actor.agency_id and one.case.state != Case.State.CLOSED
        }
        above = _cases_above_threshold(ids, actor) if ids and actor.is_staff else set()
        for one in things:
            one.to_transfer = one.case_id in above and one.case_id in ids and one.state in BEFORE_DECISION
        return things

    def on_board(self, visible: Any, actor: Actor, lately: Q) -> QuerySet[Proceeding]:
        return Proceeding.objects.contents_for(actor).filter(~Q(state=Proceeding.State.CLOSED) | lately)


class OpenDecisions(OpenItems):
    related = ("proceeding__case", "party")

    def line(self, thing: Decision, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing,
            actor,
            what=thing.party.name,
            note=f"{thing.proceeding.case.number} {thing.proceeding.case.label}",
            why=_("Legal review and discussion are done: the responsible person decides."),
            offer=decision_button,
        )
