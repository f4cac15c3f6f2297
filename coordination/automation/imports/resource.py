"""The resource of imports."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.permissions import INTAKE
from agencies.kernel.resource import Api, Column, EmptyList, Listing, Resource, Summary

from .actions import ACTIONS
from .models import Import
from .page import page_parts, reading
from .shapes import ImportShape
from .workflow import IMPORT as TABLE
from .workflow import LABELS


class ImportFilter(ListFilter):
    state = StateFilter(Import.State.choices, label=_("State"))


class ImportList(Listing):
    filters = ImportFilter
    sorts = {"created": "created_at"}
    default = "-created"
    related = ("agency", "started_by")
    page = "imports"
    columns = (
        columns.plain("file_name", _("Table"), cell="<a href=\"{% url 'import' row.pk %}\">{{ row.file_name }}</a>"),
        columns.choice("kind", _("Kind")),
        columns.state(),
        Column("total", _("Rows"), lambda row, actor: row.total, "{{ row.total }}", kind="number", path="total"),
        Column(
            "refused",
            pgettext_lazy("imported row", "Refused"),
            lambda row, actor: row.refused,
            "{{ row.refused }}",
            kind="number",
        ),
        Column("started_by", _("Imported by"), lambda row, actor: row.started_by.name, "{{ row.started_by.name }}"),
        columns.moment("created_at", _("Uploaded"), sort="created"),
    )
    empty = EmptyList(_("No table yet"), _("A table of leads is uploaded, checked row by row, and then taken over."))
    facets = ("state",)
    chips_label = _("Imports")

    def chips(self, visible: QuerySet[Import], actor: Actor) -> Iterable[CountedList]:
        yield _("All"), "", visible


IMPORT = Resource(
    name="imports",
    kind="import",
    model=Import,
    page="import",
    label=_("Import"),
    plural=_("Imports"),
    looks={
        "UPLOADED": ("neutral", "upload"),
        "CHECKING": ("progress", "hourglass-split"),
        "CHECKED": ("wait", "clipboard-check"),
        "TAKING": ("progress", "hourglass-split"),
        "TAKEN": ("good", "check-lg"),
        "UNDOING": ("progress", "hourglass-split"),
        "UNDONE": ("stopped", "arrow-return-left"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    form_pages={"check": "import_columns"},
    related=("agency", "run"),
    permission=INTAKE,
    is_corrected=False,  # an import is undone
    listing=ImportList(),
    navigation=NavigationPage(group=Group.MATTERS, place=24, permission=INTAKE),
    page_parts=page_parts,
    reading=reading,
    summary=Summary(title="file_name"),
    api=Api(
        row=("kind", "file_name", "encoding", "source", "total", "found"), detail=("mapping", "run"), shape=ImportShape
    ),
    sentences={("import", verb): LABELS[verb].sentence for verb in ("upload", "export_rows")},
)
