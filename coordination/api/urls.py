"""Routes of the API: one list, one detail and one route a verb for every noun, from `coordination.nouns`."""

from django.urls import URLPattern, path

from coordination.nouns import NOT_PUT_RIGHT, NOUNS
from coordination.priority_page import ROUTED

from .approvals import ApprovalsView
from .chasing import ChaseLettersView
from .clocks import PreviewView
from .confirmations import CodeView, PasswordView, SignInView
from .desks import BoardView, LoadView
from .docs import SchemaView, codes, contract, reference
from .doorbells import DoorbellAgainView, DoorbellRenewView, DoorbellsView, DoorbellSwitchView
from .duty import DutyView
from .handing_over import HandingOverView
from .inbox import InboxReadView, InboxView
from .leads import LeadsView, LeadView
from .offers import OffersView
from .operation import DiscardView, OperationView, RetryView
from .outcomes import OutcomesSeenView, OutcomesView
from .papers import PackageView, PapersView, ScanView, SignedCopyView
from .penalties import PenaltyView
from .playbooks import PlaybooksView, PlaybookView, ProgressView
from .queues import QueuesView
from .readings import ReadingsView
from .routing import PriorityView, WhyView
from .runs import (
    BulkView,
    ExportsView,
    RunCancelView,
    RunContinueView,
    RunFileView,
    RunOneView,
    RunRowsView,
    RunsView,
)
from .saved_views import SavedViewDeleteView, SavedViewsView, SavedViewView
from .search import SearchView
from .similar import CaseScreeningView, LeadScreeningView, SimilarView
from .views import LISTINGS, CorrectView, DetailView, FileView, ListView, VerbView

LISTS = {name: ListView.as_view(noun=name, policy=NOUNS[name].policy) for name in LISTINGS} | {
    "leads": LeadsView.as_view(),
    "chase-letters": ChaseLettersView.as_view(),
    "papers": PapersView.as_view(),
}
ONES = {name: DetailView.as_view(noun=name, policy=noun.policy) for name, noun in NOUNS.items()} | {
    "leads": LeadView.as_view()
}

urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", contract, name="api-docs"),
    path("docs/codes/", codes, name="api-codes"),
    path("docs/reference/", reference, name="api-reference"),
    path("docs/reference/<slug:tag>/", reference, name="api-reference-group"),
    path("v1/approvals/", ApprovalsView.as_view(), name="api-approvals"),
    path("v1/queues/", QueuesView.as_view(), name="api-queues"),
    path("v1/handing-over/", HandingOverView.as_view(), name="api-handing-over"),
    path("v1/duty/", DutyView.as_view(), name="api-duty"),
    path("v1/inbox/", InboxView.as_view(), name="api-inbox"),
    path("v1/inbox/read/", InboxReadView.as_view(), name="api-inbox-read"),
    path("v1/outcomes/", OutcomesView.as_view(), name="api-outcomes"),
    path("v1/outcomes/seen/", OutcomesSeenView.as_view(), name="api-outcomes-seen"),
    path("v1/clocks/preview/", PreviewView.as_view(), name="api-clocks-preview"),
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
    path("v1/operation/", OperationView.as_view(), name="api-operation"),
    path("v1/operation/<slug:kind>/<slug:pk>/retry/", RetryView.as_view(), name="api-operation-retry"),
    path("v1/operation/<slug:kind>/<slug:pk>/discard/", DiscardView.as_view(), name="api-operation-discard"),
    path("v1/doorbells/", DoorbellsView.as_view(), name="api-doorbells"),
    path("v1/doorbells/<uuid:pk>/switch/", DoorbellSwitchView.as_view(), name="api-doorbells-switch"),
    path("v1/doorbells/<uuid:pk>/renew/", DoorbellRenewView.as_view(), name="api-doorbells-renew"),
    path("v1/doorbells/<uuid:pk>/again/", DoorbellAgainView.as_view(), name="api-doorbells-again"),
    path("v1/confirmations/sign-in/", SignInView.as_view(), name="api-confirmations-sign-in"),
    path("v1/confirmations/<uuid:pk>/code/", CodeView.as_view(), name="api-confirmations-code"),
    path("v1/accounts/<uuid:pk>/password/", PasswordView.as_view(), name="api-accounts-password"),
    path("v1/saved-views/", SavedViewsView.as_view(), name="api-saved-views"),
    path("v1/saved-views/<uuid:pk>/", SavedViewView.as_view(), name="api-saved-views-one"),
    path("v1/saved-views/<uuid:pk>/delete/", SavedViewDeleteView.as_view(), name="api-saved-views-delete"),
    path("v1/readings/", ReadingsView.as_view(), name="api-readings"),
    path("v1/search/", SearchView.as_view(), name="api-search"),
    path("v1/leads/<uuid:pk>/screening/", LeadScreeningView.as_view(), name="api-leads-screening"),
    path("v1/cases/<uuid:pk>/screening/", CaseScreeningView.as_view(), name="api-cases-screening"),
    path("v1/leads/<uuid:pk>/similar/", SimilarView.as_view(), name="api-leads-similar"),
    path("v1/playbooks/", PlaybooksView.as_view(), name="api-playbooks"),
    path("v1/playbooks/<slug:code>/", PlaybookView.as_view(), name="api-playbook"),
    path("v1/cases/<uuid:pk>/playbooks/", ProgressView.as_view(), name="api-case-playbooks"),
    path("v1/papers/scan/", ScanView.as_view(noun="papers"), name="api-papers-scan"),
    path("v1/papers/<uuid:pk>/signed/<int:copy>/", SignedCopyView.as_view(noun="papers"), name="api-papers-signed"),
    path("v1/referrals/<uuid:pk>/package/", PackageView.as_view(noun="referrals"), name="api-referrals-package"),
    path("v1/incoming/<uuid:pk>/file/", FileView.as_view(noun="incoming"), name="api-incoming-file"),
    *(path(f"v1/{name}/", view, name=f"api-{name}") for name, view in LISTS.items()),
    *(path(f"v1/{name}/<uuid:pk>/", view, name=f"api-{name}-one") for name, view in ONES.items()),
    *(path(f"v1/{name}/<uuid:pk>/verbs/", OffersView.as_view(noun=name), name=f"api-{name}-verbs") for name in NOUNS),
    *(
        path(f"v1/{name}/<uuid:pk>/correct/", CorrectView.as_view(noun=name), name=f"api-{name}-correct")
        for name in NOUNS
        if name not in NOT_PUT_RIGHT
    ),
    *(path(f"v1/{name}/<uuid:pk>/why/", WhyView.as_view(noun=name), name=f"api-{name}-why") for name in ROUTED),
    *(
        path(f"v1/{name}/<uuid:pk>/priority/", PriorityView.as_view(noun=name), name=f"api-{name}-priority")
        for name in ROUTED
    ),
    *(
        path(
            f"v1/{name}/<uuid:pk>/{verb}/",
            VerbView.as_view(noun=name, verb=verb, policy=noun.policy),
            name=f"api-{name}-{verb}",
        )
        for name, noun in NOUNS.items()
        for verb in noun.verbs
    ),
]
