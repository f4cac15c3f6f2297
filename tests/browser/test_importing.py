"""A register of five thousand leads goes in through the browser; mistakes are corrected in the file and sent again."""

import pytest

from agencies.kernel.tables import csv_file
from cases.intake.models import Lead
from coordination.automation.imports.models import Import
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROWS, MISTAKES = 5_000, 37


def register(path, headings, rows, encoding="gb18030"):
    """A file as a Chinese spreadsheet saves it."""
    path.write_bytes(csv_file([headings, *rows]).decode("utf-8-sig").encode(encoding))
    return str(path)


def line(number):
    """Every 135th line has a mistake: no title, or a country that does not exist."""
    if number % 135:
        return stories.lead_line(number)
    return stories.lead_line(number, **({"标题": ""} if number % 2 else {"最终目的国": "乌托邦"}))


def imports(officer, file):
    """Uploads the file, keeps the proposed columns, has the rows checked, and opens what the check found."""
    officer.goes_to("/imports/").looks_right()
    officer.chooses('main a[href="/imports/new/"]').looks_right()
    officer.page.fill("main [name=source]", "历史台账")
    officer.page.keyboard.press("Escape")  # closes the list of sources
    officer.page.set_input_files("main [name=file]", file)
    officer.chooses("main form button.cv-btn-primary")
    officer.looks_right()
    officer.chooses("main form button.cv-btn-primary")
    officer.looks_right()
    waits(officer)


def waits(officer):
    """Leaves the page while the worker works, and finds it again in the list."""
    assert officer.page.locator("[data-open]").count() == 1
    officer.goes_to("/leads/")
    stories.work_off()
    officer.goes_to("/imports/").chooses("main tbody a")
    assert officer.page.locator("[data-open]").count() == 0
    officer.looks_right()


def takes(officer):
    officer.chooses('main a[href*="/do/take/"]')
    officer.submits("main form.cv-form .cv-actions button")
    waits(officer)


@pytest.fixture(autouse=True)
def _a_busy_worker(monkeypatch):
    """The worker comes to it later, so that the person sees the work in progress."""
    monkeypatch.setattr("agencies.runs.actions.enqueue", lambda job: None)


def test_five_thousand_rows_with_37_mistakes_go_in_and_none_is_doubled(person, cast, tmp_path):
    officer = person("zh-hans").signs_in("customs.officer", stories.PASSWORD)
    rows = [line(n) for n in range(1, ROWS + 1)]
    imports(officer, register(tmp_path / "线索台账.csv", stories.HEADINGS, rows))
    first = Import.objects.get()
    assert (first.encoding, first.found) == ("gb18030", {"checked": {"new": ROWS - MISTAKES, "refused": MISTAKES}})
    assert not Lead.objects.exists()
    takes(officer)
    assert Lead.objects.count() == ROWS - MISTAKES

    with officer.page.expect_download() as saved:
        officer.page.click('main form button[formaction$="/csv/"]')
    wrong = stories.rows_of_file(saved.value.path().read_bytes())
    assert len(wrong) == MISTAKES
    for row in wrong:
        assert row["导入结果说明"]
        row["标题"] = row["标题"] or "补正的标题"
        row["最终目的国"] = "越南"
    corrected = [list(row.values()) for row in wrong]
    imports(officer, register(tmp_path / "更正.csv", list(wrong[0]), [*corrected, stories.lead_line(1)]))
    takes(officer)
    second = Import.objects.exclude(pk=first.pk).get()
    assert second.found["taken"] == {"new": MISTAKES, "unchanged": 1}
    assert Lead.objects.count() == ROWS
    assert Lead.objects.values("source_ref").distinct().count() == ROWS
    assert set(Lead.objects.values_list("revision", flat=True)) == {1}
