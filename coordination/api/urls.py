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
from .views import AttachedFileView, CorrectView, DetailView, FileView, ListView, VerbView
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

urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", contract, name="api-docs"),
    path("docs/codes/", codes, name="api-codes"),
    path("docs/reference/", reference, name="api-reference"),
    path("docs/reference/<slug:tag>/", reference, name="api-reference-group"),
    path("v1/approvals/", ApprovalsView.as_view(), name="api-approvals"),
    path("v1/queues/", QueuesView.as_view(), name="api-queues"),
    path("v1/queues/calendar/", CalendarView.as_view(), name="api-queues-calendar"),
    path("v1/handing-over/", HandingOverView.as_view(), name="api-handing-over"),
    path("v1/duty/", DutyView.as_view(), name="api-duty"),
    path("v1/inbox/", InboxView.as_view(), name="api-inbox"),
    path("v1/inbox/read/", InboxReadView.as_view(), name="api-inbox-read"),
    path("v1/outcomes/", OutcomesView.as_view(), name="api-outcomes"),
    path("v1/outcomes/seen/", OutcomesSeenView.as_view(), name="api-outcomes-seen"),
    path("v1/clocks/preview/", PreviewView.as_view(), name="api-clocks-preview"),
    path("v1/controls/check/", ControlsView.as_view(), name="api-controls-check"),
    path("v1/controls/rules/", ControlRulesView.as_view(), name="api-controls-rules"),
    path("v1/penalties/preview/", PenaltyView.as_view(), name="api-penalties-preview"),
    path("v1/board/", BoardView.as_view(), name="api-board"),
    path("v1/load/", LoadView.as_view(), name="api-load"),
    path("v1/exports/", ExportsView.as_view(), name="api-exports"),
    path("v1/bulk/", BulkView.as_view(), name="api-bulk"),
    path("v1/runs/", RunsView.as_view(), name="api-runs"),
    path("v1/runs/<uuid:pk>/", RunOneView.as_view(), name="api-runs-one"),
    path("v1/runs/<uuid:pk>/rows/", RunRowsView.as_view(), name="api-runs-rows"),
    path("v1/runs/<uuid:pk>/file/", RunFileView.as_view(), name="api-runs-file"),
    path("v1/runs/<uuid:pk>/cancel/", RunCancelView.as_view(), name="api-runs-cancel"),
    path("v1/runs/<uuid:pk>/continue/", RunContinueView.as_view(), name="api-runs-continue"),
    path("v1/runs/<uuid:pk>/undo/", RunUndoView.as_view(), name="api-runs-undo"),
    path("v1/operation/", OperationView.as_view(), name="api-operation"),
    path("v1/operation/<slug:kind>/<slug:pk>/retry/", RetryView.as_view(), name="api-operation-retry"),
    path("v1/operation/<slug:kind>/<slug:pk>/discard/", DiscardView.as_view(), name="api-operation-discard"),
    path("v1/webhooks/", WebhooksView.as_view(), name="api-webhooks"),
    path("v1/webhooks/<uuid:pk>/switch/", WebhookSwitchView.as_view(), name="api-webhooks-switch"),
    path("v1/webhooks/<uuid:pk>/renew/", WebhookRenewView.as_view(), name="api-webhooks-renew"),
    path("v1/webhooks/<uuid:pk>/again/", WebhookAgainView.as_view(), name="api-webhooks-again"),
    path("v1/confirmations/sign-in/", SignInView.as_view(), name="api-confirmations-sign-in"),
    path("v1/confirmations/<uuid:pk>/code/", CodeView.as_view(), name="api-confirmations-code"),
    path("v1/accounts/<uuid:pk>/rights/", RightsView.as_view(), name="api-accounts-rights"),
    path("v1/accounts/<uuid:pk>/password/", PasswordView.as_view(), name="api-accounts-password"),
    path("v1/saved-views/", SavedViewsView.as_view(), name="api-saved-views"),
    path("v1/saved-views/<uuid:pk>/", SavedViewView.as_view(), name="api-saved-views-one"),
    path("v1/saved-views/<uuid:pk>/delete/", SavedViewDeleteView.as_view(), name="api-saved-views-delete"),
    path("v1/readings/", ReadingsView.as_view(), name="api-readings"),
    path("v1/metrics/", MetricsView.as_view(), name="api-metrics"),
    path("v1/metrics/<slug:key>/", FiguresView.as_view(), name="api-metrics-one"),
    path("v1/search/", SearchView.as_view(), name="api-search"),
    path("v1/leads/<uuid:pk>/screening/", LeadScreeningView.as_view(), name="api-leads-screening"),
    path("v1/cases/<uuid:pk>/screening/", CaseScreeningView.as_view(), name="api-cases-screening"),
    path("v1/cases/<uuid:pk>/brief/", BriefView.as_view(), name="api-cases-brief"),
    path("v1/cases/<uuid:pk>/report/", CaseReportView.as_view(), name="api-cases-report"),
    path("v1/cases/<uuid:pk>/tasks/", TaskListView.as_view(), name="api-cases-tasks"),
    path("v1/cases/<uuid:pk>/mentions/", MentionsView.as_view(), name="api-cases-mentions"),
    path("v1/leads/<uuid:pk>/similar/", SimilarView.as_view(), name="api-leads-similar"),
    path("v1/playbooks/", PlaybooksView.as_view(), name="api-playbooks"),
    path("v1/playbooks/<slug:code>/", PlaybookView.as_view(), name="api-playbook"),
    path("v1/cases/<uuid:pk>/playbooks/", ProgressView.as_view(), name="api-case-playbooks"),
    path("v1/papers/scan/", ScanView.as_view(resource="papers"), name="api-papers-scan"),
    path("v1/papers/<uuid:pk>/signed/<int:copy>/", SignedCopyView.as_view(resource="papers"), name="api-papers-signed"),
    path("v1/referrals/<uuid:pk>/package/", PackageView.as_view(resource="referrals"), name="api-referrals-package"),
    path("v1/incoming/<uuid:pk>/file/", FileView.as_view(resource="incoming"), name="api-incoming-file"),
    path("v1/files/<uuid:pk>/file/", AttachedFileView.as_view(resource="files"), name="api-files-file"),
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
