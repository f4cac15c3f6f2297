"""Route × method × person × relation. Expected access is written by hand; a route that is not listed fails."""

import re
from contextlib import contextmanager, nullcontext

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.permissions import permission_of
from agencies.kernel.work import atomic
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from agencies.runs.actions import start_run
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.sharing.actions import share_case, unshare_case
from coordination.automation.gateways.models import Gateway
from coordination.automation.imports.models import Import
from coordination.automation.imports.workflow import IMPORT
from coordination.documents import pdf
from coordination.messaging.channels.actions import register_webhook
from tests import stories
from tests.kept_stories import story

from .in_process import InProcess, not_drawn
from .routes import every_route

CUSTOMS = {"customs.officer", "customs.lead", "customs.head", "customs.legal"}
COMMERCE = {"commerce.officer", "commerce.lead", "commerce.head"}
POLICE = {"police.officer", "police.lead", "police.head"}
ASB = {"antismuggling.officer", "antismuggling.lead", "antismuggling.head"}
CENTRE = {"centre.coordinator", "centre.supervisor"}
STAFF = CUSTOMS | COMMERCE | POLICE | ASB | {"procurator"}
READERS = STAFF | CENTRE
ADMINS = {"customs.admin", "sysadmin", "secadmin"}
EVERYBODY = READERS | ADMINS | {"auditor"}
CHIEFS = {name for name in STAFF if name.endswith((".lead", ".head"))}

# People admitted by a policy.
PASSES = {
    "public": EVERYBODY,
    "signed in": EVERYBODY,
    "staff of an agency": STAFF,
    "staff or centre": READERS,
    "staff or coordinator": STAFF | {"centre.coordinator"},
    "roster": READERS | {"customs.admin"},
    "figures": CENTRE | CHIEFS,
    "unit lead or office holder": CHIEFS,
    "auditor": {"auditor"},
    "accounts": ADMINS,
    "calendar": {"sysadmin"},
    "gateways": {"sysadmin"} | {who for who in ADMINS if who.endswith(".admin")},
    "cases:read referrals:answer referrals:read stops:pull tasks:read": READERS,
    "operation": {"sysadmin"},
    "control rules": {"sysadmin", "centre.coordinator"},
    "centre": CENTRE,
    "coordinator": {"centre.coordinator"},
    "machine accounts": {"secadmin"},
    "systems": {"secadmin", "customs.admin"},
    "staff, centre or a machine": READERS,
    "controls:check": EVERYBODY,
    "leads:write": STAFF,
    "leads:read": READERS,
    "stops:pull": READERS,
    **dict.fromkeys(("cases:read", "papers:file", "tasks:read", "tasks:answer"), READERS),
    **dict.fromkeys(("referrals:read", "referrals:receive", "referrals:answer"), READERS),
    "referrals:answer referrals:receive": READERS,
    "bureau of the commerce ministry": COMMERCE,
    "screening:check": READERS,
    "reference:read": EVERYBODY,
    "figures:read": CENTRE | CHIEFS,
    "events:read": set(),
    "keepers of lists": CHIEFS | {"centre.coordinator"},
    "staff, centre or administrator": READERS | ADMINS,
    "customs query desk": CUSTOMS,
    "licences": CUSTOMS | COMMERCE | ASB,
    "licence table": COMMERCE & CHIEFS,
    "keeper of risk rules": CHIEFS | {"centre.coordinator"},
}

