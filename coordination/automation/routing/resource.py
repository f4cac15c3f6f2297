"""The resource of routing rule sets."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.permissions import LEADS
from agencies.kernel.resource import Api, Resource, Summary

from .actions import ACTIONS
from .filters import RuleSetList
from .models import RuleSet
from .page import page_parts
from .shapes import RuleSetShape
from .workflow import RULE_SET as TABLE

RULE_SET = Resource(
    name="rule-sets",
    kind="rule_set",
    model=RuleSet,
    page="rule_set",
    label=_("Routing rules"),
    plural=_("Routing rules"),
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency",),
    is_corrected=False,  # rules get a new version
    listing=RuleSetList(),
    navigation=NavigationPage(group=Group.ADMINISTRATION, place=70, page="rule_sets", permission=LEADS),
    page_parts=page_parts,
    summary=Summary(title="code"),
    api=Api(
        row=("agency", "number", "code", "starts_at", "created_at", "updated_at"), detail=("rules",), shape=RuleSetShape
    ),
)
