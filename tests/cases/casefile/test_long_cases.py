"""Cases with much in them stay readable: long texts open on demand, and many parties are folded."""

from django.urls import reverse

from cases.casefile.models import Case
from coordination.site.templatetags.civic import CLAMPED, clamped
from tests import stories


def page_of(cast, case):
    return cast.browser("customs.officer").get(reverse("case", args=[case.pk])).content.decode()


def test_a_long_summary_shows_its_start_and_opens_without_a_script(cast):
    case = stories.case(cast)
    Case.objects.filter(pk=case.pk).update(summary="Antimony. " * 200)
    text = page_of(cast, case)
    start = text.split('class="cv-clamp-start"')[1].split("</span>")[0]
    assert len(start) < CLAMPED + 20
    assert "Antimony. " * 150 in text.split("</summary>")[-1]


def test_a_short_text_stays_as_it_is_and_is_escaped():
    assert "<details" not in clamped("short")
    assert "<script>" not in clamped("<script>" * 100)


def test_forty_parties_are_folded_after_the_first_ten(cast):
    case = stories.case(cast)
    for number in range(39):
        case.parties.create(name=f"Party {number}", role="exporter")
    shown, folded = page_of(cast, case).split('id="more-parties"')
    assert shown.split('id="parties"')[1].count('<th scope="row">') == 10
    assert folded.split("</table>")[0].count('<th scope="row">') == 30
    assert "30 more parties" in folded
