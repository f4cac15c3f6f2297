"""What an import of open cases refuses, at which cell, and that nothing of a refused case is stored."""

import pytest

from agencies.journal.models import Event
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.automation.imports.colleagues import colleagues_of
from coordination.automation.opencases.actions import CaseEffect, take_case
from coordination.automation.opencases.reading import registered_cases
from tests import stories

from .register import ASKED, CASE, FILED, ITEM, PARTY, PAUSED, PROCEEDING, TRANSFER, registered, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    return [cast["customs.lead"], cast["customs.head"]]


STEP = {"proceeding": PROCEEDING, "act": "开始调查", "done_on": "2026-08-21", "paper": "立1号"}
REFUSED = {
    "a day that is none": ({"cases": [CASE | {"opened_on": "soon"}]}, "/cases/2/opened_on"),
    "a day to come": ({"cases": [CASE | {"opened_on": "2127-01-01"}]}, "/cases/2/opened_on"),
    "an opening without a paper": ({"cases": [CASE | {"paper": ""}]}, "/cases/2/paper"),
    "a severity off the list": ({"cases": [CASE | {"severity": "很高"}]}, "/cases/2/severity"),
    "an unknown violation": ({"cases": [CASE | {"violation_types": "偷窃"}]}, "/cases/2/violation_types"),
    "a code of goods with too few digits": ({"items": [ITEM | {"hs_code": "123"}]}, "/items/2/hs_code"),
    "two parties of one name": ({"parties": [PARTY, PARTY]}, "/parties/3/name"),
    "a filing without a paper": ({"proceedings": [FILED | {"filed_paper": ""}]}, "/proceedings/2/filed_paper"),
    "a filing before the opening": ({"proceedings": [FILED | {"filed_on": "2026-08-01"}]}, "/proceedings/2/filed_on"),
    "a proceeding of another line": ({"proceedings": [FILED | {"kind": "行政（商务）"}]}, "/proceedings/2/kind"),
    "a stranger as handler": ({"proceedings": [FILED | {"handler": "police.officer"}]}, "/proceedings/2/handler"),
    "an administrator as handler": (
        {"proceedings": [FILED | {"handler": "customs.admin"}]},
        "/proceedings/2/handler",
    ),
    "a step of an unknown proceeding": (
        {"proceedings": [FILED], "steps": [STEP | {"proceeding": "沪关缉违字〔2026〕1号"}]},
        "/steps/2/proceeding",
    ),
    "a party that is not on the case": ({"proceedings": [FILED | {"parties": "某"}]}, "/proceedings/2/parties"),
    "an investigation by one person": (
        {"proceedings": [FILED | {"investigated_on": "2026-08-21", "investigated_paper": "1", "team": "何人"}]},
        "/proceedings/2/team",
    ),
    "a pause of no period": ({"proceedings": [FILED], "pauses": [PAUSED | {"period": "ADM_SEAL"}]}, "/pauses/2/period"),
    "a pause for no ground": ({"proceedings": [FILED], "pauses": [PAUSED | {"ground": "放假"}]}, "/pauses/2/ground"),
    "an end of a pause before it": (
        {"proceedings": [FILED], "pauses": [PAUSED | {"resumed_on": "2026-09-01"}]},
        "/pauses/2/resumed_on",
    ),
    "an unknown step": ({"proceedings": [FILED], "steps": [STEP | {"act": "飞行"}]}, "/steps/2/act"),
    "a step out of its state": ({"proceedings": [FILED], "steps": [STEP, STEP]}, "/steps/3/act"),
    "an answer to no question": (
        {"proceedings": [FILED], "steps": [STEP | {"answers": "颜色：红"}]},
        "/steps/2/answers",
    ),
    "a letter to an unknown agency": ({"referrals": [ASKED | {"receiver": "NOBODY"}]}, "/referrals/2/receiver"),
    "a letter to oneself": ({"referrals": [ASKED | {"receiver": "GACC"}]}, "/referrals/2/receiver"),
    "a transfer without approval": (
        {"parties": [PARTY], "referrals": [TRANSFER | {"approved_on": "", "approved_paper": ""}]},
        "/referrals/2/approved_on",
    ),
    "a transfer without a team": (
        {"parties": [PARTY], "referrals": [TRANSFER | {"team": ""}]},
        "/referrals/2/approved_on",
    ),
}