# Who sees the objects of the stage: the case belongs to customs, is shared fully with commerce and as status with the
# police; its transfer to the anti-smuggling bureau is delivered (envelope), with a copy to the procuratorate.
SEES = {
    "lead": CUSTOMS | CENTRE,
    "case": CUSTOMS | COMMERCE | POLICE | CENTRE,
    "proceeding": CUSTOMS | COMMERCE | POLICE | CENTRE,
    "decision": CUSTOMS | CENTRE,
    "suspect": ASB | CENTRE,
    "measure": ASB | CENTRE,
    "property-measure": CUSTOMS | CENTRE,
    "referral": CUSTOMS | ASB | CENTRE | {"procurator"},
    "lot": CUSTOMS | COMMERCE | CENTRE,
    "task": CUSTOMS | COMMERCE | CENTRE,
    "note": CUSTOMS,
    "instruction": CUSTOMS | ASB | CENTRE,
    "rule-set": CUSTOMS,
    "import": CUSTOMS,
    "campaign": CUSTOMS | COMMERCE | CENTRE,
    "major-case": CUSTOMS | COMMERCE | CENTRE,
    "listing": READERS,
    "exporter": COMMERCE | CENTRE,
    "stop": CUSTOMS | COMMERCE | CENTRE,
    "match": CUSTOMS | COMMERCE | CENTRE,
    "end-use-finding": CUSTOMS | COMMERCE | CENTRE,
    "exporter-letter": COMMERCE | CENTRE,
    "circular": COMMERCE | CENTRE,
    "release": {"antismuggling.lead", "antismuggling.head", "antismuggling.deputy"},
    "customs-query": CUSTOMS | COMMERCE | CENTRE,
    "identification": CUSTOMS | COMMERCE | CENTRE,
    "licence": CUSTOMS | COMMERCE | ASB,
    "questionnaire": COMMERCE | CENTRE,
    "review": COMMERCE | CENTRE,
    "inspection": COMMERCE | CENTRE,
    "certificate": COMMERCE | CENTRE,
    "risk-rule": COMMERCE | CENTRE,
    "risk-finding": CUSTOMS | COMMERCE | CENTRE,
    "rule-change": {"sysadmin", "centre.coordinator"},
    "opinion-round": CUSTOMS | COMMERCE | CENTRE,
    "opinion": CUSTOMS | COMMERCE | CENTRE,
    "conference": CUSTOMS | COMMERCE | CENTRE,
    "machine": {"secadmin", "customs.admin"},
    "gateway": {"sysadmin", "customs.admin"},
    "system": {"secadmin", "customs.admin"},
    "webhook": {"secadmin", "customs.admin"},
    "proxy": CUSTOMS | COMMERCE,
    "correction": CUSTOMS,
    "confirmation": {"customs.admin", "customs.lead", "customs.head"},
    "clock": CUSTOMS | COMMERCE | POLICE | CENTRE,
    "incoming": CUSTOMS | COMMERCE | CENTRE,
    "file": CUSTOMS | COMMERCE | CENTRE,
    "paper": CUSTOMS | ASB | CENTRE,
    "run": {"sysadmin", "auditor"},
    "saved-view": CUSTOMS,
    "duty": CUSTOMS | CENTRE | {"customs.admin"},
    "absence": CUSTOMS | CENTRE | {"customs.admin"},
    "shift-note": CUSTOMS | {"customs.admin"},
    "bulletin": READERS,
    "typical-case": READERS,
    "reminder": COMMERCE | CENTRE,
    "confidential-letter": {"customs.officer", "customs.head", "procurator"},
    "read-alert": {"auditor"},
    "threshold": {"customs.lead"},
}


@story
def before_export(cast, case):
    return {
        "stop": stories.stop(cast, matter=case),
        "match": stories.match(cast, matter=case),
        "end-use-finding": stories.end_use(cast, matter=case),
        "customs-query": stories.query_on_case(cast, "ISSUED", case),
        "identification": stories.identification(cast, matter=case),
        "licence": stories.licence(cast),
        "risk-rule": stories.risk_rule(cast, by="commerce.lead"),
        "risk-finding": stories.risk_finding(cast, matter=case),
    }


def connected(agency):
    """A system of the agency, and a package that came from it through a gateway."""
    system = create_key("RISK", agency, ["leads:write"], actor=SYSTEM).key.client
    gateway = Gateway.objects.create(client=system, public_key="-")
    package = gateway.packages.create(sequence=1, sha256="0" * 64, received_at=times.now())
    return {"machine": system, "system": system, "gateway": package}


@story
def prevention(cast):
    """What the commerce bureau does before goods leave, at one exporter."""
    release = stories.release(cast)
    review = stories.review(cast)
    return {
        "exporter": review.exporter,
        "exporter-letter": release.letter,
        "circular": stories.circular(cast, to=[review.exporter]),
        "release": release,
        "review": review,
        "questionnaire": review.questionnaire,
        "inspection": stories.inspection(cast, at=review.exporter),
        "certificate": stories.certificate(cast, at=review.exporter),
    }


