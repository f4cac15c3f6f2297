"""The resource of changes of the control law."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.paging import Page
from agencies.kernel.permissions import RULE_KEEPERS
from agencies.kernel.resource import Column, Listing, Notices, Resource, Summary
from cases.controls.tables import TABLES

from .access import imports_rules
from .actions import ACTIONS
from .filters import RuleChangeFilter
from .models import RuleChange
from .page import page_parts
from .workflow import RULE_CHANGE as TABLE
from .workflow import in_force


class RuleChangeList(Listing):
    filters = RuleChangeFilter
    sorts = {"created": "created_at", "updated": "updated_at"}
    default = "-created"
    related = ("author",)
    page = "rule_changes"
    columns = (
        columns.plain("grounds", _("Grounds")),
        columns.choice("state", _("State"), cell=""),
        Column("base", _("Compared with version"), lambda change, actor: change.base, kind="number"),
        Column("published_as", _("Published as version"), lambda change, actor: change.published_as, kind="number"),
        columns.plain("author", _("Imported by"), "author.name"),
        columns.moment("updated_at", _("Updated"), cell=""),
    )

    def words(self, thing: RuleChange, actor: Actor) -> str:
        return thing.grounds

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return {"imports": imports_rules(actor), "in_force": in_force(), "tables": list(TABLES.values())}


RULE_CHANGE = Resource(
    name="rule-changes",
    kind="rule_change",
    model=RuleChange,
    page="rule_change",
    label=_("Change of the control law"),
    plural=_("Changes of the control law"),
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("author",),
    permission=RULE_KEEPERS,
    is_corrected=False,  # another change follows
    listing=RuleChangeList(),
    page_parts=page_parts,
    summary=Summary(title="grounds"),
    notices=Notices(in_hand=("author",)),
)
