"""A rule is drafted, tried on real shipments, put into force by two persons, and replaced by its next version."""

import pytest

from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import Forbidden
from agencies.kernel.resource import RESOURCES
from coordination.actions.performing import perform
from coordination.prevention.routerisk.actions import RULE_ACTIONS, draft_rule
from coordination.prevention.routerisk.following import follow
from coordination.prevention.routerisk.models import RiskFinding, RiskRule
from tests import stories
from tests.refusals import invalid_at, refused_for

RULES = RESOURCES["risk-rules"]
CENTRE = "centre.coordinator"


def test_a_lead_drafts_a_rule_on_the_page_which_asks_the_limits_of_its_test(cast):
    browser = cast.browser("commerce.lead")
    assert "?kind=split" in browser.get("/risk-rules/new/").text
    form = browser.get("/risk-rules/new/?kind=split").text
    assert 'name="weight_kg"' in form
    assert 'name="months"' not in form
    answers = {"code": "R-1", "name_zh": "化整为零", "name_en": "Split", "weight": "4", "shipments": "3", "days": "30"}
    refused = browser.post("/risk-rules/new/?kind=split", answers)
    assert refused.status_code == 400
    assert "at least one of these" in refused.text
    answer = browser.post("/risk-rules/new/?kind=split", answers | {"weight_kg": "20 t"})
    made = RiskRule.objects.get()
    assert answer["Location"] == f"/risk-rules/{made.pk}/"
    assert made.parameters == {"shipments": 3, "days": 30, "weight_kg": "20000"}
    assert (made.agency.code, made.state, made.number) == ("MOFCOM_SCB", "DRAFT", 1)
    assert "20,000" in browser.get(f"/risk-rules/{made.pk}/").text


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("young", {}, "/months"),
        ("young", {"months": 0}, "/months"),
        ("price", {"material": "antimony"}, "/low"),
        ("price", {"material": "antimony", "low": 30, "high": 20}, "/high"),
        ("split", {"shipments": 1, "days": 3, "weight_kg": 9}, "/shipments"),
        ("diverted", {"months": 3}, "/months"),
        ("transit", {"via": "Atlantis"}, "/via"),
        ("diverted", {"weight": 6}, "/weight"),
    ],
)
def test_wrong_parameters_are_refused_at_their_field(cast, kind, given, field):
    with invalid_at(field):
        stories.risk_rule(cast, kind=kind, **given)


def test_the_centre_keeps_no_rule_that_compares_cases_alone(cast):
    given = {"share": 50, "earlier": 2, "days": 365}
    with invalid_at("/kind"):
        stories.risk_rule(cast, kind="new_buyer", **given)
    assert stories.risk_rule(cast, by="customs.lead", kind="new_buyer", **given).parameters["share"] == "50"


def test_an_officer_drafts_no_rule(cast):
    with pytest.raises(Forbidden):
        draft_rule(actor=cast["customs.officer"], code="R", kind="diverted", name_zh="规则", name_en="Rule")
    assert cast.browser("customs.officer").get("/risk-rules/new/").status_code == 403


def test_nobody_puts_a_rule_into_force_alone(cast):
    rule = stories.risk_rule(cast, by="customs.lead")
    with refused_for("second_person"):
        RULE_ACTIONS["activate"](rule, actor=cast["customs.lead"], reason="Useful")
    asked = perform(RULES, cast["customs.lead"], rule, "activate", {"reason": "Useful"}, strict=True).created
    assert (asked.kind, rule.state) == ("risk", "DRAFT")
    confirmations = RESOURCES["confirmations"]
    for who in ("customs.lead", "customs.officer", "centre.coordinator"):
        assert not confirmations.workflow_of(asked).may("confirm", cast[who], asked), who
    perform(confirmations, cast["customs.head"], asked, "confirm", {}, strict=True)
    rule.refresh_from_db()
    assert rule.state == "ACTIVE"


