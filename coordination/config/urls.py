"""All routes of the product. Each resource has its own list. A route without a permission answers 403 and fails a
test."""

from django.urls import include, path

from agencies.kernel.pages import routes_of
from agencies.kernel.resource import RESOURCES
from cases.papers import quarantine
from coordination.actions import action_page, correcting, drafting, priority_page, state_help, undo
from coordination.exchange.tasks import import_page
from coordination.insight.audit import journal_pages, read_log_pages
from coordination.insight.help import glossary, help_page
from coordination.insight.supervision import indicators
from coordination.lists import bulk_pages, export_page, saved_view_pages
from coordination.site import preferences
from coordination.tooling.operation import background_jobs, health, operation_page
from coordination.tooling.training import views as training
from coordination.workspace import (
    approval_pages,
    board,
    brief,
    case_report,
    deadline_calendar,
    home,
    inbox,
    live_updates,
    news,
    queue_pages,
    reassignment_page,
    unsent_forms,
    workload,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("queues/", queue_pages.queues, name="queues"),
    path("queues/looked/", queue_pages.looked, name="queues_looked"),
    path("queues/calendar/", deadline_calendar.deadline_calendar, name="deadline_calendar"),
    path("queues/calendar/deadlines.ics", deadline_calendar.deadline_file, name="deadline_file"),
    path("queues/bulk/", bulk_pages.pile_bulk, {"name": "queues"}, name="queues_bulk"),
    path("board/", board.board, name="board"),
    path("board/bulk/", bulk_pages.pile_bulk, {"name": "board"}, name="board_bulk"),
    path("load/", workload.load, name="load"),
    path("load/bulk/", bulk_pages.pile_bulk, {"name": "load"}, name="load_bulk"),
    path("approvals/", approval_pages.approvals, name="approvals"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox_read"),
    path("inbox/settings/", inbox.inbox_settings, name="inbox_settings"),
    path("training/", training.training, name="training"),
    path("training/reset/", training.training_reset, name="training_reset"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("help/", help_page.help_page, name="help"),
    path("notices/", news.notices, name="notices"),
    path("language/", preferences.set_language, name="language"),
    path("fresh/", live_updates.fresh, name="fresh"),
    path("drafts/", unsent_forms.draft, name="drafts"),
    path("keys/", preferences.keys, name="keys"),
    path("theme/", preferences.set_theme, name="theme"),
    path("readyz", health.readyz, name="readyz"),
    path("quarantine/read/", quarantine.quarantine_read, name="quarantine_read"),
    path("operation/", operation_page.operation, name="operation"),
    path("operation/<slug:kind>/<slug:pk>/retry/", operation_page.retry, name="dead_letter_retry"),
    path("operation/<slug:kind>/<slug:pk>/discard/", operation_page.discard, name="dead_letter_discard"),
    path("", include("agencies.people.urls")),
    path("", include("agencies.confirmations.urls")),
    path("", include("agencies.duty.urls")),
    path("machines/", include("agencies.machines.urls")),
    path("webhooks/", include("coordination.messaging.channels.urls")),
    path("journal/", journal_pages.journal, name="journal"),
    path("journal/<str:kind>/<uuid:subject>/", journal_pages.journal_stream, name="journal_stream"),
    path("readings/", read_log_pages.readings, name="readings"),
    path("readings/csv/", read_log_pages.readings_csv, name="readings_csv"),
    path("readings/alerts/", read_log_pages.read_alerts, name="read_alerts"),
    path("readings/alerts/<uuid:pk>/settle/", read_log_pages.read_alert_settle, name="read_alert_settle"),
    path("runs/", background_jobs.runs, name="runs"),
    path("runs/<uuid:pk>/", background_jobs.run, name="run"),
    path("runs/<uuid:pk>/cancel/", background_jobs.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/continue/", background_jobs.run_continue, name="run_continue"),
    path("runs/<uuid:pk>/undo/", background_jobs.run_undo, name="run_undo"),
    path("runs/<uuid:pk>/file/", background_jobs.run_file, name="run_file"),
    path("runs/<uuid:pk>/result/", background_jobs.run_result, name="run_result"),
    path("saved-views/", saved_view_pages.saved_views, name="saved_views"),
    path("saved-views/<uuid:pk>/", saved_view_pages.saved_view, name="saved_view"),
    path("lists/<str:name>/", saved_view_pages.default_view, name="default_view"),
    path("lists/<str:name>/views/new/", saved_view_pages.saved_view_new, name="saved_view_new"),
    path("lists/<str:name>/bulk/", bulk_pages.list_bulk, name="list_bulk"),
    path("lists/<str:name>/csv/", export_page.list_export, {"form": "csv"}, name="list_csv"),
    path("lists/<str:name>/xlsx/", export_page.list_export, {"form": "xlsx"}, name="list_xlsx"),
    path("leads/", include("cases.intake.urls")),
    path("cases/<uuid:pk>/brief/", brief.case_brief, name="case_brief"),
    path("cases/<uuid:pk>/tasks/import/", import_page.tasks_import, name="tasks_import"),
    path("cases/<uuid:pk>/report/", case_report.case_report, name="case_report"),
    path("cases/<uuid:pk>/report/print/", case_report.case_report_print, name="case_report_print"),
    path("cases/<uuid:pk>/report/pdf/", case_report.case_report_pdf, name="case_report_pdf"),
    path("proceedings/", include("cases.proceedings.urls")),
    path("incoming/", include("cases.papers.urls")),
    path("files/", include("cases.files.urls")),
    path("controls/", include("cases.controls.urls")),
    path("rule-changes/", include("cases.rulechanges.urls")),
    path("papers/draft/", drafting.draft, name="paper_draft"),
    path("", include("coordination.documents.urls")),
    path("deadlines/", include("cases.clocks.urls")),
    path("confidential-letters/", include("coordination.exchange.confidential.urls")),
    path("handing-over/", reassignment_page.handing_over, name="handing_over"),
    path("", include("coordination.exchange.notes.urls")),
    path("listings/", include("cases.watchlists.urls")),
    path("rule-sets/", include("coordination.automation.routing.urls")),
    path("", include("coordination.automation.playbooks.urls")),
    path("", include("coordination.exchange.reminders.urls")),
    path("", include("coordination.insight.briefing.urls")),
    path("recorded-steps/", include("coordination.exchange.corrections.urls")),
    path("search/", include("coordination.insight.search.urls")),
    path("bulletins/", include("coordination.insight.bulletins.urls")),
    path("campaigns/", include("coordination.insight.campaigns.urls")),
    path("supervision/indicators/", indicators.indicators, name="indicators"),
    path("supervision/", include("coordination.insight.supervision.urls")),
    path("supervision/", include("coordination.insight.metrics.urls")),
    path("thresholds/", include("coordination.insight.thresholds.urls")),
    *(route for resource in RESOURCES.values() for route in routes_of(resource)),
    path("<str:resource>/<uuid:pk>/correct/", correcting.correct, name="correct"),
    path("<str:resource>/<uuid:pk>/priority/", priority_page.priority, name="priority"),
    path("<str:resource>/<uuid:pk>/state/", state_help.state_help, name="state_help"),
    path("undo/", undo.undo, name="undo"),
    path("<str:resource>/<uuid:pk>/do/<str:verb>/", action_page.verb_page, name="verb"),
    path("api/", include("coordination.api.urls")),
]

handler400 = "coordination.site.errors.handler400"
handler403 = "coordination.site.errors.handler403"
handler404 = "coordination.site.errors.handler404"
handler500 = "coordination.site.errors.handler500"
