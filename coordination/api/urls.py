"""Routes of the API: those of its declared operations, its schema and its pages."""

from django.urls import URLPattern, path

from . import (  # noqa: F401  # each of these modules declares operations
    approvals,
    batches,
    calculators,
    case_texts,
    confirmations,
    controls,
    duty,
    effects,
    events,
    figures,
    inbox,
    jobs,
    leads,
    licences,
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
    reference,
    report_files,
    risk_rules,
    routing,
    rule_changes,
    runs,
    saved_views,
    screening,
    search,
    similar,
    task_lists,
    webhooks,
    workspace,
)
from .docs import SchemaView, codes, contract
from .docs import reference as reference_page
from .operations import OPERATIONS
from .system_contract import system_text
from .views import view_of


def name_of(address: str) -> str:
    *_before, last = parts = address.strip("/").split("/")
    return "-".join(["api", *(part for part in parts if "<" not in part), *(["one"] if "<" in last else [])])


urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("schema/systems/", SchemaView.as_view(text=system_text), name="api-schema-systems"),
    path("docs/", contract, name="api-docs"),
    path("docs/codes/", codes, name="api-codes"),
    path("docs/reference/", reference_page, name="api-operations"),
    path("docs/reference/<slug:tag>/", reference_page, name="api-operations-group"),
    *(path(f"v1/{address}", view_of(address), name=name_of(address)) for address in OPERATIONS),
]
