"""An import as its people see it: upload, columns, progress, results and files, on pages and in the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.tables import csv_file, xlsx_file
from agencies.kernel.uploads import Verdict
from cases.intake.models import Lead
from coordination.automation.imports.models import Import
from tests import stories
from tests.costs import MORE, queries_of
from tests.workbooks import read_back

OFFICER = "customs.officer"
NEW = "/imports/new/"


def sent(cast, rows, who=OFFICER, **given):
    file = SimpleUploadedFile("register.csv", csv_file(rows))
    data = {"kind": "leads", "source": "entered by hand", "file": file, **given}
    return cast.browser(who).post(NEW, data)


def answers_of(form):
    """What a browser sends of a form as it is shown."""
    return {bound.html_name: bound.value() or "" for bound in form}


@pytest.mark.slow
def test_a_table_goes_in_through_its_pages(cast):
    browser = cast.browser(OFFICER)
    answer = sent(cast, [stories.HEADINGS, stories.lead_line(1), stories.lead_line(2, 标题="")])
    assert answer.status_code == 302, answer.content.decode()
    made = Import.objects.get()
    assert made.source == "manual"
    page = browser.get(answer.url)
    assert page.context["form"]["leads.party_name"].value() == "涉嫌方名称"
    answer = browser.post(answer.url, answers_of(page.context["form"]))
    assert answer.status_code == 302, answer.content.decode()
    running = browser.get(answer.url).content.decode()
    assert "data-open" in running
    assert "refresh.js" in running
    stories.work_off()
    text = browser.get(answer.url).content.decode()
    assert "data-open" not in text
    assert reverse("verb", args=["imports", made.pk, "take"]) in text
    refused = browser.get(answer.url, {"result": "refused"})
    assert [one.row.line for one in refused.context["rows"]] == [3]
    assert "标题" in refused.context["rows"][0].problems[0]
    take = browser.post(reverse("verb", args=["imports", made.pk, "take"]), {"version": 3})
    assert take.status_code == 302, take.content.decode()
    stories.work_off()
    lead = Lead.objects.get()
    assert reverse("lead", args=[lead.pk]) in browser.get(answer.url).content.decode()
    assert "register.csv" in browser.get("/imports/").content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "MOFCOM"}, "source"),
        ({"source": ""}, "source"),
        ({"file": SimpleUploadedFile("t.csv", b"a,a\n1,2\n")}, "file"),
        ({"file": SimpleUploadedFile("t.csv", b"")}, "file"),
        ({"kind": "nothing"}, "kind"),
    ],
)
def test_an_upload_that_is_refused_names_its_field_and_stores_nothing(cast, given, field):
    answer = sent(cast, [stories.HEADINGS, stories.lead_line(1)], **given)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Import.objects.exists()


def test_each_kind_asks_for_what_it_needs(cast):
    """Leads need a source of the agency; open cases are those of the case register."""
    leads = cast.browser("customs.lead").get(NEW).context["form"]
    assert leads.fields["source"].required
    page = cast.browser("customs.lead").get(NEW, {"kind": "open_cases"})
    assert "source" not in page.context["form"].fields
    assert "Number of the proceeding" in page.text
    missing = sent(cast, [stories.HEADINGS, stories.lead_line(1)], who="customs.lead", source="")
    assert missing.context["form"].errors["source"] == ["Name the register or channel from which the rows come."]
    officer = cast.browser(OFFICER).get(NEW, {"kind": "open_cases"})
    assert officer.context["form"].chosen.code == "leads"


def test_a_result_that_does_not_exist_is_no_file(cast):
    made = stories.import_story(cast)
    answer = cast.browser(OFFICER).post(reverse("import_rows", args=[made.pk, "csv"]), {"result": "new\nX: y"})
    assert answer.status_code == 404
    assert not Event.objects.filter(verb="export_rows").exists()


def test_a_mapping_that_is_refused_stays_as_it_was_entered(cast):
    answer = sent(cast, [["编号", "何事"], ["1", "镓"]])
    data = {"leads.source_ref": "编号", "leads.title": "何事", "leads.report_type": "何事", "version": 1}
    page = cast.browser(OFFICER).post(answer.url, data)
    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["leads.title"]
    assert page.context["form"]["leads.report_type"].value() == "何事"
    assert Import.objects.get().state == "UPLOADED"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_results_are_a_file_in_the_readers_language(cast, form):
    made = stories.import_story(cast, rows=[stories.lead_line(1), stories.lead_line(2, 标题="")])
    answer = cast.browser(OFFICER, "zh-hans").post(reverse("import_rows", args=[made.pk, form]), {"result": "refused"})
    rows = read_back(answer.content) if form == "xlsx" else stories.rows_of_file(answer.content)
    assert answer["Cache-Control"] == "private, no-store"
    assert len(rows) == (2 if form == "xlsx" else 1)
    assert Event.objects.get(verb="export_rows").object_id == made.pk
    assert cast.browser(OFFICER).get(reverse("import_rows", args=[made.pk, form])).status_code == 405


@pytest.mark.slow
def test_the_empty_table_can_be_filled_in_and_sent(cast):
    for language in ("en", "zh-hans"):
        content = cast.browser(OFFICER, language).get(NEW, {"template": "leads"}).content
        [headings, _example] = read_back(content)
        assert None not in headings
    assert cast.browser(OFFICER).get(NEW, {"template": "nothing"}).status_code == 404
    file = SimpleUploadedFile("t.xlsx", content)
    answer = cast.browser(OFFICER).post(NEW, {"kind": "leads", "source": "hotline", "file": file})
    assert answer.status_code == 302, "the example is a row"
    assert len(Import.objects.get().mapping["leads"]) == len(headings)


@pytest.mark.slow
def test_a_page_of_many_rows_asks_as_much_as_one_of_few(cast):
    few = stories.import_story(cast)
    many = stories.import_story(cast, rows=[stories.lead_line(n) for n in range(60)])
    browser = cast.browser(OFFICER)
    before = queries_of(browser, f"/imports/{few.pk}/")
    assert queries_of(browser, f"/imports/{many.pk}/") <= before + MORE


def test_the_api_lists_imports_and_performs_their_actions(cast):
    made = stories.import_story(cast, "CHECKED")
    browser = cast.browser(OFFICER)
    [row] = browser.get("/api/v1/imports/").json()["results"]
    assert (row["kind"], row["state"], row["total"], row["found"]) == ("leads", "CHECKED", 2, {"checked": {"new": 2}})
    detail = browser.get(f"/api/v1/imports/{made.pk}/")
    assert detail.json()["mapping"]["leads"]["title"] == "标题"
    headers = {"If-Match": detail["ETag"], "Idempotency-Key": "take"}
    answer = browser.post(f"/api/v1/imports/{made.pk}/take/", {}, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    stories.work_off()
    assert browser.get(f"/api/v1/imports/{made.pk}/").json()["state"] == "TAKEN"
    assert cast.browser("commerce.officer").get(f"/api/v1/imports/{made.pk}/").status_code == 404


def test_the_coordinator_imports_leads_of_the_centre(cast):
    made = stories.import_story(cast, who="centre.coordinator")
    assert made.state == "TAKEN", made.run.why_stopped
    assert set(Lead.objects.values_list("agency__code", flat=True)) == {cast["centre.coordinator"].agency_code}


def test_a_table_that_is_malware_is_not_read(cast, monkeypatch):

    def found(file, actor):
        file.verdict = Verdict(code="malware", detail="This file contains malware.")

    monkeypatch.setattr("coordination.config.upload_scanning.scan", found)
    answer = sent(cast, [stories.HEADINGS, stories.lead_line(1)])
    assert list(answer.context["form"].errors) == ["file"]


def test_a_workbook_goes_in_as_a_csv_file_does(cast):
    content = xlsx_file("线索", [stories.HEADINGS, stories.lead_line(1)])
    answer = sent(cast, [], file=SimpleUploadedFile("r.xlsx", content))
    assert answer.status_code == 302, answer.content.decode()
    assert Import.objects.get().encoding == "xlsx"
