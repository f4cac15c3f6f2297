"""Every route of the product. Each noun keeps its own list; a route without a policy answers 403 and fails a test."""

from django.urls import include, path

from cases.proceedings.urls import decisions

from . import (
    approval_pages,
    audit,
    background,
    correcting,
    drafting,
    fresh,
    glossary,
    handing_over_page,
    home,
    inbox,
    list_pages,
    news,
    preferences,
    queues,
    signs,
    state_help,
    unsent,
    verbs,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("queues/", queues.queues, name="queues"),
    path("queues/looked/", queues.looked, name="queues_looked"),
    path("approvals/", approval_pages.approvals, name="approvals"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox_read"),
    path("inbox/settings/", inbox.inbox_settings, name="inbox_settings"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("notices/", news.notices, name="notices"),
    path("language/", preferences.set_language, name="language"),
    path("fresh/", fresh.fresh, name="fresh"),
    path("drafts/", unsent.draft, name="drafts"),
    path("keys/", preferences.keys, name="keys"),
    path("theme/", preferences.set_theme, name="theme"),
    path("", include("agencies.kernel.urls")),
    path("", include("agencies.people.urls")),
    path("", include("agencies.duty.urls")),
    path("machines/", include("agencies.machines.urls")),
    path("journal/", audit.journal, name="journal"),
    path("journal/<int:pk>/", audit.journal_stream, name="journal_stream"),
    path("runs/", background.runs, name="runs"),
    path("runs/<uuid:pk>/", background.run, name="run"),
    path("runs/<uuid:pk>/cancel/", background.run_cancel, name="run_cancel"),
    path("runs/<uuid:pk>/continue/", background.run_continue, name="run_continue"),
    path("runs/<uuid:pk>/file/", background.run_file, name="run_file"),
    path("lists/<str:name>/csv/", list_pages.list_export, {"form": "csv"}, name="list_csv"),
    path("lists/<str:name>/xlsx/", list_pages.list_export, {"form": "xlsx"}, name="list_xlsx"),
    path("leads/", include("cases.intake.urls")),
    path("cases/", include("cases.casefile.urls")),
    path("proceedings/", include("cases.proceedings.urls")),
    path("decisions/", include(decisions)),
    path("incoming/", include("cases.papers.urls")),
    path("lots/", include("cases.custody.urls")),
    path("papers/draft/", drafting.draft, name="paper_draft"),
    path("", include("coordination.papers.urls")),
    path("deadlines/", include("cases.clocks.urls")),
    path("referrals/", include("coordination.referrals.urls")),
    path("handing-over/", handing_over_page.handing_over, name="handing_over"),
    path("sealed-letters/", include("coordination.sealed.urls")),
    path("tasks/", include("coordination.tasks.urls")),
    path("", include("coordination.notes.urls")),
    path("recorded-steps/", include("coordination.corrections.urls")),
    path("search/", include("coordination.search.urls")),
    path("supervision/signs/", signs.signs, name="signs"),
    path("supervision/", include("coordination.metrics.urls")),
    path("corrections/", include("coordination.corrections.correction_urls")),
    path("<str:noun>/<uuid:pk>/correct/", correcting.correct, name="correct"),
    path("<str:noun>/<uuid:pk>/state/", state_help.state_help, name="state_help"),
    path("<str:noun>/<uuid:pk>/do/<str:verb>/", verbs.verb_page, name="verb"),
    path("api/", include("coordination.api.urls")),
]

handler400 = "coordination.errors.handler400"
handler403 = "coordination.errors.handler403"
handler404 = "coordination.errors.handler404"
handler500 = "coordination.errors.handler500"
