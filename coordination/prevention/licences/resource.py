"""The resource of licences."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList, Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.resource import Api, Column, EmptyList, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from cases.casefile.identifiers import scheme_label

from .access import LICENCE_READER, keeps_licences
from .actions import ACTIONS
from .filters import LicenceFilter
from .models import Licence, LicenceQuerySet
from .page import page_parts
from .workflow import IMPORTED
from .workflow import LICENCE as TABLE

_NUMBER = '<a class="cv-mono" href="{% url \'licence\' row.pk %}">{{ row.number }}</a>'


def _says(licence: Licence) -> Iterable[Phrase]:
    yield Phrase(_("Number of the licence"), licence.number, "number")
    yield Phrase(_("Licence holder"), licence.holder, "name")
    yield Phrase(scheme_label("USCC"), licence.uscc, "number")
    yield Phrase(pgettext_lazy("licence", "Goods"), licence.goods)
    yield Phrase(_("End user"), licence.end_user, "name")


class LicenceList(Listing):
    filters = LicenceFilter
    sorts = {"number": "number", "until": "valid_until", "updated": "updated_at"}
    default = "number"
    page = "licences"
    columns = (
        columns.plain("number", _("Number of the licence"), cell=_NUMBER, sort="number"),
        columns.state(),
        columns.plain("holder", _("Licence holder"), cell="{{ row.holder|with_lang }}"),
        columns.plain("uscc", _("Unified social credit code")),
        columns.plain("goods", pgettext_lazy("licence", "Goods"), cell="{{ row.goods|with_lang }}"),
        columns.plain("control_code", _("Control code"), cell="{{ row.control_code|default:'–' }}"),
        Column("quantity", _("Quantity"), lambda row, actor: row.quantity, kind="number", path="quantity"),
        columns.plain("unit", _("Unit of quantity")),
        columns.plain("destination", _("Final destination"), cell="{{ row.destination_name }}"),
        columns.plain("end_user", _("End user"), cell="{{ row.end_user|with_lang }}"),
        columns.day("valid_from", _("Valid from")),
        columns.day("valid_until", _("Last valid day"), sort="until"),
    )
    subtitle = _(
        "Export licences by the table that the commerce bureau imported last. A changed licence gets a new version."
    )
    empty = EmptyList(
        _("No licence yet"), _("Unit leads of the commerce bureau import the table of the licensing system."), "inbox"
    )
    facets = ("state",)
    chips_label = _("Licences")

    def rows(self, visible: LicenceQuerySet, actor: Actor) -> QuerySet[Any]:
        return visible.current_versions()

    def chips(self, visible: LicenceQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("All"), "", visible

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"keeps": keeps_licences(actor)}


LICENCE = Resource(
    name="licences",
    kind="licence",
    model=Licence,
    page="licence",
    label=_("Licence"),
    plural=_("Licences"),
    looks={
        "ISSUED": ("good", "check-lg"),
        "SUSPENDED": ("wait", "pause-circle"),
        "REVOKED": ("stopped", "x-lg"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    permission=LICENCE_READER,
    is_corrected=False,  # a later table gives a new version
    listing=LicenceList(),
    page_parts=page_parts,
    summary=Summary(title="number"),
    navigation=NavigationPage(group=Group.PREVENTION, place=413, permission=LICENCE_READER),
    about_company=lambda visible, numbers, actor: visible.current_versions().filter(uscc__in=numbers),
    sentences={("licence", "import"): IMPORTED},
    search=Search(
        kinds=(
            SearchKind(
                name="licence",
                resource="licences",
                model=Licence,
                says=_says,
                read_by=seen(Licence),
                page="licence",
                subject="pk",
                only=Licence.LATEST,
            ),
        ),
    ),
    api=Api(row=("edition", "created_at", "updated_at")),
)
