"""A unit lead imports the open cases of the agency, the head confirms, and the officer finds the late one."""

import pytest

from agencies.kernel.tables import book_file
from cases.casefile.models import Case
from coordination.automation.imports.models import Import
from tests import stories
from tests.coordination.automation.opencases.register import CASE, FILED, ITEM, PARTY, PAUSED, rows, tables

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATE = CASE | {"opened_on": "2026-01-05"}


def test_two_people_import_the_open_cases_and_the_officer_sees_which_is_late(person, tmp_path):
    filed = FILED | {"opened_on": "2026-01-05", "filed_on": "2026-01-12", "parties": PARTY["name"]}
    wrong = rows("沪关缉字〔2026〕119号", proceedings=[FILED | {"number": "2", "filed_on": "2026-08-01"}])
    pause = PAUSED | {"paused_on": "2026-02-02", "resumed_on": "2026-02-24"}
    listed = rows(cases=[LATE], parties=[PARTY], items=[ITEM], proceedings=[filed], pauses=[pause])
    (tmp_path / "在办案件.xlsx").write_bytes(book_file(tables([*listed, *wrong])))

    lead = person("zh-hans").signs_in("customs.lead", stories.PASSWORD)
    lead.goes_to("/imports/new/").looks_right()
    lead.chooses('main a[href="?kind=open_cases"]').looks_right()
    lead.page.set_input_files("main [name=file]", str(tmp_path / "在办案件.xlsx"))
    lead.chooses("main form button.cv-btn-primary").looks_right()
    lead.chooses("main form button.cv-btn-primary").looks_right()
    stories.work_off()
    lead.goes_to("/imports/").chooses("main tbody a").looks_right()
    lead.sees("整案未通过")
    lead.chooses('main a[href*="/do/take/"]').submits("main form.cv-form .cv-actions button")
    assert not Case.objects.exists()

    head = person("en").signs_in("customs.head", stories.PASSWORD)
    head.goes_to("/confirmations/").chooses('main tbody a[href^="/confirmations/"]').looks_right()
    head.performs("confirm", on="confirmations")
    stories.work_off()
    made = Import.objects.get()
    head.goes_to(f"/imports/{made.pk}/").looks_right()
    assert made.found["taken"] == {"new": 5, "refused": 2}

    officer = person("zh-hans").signs_in("customs.officer", stories.PASSWORD)
    officer.goes_to(f"/cases/{Case.objects.get().pk}/").looks_right()
    officer.sees("逾期")
