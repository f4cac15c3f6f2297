"""The report of a case: chosen parts, by the sight of the reader, marked on each page, and in the read log."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.casefile.models import Case
from cases.sharing.actions import share_case
from coordination.documents import pdf
from coordination.insight.audit.route_titles import PAGES
from coordination.insight.read_log.jobs import take_in
from coordination.insight.read_log.models import ReadRecord
from coordination.workspace.case_report import PARTS, parts_for
from tests import stories

needs_weasyprint = pytest.mark.skipif(bool(pdf.missing()), reason=f"needs {', '.join(pdf.missing())}")
OF_THE_STATUS = ["brief", "responsible", "tasks"]


def printed(cast, who, case, language="en", **params):
    return cast.browser(who, language).get(reverse("case_report_print", args=[case.pk]), params)


@pytest.fixture
def of_status(cast):
    """A case of which the police see the status only."""
    case = stories.shared_case(cast)
    stories.incoming(cast, matter=case)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    return Case.objects.get(pk=case.pk)


def test_the_reader_chooses_the_parts(cast):
    case = stories.shared_case(cast)
    whole = printed(cast, "customs.officer", case).content.decode()
    some = printed(cast, "customs.officer", case, parts=["facts", "access"]).content.decode()
    assert whole.count("<section>") == len(PARTS)
    assert some.count("<section>") == 2
    assert case.parties.get().name in some
    assert "opened the case" in whole
    assert "opened the case" not in some
    assert printed(cast, "customs.officer", case, parts="facts,access").content.decode().count("<section>") == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_bears_handling_code_number_reader_and_time(cast, language):
    case = stories.case(cast, handling="H2")
    text = printed(cast, "customs.officer", case, language).content.decode()
    mark = text.split('class="mark"')[1].split("</p>")[0]
    person = cast.user("customs.officer")
    name = person.name_zh if language == "zh-hans" else person.name_en
    assert case.number in mark
    assert "H2" in mark
    assert name in mark
    assert "<time>" in mark


@pytest.mark.slow
def test_a_reader_of_the_status_gets_no_more_than_their_page(cast, of_status):
    assert [part.key for part in parts_for(of_status, cast["police.officer"])] == OF_THE_STATUS
    text = printed(cast, "police.officer", of_status).content.decode()
    for hidden in (of_status.parties.get().name, of_status.items.get().description, "Opinion on the evidence"):
        assert hidden not in text, hidden
    for part in PARTS:
        answer = printed(cast, "police.officer", of_status, parts=part.key)
        assert answer.status_code == (200 if part.key in OF_THE_STATUS else 400), part.key


def test_others_do_not_learn_that_the_case_exists(cast):
    case = stories.case(cast)
    for route in ("case_report", "case_report_print", "case_report_pdf"):
        assert cast.browser("commerce.officer").get(reverse(route, args=[case.pk])).status_code == 404


def test_the_form_offers_what_the_reader_may_take_and_says_if_there_is_no_pdf(cast, of_status, monkeypatch):
    form = cast.browser("police.officer").get(reverse("case_report", args=[of_status.pk])).content.decode()
    assert form.count('name="parts"') == len(OF_THE_STATUS)
    monkeypatch.setattr(pdf, "_missing", lambda: (pdf.NO_WEASYPRINT,))
    form = cast.browser("customs.officer").get(reverse("case_report", args=[of_status.pk])).content.decode()
    assert "This server cannot create PDF files." in form
    assert reverse("case_report_pdf", args=[of_status.pk]) not in form
    assert cast.browser("customs.officer").get(reverse("case_report_pdf", args=[of_status.pk])).status_code == 409


def test_the_read_log_records_the_export(cast):
    case = stories.case(cast)
    printed(cast, "customs.officer", case)
    take_in()
    row = ReadRecord.objects.filter(route="case_report_print", object_id=case.pk).latest("at")
    assert row.actor_id == cast["customs.officer"].id
    assert str(PAGES["case_report_print"]) == "Export of a case report"


@pytest.mark.slow
@needs_weasyprint
def test_the_pdf_bears_the_mark_and_the_api_gives_the_same(cast):
    case = stories.case(cast)
    page = cast.browser("customs.officer").get(reverse("case_report_pdf", args=[case.pk]), {"parts": "facts"})
    assert page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF-")
    assert case.number in page["Content-Disposition"]
    answer = cast.browser("customs.officer").get(f"/api/v1/cases/{case.pk}/report/?parts=facts")
    assert answer["Content-Type"] == "application/pdf"
    assert cast.browser("customs.officer").get(f"/api/v1/cases/{case.pk}/report/?parts=x").status_code == 400


@pytest.mark.slow
def test_the_queries_do_not_grow_with_the_rows(cast):
    case = stories.shared_case(cast)
    costs = []
    for _ in range(2):
        browser = cast.browser("customs.officer")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("case_report_print", args=[case.pk])).status_code == 200
        costs.append(len(queries))
        for number in range(6):
            case.parties.create(name=f"Party {number}", role="exporter")
            case.items.create(description="antimony")
            stories.task(cast, matter=case)
    assert costs[1] - costs[0] <= 2
