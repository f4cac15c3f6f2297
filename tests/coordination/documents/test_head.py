"""The head of the sheet after GB/T 9704-2012: copy number, level of secrecy, degree of urgency."""

from coordination.documents.rendering import sheet_html
from tests import stories
from tests.refusals import invalid_at

CLASSIFIED = {"secrecy": "secret", "secret_for": "10年", "copy_number": "000001"}


def edited(cast, made=None, **changes):
    made = made or stories.paper(cast)
    kept = {name: getattr(made, name) for name in ("addressee", "title", "body", "annexes", "copies")}
    stories.walk(cast, made, [("edit", "customs.officer", kept | changes)])
    return made


def test_an_urgent_paper_says_so_in_its_head_from_the_draft_on(cast):
    made = edited(cast, urgency="most")
    assert '<div class="sheet-head"><p>特急</p></div>' in sheet_html(made, css_url="")
    stories.walk(cast, made, [("issue", "customs.head", {})])
    assert made.content["urgency"] == "特急"
    assert "secrecy" not in made.content


def test_an_ordinary_paper_has_no_head(cast):
    assert 'class="sheet-head"' not in sheet_html(stories.paper(cast, "ISSUED"), css_url="")


def test_an_approved_installation_prints_copy_number_level_and_period(cast, settings):
    settings.STATE_SECRETS = True
    html = sheet_html(edited(cast, **CLASSIFIED, urgency="urgent"), css_url="")
    assert '<p class="sheet-copy">000001</p><p>机密★10年</p><p>加急</p>' in html


def test_only_an_approved_installation_holds_classified_papers_and_these_have_all_three(cast, settings):
    made = stories.paper(cast)
    for is_approved, given, pointer in (
        (False, {"copy_number": "000001"}, "/copy_number"),
        (False, {"secret_for": "10年"}, "/secret_for"),
        (False, CLASSIFIED, "/secrecy"),
        (True, CLASSIFIED | {"secret_for": ""}, "/secret_for"),
        (True, CLASSIFIED | {"copy_number": ""}, "/copy_number"),
        (True, CLASSIFIED | {"copy_number": "1"}, "/copy_number"),
        (True, {"copy_number": "000001"}, "/copy_number"),
    ):
        settings.STATE_SECRETS = is_approved
        with invalid_at(pointer):
            edited(cast, made, **given)
