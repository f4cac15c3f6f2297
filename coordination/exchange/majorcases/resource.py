"""The resource of major cases."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Column, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .actions import ACTIONS, CASE_ACTIONS
from .filters import DEFAULT_SORT, SORTS, MajorCaseFilter
from .lines import COUNTER, OPEN_ITEMS
from .models import MajorCase
from .on_case import ON_CASE
from .shapes import MajorCaseDetail, MajorCaseRow
from .work import WORK
from .workflow import MAJOR_CASE as TABLE


def _says(mark: MajorCase) -> Iterable[Phrase]:
    yield Phrase(_("Number"), mark.number, "number")
    yield Phrase(_("Reason"), mark.designation_reason)


MAJOR_CASE = Resource(
    name="major-cases",
    kind="major_case",
    model=MajorCase,
    page="major_case",
    label=_("Major case"),
    plural=_("Major cases"),
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case",),
    is_corrected=False,  # a further entry corrects progress; a wrong mark is removed
    contributes={"cases": CASE_ACTIONS},
    listing=Listing(
        filters=MajorCaseFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("case__lead",),
        page="major_cases",
        columns=(
            Column("number", _("Number"), lambda mark, actor: mark.number),
            Column("case", _("Case no."), lambda mark, actor: mark.case.number),
            Column("case_title", _("Title of the case"), lambda mark, actor: mark.case.title),
            Column("case_title_en", _("English title of the case"), lambda mark, actor: mark.case.title_en),
            Column("lead", _("Lead agency"), lambda mark, actor: mark.case.lead.name),
            Column("state", _("State"), lambda mark, actor: mark.get_state_display()),
            Column("designated_at", _("Designated"), lambda mark, actor: mark.designated_at, kind="moment"),
            Column("due_at", _("Due"), lambda mark, actor: mark.due_at, sort="due", kind="moment"),
            Column("outcome", _("Outcome"), lambda mark, actor: mark.get_outcome_display()),
        ),
        handling=lambda mark, actor: str(mark.case.handling),
        shown=lambda rows, actor: rows.select_related("case__lead"),
    ),
    work=(WORK,),
    open_items=OPEN_ITEMS,
    counter=COUNTER,
    on_case=ON_CASE,
    summary=Summary(title="number"),
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
    api=Api(MajorCaseRow, MajorCaseDetail),
)
