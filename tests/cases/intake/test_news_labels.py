"""What a new revision of a lead changes is shown by the names of codes."""

import pytest

from cases.controls.models import Technique
from cases.intake.news import _text

pytestmark = pytest.mark.django_db


def test_techniques_and_countries_of_a_revision_are_shown_by_name():
    technique = Technique.objects.get(code="MISNAME")
    assert _text(["MISNAME"], "techniques") == technique.name
    assert _text(["CHN", "VNM"], "route") == "China → Vietnam"
    assert _text("", "country") == ""
    assert _text(None, "techniques") == ""
