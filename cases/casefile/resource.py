"""Cases as a resource."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.resource import Api, BriefChange, Column, Contribution, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.machines.models import ApiKey
from cases.controls.countries import country_words, route_words

from . import correcting
from .actions import ACTIONS
from .due import set_nearest, with_nearest
from .filters import CaseFilter
from .measures import MEASURES
from .models import Case, Identifier, Item, Party, Shipment
from .on_case import CaseOnItsPage
from .open_items import OpenCases
from .page import page_parts, page_rows
from .shapes import CaseShape
from .work import WORK
from .workflow import CASE as TABLE

_NUMBER = '<a class="cv-nowrap" href="{% url \'case\' row.pk %}">{{ row.number }}</a>'
_SUBJECT = (
    "{{ row.label|with_lang }}{% with kinds=row.violation_types.all %}{% if kinds %}"
    "<span class=\"cv-sub\">{{ kinds|join:' · ' }}</span>{% endif %}{% endwith %}"
)


def _case_outside(case: Case) -> Iterable[Phrase]:
    yield Phrase(_("Case no."), case.number, "number")
    for title in dict.fromkeys((case.label, case.title, case.title_en)):
        yield Phrase(_("Subject"), title, "name")


def _case(case: Case) -> Iterable[Phrase]:
    yield from _case_outside(case)
    yield Phrase(_("Summary"), case.summary)
    yield Phrase(_("Outcome"), case.outcome)


class CaseList(Listing):
    filters = CaseFilter
    sorts = {"updated": "updated_at", "opened": "opened_at", "number": "number", "due": "due_order"}
    default = "-updated"
    related = ("lead",)
    prefetch = ("violation_types",)
    page = "cases"
    columns = (
        columns.plain("number", _("Case no."), cell=_NUMBER, sort="number"),
        columns.plain("title", _("Subject"), cell=_SUBJECT),
        columns.plain("title_en", _("Subject in English")),
        Column(
            "violation_types",
            _("Violation types"),
            lambda case, actor: "; ".join(str(one) for one in case.violation_types.all()),
        ),
        columns.state(),
        columns.agency("lead", _("Lead agency")),
        columns.choice("severity", _("Severity"), cell="{% severity row.severity row.get_severity_display %}"),
        *columns.nearest_deadline(),
        columns.moment("updated_at", _("Updated"), sort="updated"),
    )
    deferred = ("summary", "outcome")
    facets = ("state", "lead", "violation_type", "severity")

    def shown(self, rows: Any, actor: Actor) -> QuerySet[Any]:
        return with_nearest(rows, actor)

    def prepared(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        return set_nearest(things)

    def handling(self, thing: Case, actor: Actor) -> str:
        return str(thing.handling)

    def words(self, thing: Case, actor: Actor) -> str:
        return f"{thing.number} {thing.label}"

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        shown = super().context(facets, page, actor)
        state, *others = shown["facets"]
        deadline = (_("Deadline"), facets.ticks(overdue=_("Late"), major=_("Major case")))
        chips = facets.chips("state", state[1], _("All"))
        return {**shown, "chips": chips, "facets": [state, *others, deadline]}


def _about_company(visible: Any, numbers: Collection[str], actor: Actor) -> QuerySet[Any]:
    """Those of which a party has one of the numbers, if the actor reads the parties."""
    named = Identifier.objects.filter(key__in=numbers).values("party__case")
    read = Case.objects.contents_visible_to(actor).filter(pk__in=named)
    return visible.filter(pk__in=read.values("pk"))  # type: ignore[no-any-return]  # a queryset of the noun


CASE = Resource(
    name="cases",
    kind="case",
    model=Case,
    page="case",
    read_with=(ApiKey.Scope.CASES_READ,),
    label=_("Case"),
    plural=_("Cases"),
    looks={
        "OPENED": ("info", "folder-plus"),
        "HANDLING": ("progress", "folder2-open"),
        "CONCLUDED": ("review", "folder-check"),
    },
    measures=MEASURES,
    workflows=(TABLE,),
    actions={**ACTIONS, **correcting.ACTIONS},
    related=("lead",),
    listing=CaseList(),
    navigation=NavigationPage(group=Group.MATTERS, place=20, key="c"),
    page_rows=page_rows,
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenCases(),
    on_case=CaseOnItsPage(),
    summary=Summary(title="number", sight=ByColumns(matter="pk")),
    changes=(
        BriefChange(
            key="new-cases",
            place=3,
            name=_("New"),
            definition=_("Cases opened."),
            at="opened_at",
            agencies=("lead_id",),
            shown="lead",
            words=lambda case: f"{case.number} {case.label}",
            matter="pk",
        ),
        BriefChange(
            key="ended-cases",
            place=4,
            name=_("Ended"),
            definition=_("Cases closed."),
            at="state_since",
            agencies=("lead_id",),
            shown="lead",
            words=lambda case: f"{case.number} {case.label}",
            cut=lambda rows: rows.filter(state=Case.State.CLOSED),
            matter="pk",
        ),
    ),
    sentences={
        ("case", "source_news"): _("a source of another agency sent an update, which that agency may adopt"),
    },
    notices=Notices(in_hand=("proceedings__handler", "proceedings__team")),
    search=Search(
        kinds=(
            SearchKind(
                name="case",
                resource="cases",
                model=Case,
                says=_case,
                read_by=seen(Case, "contents_visible_to"),
                subject="pk",
                at="opened_at",
                agencies=("shares__agency",),
            ),
            SearchKind(
                name="case_outside",
                resource="cases",
                model=Case,
                says=_case_outside,
                read_by=seen(Case, "status_visible_to"),
                subject="pk",
                at="opened_at",
                narrow=True,
            ),
        ),
    ),
    about_company=_about_company,
    api=Api(("violation_types", "handling", "opened_at", "is_synthetic"), ("shares", "contents"), CaseShape),
)


SHARING = ("case__shares__agency",)


def _of_contents(model: type[Any]) -> Callable[[Actor], QuerySet[Any]]:
    """QuerySet[Any] of the cases whose contents the actor reads."""

    def read_by(actor: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.filter(case__in=Case.objects.contents_visible_to(actor).values("pk"))
        return found

    return read_by


def _party(party: Party) -> Iterable[Phrase]:
    yield Phrase(_("Name"), party.name, "name")
    yield Phrase(_("Address"), party.address)
    yield Phrase(_("Country"), country_words(party.country.alpha3) if party.country else "")
    for identifier in party.identifiers.all():
        yield Phrase(identifier.scheme_label, identifier.value, "number")


def _item(item: Item) -> Iterable[Phrase]:
    yield Phrase(_("Description"), item.description, "name")
    yield Phrase(_("Declared as"), item.declared_as, "name")
    yield Phrase(_("HS code"), item.hs_code, "number")
    yield Phrase(_("Control code"), item.control_code, "number")
    yield Phrase(_("Recipient"), item.recipient)


def _shipment(shipment: Shipment) -> Iterable[Phrase]:
    yield Phrase(_("Declaration number"), shipment.declaration_no, "number")
    yield Phrase(_("Licence number"), shipment.licence_no, "number")
    yield Phrase(_("Port"), shipment.port)
    yield Phrase(_("Route"), route_words(shipment.route))
    if shipment.district:
        yield Phrase(_("Customs district"), f"{shipment.district.name_zh} {shipment.district.name_en}")
    for leg in shipment.legs.all():
        yield Phrase(_("Consignee"), leg.consignee, "name")
        yield Phrase(_("Container number"), leg.container, "number")
        yield Phrase(_("Vessel, flight or vehicle"), leg.vessel)


# What a case is made of, which only search shows by itself.
PARTS = Contribution(
    sentences={("case", "rules_changed"): _("the rules changed since the control basis of an item was recorded")},
    search=Search(
        headings={"parties": _("Parties"), "items": _("Items"), "shipments": _("Shipments")},
        kinds=(
            SearchKind(
                name="party",
                resource="parties",
                model=Party,
                says=_party,
                read_by=_of_contents(Party),
                agencies=SHARING,
                related=("country",),
                prefetch=("identifiers",),
            ),
            SearchKind(
                name="item",
                resource="items",
                model=Item,
                says=_item,
                read_by=_of_contents(Item),
                agencies=SHARING,
            ),
            SearchKind(
                name="shipment",
                resource="shipments",
                model=Shipment,
                says=_shipment,
                read_by=_of_contents(Shipment),
                agencies=SHARING,
                related=("district",),
                prefetch=("legs",),
            ),
        ),
    ),
)
