"""Several files are attached at once; each is answered by itself."""

import pytest

from cases.files.models import Attachment
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_drops_two_files_and_leaves_the_case_with_both(person, cast):
    case = stories.case(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/attach_file/")
    officer.page.select_option("[name=audience]", "case")
    # As the browser does on a drop: the files of the drag become those of the field.
    officer.page.evaluate(
        """() => {
            const dragged = new DataTransfer();
            for (const name of ["first.txt", "second.txt"]) dragged.items.add(new File([name], name));
            document.querySelector("[data-drop]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: dragged, bubbles: true, cancelable: true }));
        }"""
    )
    officer.looks_right()
    with officer.page.expect_navigation(url=f"**/cases/{case.pk}/**"):
        officer.page.click("main form.cv-form button.cv-btn-primary")
    assert set(Attachment.objects.values_list("title", "audience")) == {("first.txt", "case"), ("second.txt", "case")}
    officer.goes_to(f"/cases/{case.pk}/?tab=papers").sees("second.txt")
    officer.looks_right()


def test_a_refused_file_is_named_and_the_others_are_attached(person, cast):
    case = stories.case(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/attach_file/")
    officer.page.select_option("[name=audience]", "agency")
    sent = [("good.txt", b"words"), ("bad.exe", b"MZ\x00\x00")]
    officer.page.set_input_files(
        "[name=file]", [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in sent]
    )
    officer.page.click("main form.cv-form button.cv-btn-primary")
    officer.page.wait_for_selector("[data-drop] li:nth-child(2)")
    lines = officer.page.locator("[data-drop] li").all_inner_texts()
    assert lines[0] == "good.txt: attached"
    assert lines[1].startswith("bad.exe: File: The content of this file is not")
    assert Attachment.objects.get().title == "good.txt"
    assert ["400" in error for error in officer.errors] == [True]
    officer.errors.clear()
