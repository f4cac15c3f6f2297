"""Recording an incoming paper, on the page and by the API."""

import hashlib
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from cases.papers.actions import add_paper
from cases.papers.choices import incoming_papers
from cases.papers.models import IncomingPaper
from tests import stories


def picture(form, size=(8, 8)):
    drawn = BytesIO()
    Image.new("1", size).save(drawn, form)
    return drawn.getvalue()


PNG, JPEG = picture("PNG"), picture("JPEG")
ANSWERS = {"agency": "SPP", "number": "检函〔2026〕7号", "dated": "2026-01-05", "title": "Opinion on the evidence"}


def upload(name, content):
    return SimpleUploadedFile(name, content, "application/octet-stream")


def test_an_officer_records_a_paper_of_an_agency_that_does_not_sign_in(cast):
    case = stories.case(cast)
    browser = cast.browser("customs.officer")
    page = browser.get(reverse("verb", args=["cases", case.pk, "add_paper"])).content.decode()
    assert 'enctype="multipart/form-data"' in page
    answer = browser.post(
        reverse("verb", args=["cases", case.pk, "add_paper"]), {**ANSWERS, "file": stories.scan("the words")}
    )
    paper = IncomingPaper.objects.get()
    assert answer["Location"] == reverse("incoming", args=[paper.pk])
    assert (paper.agency.code, paper.keeper.code, paper.state) == ("SPP", "GACC", "KEPT")
    content = stories.scan("the words").read()
    assert (paper.sha256, paper.size) == (hashlib.sha256(content).hexdigest(), len(content))
    event = Event.objects.get(object_kind="incoming")
    assert (event.verb, event.visibility) == ("add_paper", "own")
    assert event.note.data["sha256"] == paper.sha256


def test_the_file_has_a_random_name_and_private_permissions(cast):
    paper = stories.incoming(cast)
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", paper.file.name)
    path = Path(paper.file.path)
    assert path.is_relative_to(settings.DATA_DIR / "papers")
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (None, "application/pdf")]
)
def test_the_type_of_a_file_depends_on_its_content(cast, content, media_type):
    file = stories.scan() if content is None else upload("whatever.exe", content)
    assert stories.incoming(cast, file=file).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("scan.pdf", b"<html><script>alert(1)</script></html>", "media_type"),
        ("scan.pdf", b"%PDF-1.4\ncut off in the middle", "media_type"),
        ("scan.png", PNG[:-4], "media_type"),
        ("scan.jpg", JPEG[:-2], "media_type"),
        ("scan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "media_type"),
        ("scan.pdf", b"MZ%PDF-1.4\n%%EOF", "media_type"),
    ],
)
def test_an_incomplete_or_unsupported_file_is_refused(cast, name, content, code):
    with pytest.raises(Invalid) as no:
        stories.incoming(cast, file=upload(name, content))
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", code)]
    assert not IncomingPaper.objects.exists()


def test_a_file_above_the_limit_is_refused_with_the_limit_and_a_request_far_above_it_not_read(cast, settings):
    settings.PAPER_MAX_BYTES = 10
    with pytest.raises(Invalid, match="larger than 10"):
        stories.incoming(cast)
    case, browser = stories.case(cast), cast.browser("customs.officer")
    big = {**ANSWERS, "file": stories.scan("x" * 2 * 1024 * 1024)}
    assert browser.post(reverse("verb", args=["cases", case.pk, "add_paper"]), big).status_code == 413
    big["file"].seek(0)
    assert browser.post(f"/api/v1/cases/{case.pk}/add_paper/", big).status_code == 413


def test_the_same_paper_is_recorded_once_and_another_scan_of_it_again(cast):
    case = stories.case(cast)
    stories.incoming(cast, matter=case, number="N 1")
    with pytest.raises(TransitionRefused, match="already recorded"):
        stories.incoming(cast, matter=case, number="N 1")
    stories.incoming(cast, matter=case, number="N 1", file=stories.scan("page two as well"))
    stories.incoming(cast, number="N 1")
    assert IncomingPaper.objects.count() == 3


