"""Acts on a case: what they refuse and what the journal keeps of them."""

from agencies.journal.models import Event
from cases.casefile.models import Case
from coordination.nouns import NOUNS
from tests import stories


def test_an_identifier_that_grows_in_capitals_is_refused_at_its_field(cast):
    case = stories.case(cast)
    answer = cast.browser("customs.officer").post(
        f"/api/v1/cases/{case.pk}/add_party/",
        {"name": "Strauß", "kind": "company", "scheme": "HRB", "value": "ß" * 100},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/value"]


def test_the_violation_types_that_an_officer_chose_stand_beside_the_event(cast):
    case = stories.case(cast)
    offered = dict(NOUNS["cases"].form(cast["customs.officer"], case, "classify").fields["violation_types"].choices)
    told = {"title": "T", "severity": "low", "handling": "H1", "violation_types": [next(iter(offered))]}
    NOUNS["cases"].act(cast["customs.officer"], case, "classify", told)
    event = Event.objects.latest("id")
    assert event.remark is not None
    assert event.remark.data["violation_types"] == told["violation_types"]
    assert [one.code for one in Case.objects.get(pk=case.pk).violation_types.all()] == told["violation_types"]
