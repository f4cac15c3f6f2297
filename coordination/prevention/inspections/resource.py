"""Inspections as a resource."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.late import Late
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import (
    Api,
    BriefChange,
    Column,
    EmptyList,
    Facts,
    Listing,
    Notices,
    Resource,
    Summary,
)
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from coordination.prevention.acting import PreventionReassignment, about_exporter

from .actions import ACTIONS, plan_on_case, plan_on_exporter
from .filters import InspectionFilter
from .measures import MEASURES
from .models import Inspection, InspectionQuerySet
from .on_case import InspectionsOnCase
from .open_items import OpenInspections
from .page import page_parts
from .shapes import InspectionShape
from .work import WORK
from .workflow import INSPECTION as TABLE
from .workflow import LABELS, ON_CASE, ON_EXPORTER

_PLACE = (
    "<a href=\"{% url 'inspection' row.pk %}\">{{ row.inspected|with_lang }}</a>"
    '{% if row.exporter %}<span class="cv-sub">{{ row.site|with_lang }}</span>{% endif %}'
)


class InspectionList(Listing):
    filters = InspectionFilter
    sorts = {"starts": "starts_on", "due": "due_at", "updated": "updated_at"}
    default = "-starts"
    related = ("agency", "exporter", "district", "handler")
    page = "inspections"
    columns = (
        columns.plain("site", _("Place"), cell=_PLACE),
        Column("exporter_name", _("Exporter"), lambda row, actor: row.exporter.name if row.exporter else ""),
        columns.state(),
        columns.choice("basis", _("Basis")),
        columns.day("starts_on", _("First day"), sort="starts"),
        columns.day("ends_on", _("Last day")),
        columns.agency("agency", _("Agency")),
        columns.choice("follow_up", _("Follow-up"), cell="{{ row.get_follow_up_display|default:'–' }}"),
        Column("handler_name", _("Handler"), lambda row, actor: row.handler.name if row.handler else ""),
    )
    subtitle = _("Inspections of your agency. Other agencies do not see them.")
    empty = EmptyList(
        _("No inspection yet"), _("An inspection is planned on the page of an exporter or of a case."), "search",
        "exporters", _("Go to the exporters"),
    )  # fmt: skip
    facets = ("state", "basis")
    chips_label = _("Inspections")

    def chips(self, visible: InspectionQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Open"), "open=1", visible.open()
        if actor.is_staff:
            yield _("Mine"), "mine=1", visible.of_person(actor)
        yield _("Late"), "overdue=1", visible.overdue()
        yield _("All"), "", visible


def _reading(inspection: Inspection, actor: Actor) -> Facts:
    people = ", ".join(str(one) for one in inspection.inspectors.select_related("person"))
    return [(_("Place"), inspection.site), (_("Inspecting officers"), people)]


def _says(inspection: Inspection) -> Iterable[Phrase]:
    yield Phrase(_("Place"), inspection.site)
    if inspection.exporter:
        yield Phrase(_("Exporter"), inspection.exporter.name, "name")
        yield Phrase(_("Unified social credit code"), inspection.exporter.uscc, "number")
    yield Phrase(_("Reference of the basis"), inspection.basis_reference, "number")
    yield Phrase(_("Reference of the follow-up"), inspection.follow_up_reference, "number")
    yield Phrase(_("Findings"), inspection.minutes)
    for sample in inspection.samples.all():
        yield Phrase(_("Number of the sample"), sample.number, "number")


INSPECTION = Resource(
    name="inspections",
    kind="inspection",
    model=Inspection,
    page="inspection",
    label=_("Inspection"),
    plural=_("Inspections"),
    looks={
        "PLANNED": ("info", "calendar-event"),
        "UNDER_WAY": ("progress", "play-circle"),
        "DONE": ("review", "clipboard-data"),
        "REFUSED": ("review", "exclamation-triangle"),
    },
    form_pages={"finish": "inspection_findings"},
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency", "exporter", "district", "case", "handler"),
    is_corrected=False,  # the minutes are the record; what follows is another inspection
    adds={"exporters": ON_EXPORTER, "cases": ON_CASE},
    contributes={
        "exporters": {"plan_inspection": plan_on_exporter},
        "cases": {"plan_inspection": plan_on_case},
    },
    sentences={("inspection", "plan"): LABELS["plan"].sentence},
    listing=InspectionList(),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenInspections(),
    navigation=NavigationPage(group=Group.PREVENTION, place=404, counts="inspection", waiting="?open=1"),
    on_case=InspectionsOnCase(),
    summary=Summary(title="site", sight=ByColumns(own={"agency_id": ""})),
    reading=_reading,
    notices=Notices(in_hand=("handler", "inspectors__person")),
    reassign=PreventionReassignment(),
    bulk=("assign", "hand_over"),
    late=Late(
        debtor="agency_id",
        handler="handler_id",
        related=("exporter", "case"),
        owed_to=lambda agency: Q(agency_id=agency),  # it is owed to no other agency
        about=lambda inspection: _("Inspection"),
    ),
    about_company=about_exporter(),
    measures=MEASURES,
    changes=(
        BriefChange(
            key="inspections-refused",
            place=405,
            name=_("Refused"),
            definition=_("Inspections that were refused or obstructed."),
            at="state_since",
            agencies=("agency_id",),
            shown="agency",
            words=lambda inspection: str(inspection),
            related=("exporter",),
            cut=lambda rows: rows.filter(state=Inspection.State.REFUSED),
            matter="pk",
        ),
    ),
    search=Search(
        kinds=(
            SearchKind(
                name="inspection",
                resource="inspections",
                model=Inspection,
                says=_says,
                read_by=seen(Inspection),
                page="inspection",
                subject="pk",
                related=("exporter",),
                prefetch=("samples",),
                agencies=("agency",),
            ),
        )
    ),
    api=Api(
        row=(
            "case",
            "exporter",
            "district",
            "material",
            "basis_reference",
            "due_at",
            "began_at",
            "created_at",
            "updated_at",
        ),
        detail=(
            *("shown_to", "refused_by", "refusal", "witness", "minutes", "follow_up_reference", "campaign"),
            *("inspectors", "checklist", "samples"),
        ),
        shape=InspectionShape,
    ),
)