@story
def stage(cast):
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="joint campaign")
    case = Case.objects.get(pk=case.pk)
    proceeding = stories.proceeding(cast, "INVESTIGATE", case)
    suspect = stories.suspect(cast)
    return {
        "lead": stories.lead(cast),
        "case": case,
        "proceeding": proceeding,
        "decision": stories.decision(cast, proceeding),
        "suspect": suspect,
        "measure": stories.measure(cast, suspect),
        "property-measure": stories.property_measure(cast, proceeding),
        "referral": stories.transfer(cast, "DELIVERED", case),
        "lot": stories.lot(cast, case),
        "task": stories.task(cast, matter=case),
        "note": stories.note(cast, matter=case),
        "conference": stories.conference(cast, matter=case),
        "opinion-round": stories.opinion_round(cast, case),
        "opinion": stories.agency_opinion(cast, "WITH_LEAD", case),
        "instruction": stories.instruction(cast, "RECEIVED", matter=case),
        **{"rule-set": stories.rule_set(cast), "import": stories.uploaded_import(cast)},
        "campaign": stories.campaign(cast),
        "major-case": stories.major_case(cast, matter=case),
        "listing": stories.listing(cast),
        **before_export(cast, case),
        **prevention(cast),
        "rule-change": stories.rule_change(cast),
        **{"threshold": stories.threshold(cast), "saved-view": stories.saved_view(cast)},
        "reminder": stories.reminder(cast, about=stories.late_task(cast, matter=case)),
        "bulletin": stories.bulletin(cast, "ISSUED"),
        "typical-case": stories.typical_case(cast, "PUBLISHED"),
        "clock": Clock.objects.about(proceeding).get(),
        "incoming": stories.incoming(cast, "SHARED", case),
        "file": stories.attachment(cast, "case", case),
        "proxy": stories.recorded_step(cast),
        "correction": stories.correction(cast),
        "confirmation": stories.declared(cast),
        "paper": stories.paper(cast, "ISSUED", stories.transfer(cast, "ACCEPTED")),
        "confidential-letter": stories.confidential(cast, matter=case),
        "account": cast.user("customs.officer"),
        "run": start_run("recount", actor=cast["sysadmin"], given={"first": "2027-01-01"}),
        **stories.roster(cast),
        "read-alert": stories.read_alert(cast),
        "webhook": register_webhook(
            Agency.objects.get(code="GACC"), "https://bell.example/", actor=cast["customs.admin"]
        ),
        **connected(case.lead),
    }


@story
def restricted(cast):
    """A restricted case without shares: not even the centre reads it."""
    case = stories.case(cast, handling="H3")
    lead = stories.lead(cast, handling_code="H3")
    return {"case": case, "proceeding": stories.proceeding(cast, matter=case), "lead": Lead.objects.get(pk=lead.pk)}


@story
def former(cast):
    """A case that commerce once shared."""
    case = stories.shared_case(cast)
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    return {"case": Case.objects.get(pk=case.pk), "proceeding": stories.proceeding(cast, matter=case)}


def test_every_route_declares_a_policy_that_is_written_here():
    undeclared = [route.pattern for route in every_route() if route.permission not in PASSES]
    assert undeclared == []


def test_every_route_has_a_name_of_its_own():
    names = [route.name for route in every_route()]
    assert "" not in names
    assert len(names) == len(set(names))


