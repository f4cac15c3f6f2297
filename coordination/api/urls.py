"""Routes of the API: one list, one detail and one route for each action of every resource, from the register, and the
declared operations."""

from django.urls import URLPattern, path

from agencies.kernel.resource import RESOURCES

from . import (  # noqa: F401  # each of these modules declares operations
    adding,
    approvals,
    calculators,
    case_texts,
    confirmations,
    controls,
    duty,
    effects,
    inbox,
    jobs,
    leads,
    mentions,
    metrics,
    offers,
    outcomes,
    papers,
    playbooks,
    queues,
    read_log,
    reassignment,
    routing,
    rule_changes,
    runs,
    saved_views,
    search,
    similar,
    task_lists,
    webhooks,
    workspace,
)
from .docs import SchemaView, codes, contract, reference
from .operations import OPERATIONS
from .views import DetailView, ListView, OperationView, VerbView, view_of

LISTS = {f"{name}/" for name, resource in RESOURCES.items() if resource.listing}
BASES = {"metrics/<slug:key>/": metrics.FiguresView} | dict.fromkeys(LISTS, ListView)
ONES = {
    name: DetailView.as_view(resource=name, permission=resource.permission) for name, resource in RESOURCES.items()
} | {"leads": leads.LeadView.as_view()}


def name_of(address: str) -> str:
    *_before, last = parts = address.strip("/").split("/")
    return "-".join(["api", *(part for part in parts if "<" not in part), *(["one"] if "<" in last else [])])


urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", contract, name="api-docs"),
    path("docs/codes/", codes, name="api-codes"),
    path("docs/reference/", reference, name="api-reference"),
    path("docs/reference/<slug:tag>/", reference, name="api-reference-group"),
    *(
        path(f"v1/{address}", view_of(address, BASES.get(address, OperationView)), name=name_of(address))
        for address in OPERATIONS.keys() | LISTS
    ),
    *(path(f"v1/{name}/<uuid:pk>/", view, name=f"api-{name}-one") for name, view in ONES.items()),
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
