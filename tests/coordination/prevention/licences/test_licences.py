"""Licences: the commerce bureau imports their table, and a declaration that names one is checked."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.tables import xlsx_file
from coordination.insight.search.actions import index_changed
from coordination.prevention.licences.actions import import_licences
from coordination.prevention.licences.checking import DeclaredUse, check_licence
from coordination.prevention.licences.models import Licence, LicenceFile
from coordination.prevention.licences.spreadsheet import (
    changes,
    changes_digest,
    read_rows,
    row_of,
    write_rows,
)
from tests import stories
from tests.refusals import refused_for
from tests.stories.licences import ROW, table

LEAD, COMMERCE, CUSTOMS, POLICE = "commerce.lead", "commerce.officer", "customs.officer", "police.officer"
ON = date(2026, 6, 1)


def asked(**changes):
    return DeclaredUse(**{"number": ROW["number"], "on": ON, **changes})


# The table -----------------------------------------------------------------------------------------------------------
def test_a_unit_lead_of_the_bureau_sees_the_changes_and_imports_them(cast):
    browser, address = cast.browser(LEAD), reverse("licences_import")
    shown = browser.post(address, {"text": table({})})
    assert "Example Metals Ltd" in shown.text
    assert not Licence.objects.exists()
    sent = {"text": shown.context["csv"], "seen": shown.context["seen"], "go": "1"}
    assert browser.post(address, sent).url == reverse("licences")
    made = Licence.objects.get()
    assert (made.edition, made.is_latest, made.destination, str(made.quantity)) == (1, True, "VNM", "1250.5000")
    assert (made.file.rows, made.file.changed, made.file.person) == (1, 1, cast.user(LEAD))


def test_a_workbook_with_the_headings_of_the_licensing_system_is_read(cast):
    head = ["许可证号", "持证人", "物项名称", "最终目的国（地区）", "有效期起", "有效期止", "状态"]
    content = xlsx_file(
        "x", [head, ["26AB000123", "示例金属有限公司", "锑锭", "越南", "2026年1月1日", "2026-12-31", "中止"]]
    )
    shown = cast.browser(LEAD).post(reverse("licences_import"), {"file": SimpleUploadedFile("x.xlsx", content)})
    [change] = shown.context["changes"]
    assert (change.new.destination, change.new.valid_from, change.new.state) == ("VNM", date(2026, 1, 1), "SUSPENDED")


def test_a_changed_licence_gets_a_version_and_others_stay(cast):
    first, other = stories.licence(cast), stories.licence(cast, number="26AB000999")
    second = stories.licence(cast, state="revoked")
    assert [(one.edition, one.state, one.is_latest) for one in Licence.objects.filter(number=first.number)] == [
        (1, "ISSUED", False),
        (2, "REVOKED", True),
    ]
    assert Licence.objects.get(pk=other.pk).is_latest
    text = cast.browser(CUSTOMS).get(reverse("licence", args=[second.pk])).text
    assert reverse("licence", args=[first.pk]) in text


def test_a_table_without_changes_is_recorded_because_it_says_that_nothing_changed(cast):
    licence = stories.licence(cast)
    rows = read_rows(write_rows([row_of(licence)]))
    assert changes(rows) == []
    import_licences(rows, actor=cast[LEAD], seen=changes_digest([]))
    assert [file.changed for file in LicenceFile.objects.order_by("imported_at")] == [1, 0]
    assert Licence.objects.count() == 1


def test_what_changed_after_the_preview_is_viewed_again(cast):
    rows = read_rows(table({}))
    seen = changes_digest(changes(rows))
    stories.licence(cast, holder="Another holder")
    with refused_for("seen"):
        import_licences(rows, actor=cast[LEAD], seen=seen)


def test_others_do_not_import(cast):
    for who in (COMMERCE, "customs.lead", "police.lead", "centre.coordinator"):
        assert cast.browser(who).get(reverse("licences_import")).status_code == 403, who
        with pytest.raises(Forbidden):
            import_licences(read_rows(table({})), actor=cast[who], seen="")


WRONG = {
    "number": "",
    "destination": "Atlantis",
    "valid_from": "soon",
    "valid_until": "1999-01-01",
    "quantity": "-1",
    "state": "forged",
    "control_code": "x" * 41,
}


def test_each_wrong_cell_is_named_with_its_line():
    for name, value in WRONG.items():
        with pytest.raises(Invalid) as refused:
            read_rows(table({"number": "1"}, {name: value}))
        [error] = refused.value.errors
        assert error.detail.startswith("Line 3: "), name
    with pytest.raises(Invalid) as refused:
        read_rows(table({}, {}))
    assert "already appears in line 2" in refused.value.errors[0].detail


# The check -----------------------------------------------------------------------------------------------------------
def test_a_number_is_checked_as_of_the_newest_table(cast):
    assert check_licence(asked()).code == "no_file"
    stories.licence(cast)
    as_of = LicenceFile.objects.get().imported_at
    answers = {
        "valid": asked(),
        "not_in_file": asked(number="26AB000124"),
        "expired": asked(on=date(2100, 1, 1)),
        "not_yet": asked(on=date(2025, 12, 31)),
    }
    for code, question in answers.items():
        answer = check_licence(question)
        assert (answer.code, answer.as_of, answer.differs) == (code, as_of, ()), code
    assert check_licence(asked(number=" 26ab-000123 ")).code == "valid"


def test_what_differs_is_named_and_what_is_not_given_is_not_compared(cast):
    stories.licence(cast)
    same = {"holder": "EXAMPLE METALS, LTD.", "destination": "VNM", "end_user": "Example Users (JSC)"}
    assert check_licence(asked(**same)).code == "valid"
    for name, value in {"holder": "Example Ores Ltd", "destination": "USA", "end_user": "Others"}.items():
        answer = check_licence(asked(**{**same, name: value}))
        assert (answer.code, answer.differs) == ("differs", (name,)), name
    assert check_licence(asked(uscc="91110000600037341L", holder="A spelling")).code == "valid"  # the code decides
    assert check_licence(asked(uscc="91350211M000100Y43")).differs == ("holder",)


def test_a_suspended_and_a_revoked_licence_are_not_valid(cast):
    for state in ("suspended", "revoked"):
        stories.licence(cast, state=state)
        assert check_licence(asked()).code == state


# Who sees what -------------------------------------------------------------------------------------------------------
def test_customs_and_the_bureau_read_licences_and_others_only_the_answer_of_a_check(cast):
    licence = stories.licence(cast)
    index_changed()
    for who in (COMMERCE, CUSTOMS):
        assert licence.number in cast.browser(who).get(reverse("licences")).text, who
        assert cast.browser(who).get(f"/api/v1/licences/{licence.pk}/").json()["number"] == licence.number
    for who in (POLICE, "centre.coordinator", "procurator"):
        assert cast.browser(who).get(reverse("licences")).status_code == 403, who
        assert cast.browser(who).get(reverse("licence", args=[licence.pk])).status_code in (403, 404), who
        assert cast.browser(who).get(reverse("search"), {"q": "Example Users"}).text.count(licence.number) == 0, who
        question = {"number": licence.number, "on": "2026-06-01", "destination": "USA"}
        text = cast.browser(who).get(reverse("licence_check"), question).text
        assert "In the file, valid on that day, but it differs from the declaration" in text, who
        for hidden in ("Example Metals", "Example Users", "91110000600037341L"):
            assert hidden not in text, who
        answer = cast.browser(who).post("/api/v1/licences/check/", question, content_type="application/json").json()
        assert (answer["code"], answer["differs"]) == ("differs", ["destination"]), who
        assert set(answer) == {"code", "words", "as_of", "valid_from", "valid_until", "differs"}


def test_the_query_shows_what_the_table_says_of_its_licence(cast):
    stories.licence(cast)
    query = stories.customs_query(cast, "ISSUED", licence_no="26AB000123")
    assert "In the file, valid on that day" in cast.browser(CUSTOMS).get(reverse("customs_query", args=[query.pk])).text
    other = stories.customs_query(cast, "ISSUED", licence_no="26AB000124")
    text = cast.browser(CUSTOMS).get(reverse("customs_query", args=[other.pk])).text
    assert "Not in the file" in text
    assert "forged" not in text.lower()


def test_a_wrong_question_names_its_field(cast):
    assert cast.browser(CUSTOMS).get(reverse("licence_check"), {"number": "", "on": "x"}).status_code == 400
    body = {"number": "1", "on": "2026-06-01", "destination": "XXX"}
    answer = cast.browser(CUSTOMS).post("/api/v1/licences/check/", body, content_type="application/json")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/destination"]
