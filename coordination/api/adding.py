"""Lists to which a POST adds an object: bulletins, campaigns, reminders and watched figures."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response

from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, CENTRE, FIGURES, Permission
from agencies.kernel.resource import RESOURCES
from agencies.kernel.strict import Strict
from agencies.kernel.texts import Text
from agencies.people.shapes import fields_of
from coordination.exchange.reminders.actions import MOST, send_letter
from coordination.insight.bulletins.actions import draft_bulletin
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.campaigns.actions import draft_campaign
from coordination.insight.campaigns.workflow import PLAN
from coordination.insight.metrics.registry import METRICS
from coordination.insight.thresholds.actions import watch_figure
from coordination.insight.thresholds.models import Threshold

from . import shapes
from .operations import Call, post

# A kind, and the id of an object of that kind.
ABOUT = r"^(clock|task|instruction|opinion|conference):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class BulletinInput(Strict):
    """The draft of a bulletin from its template. `day` is any day of its week or month."""

    kind = serializers.ChoiceField(choices=Bulletin.Kind.choices)
    day = serializers.DateField()
    distribution = serializers.ChoiceField(choices=Bulletin.Distribution.choices, required=False)


class CampaignInput(Strict):
    """The draft of a campaign. Agencies, minerals and techniques by code, countries by code or name. Without a mineral,
    technique or country only cases taken in by hand belong to it."""

    title_zh = serializers.CharField(max_length=200)
    title_en = serializers.CharField(max_length=200, required=False)
    purpose = serializers.CharField(max_length=4000)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    members = serializers.ListField(child=serializers.CharField())
    materials = serializers.ListField(child=serializers.CharField(), required=False)
    techniques = serializers.ListField(child=serializers.CharField(), required=False)
    countries = serializers.CharField(max_length=200, required=False)
    opened_from = serializers.DateField(required=False)
    opened_until = serializers.DateField(required=False)


class ReminderInput(Strict):
    """Late items that one agency owes, each by kind and id: clock:ID, task:ID, instruction:ID, opinion:ID or
    conference:ID."""

    about = serializers.ListField(child=serializers.RegexField(ABOUT, max_length=60), min_length=1, max_length=MOST)
    remark = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    happened_at = serializers.DateTimeField(required=False, help_text=_("When it was sent on paper."))
    paper = serializers.CharField(max_length=200, required=False, help_text=_("The paper that shows the time."))


class WatchInput(Strict):
    """A figure, what it is limited to, and the value; of a share from 0 to 1. `over` is the period, which levels such
    as open cases do not need."""

    metric = serializers.ChoiceField(choices=list(METRICS))
    filters = serializers.DictField(child=serializers.CharField(max_length=80), required=False)
    comparison = serializers.ChoiceField(choices=Threshold.Comparison.choices)
    value = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)
    over = serializers.ChoiceField(choices=Threshold.Over.choices, required=False)


class DraftedShape(shapes.Shape[Any]):
    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()


WatchedShape = fields_of(
    *(Threshold, "id", "version", "state", "metric", "filters", "comparison", "value", "over"), name="WatchedShape"
)


def adds(
    *texts: Text, resource: str, accepts: type[Strict], add: Callable[[Call], Any], shape: Any, permission: Permission
) -> None:
    """Declares that a POST to the list of a resource adds an object; a repeat shows the object as it is then."""

    @post(
        f"{resource}/",
        "send",
        *texts,
        permission=permission,
        accepts=accepts,
        answers=shape,
        statuses=(201,),
        then=lambda call, made: _added(call, resource, made[0], shape),
    )
    def performed(call: Call) -> list[Any]:
        return [add(call).pk]


def _added(call: Call, resource: str, pk: str, shape: Any) -> Response:
    thing = call.find(resource, pk, loaded=True)
    call.locate(thing)
    [data] = shapes.answer_of(RESOURCES[resource], [thing], call.actor, shape)
    return Response(data)


def _campaign(call: Call) -> Any:
    form = ActionForm(PLAN, thing=None, actor=call.actor, strict=True, data=call.given and dict(call.request.data))
    if not form.is_valid():
        raise Invalid(field_errors(form))
    return draft_campaign(actor=call.actor, **form.given())


adds(
    _("Draft a bulletin"),
    _("Drafts a bulletin about a week or a month. Its actions edit and submit it."),
    resource="bulletins",
    accepts=BulletinInput,
    add=lambda call: draft_bulletin(actor=call.actor, **call.given),
    shape=shapes.row_of(RESOURCES["bulletins"]),
    permission=CENTRE,
)
adds(
    _("Draft a campaign"),
    _("Drafts a campaign. Its goals are added by its actions before it is started."),
    resource="campaigns",
    accepts=CampaignInput,
    add=_campaign,
    shape=DraftedShape,
    permission=CENTRE,
)
adds(
    _("Send reminder"),
    _("Sends one reminder about late items of one agency."),
    resource="reminders",
    accepts=ReminderInput,
    add=lambda call: send_letter(actor=call.actor, **call.given),
    shape=shapes.detail_of(RESOURCES["reminders"]),
    permission=CASE_READER,
)
adds(
    _("Watch a figure"),
    _(
        "Watches a figure: the caller is notified when it crosses the value, and again only after it was back."
        " Figures of which the caller may not see everything are refused."
    ),
    resource="thresholds",
    accepts=WatchInput,
    add=lambda call: watch_figure(actor=call.actor, **call.given),
    shape=WatchedShape,
    permission=FIGURES,
)