# Routes with conditions beyond the policy; they are covered by their own tests.
BEYOND = {name for name in (r.name for r in every_route()) if name.startswith(("account", "duty_"))} | {
    *(
        "drafts",
        "verb",
        "journal_stream",
        "paper_pdf",
        "bulletin_pdf",
        "file_preview",
        "signed_copy",
        "api-papers-signed-one",
        *("package_file", "package_file_content", "package_file_preview", "api-referrals-files-one"),
        *("report_file", "api-leads-files-one"),
        "run_file",
        "run_result",
    ),
    # Names are completed for readers of the contents, and not for the police, who see the status (test_mentions).
    "api-cases-mentions",
    "api-cases-tasks",
    *(
        "rule_set_import",
        "listings_import",
        "rule_set_dry_run",
        "risk_rule_dry_run",
        "api-risk-rules-dry-run",
        "playbook_difference",
        "priority",
        "tasks_import",
    ),
    # Only while it is answered, assessed or under way.
    *("review_answers", "review_findings", "inspection_findings"),
    # Of a key of the system, and of those who may request one (tests/agencies/machines, test_keys of confirmations).
    *("key_new", "key_limits", "key_take", "machine_key", "machine_key_revoke"),
    # Of a list by its name, and of metrics that are asked for.
    *("api-reference-one", "api-figures"),
    *("training", "training_reset", "api-cases-screening", "sign_in_declared", "beside_named"),
}
GOOD = {200, 302, 405}


def may_knock(route, who):
    if "v1/confirmations/" in route.pattern and route.permission == "referrals:answer":
        return who in READERS | ADMINS  # the same scope; of the people, administrators confirm too
    return who in PASSES[route.permission]


def test_every_policy_admits_exactly_its_people(cast):
    """Each route with each person, decided by the policy itself; the rows below test it again over HTTP."""
    wrong = [
        (route.name, who)
        for route in every_route()
        for who in EVERYBODY
        if permission_of(route.view).allows(cast[who]) != may_knock(route, who)
    ]
    assert wrong == []


@pytest.mark.slow
def test_every_queryset_contains_exactly_what_its_reader_sees(cast):
    """Each object of the stage with each person, decided by `visible_to`."""
    things, decided, wrong = stage(cast), set(), []
    for resource, readers in SEES.items():
        rows = type(things[resource]).objects.filter(pk=things[resource].pk)
        if not hasattr(rows, "visible_to"):
            continue
        decided.add(resource)
        # A policy may refuse before any row is queried.
        knocking = {who for who in EVERYBODY if any(may_knock(r, who) for r in every_route() if r.resource == resource)}
        wrong += [
            (resource, who) for who in sorted(knocking) if rows.visible_to(cast[who]).exists() != (who in readers)
        ]
    assert {"case", "lead", "referral", "task", "proceeding", "confidential-letter"} <= decided
    assert wrong == []


