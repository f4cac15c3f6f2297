"""The resource of findings of military end use."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, Column, EmptyList, Facts, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import ACTIONS, examine
from .facts import every_fact
from .filters import EndUseFindingFilter
from .measures import MEASURES
from .models import EndUseFinding, EndUseFindingQuerySet, FactAnswer
from .on_case import EndUseOnCase
from .open_items import OpenFindings
from .page import page_parts
from .shapes import EndUseFindingShape
from .starts import ON_CASES
from .work import WORK
from .workflow import END_USE as TABLE

C = EndUseFinding.Conclusion
_SUBJECT = "<a href=\"{% url 'end_use_finding' row.pk %}\">{{ row.subject|with_lang }}</a>" + CASE_BELOW
_CONCLUSION = "{% if row.conclusion %}{{ row.get_conclusion_display }}{% else %}" + columns.NONE + "{% endif %}"


def _statements(finding: EndUseFinding) -> str:
    """The facts answered with yes."""
    return "; ".join(every_fact()[code].statement for code in finding.facts_answered(FactAnswer.Answer.YES))


def _says(finding: EndUseFinding) -> Iterable[Phrase]:
    yield Phrase(_("End user or shipment"), finding.subject, "name")
    yield Phrase(_("Reasons"), finding.because)
    for one in finding.answers.all():
        yield Phrase(_("Source"), one.source)


def _reading(finding: EndUseFinding, actor: Actor) -> Facts:
    rows = (
        (every_fact()[code].statement, f"{one.get_answer_display()} · {one.source}")
        for code, one in finding.answered.items()
    )
    return [
        (_("End user or shipment"), finding.subject),
        (pgettext_lazy("end use", "Conclusion"), finding.get_conclusion_display()),
        *rows,
    ]


class EndUseFindingList(CaseListing):
    filters = EndUseFindingFilter
    sorts = {"begun": "created_at", "subject": "subject", "updated": "updated_at"}
    default = "-begun"
    related = ("case", "agency")
    prefetch = ("answers__agency",)
    page = "end_use_findings"
    columns = (
        columns.plain("subject", _("End user or shipment"), cell=_SUBJECT, sort="subject"),
        *CASE_COLUMNS,
        columns.state(),
        columns.choice("conclusion", pgettext_lazy("end use", "Conclusion"), cell=_CONCLUSION),
        Column("facts", _("Facts answered with yes"), lambda row, actor: _statements(row)),
        columns.plain("because", _("Reasons")),
        columns.agency("agency", _("Agency")),
        columns.moment("concluded_at", _("Concluded at"), cell=""),
        columns.moment(
            "created_at", pgettext_lazy("end use", "Begun"), cell='{% when row.created_at "day" %}', sort="begun"
        ),
    )
    subtitle = _("Whether goods are for a military end use, by facts with their sources. An officer concludes.")
    empty = EmptyList(
        _("No finding of military end use yet"),
        _("It begins beside a party of a case."),
        "search",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "conclusion")
    chips_label = _("Findings of military end use")

    def words(self, thing: EndUseFinding, actor: Actor) -> str:
        return thing.subject

    def chips(self, visible: EndUseFindingQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Waiting for us"), "waiting=1", visible.waiting_on(actor.agency_id)
        yield _("Open"), "open=1", visible.open()
        for conclusion in (C.ESTABLISHED, C.INDICATED):
            yield conclusion.label, f"conclusion={conclusion}", visible.filter(conclusion=conclusion)
        yield _("All"), "", visible


END_USE = Resource(
    name="end-use-findings",
    kind="end_use",
    model=EndUseFinding,
    page="end_use_finding",
    label=_("Finding of military end use"),
    plural=_("Findings of military end use"),
    looks={
        "OPEN": ("progress", "pencil"),
        "CONCLUDED": ("good", "check-lg"),
        "OUTDATED": ("wait", "arrow-repeat"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency"),
    is_corrected=False,  # facts are recorded again, and concluded again
    adds={"cases": ON_CASES},
    contributes={"cases": {"examine_end_use": examine}},
    listing=EndUseFindingList(),
    page_rows=lambda rows, actor: rows.select_related("party", "shipment", "concluded_by__agency").prefetch_related(
        "answers__person", "answers__file"
    ),
    page_parts=page_parts,
    summary=Summary(title="subject", sight=ByColumns(matter="case")),
    notices=Notices(),
    reading=_reading,
    work=(WORK,),
    open_items=OpenFindings(),
    navigation=NavigationPage(group=Group.PREVENTION, place=408, counts="end_use", waiting="?waiting=1"),
    on_case=EndUseOnCase(),
    measures=MEASURES,
    search=Search(
        kinds=(
            SearchKind(
                name="end_use",
                resource="end-use-findings",
                model=EndUseFinding,
                says=_says,
                read_by=seen(EndUseFinding),
                page="end_use_finding",
                subject="pk",
                prefetch=("answers",),
            ),
        ),
    ),
    api=Api(
        row=("case", "party", "shipment", "because", "created_at", "updated_at"),
        detail=("facts",),
        shape=EndUseFindingShape,
    ),
)
