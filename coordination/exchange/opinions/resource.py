"""The resources of opinion rounds and opinions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.late import Late, past_due
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, Column, EmptyList, Facts, Listing, Notices, Resource, Summary
from agencies.kernel.sights import ByColumns
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import OPINION_ACTIONS, ROUND_ACTIONS, ask_opinions
from .deciding import DECISION
from .filters import OpinionFilter, RoundFilter
from .measures import MEASURES
from .models import Opinion, OpinionRound, RoundQuerySet
from .on_case import OpinionsOnCase, RoundsOnCase
from .open_items import OpenOpinions, OpenRounds
from .page import opinion_parts, round_parts
from .reassigning import OpinionReassignment
from .shapes import OpinionShape, RoundShape
from .starts import STARTS
from .work import ROUND_WORK, WORK
from .workflow import OPINION as OPINION_TABLE
from .workflow import ROUND as ROUND_TABLE

_DUE = (
    "{% if row.is_open and row.waits_for %}{% deadline row.due_at started_at=row.state_since %}"
    "{% late_because causes row %}{% elif row.due_at %}{% when row.due_at %}"
    f"{{% else %}}{columns.NONE}{{% endif %}}"
)


def _letter(asked: OpinionRound) -> Letter:
    return Letter(
        sender=asked.agency,
        to=[one.agency for one in asked.opinions.select_related("agency").order_by("agency_id")],
        title=asked.title,
        text=asked.text,
        due_at=asked.due_at,
        due_words=_("Reply by"),
    )


def _question(asked: OpinionRound) -> Facts:
    return [(_("The question"), f"{asked.title}\n\n{asked.text}"), (pgettext("opinion", "Asked by"), asked.agency.name)]


class RoundList(CaseListing):
    filters = RoundFilter
    sorts = {"updated": "updated_at", "due": "due_order"}
    default = "due"
    related = ("case", "agency")
    page = "opinion_rounds"
    columns = (
        columns.title("opinion_round", _("The question"), more=CASE_BELOW),
        *CASE_COLUMNS,
        columns.state(),
        columns.agency("agency", pgettext_lazy("opinion", "Asked by")),
        Column(
            *("waits_for", pgettext_lazy("opinion", "Opinions"), lambda row, actor: row.waits_for),
            cell="{% include 'opinions/pending_cell.html' %}",
            kind="number",
        ),
        columns.moment("due_at", _("Opinion due"), cell=_DUE, sort="due"),
    )
    subtitle = _("Questions to the agencies of a case, and their opinions.")
    empty = EmptyList(
        _("No opinion requested yet"),
        _("Opinions are requested on the page of a case, from the agencies that read the case."),
        "people",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "agency")
    chips_label = _("Question filter")

    def shown(self, rows: Any, actor: Actor) -> QuerySet[Any]:
        return super().shown(rows.with_conflict(), actor)

    def arrived(self, actor: Actor, since: datetime, acts: QuerySet[Any]) -> Q:
        given = acts.filter(object_kind="opinion").values("object_id")
        return Q(pk__in=Opinion.objects.visible_to(actor).filter(pk__in=given).values("round"))

    def chips(self, visible: RoundQuerySet, actor: Actor) -> Iterable[CountedList]:
        agency = actor.agency_code
        yield _("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)
        yield pgettext_lazy("opinion", "Asked by us"), f"agency={agency}", visible.filter(agency=actor.agency_id)
        yield _("In conflict"), "conflict=1", visible.in_conflict()
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


ROUND = Resource(
    name="opinion-rounds",
    kind="round",
    model=OpinionRound,
    page="opinion_round",
    label=_("Round of opinions"),
    plural=_("Rounds of opinions"),
    looks={
        "OPEN": ("wait", "send"),
        "CONCLUDED": ("good", "check-lg"),
    },
    workflows=(ROUND_TABLE,),
    actions=ROUND_ACTIONS,
    related=("case", "agency"),
    is_corrected=False,  # it is closed or a new one is asked
    adds={"cases": STARTS},
    contributes={"cases": {"ask_opinions": ask_opinions}},
    listing=RoundList(),
    navigation=NavigationPage(
        group=Group.BETWEEN_AGENCIES,
        place=51,
        label=_("Opinions"),
        key="o",
        counts="opinion",
        waiting="?waiting_on={agency}",
    ),
    page_rows=lambda rows, actor: rows.select_related("asker"),
    page_parts=round_parts,
    on_case=RoundsOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": ""})),
    letters=LetterRules(of=_letter),
    reading=lambda asked, actor: _question(asked),
    work=(ROUND_WORK,),
    open_items=OpenRounds(),
    notices=Notices(in_hand=("asker", "opinions__handler")),
    api=Api(
        row=("case", "about_kind", "about_id", "created_at", "updated_at"),
        detail=("text", "conclusion", "reason", "opinions"),
        shape=RoundShape,
    ),
)


class OpinionList(Listing):
    filters = OpinionFilter
    sorts = {"updated": "updated_at", "due": "due_order"}
    default = "due"
    related = ("round__case", "agency")


OPINION = Resource(
    name="opinions",
    kind="opinion",
    model=Opinion,
    page="opinion",
    label=_("Opinion"),
    plural=_("Opinions"),
    looks={
        "WITH_LEAD": ("review", "person-check"),
        "WITH_HEAD": ("wait", "hourglass-split"),
        "GIVEN": ("good", "check-lg"),
        "OUTDATED": ("wait", "exclamation-triangle"),
        "LAPSED": ("stopped", "x-lg"),
    },
    workflows=(OPINION_TABLE,),
    actions=OPINION_ACTIONS,
    related=("round__case", "round__agency", "agency"),
    is_corrected=False,  # it is withdrawn or given again
    listing=OpinionList(),
    page_rows=lambda rows, actor: rows.select_related("round__agency", "handler"),
    page_parts=opinion_parts,
    work=(WORK,),
    open_items=OpenOpinions(),
    decision=DECISION,
    reassign=OpinionReassignment(),
    bulk=("assign", "hand_over"),
    on_case=OpinionsOnCase(),
    summary=Summary(title="round__title", sight=ByColumns(own={"agency_id": "", "round__agency_id": ""})),
    reading=lambda opinion, actor: _question(opinion.round),
    late=Late(
        debtor="agency_id",
        handler="handler_id",
        case="round__case",
        related=("round__case",),
        late=lambda rows, now: past_due(rows.filter(round__state=OpinionRound.State.OPEN), now),
        owed_to=lambda agency: Q(round__agency_id=agency),
        title=lambda opinion: opinion.round.title,
        about=lambda opinion: _("Opinion requested"),
    ),
    measures=MEASURES,
    notices=Notices(in_hand=("handler", "round__asker"), decides=(Opinion.State.WITH_HEAD,)),
    api=Api(OpinionShape),
)