@contextmanager
def without_pages():
    """Only the status matters, so pages are not rendered and no PDF is drawn, which would cost more than the decision."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "pdf_from", not_drawn)
        patch.setattr("django.template.backends.django.Template.render", lambda *given, **named: "")
        yield


@contextmanager
def rolled_back():
    """A transaction that is rolled back, so that cells do not affect each other."""
    with atomic():
        yield
        transaction.set_rollback(True)


def sampled_over_http(n, route):
    """One of the people who see the n-th route, and one of the others."""
    seeing = [who for who in sorted(EVERYBODY) if may_knock(route, who) and sees(route, who)]
    others = sorted(EVERYBODY - set(seeing))
    return {group[n % len(group)] for group in (seeing, others) if group}


def sees(route, who):
    return not route.resource or route.resource == "account" or who in SEES[route.resource]


@pytest.mark.slow
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_access_by_route_and_method(cast, who):
    """Every cell is decided by the view itself. For a sample, the answer over HTTP must be the same."""
    things = stage(cast)
    person, client = InProcess(cast.user(who), cast[who]), cast.browser(who)
    before = Event.objects.count()
    for n, route in enumerate(every_route()):
        if route.permission == "public":
            continue
        is_sampled_over_http = who in sampled_over_http(n, route)
        for method in ("get", "post") if route.is_api else ("get", "post", "delete"):
            body = {"data": "{}", "content_type": "application/json"} if method == "post" and route.is_api else {}
            is_page = method == "get" and sees(route, who) and may_knock(route, who)
            with rolled_back(), nullcontext() if is_page else without_pages():
                status, events = person.ask(route, method, things, **body).status_code, Event.objects.count()
            shown = (route.name, method, who, status)
            assert status < 500, shown
            if not may_knock(route, who):
                assert status == 403, shown
            elif not sees(route, who) and status != 405:
                assert status == 404, shown
            elif sees(route, who) and method == "get" and route.name not in BEYOND:
                assert status in GOOD, shown
            if status >= 400:
                assert events == before, shown
            if is_sampled_over_http:
                with rolled_back(), without_pages():
                    response = getattr(client, method)(route.url(things), **body)
                    assert response.status_code == status, shown
                    assert status < 400 or Event.objects.count() == before, shown


@pytest.mark.slow
@pytest.mark.parametrize("state", ["ASKED", "TAKEN"])
def test_open_cases_are_imported_and_undone_by_chiefs_of_their_agency_alone(cast, state):
    """Every account with the list, the pages of the import and of its actions, and the page of the confirmation."""
    made = stories.open_case_import(cast, state)
    imported, confirmation = Import.objects.get(), made if state == "ASKED" else None
    chiefs = {"customs.lead", "customs.head"}
    pages = [
        reverse("import", args=[imported.pk]),
        reverse("import_columns", args=[imported.pk]),
        reverse("import_rows", args=[imported.pk, "csv"]),
        *(reverse("verb", args=["imports", imported.pk, verb]) for verb in IMPORT.transitions),
        f"/api/v1/imports/{imported.pk}/",
    ]
    for who in sorted(EVERYBODY):
        person = cast.browser(who)
        listed = person.get("/imports/")
        assert listed.status_code == (200 if who in STAFF | {"centre.coordinator"} else 403), who
        assert (str(imported.pk) in listed.text) == (who in chiefs), who
        assert (person.get(pages[0]).status_code == 200) == (who in chiefs), who
        for url in pages:
            for method in (person.get, person.post):
                with rolled_back(), without_pages():
                    status = method(url).status_code
                assert status < 500, (who, url, status)
                assert who in chiefs or status in (403, 404, 405), (who, url, status)
        if confirmation is not None:
            seen = person.get(f"/confirmations/{confirmation.pk}/").status_code == 200
            with rolled_back():
                confirm = reverse("verb", args=["confirmations", confirmation.pk, "confirm"])
                person.post(confirm, {"version": confirmation.version})
                moved = Import.objects.get().state == "TAKING"
            assert (seen, moved) == (who in chiefs, who == "customs.head"), who


@pytest.mark.slow
@pytest.mark.parametrize("who", sorted(READERS - CUSTOMS))
@pytest.mark.parametrize("make", [restricted, former])
def test_restricted_and_former_cases_answer_as_if_they_were_not_there(cast, who, make):
    things = make(cast)
    person = InProcess(cast.user(who), cast[who])
    hidden = make is restricted or who in COMMERCE | POLICE | ASB | {"procurator"}
    for route in every_route():
        if route.resource not in things or not may_knock(route, who):
            continue
        with rolled_back():
            status = person.ask(route, "get", things).status_code
        expected = {404, 405} if hidden else GOOD | {403}
        assert status in expected, (route.name, who, status)


@pytest.mark.slow
def test_a_stranger_is_sent_to_sign_in_and_an_unknown_machine_is_refused(cast):
    things = stage(cast)
    client = Client()
    for route in every_route():
        if route.permission == "public":
            continue
        response = client.get(route.url(things))
        if route.is_api:
            assert response.status_code == 401, route.name
        else:
            assert response.status_code == 302, route.name
            assert response["Location"].startswith("/login/"), route.name


@pytest.mark.slow
def test_an_invisible_thing_answers_like_one_that_never_was(cast):
    """Same status, same bytes: neither page nor API distinguishes a hidden id from an unknown one."""
    things, client = stage(cast), cast.browser("procurator")
    for route in every_route():
        if route.resource not in ("case", "lead", "task", "proceeding") or not may_knock(route, "procurator"):
            continue
        url = route.url(things)
        pk = str(things[route.resource].pk)
        invented = url.replace(pk, "00000000-0000-4000-8000-000000000000")
        hidden, never = client.get(url), client.get(invented)
        assert hidden.status_code == never.status_code, route.name
        assert plain(hidden, pk) == plain(never, "00000000-0000-4000-8000-000000000000"), route.name


def plain(response, pk):
    """Without differences between any two requests: trace id and form tokens."""
    text = response.content.decode().replace(response["X-Trace-Id"], "TRACE").replace(pk, "ID")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