def test_a_paper_recorded_by_another_agency_is_not_disclosed(cast):
    case = stories.shared_case(cast)
    stories.incoming(cast, matter=case, number="N 1")
    add_paper(
        case, actor=cast["commerce.officer"], agency="SPP", number="N 1", title="The same",
        dated=IncomingPaper.objects.get().dated, file=stories.scan(),
    )  # fmt: skip
    assert IncomingPaper.objects.count() == 2


def test_a_date_in_the_future_is_refused(cast):
    answer = cast.browser("customs.officer").post(
        reverse("verb", args=["cases", stories.case(cast).pk, "add_paper"]),
        {**ANSWERS, "dated": "2199-01-05", "file": stories.scan()},
    )
    assert answer.status_code == 400
    assert "This date is in the future" in answer.content.decode()


def test_two_scans_from_one_form_are_two_papers_and_a_repeated_one_is_one(cast):
    url = reverse("verb", args=["cases", stories.case(cast).pk, "add_paper"])
    browser, values = cast.browser("customs.officer"), {**ANSWERS, "sheet": "s" * 32}
    for words in ("first", "first", "second"):
        assert browser.post(url, {**values, "file": stories.scan(words)}).status_code == 302
    assert IncomingPaper.objects.count() == 2


def test_a_machine_sends_a_form_with_the_file(cast):
    case = stories.case(cast)
    answer = cast.browser("customs.officer").post(
        f"/api/v1/cases/{case.pk}/add_paper/", {**ANSWERS, "shared": "true", "file": stories.scan()}
    )
    assert answer.status_code == 201, answer.content
    made = answer.json()["created"]
    assert made["resource"] == "incoming"
    data = cast.browser("customs.officer").get(made["url"]).json()
    assert (data["state"], data["number"], data["agency"]["code"]) == ("SHARED", ANSWERS["number"], "SPP")
    scan = cast.browser("customs.officer").get(data["links"]["file"])
    assert scan.content == stories.scan().read()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"file": ""}, "/file"),
        ({"shared": "perhaps"}, "/shared"),
        ({"version": "x"}, "/version"),
        ({"agency": "NOBODY"}, "/agency"),
        ({"stamp": "red"}, "/stamp"),
    ],
)
def test_invalid_input_is_refused_field_by_field(cast, changes, pointer):
    values = {**ANSWERS, "file": stories.scan(), **changes}
    answer = cast.browser("customs.officer").post(f"/api/v1/cases/{stories.case(cast).pk}/add_paper/", values)
    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_a_file_in_an_unknown_field_and_json_where_a_file_is_required_are_refused(cast):
    values = {**ANSWERS, "file": stories.scan(), "annex": stories.scan("annex")}
    answer = cast.browser("customs.officer").post(f"/api/v1/cases/{stories.case(cast).pk}/add_paper/", values)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/annex"]
    answer = cast.browser("customs.officer").post(
        f"/api/v1/cases/{stories.case(cast).pk}/add_paper/", ANSWERS, content_type="application/json"
    )
    assert answer.status_code == 415


def test_an_agency_with_a_status_share_records_no_paper(cast):
    case = stories.shared_case(cast, profile="status")
    with pytest.raises(Forbidden):
        add_paper(
            case, actor=cast["commerce.officer"], agency="SPP", number="1", title="T",
            dated=case.opened_at.date(), file=stories.scan(),
        )  # fmt: skip


def test_a_paper_field_offers_papers_recorded_by_the_own_agency(cast):
    case = stories.shared_case(cast)
    own = stories.incoming(cast, matter=case)
    stories.incoming(cast, "SHARED", matter=case)
    stories.incoming(cast, "WITHDRAWN", matter=case)
    stories.incoming(cast)
    line = stories.decision(cast, stories.proceeding(cast, "INVESTIGATE", case))
    for thing in (case, line, line.proceeding):
        offered = incoming_papers(thing, cast["customs.lead"])
        assert len(offered) == 2
        assert (str(own.pk), f"最高人民检察院 {own.number} ({own.dated}) {own.title}") in [
            (pk, words.replace("Supreme People's Procuratorate", "最高人民检察院")) for pk, words in offered
        ]
        assert incoming_papers(thing, cast["commerce.officer"]) == []
