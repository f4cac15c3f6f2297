"""The resource of visits: everything that pages, API, lists, figures and letters read of them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.journal.timeline import timeline
from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.case_parts import CasePart, CaseTab
from agencies.kernel.facets import CountedList
from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.kernel.late import Late
from agencies.kernel.lines import line_of
from agencies.kernel.measures import FactCollector, Form, History, MeasuredFact, Measures, Metric
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.resource import Api, BriefChange, EmptyList, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.kernel.work import DeskRow, WorkRows
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing
from cases.casefile.reassigning import CaseReassignment
from coordination.exchange.letters.work import in_hand

from .actions import ACTIONS, plan_visit
from .models import Visit, VisitQuerySet
from .starts import STARTS
from .workflow import VISIT as TABLE


class VisitFilter(ListFilter):
    state = StateFilter(Visit.State.choices, label=_("State"))


class VisitList(CaseListing):
    filters = VisitFilter
    sorts = {"due": "due_at", "created": "created_at"}
    default = "due"
    related = ("case", "agency", "partner")
    page = "visits"
    columns = (
        columns.title("visit", _("Place to visit"), more=CASE_BELOW),
        *CASE_COLUMNS,
        columns.state(),
        columns.agency("agency", _("Planned by")),
        columns.agency("partner", _("Agency that joins")),
        columns.moment("due_at", _("To be held by"), sort="due"),
    )
    empty = EmptyList(
        _("No visit yet"), _("A visit is planned on a case's page."), "people", "cases", _("Go to the cases")
    )
    facets = ("state",)
    chips_label = _("Visits")

    def chips(self, visible: QuerySet[Visit], actor: Actor) -> Iterable[CountedList]:
        yield _("All"), "", visible


def _work(visit: Visit) -> Iterator[DeskRow]:
    if visit.is_open:
        yield in_hand(visit, visit.partner_id, visit.handler_id, other_id=visit.agency_id)


class OpenVisits(OpenItems):
    related = ("agency", "partner", "handler")
    case = "case"
    shows_case = True
    awaited = {"PLANNED": _("the acceptance by %(agency)s"), "JOINED": _("the report of %(agency)s")}
    weight = 1
    tab = 9
    always = Visit.OPEN_STATES

    def line(self, thing: Visit, actor: Actor, now: datetime) -> WorklistLine:
        why = _("Join it, then record that it was held.")
        return line_of(thing, actor, what=thing.title, waits=thing.agency, why=why)

    def on_board(self, visible: VisitQuerySet, actor: Actor, lately: Q) -> QuerySet[Visit]:
        return visible.filter(Q(state__in=self.always) | lately, partner_id=actor.own_agency)


class VisitReassignment(CaseReassignment):
    agency = "partner"


def _facts(visit: Visit, history: History) -> Iterable[MeasuredFact]:
    found = FactCollector(visit.partner_id, also=frozenset({visit.agency_id}))
    ended = None if visit.is_open else visit.state_since
    found.stock("visits", visit.created_at, ended, visit.handler_id)
    found.late("visit", visit.due_at, ended)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Visit]:
    return Visit.objects.filter(case__in=matters)


class VisitsOnCase(CasePart):
    order = ("due_at", "pk")
    tabs = (CaseTab(key="visits", label=_("Visits"), template="visits/on_case.html", place=9, counts=("visit",)),)


RESOURCE = Resource(
    name="visits",
    kind="visit",
    model=Visit,
    page="visit",
    label=_("Visit"),
    plural=_("Visits"),
    looks={"PLANNED": ("wait", "people"), "JOINED": ("progress", "person-check"), "HELD": ("good", "check-lg")},
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency", "partner"),
    adds={"cases": STARTS},
    contributes={"cases": {"plan_visit": plan_visit}},
    listing=VisitList(),
    page_parts=lambda visit, actor, params: {"events": timeline(actor, visit)},
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": "", "partner_id": ""})),
    notices=Notices(in_hand=("handler",)),
    reading=lambda visit, actor: [(_("Planned by"), visit.agency.name)],
    reassign=VisitReassignment(),
    bulk=("assign", "hand_over"),
    api=Api(row=("case",)),
    search=Search(
        kinds=(
            SearchKind(
                name="visit",
                resource="visits",
                model=Visit,
                says=lambda visit: [Phrase(_("Place to visit"), visit.title)],
                read_by=seen(Visit),
                page="visit",
                agencies=("agency", "partner"),
            ),
        )
    ),
    work=(WorkRows(kind="visit", things=lambda: Visit.objects.open().select_related("case"), rows=_work),),
    open_items=OpenVisits(),
    navigation=NavigationPage(group=Group.BETWEEN_AGENCIES, place=55, counts="visit"),
    on_case=VisitsOnCase(),
    late=Late(
        debtor="partner_id",
        handler="handler_id",
        owed_to=lambda agency: Q(agency_id=agency),
        about=lambda visit: _("Visit"),
    ),
    measures=Measures(
        rows=_rows,
        facts=_facts,
        figures=(
            Metric(
                key="visits_open",
                name=_("Open visits"),
                definition=_("Visits planned and neither held nor cancelled at the end of the last day."),
                form=Form.STOCK,
                measures=("visits.stock",),
            ),
        ),
    ),
    changes=(
        BriefChange(
            key="new-visits",
            place=20,
            name=_("New"),
            definition=_("Visits planned."),
            at="created_at",
            agencies=("agency_id", "partner_id"),
            shown="partner",
            words=lambda visit: visit.title,
        ),
    ),
)
