"""The resource of major cases."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, EmptyList, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.kernel.work import SightGround

from .actions import ACTIONS, accept_lead, mark_major
from .filters import MajorCaseFilter
from .models import MajorCase, MajorCaseQuerySet
from .on_case import MarksOnCase
from .open_items import OpenMarks
from .page import page_parts
from .shapes import MajorCaseShape
from .starts import STARTS
from .work import WORK
from .workflow import MAJOR_CASE as TABLE

_CASE = (
    "<a href=\"{% url 'major_case' row.pk %}\">{{ row.case.label|with_lang }}</a>"
    '<span class="cv-sub cv-mono">{{ row.case.number }}</span>'
)
_OUTCOME = '{% if row.outcome %}<span class="cv-sub">{{ row.get_outcome_display }}</span>{% endif %}'
_PROGRESS = f"{{% if row.reported_at %}}{{% when row.reported_at 'day' %}}{{% else %}}{columns.NONE}{{% endif %}}"
_DUE = (
    "{% if row.is_open %}{% deadline row.due_at %}{% late_because causes row %}{% else %}"
    + columns.NONE
    + "{% endif %}"
)


def _says(mark: MajorCase) -> Iterable[Phrase]:
    yield Phrase(_("Number"), mark.number, "number")
    yield Phrase(_("Reason"), mark.designation_reason)


class MajorCaseList(Listing):
    filters = MajorCaseFilter
    sorts = {"due": "due_order", "designated": "designated_at", "updated": "updated_at"}
    default = "due"
    related = ("case__lead",)
    page = "major_cases"
    columns = (
        columns.plain("case", _("Case no."), "case.number", cell=_CASE),
        columns.plain("case_title", _("Title of the case"), "case.title"),
        columns.plain("case_title_en", _("English title of the case"), "case.title_en"),
        columns.plain("number", _("Number"), cell='<span class="cv-nowrap">{{ row.number }}</span>'),
        columns.state(more=_OUTCOME),
        columns.choice("outcome", _("Outcome"), cell=""),
        columns.agency("lead", _("Lead agency"), "case.lead"),
        columns.moment("reported_at", _("Last progress"), cell=_PROGRESS),
        columns.moment("designated_at", _("Designated"), cell=""),
        columns.moment("due_at", _("Due"), cell=_DUE, sort="due"),
    )
    subtitle = _(
        "Cases that the centre supervises. The lead agency reports progress every week; a mark is removed only with "
        "its outcome."
    )
    empty = EmptyList(
        _("No major case"),
        _("The coordinator designates one on the page of the case: “Designate as major case”."),
        "flag",
    )
    facets = ("state", "lead")
    chips_label = _("Filter of major cases")

    def handling(self, thing: MajorCase, actor: Actor) -> str:
        return str(thing.case.handling)

    def shown(self, rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        with_progress: QuerySet[Any] = rows.annotate(reported_at=Max("entries__at"))
        return with_progress

    def chips(self, visible: MajorCaseQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Open"), "open=1", visible.open()
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


MAJOR_CASE = Resource(
    name="major-cases",
    kind="major_case",
    model=MajorCase,
    page="major_case",
    label=_("Major case"),
    plural=_("Major cases"),
    looks={
        "ACTIVE": ("review", "flag"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case",),
    is_corrected=False,  # a further entry corrects progress; a wrong mark is removed
    adds={"cases": STARTS},
    contributes={"cases": {"mark_major": mark_major, "accept_lead": accept_lead}},
    listing=MajorCaseList(),
    page_rows=lambda rows, actor: rows.select_related("designated_by__agency"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenMarks(),
    navigation=NavigationPage(group=Group.SUPERVISION, place=38, counts="major_case", waiting="?open=1"),
    on_case=MarksOnCase(),
    summary=Summary(title="number", sight=ByColumns(matter="case_id", sees=SightGround.CONTENTS)),
    notices=Notices(asked=("designated_by",)),
    search=Search(
        kinds=(
            SearchKind(
                name="major_case",
                resource="major-cases",
                model=MajorCase,
                says=_says,
                read_by=seen(MajorCase),
                page="major_case",
            ),
        ),
    ),
    api=Api(
        row=("case", "ended_at", "breach_at", "created_at", "updated_at"),
        detail=("designation_reason", "ending_reason", "entries"),
        shape=MajorCaseShape,
    ),
)
