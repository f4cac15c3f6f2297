"""The resource of changes of the control law."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.permissions import RULE_KEEPERS
from agencies.kernel.resource import Column, Listing, Notices, Resource, Summary

from .actions import ACTIONS
from .filters import DEFAULT_SORT, SORTS, RuleChangeFilter
from .models import RuleChange
from .workflow import RULE_CHANGE as TABLE

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
    listing=Listing(
        filters=RuleChangeFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("author",),
        page="rule_changes",
        columns=(
            columns.plain("grounds", _("Grounds")),
            columns.choice("state", _("State"), cell=""),
            Column("base", _("Compared with version"), lambda change, actor: change.base, kind="number"),
            Column("published_as", _("Published as version"), lambda change, actor: change.published_as, kind="number"),
            columns.plain("author", _("Imported by"), "author.name"),
            columns.moment("updated_at", _("Updated"), cell=""),
        ),
        words=lambda change, actor: change.grounds,
    ),
    summary=Summary(title="grounds"),
    notices=Notices(in_hand=("author",)),
)
