"""The resource of changes of the control law."""

from django.utils.translation import gettext_lazy as _

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
            Column("grounds", _("Grounds"), lambda change, actor: change.grounds),
            Column("state", _("State"), lambda change, actor: change.get_state_display()),
            Column("base", _("Compared with version"), lambda change, actor: change.base, kind="number"),
            Column("published_as", _("Published as version"), lambda change, actor: change.published_as, kind="number"),
            Column("author", _("Imported by"), lambda change, actor: change.author.name),
            Column("updated_at", _("Updated"), lambda change, actor: change.updated_at, kind="moment"),
        ),
        handling=lambda change, actor: "",
        words=lambda change, actor: change.grounds,
        shown=lambda rows, actor: rows.select_related("author"),
    ),
    summary=Summary(title="grounds"),
    notices=Notices(in_hand=("author",)),
)
