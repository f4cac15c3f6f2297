"""Risk rules and their findings as resources."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import columns
from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.resource import Addition, Api, Column, EmptyList, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .access import KEEPERS, drafts_rules
from .actions import FINDING_ACTIONS, RULE_ACTIONS, draft_rule
from .filters import RiskFindingFilter, RiskRuleFilter
from .looking import reason_of
from .measures import MEASURES
from .models import RiskFinding, RiskRule
from .on_case import FindingsOnCase
from .page import finding_parts, in_reader_words, rule_parts
from .shapes import RiskFindingShape, RiskRuleInput, RiskRuleShape
from .workflow import BY_TEST, FINDING, NEW, RULE

_NAME = "<a href=\"{% url 'risk_rule' row.pk %}\">{{ row.name|with_lang }}</a>"
_REASON = (
    "<a href=\"{% url 'risk_finding' row.pk %}\">{{ row.reason }}</a>"
    '<span class="cv-sub">{{ row.shipment|with_lang }}</span>' + CASE_BELOW
)


def _says(rule: RiskRule) -> Iterable[Phrase]:
    yield Phrase(_("Name"), rule.name_zh, "name")
    yield Phrase(_("Name"), rule.name_en, "name")
    yield Phrase(pgettext_lazy("rule", "Code"), rule.code, "number")


class RiskRuleList(Listing):
    filters = RiskRuleFilter
    sorts = {"code": "code", "weight": "weight", "updated": "updated_at"}
    default = "code"
    related = ("agency",)
    page = "risk_rules"
    columns = (
        columns.plain(
            "code", pgettext_lazy("rule", "Code"), cell='<span class="cv-mono">{{ row.code }}</span>', sort="code"
        ),
        Column("name", _("Rule"), lambda rule, actor: rule.name, _NAME),
        columns.choice("kind", pgettext_lazy("rule", "Test")),
        Column(
            "number", _("Version"), lambda rule, actor: rule.number, "{{ row.number }}", kind="number", path="number"
        ),
        Column(
            "weight",
            _("Weight"),
            lambda rule, actor: rule.weight,
            "{{ row.weight }}",
            "weight",
            "number",
            path="weight",
        ),
        columns.state(),
        columns.agency("agency", pgettext_lazy("rule", "Kept by")),
    )
    subtitle = _("Rules of your agency for its own desks, and rules of the centre for all agencies.")
    empty = EmptyList(_("No rule yet"), _("Draft one, try it on real shipments, and put it into force."), "diagram-3")
    facets = ("state", "kind", "agency")

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return super().context(facets, page, actor) | {"drafts": drafts_rules(actor)}


class RiskFindingList(CaseListing):
    filters = RiskFindingFilter
    sorts = {"found": "created_at", "weight": "rule__weight"}
    default = "-found"
    related = ("rule__agency", "case", "shipment", "verdict_agency")
    page = "risk_findings"
    columns = (
        Column("reason", _("Reason"), lambda row, actor: reason_of(row.rule, row.facts), _REASON),
        *CASE_COLUMNS,
        columns.choice("kind", pgettext_lazy("rule", "Test"), "rule.kind"),
        columns.plain("code", _("Rule"), "rule.code", cell='<span class="cv-mono">{{ row.rule.code }}</span>'),
        columns.state(),
        columns.moment("created_at", pgettext_lazy("finding", "Found"), sort="found"),
        columns.choice(
            "verdict", pgettext_lazy("finding", "Verdict"), cell="{{ row.get_verdict_display|default:'–' }}"
        ),
    )
    subtitle = _("Reasons to look at a shipment. They are no duties; say which of them were useful.")
    empty = EmptyList(
        _("No finding yet"), _("Rules in force look at the shipments of cases by themselves."), "search", "risk_rules"
    )
    facets = ("state", "verdict", "kind")
    start = "state=STANDING"
    everything = "?state=STANDING&state=GONE"

    def prepared(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        return list(map(in_reader_words, things))


def _draft(*, actor: Actor, **body: Any) -> RiskRule:
    """Drafts a rule whose fields are checked like those of the page. Raises Invalid."""
    form = ActionForm(NEW, thing=None, actor=actor, data=body)
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return draft_rule(actor=actor, **form.given())


RISK_RULE = Resource(
    name="risk-rules",
    kind="risk_rule",
    model=RiskRule,
    page="risk_rule",
    label=_("Risk rule"),
    plural=_("Risk rules"),
    looks={"ACTIVE": ("good", "check-circle"), "RETIRED": ("stopped", "x-lg")},
    workflows=(RULE,),
    choose_workflow=lambda rule: BY_TEST[rule.kind],
    actions=RULE_ACTIONS,
    related=("agency",),
    is_corrected=False,  # a rule gets a new version
    listing=RiskRuleList(),
    page_parts=rule_parts,
    navigation=NavigationPage(group=Group.PREVENTION, place=415),
    summary=Summary(title=("name_zh", "name_en")),
    search=Search(
        kinds=(
            SearchKind(
                name="risk_rule",
                resource="risk-rules",
                model=RiskRule,
                says=_says,
                read_by=seen(RiskRule),
                page="risk_rule",
                subject="pk",
            ),
        )
    ),
    api=Api(
        row=("name_zh", "name_en", "parameters", "is_for_all", "technique", "activated_at", "created_at", "updated_at"),
        detail=("precision",),
        shape=RiskRuleShape,
    ),
    addition=Addition(
        words=_("Draft a risk rule"),
        help=_("Drafts a rule of the caller's agency. A second person confirms before it is in force."),
        accepts=RiskRuleInput,
        add=_draft,
        permission=KEEPERS,
    ),
)
RISK_FINDING = Resource(
    name="risk-findings",
    kind="risk_finding",
    model=RiskFinding,
    page="risk_finding",
    label=_("Finding of a risk rule"),
    plural=_("Findings of risk rules"),
    looks={"STANDING": ("info", "search"), "GONE": ("neutral", "x-lg")},
    workflows=(FINDING,),
    actions=FINDING_ACTIONS,
    related=("rule__agency", "case", "shipment"),
    is_corrected=False,  # it follows the facts, and its verdict is given again
    listing=RiskFindingList(),
    page_rows=lambda rows, actor: rows.select_related("verdict_by"),
    page_parts=finding_parts,
    navigation=NavigationPage(group=Group.PREVENTION, place=416),
    summary=Summary(title=("rule__name_zh", "rule__name_en")),
    reading=lambda finding, actor: [(_("Reason"), reason_of(finding.rule, finding.facts))],
    on_case=FindingsOnCase(),
    measures=MEASURES,
    api=Api(
        row=(
            *(
                "case",
                "shipment",
                "rule",
                "code",
                "number",
                "weight",
                "kind",
                "reason",
                "change",
                "facts",
                "is_certain",
            ),
            *("created_at", "gone_at", "verdict", "verdict_reason", "verdict_agency", "verdict_at"),
        ),
        shape=RiskFindingShape,
    ),
)
