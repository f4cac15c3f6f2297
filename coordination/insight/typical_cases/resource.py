"""The resource of typical cases."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, EmptyList, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .actions import ACTIONS, draft_typical_case
from .filters import TypicalCaseFilter
from .models import TEXTS, TypicalCase
from .open_items import OpenTypicalCases
from .page import page_parts
from .shapes import TypicalCaseShape
from .starts import STARTS
from .work import WORK
from .workflow import TYPICAL_CASE as TABLE


def _texts(typical: TypicalCase) -> Iterable[Phrase]:
    for name in TEXTS:
        yield Phrase(_("Title") if name.startswith("title") else _("Text"), getattr(typical, name))


class TypicalCaseList(Listing):
    filters = TypicalCaseFilter
    sorts = {"updated": "updated_at"}
    default = "-updated"
    related = ("case", "agency")
    page = "typical_cases"
    columns = (
        columns.title("typical_case"),
        columns.agency("agency", _("Agency")),
        columns.state(),
        columns.moment("published_at", _("Published on")),
        columns.moment("updated_at", _("Updated"), sort="updated"),
    )
    subtitle = _(
        "Accounts of concluded cases without names, published by the agencies for all. A new one is drafted on the "
        "page of a concluded case."
    )
    empty = EmptyList(
        _("No typical case yet"),
        _("It is drafted on the page of a concluded case."),
        "journal-text",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state",)


TYPICAL_CASE = Resource(
    name="typical-cases",
    kind="typical_case",
    model=TypicalCase,
    page="typical_case",
    label=_("Typical case"),
    plural=_("Typical cases"),
    looks={
        "CHECK": ("review", "eye"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency"),
    is_corrected=False,  # it is withdrawn and written again
    adds={"cases": STARTS},
    contributes={"cases": {"draft_typical_case": draft_typical_case}},
    listing=TypicalCaseList(),
    page_rows=lambda rows, actor: rows.select_related("drafter", "approver"),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenTypicalCases(),
    navigation=NavigationPage(group=Group.SUPERVISION, place=33, counts="typical_case", waiting="?waiting=1"),
    summary=Summary(title=("title_zh", "title_en")),
    notices=Notices(in_hand=("drafter",)),
    search=Search(
        kinds=(
            SearchKind(
                name="typical_case",
                resource="typical-cases",
                model=TypicalCase,
                says=_texts,
                read_by=seen(TypicalCase),
                page="typical_case",
            ),
        ),
    ),
    api=Api(
        row=("case", "title_zh", "title_en", "created_at"),
        detail=(*(name for name in TEXTS if not name.startswith("title")), "digest", "ending_reason"),
        shape=TypicalCaseShape,
    ),
)
