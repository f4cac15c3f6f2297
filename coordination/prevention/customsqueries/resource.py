"""The resource of customs queries."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import CountedList, Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.resource import (
    Addition,
    Api,
    BriefChange,
    Column,
    EmptyList,
    Facts,
    Notices,
    Resource,
    Summary,
)
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.people.naming import handler_phrase
from cases.casefile.identifiers import scheme_label
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .access import QUERY_DESK, queries_goods
from .actions import ACTIONS, enter_query, query_goods, query_held_goods
from .filters import QueryFilter
from .measures import MEASURES
from .models import CustomsQuery, QueryQuerySet
from .on_case import QueriesOnCase
from .open_items import OpenQueries
from .page import page_parts
from .reassigning import QueryReassignment
from .shapes import QueryInput, QueryShape
from .starts import LINE, ON_STOP, STARTS
from .work import WORK
from .workflow import QUERY as TABLE

_GOODS = (
    "<a href=\"{% url 'customs_query' row.pk %}\">{{ row.goods|with_lang }}</a>"
    '{% if row.number %}<span class="cv-sub">{{ row.number }}</span>{% endif %}' + CASE_BELOW
)
_LINE = '<span class="cv-nowrap cv-mono">{{ row.declaration_no }}</span> <span class="cv-sub">{{ row.line }}</span>'
_UNTIL = (
    "{% if row.state == 'SERVED' %}{% deadline row.reply_until 'right' %}"
    "{% elif row.reply_until %}{% when row.reply_until %}{% else %}" + columns.NONE + "{% endif %}"
)


def _says(query: CustomsQuery) -> Iterable[Phrase]:
    yield Phrase(_("Number"), query.number, "number")
    yield Phrase(_("Declaration number"), query.declaration_no, "number")
    yield Phrase(_("Exporter"), query.exporter, "name")
    yield Phrase(scheme_label("USCC"), query.uscc, "number")
    yield Phrase(_("Goods as declared"), query.goods)
    yield Phrase(_("What the goods may be"), query.suspected_as)
    yield Phrase(_("Consignee"), query.consignee, "name")
    yield Phrase(_("End user"), query.end_user, "name")
    yield handler_phrase(query.handler, query.agency_id)


def _reading(query: CustomsQuery, actor: Actor) -> Facts:
    return [
        (_("Declaration number"), f"{query.declaration_no} ({query.line})"),
        (_("Exporter"), query.exporter),
        (_("Goods as declared"), query.goods),
        (_("Control verdict"), query.get_verdict_display()),
        (_("Evidence that the goods may be controlled"), query.evidence),
        (_("What the exporter answers"), query.reply),
        (_("Papers still missing"), "\n".join(query.missing) if query.answered_at else ""),
    ]


class QueryList(CaseListing):
    filters = QueryFilter
    sorts = {"created": "created_at", "updated": "updated_at", "declared": "declared_on"}
    default = "-created"
    related = ("case", "agency", "bureau", "handler")
    deferred = ("evidence", "reply", "reason", "case__summary", "case__outcome")
    page = "customs_queries"
    columns = (
        columns.plain("goods", _("Goods as declared"), cell=_GOODS),
        *CASE_COLUMNS,
        columns.state(),
        columns.plain("number", _("Number")),
        columns.plain("declaration_no", _("Declaration number"), cell=_LINE),
        Column("line", _("Line of the declaration"), lambda row, actor: row.line, kind="number", path="line"),
        columns.plain("exporter", _("Exporter"), cell="{{ row.exporter|with_lang }}"),
        columns.plain("uscc", _("Unified social credit code")),
        columns.choice("verdict", _("Control verdict")),
        columns.plain("destination", _("Final destination"), cell="{{ row.destination_name }}"),
        columns.agency("agency", _("Customs"), cell='<span class="cv-nowrap">{% agency row.agency %}</span>'),
        columns.moment("reply_until", _("Answer by"), cell=_UNTIL),
        Column(
            *("declared_on", _("Day of the declaration"), lambda row, actor: row.declared_on),
            kind="date",
            path="declared_on",
        ),
    )
    subtitle = _(
        "Questions of customs to exporters about goods that may be dual-use items, and what came of them. The goods "
        "are not released meanwhile (DUR art. 22)."
    )
    empty = EmptyList(
        _("No customs query yet"),
        _("Customs draft a query here, or beside an item of a case."),
        "question-circle",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "agency")
    chips_label = _("Customs queries")

    def shown(self, rows: QueryQuerySet, actor: Actor) -> QuerySet[Any]:
        return super().shown(rows.with_reply_period(), actor)

    def words(self, thing: CustomsQuery, actor: Actor) -> str:
        return thing.goods

    def inside(self, thing: CustomsQuery, actor: Actor) -> bool:
        return True

    def chips(self, visible: QueryQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield pgettext_lazy("customs query", "Open"), "open=1", visible.open()
        if actor.is_staff:
            yield _("Mine"), "mine=1&open=1", visible.of_person(actor).open()
        yield _("All"), "", visible

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"may_query": queries_goods(actor)}


def _enter(*, actor: Actor, **body: Any) -> CustomsQuery:
    """Drafts a query whose fields are checked like those of the page. Raises Invalid."""
    form = ActionForm(LINE, thing=None, actor=actor, data=body)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return enter_query(actor=actor, **form.given())


CUSTOMS_QUERY = Resource(
    name="customs-queries",
    kind="query",
    model=CustomsQuery,
    page="customs_query",
    label=_("Customs query"),
    plural=_("Customs queries"),
    looks={
        "ISSUED": ("info", "file-earmark-text"),
        "SERVED": ("wait", "hourglass-split"),
        "NO_REPLY": ("review", "question-circle"),
        "TO_IDENTIFY": ("wait", "search"),
        "NOT_CONTROLLED": ("good", "check-lg"),
        "LICENCE_NEEDED": ("stopped", "lock"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency", "bureau"),
    is_corrected=False,  # a result is reconsidered until the exporter is notified; a wrong query is withdrawn
    adds={"cases": STARTS, "stops": ON_STOP},
    contributes={"cases": {"query_goods": query_goods}, "stops": {"query_goods": query_held_goods}},
    listing=QueryList(),
    page_parts=page_parts,
    summary=Summary(title="goods", sight=ByColumns(own={"agency_id": "", "bureau_id": ""})),
    notices=Notices(in_hand=("handler",)),
    reading=_reading,
    reassign=QueryReassignment(),
    bulk=("assign", "hand_over"),
    work=(WORK,),
    open_items=OpenQueries(),
    navigation=NavigationPage(group=Group.PREVENTION, place=411, counts="query", waiting="?open=1"),
    on_case=QueriesOnCase(),
    measures=MEASURES,
    about_company=lambda visible, numbers, actor: visible.filter(uscc__in=numbers),
    changes=(
        BriefChange(
            key="new-queries",
            place=21,
            name=_("Issued"),
            definition=_("Customs queries issued to exporters."),
            at="issued_at",
            agencies=("agency_id",),
            shown="agency",
            words=lambda query: query.goods,
        ),
    ),
    search=Search(
        kinds=(
            SearchKind(
                name="query",
                resource="customs-queries",
                model=CustomsQuery,
                says=_says,
                read_by=seen(CustomsQuery),
                page="customs_query",
                subject="pk",
                related=("handler",),
            ),
        ),
    ),
    api=Api(
        row=(
            *("case", "uscc_flag", "value", "currency", "hs_code", "control_code", "net_weight_kg", "issued_at"),
            *("served_at", "answered_at", "decided_at", "told_at", "created_at", "updated_at"),
        ),
        detail=(
            *(
                "item",
                "suspected_as",
                "consignee",
                "end_user",
                "licence_no",
                "evidence",
                "papers_asked",
                "missing",
                "lead",
            ),
            *("rules_version", "rules_said", "service_way", "service_proof", "reply", "papers_received", "bureau"),
            *("reason", "result_number", "told_way"),
        ),
        shape=QueryShape,
    ),
    addition=Addition(
        words=_("Draft a customs query"),
        help=_("Drafts a query about one line of a declaration that is on no case."),
        accepts=QueryInput,
        add=_enter,
        permission=QUERY_DESK,
        answers="detail",
    ),
)
