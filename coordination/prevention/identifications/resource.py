"""The resource of identifications."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, BriefChange, Column, EmptyList, Facts, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.people.naming import handler_phrase
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import ACTIONS, ask_on_case, ask_on_query
from .filters import IdentificationFilter
from .late import LATE
from .measures import MEASURES
from .models import Identification, IdentificationQuerySet
from .on_case import IdentificationsOnCase
from .open_items import OpenIdentifications
from .page import page_parts
from .reassigning import IdentificationReassignment
from .shapes import IdentificationShape
from .starts import ON_CASES, ON_QUERIES
from .work import WORK
from .workflow import IDENTIFICATION as TABLE

_GOODS = "<a href=\"{% url 'identification' row.pk %}\">{{ row.goods|with_lang }}</a>" + CASE_BELOW
_DUE = (
    "{% if row.state == 'SENT' or row.state == 'RECEIVED' %}{% deadline row.due_at %}{% late_because causes row %}"
    "{% elif row.due_at %}{% when row.due_at %}{% else %}" + columns.NONE + "{% endif %}"
)
_OPINION = "{% if row.latest %}{{ row.latest.words }}{% else %}" + columns.NONE + "{% endif %}"


def _says(request: Identification) -> Iterable[Phrase]:
    yield Phrase(_("Number"), request.number, "number")
    yield Phrase(_("Goods to be identified"), request.goods)
    yield Phrase(_("Control code"), request.control_code, "number")
    yield Phrase(_("Question to the bureau"), request.question)
    for opinion in request.opinions.all():
        yield Phrase(pgettext_lazy("identification", "Opinion"), f"{opinion.control_code} {opinion.reasons}")
    yield handler_phrase(request.handler, request.bureau_id)


def _letter(request: Identification) -> Letter:
    return Letter(
        sender=request.agency,
        to=[request.bureau],
        title=request.goods,
        text=request.question,
        due_at=request.due_at,
        due_words=_("Agreed day of the opinion"),
    )


def _reading(request: Identification, actor: Actor) -> Facts:
    return [
        (pgettext_lazy("identification", "Asked by"), request.agency.name),
        (_("Goods to be identified"), request.goods),
        (_("Question to the bureau"), request.question),
        (_("Papers sent with it"), "\n".join(request.paper_labels)),
        (pgettext_lazy("identification", "Opinion"), request.latest.words if request.latest else ""),
    ]


class IdentificationList(CaseListing):
    filters = IdentificationFilter
    sorts = {"due": "due_order", "created": "created_at", "updated": "updated_at"}
    default = "due"
    related = ("case", "agency", "bureau")
    prefetch = ("opinions",)
    page = "identifications"
    columns = (
        columns.plain("goods", _("Goods to be identified"), cell=_GOODS),
        *CASE_COLUMNS,
        columns.state(),
        columns.plain("number", _("Number"), cell='<span class="cv-nowrap">{{ row.number }}</span>'),
        columns.plain("hs_code", _("HS code"), cell="{{ row.hs_code|default:'–' }}"),
        columns.agency("agency", pgettext_lazy("identification", "Asked by")),
        columns.agency("bureau", _("Identified by")),
        Column(
            "opinion",
            pgettext_lazy("identification", "Opinion"),
            lambda row, actor: row.latest.words if row.latest else "",
            _OPINION,
        ),
        columns.moment("due_at", _("Agreed day of the opinion"), cell=_DUE, sort="due"),
        columns.moment("created_at", _("Requested on"), cell='{% when row.created_at "day" %}', sort="created"),
    )
    subtitle = _(
        "Questions to the commerce bureau whether goods are controlled (DUR arts. 22, 33). The day of the opinion is "
        "agreed."
    )
    empty = EmptyList(
        _("No identification yet"),
        _("It is asked for beside an item of a case, or on a customs query."),
        "search",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "agency")
    chips_label = _("Identifications of goods")

    def words(self, thing: Identification, actor: Actor) -> str:
        return thing.goods

    def inside(self, thing: Identification, actor: Actor) -> bool:
        return True

    def chips(self, visible: IdentificationQuerySet, actor: Actor) -> Iterable[CountedList]:
        if actor.is_staff:
            agency = actor.agency_code
            yield _("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)
            asked = visible.filter(agency=actor.agency_id)
            yield pgettext_lazy("identification", "Asked by us"), f"agency={agency}", asked
        yield pgettext_lazy("identification", "Open"), "open=1", visible.open()
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


IDENTIFICATION = Resource(
    name="identifications",
    kind="id_request",
    model=Identification,
    page="identification",
    label=_("Identification of goods"),
    plural=_("Identifications of goods"),
    looks={
        "RECEIVED": ("progress", "search"),
        "OPINION": ("review", "file-earmark-check"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency", "bureau", "query", "item"),
    is_corrected=False,  # the bureau gives another version of its opinion
    adds={"cases": ON_CASES, "customs-queries": ON_QUERIES},
    contributes={
        "cases": {"ask_identification": ask_on_case},
        "customs-queries": {"ask_identification": ask_on_query},
    },
    listing=IdentificationList(),
    page_rows=lambda rows, actor: rows.select_related("asker", "handler"),
    page_parts=page_parts,
    summary=Summary(title="goods", sight=ByColumns(own={"agency_id": "", "bureau_id": ""})),
    letters=LetterRules(of=_letter),
    notices=Notices(in_hand=("handler",), asked=("asker",)),
    reading=_reading,
    reassign=IdentificationReassignment(),
    bulk=("assign", "hand_over"),
    work=(WORK,),
    open_items=OpenIdentifications(),
    navigation=NavigationPage(group=Group.PREVENTION, place=412, counts="id_request", waiting="?waiting_on={agency}"),
    on_case=IdentificationsOnCase(),
    late=LATE,
    measures=MEASURES,
    about_company=lambda visible, numbers, actor: visible.filter(query__uscc__in=numbers),
    changes=(
        BriefChange(
            key="new-identifications",
            place=22,
            name=_("New"),
            definition=_("Requests to identify goods."),
            at="created_at",
            agencies=("agency_id", "bureau_id"),
            shown="bureau",
            words=lambda request: request.goods,
        ),
    ),
    search=Search(
        kinds=(
            SearchKind(
                name="id_request",
                resource="identifications",
                model=Identification,
                says=_says,
                read_by=seen(Identification),
                page="identification",
                subject="pk",
                related=("handler",),
                prefetch=("opinions",),
            ),
        ),
    ),
    api=Api(
        row=("case", "control_code", "created_at", "updated_at"),
        detail=("query", "item", "question", "papers", "samples", "opinions", "to_complete", "reason"),
        shape=IdentificationShape,
    ),
)