@pytest.mark.slow
def test_each_mistake_is_named_at_its_cell_and_nothing_is_stored(people):
    for name, (sheets, pointer) in REFUSED.items():
        done = take_case(registered(**sheets), people)
        assert done.effect == CaseEffect.REFUSED, name
        assert pointer in {error.pointer for error in done.errors}, (name, done.errors)
        assert all(error.detail for error in done.errors)
    assert not Case.objects.exists()
    assert not Event.objects.exists()


def test_what_the_system_does_not_know_is_named_with_the_remedy(cast, people):
    """Agency, person and kind of proceeding: unknown, of another agency, or of a person who can no longer sign in."""
    User.objects.filter(username="customs.legal").update(is_active=False)
    team = FILED | {"investigated_on": "2026-08-21", "investigated_paper": "1", "team": "林知远；customs.legal"}
    named = {
        "“无此机关” is not on the list. Write a code or a name": {"referrals": [ASKED | {"receiver": "无此机关"}]},
        "leave the cell empty": {"proceedings": [FILED | {"handler": "customs.legal"}]},
        "“customs.legal” is not on the list. On it are: ": {"proceedings": [team]},
        "On it are: Administrative (customs)": {"proceedings": [FILED | {"kind": "行政（商务）"}]},
        "Write the number as in its sheet": {"proceedings": [FILED], "pauses": [PAUSED | {"proceeding": "1"}]},
    }
    for words, sheets in named.items():
        details = [error.detail for error in take_case(registered(**sheets), people).errors]
        assert any(words in detail for detail in details), (words, details)


def test_rows_of_no_case_and_doubled_cases_are_named():
    listed = [*rows(parties=[PARTY]), *rows("沪关缉字〔2026〕999号", cases=[CASE], items=[ITEM])]
    [matter], errors = registered_cases(listed)
    assert matter.parts["parties"]
    assert {error.pointer for error in errors} == {"/cases/2/number", "/items/2/case"}


def test_a_number_that_the_agency_already_used_by_hand_is_not_doubled(cast, people):
    proceeding = stories.proceeding(cast, "FILED_ADM")
    done = take_case(registered(proceedings=[FILED | {"number": proceeding.external_number}]), people)
    assert done.effect == CaseEffect.REFUSED
    assert {error.pointer for error in done.errors} == {"/proceedings/2/filed_on"}
    assert Case.objects.get() == proceeding.case


@pytest.mark.slow
def test_what_the_head_decides_is_imported_only_with_the_head(cast, people):
    """An extension of the period; the transfer is approved by the head, who is not its drafter."""
    extension = {"proceeding": PROCEEDING, "period": "CUS_DECISION", "act": "延长期限", "done_on": "2026-11-20"}
    extension |= {"paper": "署延〔2026〕8号", "reason": "案情复杂", "answers": "step: 1"}
    sheets = {"proceedings": [FILED], "steps": [extension]}
    unit = cast.user("customs.legal").agency
    stories.rights_changed(cast, "customs.legal", "grant_role", role="lead", unit=unit)
    two_leads = [cast["customs.lead"], actor_for(cast.user("customs.legal"))]
    assert take_case(registered(**sheets), two_leads).effect == CaseEffect.REFUSED
    transfer = registered(parties=[PARTY], items=[ITEM], proceedings=[FILED], referrals=[TRANSFER])
    refused = take_case(transfer, two_leads)
    assert {error.pointer for error in refused.errors} == {"/referrals/2/approved_on"}
    assert take_case(registered(**sheets), people).effect == CaseEffect.NEW


def test_two_chiefs_of_one_agency_import_together(cast, people):
    lead, head = people
    for pair in ([lead], [lead, lead], [lead, cast["commerce.lead"]], [lead, cast["customs.officer"]]):
        done = take_case(registered(), pair)
        assert done.effect == CaseEffect.REFUSED, pair
    assert not Case.objects.exists()
    assert colleagues_of(lead).first() == cast.user("customs.head")
    assert list(colleagues_of(head)) == [cast.user("customs.lead")]


@pytest.mark.slow
def test_only_the_agency_sees_its_case(cast, people):
    """And the centre, which reads every case that is not restricted."""
    take_case(registered(cases=[CASE | {"handling_code": "H3"}]), people)
    case = Case.objects.get()
    lead = case.leads.get()
    for who in ("commerce.lead", "police.officer", "procurator", "centre.coordinator", "auditor", "sysadmin"):
        browser = cast.browser(who)
        assert browser.get(f"/cases/{case.pk}/").status_code in (403, 404), who
        assert browser.get(f"/leads/{lead.pk}/").status_code in (403, 404), who
    for who in ("customs.officer", "customs.lead", "customs.head"):
        assert cast.browser(who).get(f"/cases/{case.pk}/").status_code == 200, who