def test_a_rule_that_was_edited_after_the_request_is_not_put_into_force(cast):
    rule = stories.risk_rule(cast, by="customs.lead", kind="young", months=6)
    asked = perform(RULES, cast["customs.lead"], rule, "activate", {"reason": "Useful"}, strict=True).created
    perform(RULES, cast["customs.lead"], rule, "edit", {"name_zh": "新", "name_en": "New", "weight": 3, "months": 60})
    with refused_for("changed"):
        perform(RESOURCES["confirmations"], cast["customs.head"], asked, "confirm", {}, strict=True)
    assert RiskRule.objects.get().parameters == {"months": 60}
    assert Confirmation.objects.get().state == "REQUESTED"


def test_an_edit_asks_the_limits_of_the_test_and_refuses_others(cast):
    rule = stories.risk_rule(cast, kind="price", material="antimony", low=20, high=60)
    form = cast.browser(CENTRE).get(f"/risk-rules/{rule.pk}/do/edit/").text
    assert 'name="low" value="20"' in form
    assert 'name="months"' not in form
    given = {"name_zh": "价格", "name_en": "Price", "weight": 3, "high": None}
    perform(RULES, cast[CENTRE], rule, "edit", given, strict=True)
    assert RiskRule.objects.get().parameters == {"material": "antimony", "low": "20"}
    with invalid_at("/months"):
        perform(RULES, cast[CENTRE], rule, "edit", given | {"months": 3}, strict=True)


def test_the_next_version_takes_the_place_of_the_one_before(cast):
    matter = stories.diverted_case(cast)
    first = stories.risk_finding(cast, matter=matter)
    rule = first.rule
    second = RULE_ACTIONS["revise"](rule, actor=cast[CENTRE])
    assert (second.number, second.state, second.code) == (2, "DRAFT", rule.code)
    with refused_for("draft"):
        RULE_ACTIONS["revise"](rule, actor=cast[CENTRE])
    stories.put_into_force(cast, second, CENTRE)
    rule.refresh_from_db()
    assert rule.state == "RETIRED"
    follow()
    assert [(one.rule.number, one.state) for one in RiskFinding.objects.order_by("created_at")] == [
        (1, "GONE"),
        (2, "STANDING"),
    ]


def test_a_code_is_used_once_in_an_agency(cast):
    stories.risk_rule(cast)
    with invalid_at("/code"):
        stories.risk_rule(cast)
    assert stories.risk_rule(cast, by="customs.lead").code == "R-diverted"


@pytest.mark.slow
def test_rules_of_an_agency_are_for_it_and_the_centre(cast):
    ours = stories.risk_rule(cast, "ACTIVE", by="customs.lead")
    centre, draft = stories.risk_rule(cast, "ACTIVE"), stories.risk_rule(cast, code="R-2")
    seen = {
        "customs.officer": {ours, centre},
        "police.officer": {centre},
        "centre.supervisor": {ours, centre, draft},
    }
    for who, rules in seen.items():
        assert set(RiskRule.objects.visible_to(cast[who])) == rules, who
        for one in (ours, centre, draft):
            status = cast.browser(who).get(f"/risk-rules/{one.pk}/").status_code
            assert status == (200 if one in rules else 404), (who, one.code)


def test_the_api_drafts_and_names_each_wrong_field(cast):
    def post(who, key, **body):
        return cast.browser(who).post(
            "/api/v1/risk-rules/",
            {"code": "R-9", "name_zh": "规则", "name_en": "Rule", **body},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    assert post("customs.officer", "a", kind="diverted").status_code == 403
    refused = post("customs.lead", "b", kind="price", material="nothing", months=3)
    assert refused.status_code == 400
    made = post("customs.lead", "c", kind="transit", via="Vietnam、THA", weight=5)
    assert made.status_code == 201, made.text
    assert RiskRule.objects.get().parameters == {"via": ["THA", "VNM"]}
    [row] = cast.browser("customs.officer").get("/api/v1/risk-rules/").json()["results"]
    assert (row["code"], row["state"], row["technique"], row["is_for_all"]) == ("R-9", "DRAFT", "TRANSSHIP", False)
