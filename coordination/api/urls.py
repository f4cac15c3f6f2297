"""Routes of the API: one list, one detail and one route for each action of every resource, from the register."""

from django.urls import URLPattern, path

from agencies.kernel.resource import RESOURCES
from coordination.actions.priority_page import ROUTED

from .approvals import ApprovalsView
from .bulletins import BulletinsView
from .campaigns import CampaignsView
from .case_texts import BriefView, CaseReportView
from .clocks import PreviewView
from .confirmations import CodeView, PasswordView, RightsView, SignInView
from .controls import ControlRulesView, ControlsView
from .docs import SchemaView, codes, contract, reference
from .duty import DutyView
from .effects import EffectsView
from .inbox import InboxReadView, InboxView
from .leads import LeadsView, LeadView
from .mentions import MentionsView
from .metrics import FiguresView, MetricsView
from .offers import OffersView
from .operation import DiscardView, OperationView, RetryView
from .outcomes import OutcomesSeenView, OutcomesView
from .papers import PackageView, PapersView, ScanView, SignedCopyView
from .penalties import PenaltyView
from .playbooks import PlaybooksView, PlaybookView, ProgressView
from .queues import CalendarView, QueuesView
from .read_log import ReadingsView
from .reassignment import HandingOverView
from .reminders import RemindersView
from .routing import PriorityView, WhyView
from .rule_changes import RuleChangesView
from .runs import (
    BulkView,
    ExportsView,
    RunCancelView,
    RunContinueView,
    RunFileView,
    RunOneView,
    RunRowsView,
    RunsView,
    RunUndoView,
)
from .saved_views import SavedViewDeleteView, SavedViewsView, SavedViewView
from .search import SearchView
from .similar import CaseScreeningView, LeadScreeningView, SimilarView
from .task_lists import TaskListView
from .thresholds import ThresholdsView
from .views import ApiView, AttachedFileView, CorrectView, DetailView, FileView, ListView, VerbView
from .webhooks import WebhookAgainView, WebhookRenewView, WebhooksView, WebhookSwitchView
from .workspace import BoardView, LoadView

LISTS = {
    name: ListView.as_view(resource=name, permission=RESOURCES[name].permission)
    for name in RESOURCES
    if RESOURCES[name].listing
} | {
    "leads": LeadsView.as_view(),
    "bulletins": BulletinsView.as_view(),
    "campaigns": CampaignsView.as_view(),
    "reminders": RemindersView.as_view(),
    "papers": PapersView.as_view(),
    "rule-changes": RuleChangesView.as_view(),
    "thresholds": ThresholdsView.as_view(),
}
ONES = {
    name: DetailView.as_view(resource=name, permission=resource.permission) for name, resource in RESOURCES.items()
} | {"leads": LeadView.as_view()}

