"""Routes of the API: those of its declared operations, its schema and its pages."""

from django.urls import URLPattern, path

from . import (  # noqa: F401  # each of these modules declares operations
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
    nouns,
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
from .views import view_of


def name_of(address: str) -> str:
    *_before, last = parts = address.strip("/").split("/")
    return "-".join(["api", *(part for part in parts if "<" not in part), *(["one"] if "<" in last else [])])


urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", contract, name="api-docs"),
    path("docs/codes/", codes, name="api-codes"),
    path("docs/reference/", reference, name="api-reference"),
    path("docs/reference/<slug:tag>/", reference, name="api-reference-group"),
    *(path(f"v1/{address}", view_of(address), name=name_of(address)) for address in OPERATIONS),
]
