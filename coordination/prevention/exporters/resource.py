"""Exporters as a resource."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import Addition, Api, EmptyList, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns

from .actions import ACTIONS, register_exporter, register_party, register_reported
from .filters import ExporterFilter
from .models import Exporter
from .page import page_parts
from .shapes import ExporterInput
from .workflow import EXPORTER as TABLE
from .workflow import FACTS, LABELS, ON_LEADS, STARTS

_USCC, _CUSTOMS_CODE = _("Unified social credit code"), _("Customs registration code")
_NUMBER = "<span class=\"cv-mono\">{{{{ row.{}|default:'–' }}}}</span>"
_NAME = (
    "<a href=\"{% url 'exporter' row.pk %}\">{{ row.name|with_lang }}</a>"
    '{% if row.name_en %}<span class="cv-sub" lang="en">{{ row.name_en }}</span>{% endif %}'
)


def _says(exporter: Exporter) -> Iterable[Phrase]:
    yield Phrase(_("Name"), exporter.name, "name")
    yield Phrase(_("Name in English"), exporter.name_en, "name")
    yield Phrase(_USCC, exporter.uscc, "number")
    yield Phrase(_CUSTOMS_CODE, exporter.customs_code, "number")
    yield Phrase(_("Address"), exporter.address)


class ExporterList(Listing):
    filters = ExporterFilter
    sorts = {"name": "name", "updated": "updated_at"}
    default = "name"
    related = ("agency", "district")
    page = "exporters"
    columns = (
        columns.plain("name", _("Exporter"), cell=_NAME, sort="name"),
        columns.plain("name_en", _("Name in English"), cell=""),
        columns.plain("uscc", _USCC, cell=_NUMBER.format("uscc")),
        columns.plain("customs_code", _CUSTOMS_CODE, cell=_NUMBER.format("customs_code")),
        columns.state(),
        columns.agency("agency", _("Register of")),
    )
    subtitle = _("The register of your agency. Other agencies do not see which exporters you follow; the centre does.")
    empty = EmptyList(
        _("No exporter yet"), _("Register an exporter; letters, reviews and inspections begin on its page."), "people"
    )
    facets = ("state",)

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"registers": STAFF.allows(actor)}


def _register(*, actor: Actor, **body: Any) -> Exporter:
    """Registers an exporter whose fields are checked like those of the page. Raises Invalid."""
    form = ActionForm(FACTS, thing=None, actor=actor, data=body)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return register_exporter(actor=actor, **form.given())


EXPORTER = Resource(
    name="exporters",
    kind="exporter",
    model=Exporter,
    page="exporter",
    label=_("Exporter"),
    plural=_("Exporters"),
    looks={"FOLLOWED": ("progress", "eye"), "RESTING": ("neutral", "x-lg")},
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency", "district"),
    is_corrected=False,  # its entry is edited
    adds={"cases": STARTS, "leads": ON_LEADS},
    contributes={
        "cases": {"register_exporter": register_party},
        "leads": {"register_exporter": register_reported},
    },
    sentences={("exporter", "register"): LABELS["register"].sentence},
    listing=ExporterList(),
    navigation=NavigationPage(group=Group.PREVENTION, place=400),
    page_parts=page_parts,
    summary=Summary(title="name", sight=ByColumns(own={"agency_id": ""})),
    search=Search(
        kinds=(
            SearchKind(
                name="exporter",
                resource="exporters",
                model=Exporter,
                says=_says,
                read_by=seen(Exporter),
                page="exporter",
                subject="pk",
                agencies=("agency",),
            ),
        )
    ),
    api=Api(row=("district", "address", "contact", "created_at", "updated_at"), detail=("remark",)),
    bulk=("add_to_circular", "take_off_circular"),
    addition=Addition(
        words=_("Register an exporter"),
        help=_("Adds an exporter to the register of the caller's agency."),
        accepts=ExporterInput,
        add=_register,
        permission=STAFF,
    ),
)