# Address → view. The name of a route consists of the words of its address, with "one" after a final argument.
OPERATIONS: dict[str, type[ApiView]] = {
    "approvals/": ApprovalsView,
    "queues/": QueuesView,
    "queues/calendar/": CalendarView,
    "handing-over/": HandingOverView,
    "duty/": DutyView,
    "inbox/": InboxView,
    "inbox/read/": InboxReadView,
    "outcomes/": OutcomesView,
    "outcomes/seen/": OutcomesSeenView,
    "clocks/preview/": PreviewView,
    "controls/check/": ControlsView,
    "controls/rules/": ControlRulesView,
    "penalties/preview/": PenaltyView,
    "board/": BoardView,
    "load/": LoadView,
    "exports/": ExportsView,
    "bulk/": BulkView,
    "runs/": RunsView,
    "runs/<uuid:pk>/": RunOneView,
    "runs/<uuid:pk>/rows/": RunRowsView,
    "runs/<uuid:pk>/file/": RunFileView,
    "runs/<uuid:pk>/cancel/": RunCancelView,
    "runs/<uuid:pk>/continue/": RunContinueView,
    "runs/<uuid:pk>/undo/": RunUndoView,
    "operation/": OperationView,
    "operation/<slug:kind>/<slug:pk>/retry/": RetryView,
    "operation/<slug:kind>/<slug:pk>/discard/": DiscardView,
    "webhooks/": WebhooksView,
    "webhooks/<uuid:pk>/switch/": WebhookSwitchView,
    "webhooks/<uuid:pk>/renew/": WebhookRenewView,
    "webhooks/<uuid:pk>/again/": WebhookAgainView,
    "confirmations/sign-in/": SignInView,
    "confirmations/<uuid:pk>/code/": CodeView,
    "accounts/<uuid:pk>/rights/": RightsView,
    "accounts/<uuid:pk>/password/": PasswordView,
    "saved-views/": SavedViewsView,
    "saved-views/<uuid:pk>/": SavedViewView,
    "saved-views/<uuid:pk>/delete/": SavedViewDeleteView,
    "readings/": ReadingsView,
    "metrics/": MetricsView,
    "metrics/<slug:key>/": FiguresView,
    "search/": SearchView,
    "leads/<uuid:pk>/screening/": LeadScreeningView,
    "cases/<uuid:pk>/screening/": CaseScreeningView,
    "cases/<uuid:pk>/brief/": BriefView,
    "cases/<uuid:pk>/report/": CaseReportView,
    "cases/<uuid:pk>/tasks/": TaskListView,
    "cases/<uuid:pk>/mentions/": MentionsView,
    "leads/<uuid:pk>/similar/": SimilarView,
    "playbooks/": PlaybooksView,
    "papers/scan/": ScanView,
    "referrals/<uuid:pk>/package/": PackageView,
    "incoming/<uuid:pk>/file/": FileView,
    "files/<uuid:pk>/file/": AttachedFileView,
}


def name_of(address: str) -> str:
    *_before, last = parts = address.strip("/").split("/")
    return "-".join(["api", *(part for part in parts if "<" not in part), *(["one"] if "<" in last else [])])


urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", contract, name="api-docs"),
    path("docs/codes/", codes, name="api-codes"),
    path("docs/reference/", reference, name="api-reference"),
    path("docs/reference/<slug:tag>/", reference, name="api-reference-group"),
    *(path(f"v1/{address}", view.as_view(), name=name_of(address)) for address, view in OPERATIONS.items()),
    path("v1/playbooks/<slug:code>/", PlaybookView.as_view(), name="api-playbook"),
    path("v1/cases/<uuid:pk>/playbooks/", ProgressView.as_view(), name="api-case-playbooks"),
    path("v1/papers/<uuid:pk>/signed/<int:copy>/", SignedCopyView.as_view(), name="api-papers-signed"),
    *(path(f"v1/{name}/", view, name=f"api-{name}") for name, view in LISTS.items()),
    *(path(f"v1/{name}/<uuid:pk>/", view, name=f"api-{name}-one") for name, view in ONES.items()),
    *(
        path(f"v1/{name}/<uuid:pk>/verbs/", OffersView.as_view(resource=name), name=f"api-{name}-verbs")
        for name in RESOURCES
    ),
    *(
        path(f"v1/{name}/<uuid:pk>/effects/", EffectsView.as_view(resource=name), name=f"api-{name}-effects")
        for name in RESOURCES
    ),
    *(
        path(f"v1/{name}/<uuid:pk>/correct/", CorrectView.as_view(resource=name), name=f"api-{name}-correct")
        for name, resource in RESOURCES.items()
        if resource.is_corrected
    ),
    *(path(f"v1/{name}/<uuid:pk>/why/", WhyView.as_view(resource=name), name=f"api-{name}-why") for name in ROUTED),
    *(
        path(f"v1/{name}/<uuid:pk>/priority/", PriorityView.as_view(resource=name), name=f"api-{name}-priority")
        for name in ROUTED
    ),
    *(
        path(
            f"v1/{name}/<uuid:pk>/{verb}/",
            VerbView.as_view(resource=name, verb=verb, permission=resource.permission),
            name=f"api-{name}-{verb}",
        )
        for name, resource in RESOURCES.items()
        for verb in resource.verbs
    ),
]
