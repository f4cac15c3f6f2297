"""Findings follow facts, rules and readers; people judge them; a dry run says what rules in force would find."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.digests import canonical
from agencies.journal.transitions import confirmed_by
from agencies.kernel.measures import METRICS
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case, CaseTechnique, Shipment
from coordination.actions.performing import perform
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow as follow_figures
from coordination.prevention.routerisk.actions import RULE_ACTIONS
from coordination.prevention.routerisk.following import follow
from coordination.prevention.routerisk.looking import dry_run
from coordination.prevention.routerisk.models import RiskCheck, RiskFinding
from coordination.prevention.routerisk.precision import precision_of
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for

CASES, FINDINGS = RESOURCES["cases"], RESOURCES["risk-findings"]
CENTRE = "centre.coordinator"
WHY = {"reason": "Read wrongly"}


def put_right(cast, case, verb, **answers):
    """The case is shared, so a second person confirms each change of a fact."""
    with confirmed_by(cast["customs.lead"]):
        perform(CASES, cast["customs.officer"], Case.objects.get(pk=case.pk), verb, WHY | answers, strict=True)


def standing():
    return RiskFinding.objects.standing()


def overview(cast, who, case):
    answer = cast.browser(who).get(f"/cases/{case.pk}/")
    assert answer.status_code == 200
    return answer.text


# Following -----------------------------------------------------------------------------------------------------------
def test_without_rules_there_is_nothing_to_follow(cast):
    stories.diverted_case(cast)
    assert follow() == 0
    assert not RiskCheck.objects.exists()


def test_findings_follow_the_facts_and_a_second_run_finds_nothing(cast):
    finding = stories.risk_finding(cast)
    assert follow() == 0
    leg = finding.shipment.legs.get()
    put_right(cast, finding.case, "change_leg", leg=str(leg.pk), carrier="Another Line")
    assert follow() == 1
    assert standing().get() == finding  # the facts that it names are the same
    put_right(cast, finding.case, "change_leg", leg=str(leg.pk), to_country="MYS")
    follow()
    finding.refresh_from_db()
    assert (finding.state, finding.gone_at is None) == ("GONE", False)
    assert standing().get().facts == {"declared": "VNM", "actual": "MYS"}
    put_right(cast, finding.case, "remove_leg", leg=str(leg.pk))
    follow()
    assert not standing().exists()


def test_findings_follow_the_rules(cast):
    finding = stories.risk_finding(cast)
    RULE_ACTIONS["retire"](finding.rule, actor=cast[CENTRE], reason="No longer useful")
    assert follow() == 1
    assert not standing().exists()
    assert follow() == 0


def test_a_rule_of_an_agency_looks_at_the_cases_that_it_reads(cast):
    stories.risk_rule(cast, "ACTIVE", by="police.lead")
    case = stories.diverted_case(cast)
    follow()
    assert not standing().exists()
    stories.share_case(case, actor=cast["customs.lead"], agency="MPS_ECID", profile="full", reason="joint work")
    follow()
    assert standing().count() == 1


def test_a_new_case_lets_other_cases_of_its_traders_be_looked_at_again(cast):
    """The first of two shipments becomes part of a split consignment when the second one is recorded."""
    stories.risk_rule(cast, "ACTIVE", by="customs.lead", kind="split", shipments=2, days=10, weight_kg=30000)
    first = stories.case(cast)
    stories.leg(cast, first, "declared", departs_on=date(2026, 5, 1))
    follow()
    assert not standing().exists()
    second = stories.case(cast)
    stories.leg(cast, second, "declared", departs_on=date(2026, 5, 4))
    follow()
    follow()
    assert {one.case_id for one in standing()} == {first.pk, second.pk}
    assert follow() == 0


# Live and dry run ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_dry_run_finds_what_the_rule_in_force_finds(cast):
    """For every shipment and every kind of test, with the same facts and the same gaps."""
    buyer = {"role": "consignee", "kind": "company", "name": "Siam Trading Co Ltd", "country": "THA"}
    reports = (
        {},
        {"shipments": [{"route": ["CHN", "VNM", "USA"], "final_destination": "MEX"}]},
        {"shipments": [{"port": "Shekou"}, {"route": ["CHN", "THA"]}], "items": []},
        {
            "items": [
                {"description": "锑锭", "hs_code": "8110109000", "net_weight_kg": "9", "value": "9", "currency": "CNY"}
            ]
        },
        {"parties": [*stories.content()["parties"], buyer]},
    )
    for report in reports:
        stories.leg(cast, stories.case(cast, **report), "declared", to_country="VNM", departs_on=date(2026, 5, 1))
    given = {
        **{"transit": {}, "diverted": {}, "young": {"months": 6}, "near_listed": {}, "hidden_hs": {}},
        "price": {"material": "antimony", "low": 60},
        "split": {"shipments": 2, "days": 9, "weight_kg": 30000},
        "new_buyer": {"share": 10, "earlier": 1, "days": 99},
    }
    for kind, parameters in given.items():
        rule = stories.risk_rule(cast, by="customs.lead", kind=kind, **parameters)
        tried = dry_run(rule, cast["customs.lead"])
        assert tried.looked == tried.recorded == Shipment.objects.count(), kind
        stories.put_into_force(cast, rule, "customs.lead")
        while follow():
            pass
        found = {(one.shipment_id, canonical(one.facts), one.is_certain) for one in standing().filter(rule=rule)}
        assert found == {
            (look.consignment.pk, canonical(look.outcome.facts), look.outcome.is_certain) for look, _case in tried.met
        }, kind
        checks = RiskCheck.objects.values_list("undecided", flat=True)
        open_ones = sum(len(rules.get(str(rule.pk), ())) for check in checks for rules in check.values())
        assert open_ones == sum(tried.undecided.values()), kind
    assert {one.rule.kind for one in standing().select_related("rule")} >= {"transit", "hidden_hs", "price", "split"}


@pytest.mark.slow
def test_a_dry_run_reads_what_its_keeper_reads_and_stores_nothing(cast):
    stories.diverted_case(cast)
    old = stories.diverted_case(cast)
    Shipment.objects.filter(case=old).update(created_at=timezone.now() - timedelta(days=91))
    ours = stories.risk_rule(cast, by="customs.lead")
    theirs = stories.risk_rule(cast, by="police.lead")
    page = cast.browser("customs.lead").get(f"/risk-rules/{ours.pk}/dry-run/").text
    assert "1 shipments of the last 90 days" in page
    assert "Declared for Vietnam, bound for Thailand." in page
    assert dry_run(theirs, cast["police.lead"]).looked == 0
    assert cast.browser("customs.officer").get(f"/risk-rules/{ours.pk}/dry-run/").status_code == 403
    assert cast.browser("police.lead").get(f"/risk-rules/{ours.pk}/dry-run/").status_code == 404
    answer = cast.browser("customs.lead").get(f"/api/v1/risk-rules/{ours.pk}/dry-run/").json()
    assert (answer["looked"], answer["recorded"], answer["undecided"]) == (1, 1, [])
    assert [row["facts"] for row in answer["met"]] == [{"declared": "VNM", "actual": "THA"}]
    assert cast.browser("customs.officer").get(f"/api/v1/risk-rules/{ours.pk}/dry-run/").status_code == 403
    assert not RiskFinding.objects.exists()


# On the case ---------------------------------------------------------------------------------------------------------
def test_the_case_shows_reasons_in_order_and_what_could_not_be_decided(cast):
    case = stories.diverted_case(cast)
    stories.risk_rule(cast, "ACTIVE", weight=2)
    stories.risk_rule(cast, "ACTIVE", kind="transit", weight=5, name_en="Third country", name_zh="第三国")
    stories.risk_rule(cast, "ACTIVE", kind="young", months=6)
    follow()
    page = overview(cast, "customs.officer", case)
    heavier, lighter = "“锑锭” goes to Thailand through Vietnam.", "Declared for Vietnam, bound for Thailand."
    assert page.index(heavier) < page.index(lighter)
    assert "What would change it: Proof of arrival in Vietnam" in page
    assert "3 rules looked." in page
    assert "1 could not be decided, because this is unknown: the consignee." in page
    assert (
        "申报目的地为越南，实际运往泰国。" in cast.browser("customs.officer", "zh-hans").get(f"/cases/{case.pk}/").text
    )


@pytest.mark.slow
def test_more_findings_cost_the_case_page_no_more_queries(cast):
    finding = stories.risk_finding(cast)
    with costs_no_more(cast.browser("customs.officer"), f"/cases/{finding.case_id}/"):
        stories.risk_rule(cast, "ACTIVE", kind="transit")
        follow()
        assert standing().count() == 2


@pytest.mark.slow
def test_findings_of_an_agency_are_for_its_readers_of_the_case_and_the_centre(cast):
    case = stories.diverted_case(cast)
    stories.share_case(case, actor=cast["customs.lead"], agency="MPS_ECID", profile="status", reason="to know")
    ours = stories.risk_finding(cast, by="commerce.lead", matter=case)
    centre = stories.risk_finding(cast, matter=case)
    seen = {
        "commerce.officer": {ours, centre},
        "customs.officer": {centre},
        "centre.supervisor": {ours, centre},
        "police.officer": set(),
        "procurator": set(),
    }
    for who, findings in seen.items():
        assert set(RiskFinding.objects.visible_to(cast[who])) == findings, who
        for one in (ours, centre):
            status = cast.browser(who).get(f"/risk-findings/{one.pk}/").status_code
            assert status == (200 if one in findings else 404), who
    assert "1 rule looked." in overview(cast, "customs.officer", case)
    assert "2 rules looked." in overview(cast, "commerce.officer", case)
    rows = cast.browser("customs.officer").get("/api/v1/risk-findings/").json()["results"]
    assert [(row["reason"], row["weight"]) for row in rows] == [("Declared for Vietnam, bound for Thailand.", 3)]


def test_findings_on_a_restricted_case_are_not_for_the_centre(cast):
    restricted = stories.diverted_case(cast, handling="H3")
    stories.risk_finding(cast, matter=restricted)
    assert not RiskFinding.objects.visible_to(cast["centre.supervisor"]).exists()
    assert RiskFinding.objects.visible_to(cast["customs.officer"]).count() == 1


# Verdicts ------------------------------------------------------------------------------------------------------------
def judge(cast, finding, who="customs.officer", verdict="useful"):
    return perform(
        FINDINGS, cast[who], finding, "judge", {"verdict": verdict, "reason": "Seen in the manifest"}, strict=True
    )


def test_a_verdict_has_a_reason_and_belongs_to_the_agency_that_gave_it(cast):
    finding = stories.risk_finding(cast)
    form = cast.browser("customs.officer").get(f"/risk-findings/{finding.pk}/do/judge/").text
    assert "Declared for Vietnam" in form
    judge(cast, finding)
    judge(cast, finding, "customs.lead", "wrong_fact")
    with refused_for("verdict"):
        judge(cast, finding, "commerce.officer")
    finding.refresh_from_db()
    assert (finding.verdict, finding.verdict_agency.code, finding.state) == ("wrong_fact", "GACC", "STANDING")
    assert cast.browser("centre.supervisor").get(f"/risk-findings/{finding.pk}/do/judge/").status_code == 403
    page = cast.browser("commerce.officer").get(f"/risk-findings/{finding.pk}/").text
    assert "Seen in the manifest" in page
    assert cast.user("customs.lead").name not in page


def test_the_precision_of_a_rule_counts_verdicts_and_techniques_established_later(cast):
    first = stories.risk_finding(cast)
    second = _another(cast, first.rule)
    judge(cast, first)
    judge(cast, second, verdict="not_useful")
    follow()
    assert precision_of([first.rule], cast["customs.officer"]).established == 0
    given = {"techniques": ["TRANSSHIP"], "standing": "established", "source": "Report 7", "reason": "Proven"}
    perform(CASES, cast["customs.officer"], Case.objects.get(pk=first.case_id), "set_techniques", given, strict=True)
    found = precision_of([first.rule], cast["customs.officer"])
    assert (found.findings, found.useful, found.judged, found.not_useful) == (2, 1, 2, 1)
    assert (found.established, found.cases) == (1, 2)
    assert "1 of 2 with a verdict" in cast.browser("customs.officer").get(f"/risk-rules/{first.rule_id}/").text
    assert (
        cast.browser("customs.officer").get(f"/api/v1/risk-rules/{first.rule_id}/").json()["precision"]["useful"] == 1
    )
    assert precision_of([first.rule], cast["police.officer"]).findings == 0


def _another(cast, rule):
    case = stories.diverted_case(cast)
    follow()
    return RiskFinding.objects.get(rule=rule, case=case)


def test_findings_and_verdicts_are_figures(cast):
    finding = stories.risk_finding(cast)
    judge(cast, finding)
    follow_figures()
    today = timezone.localdate()
    asked = [Question(key, today, today) for key in ("risk_findings", "risk_useful")]
    found, useful = ask_many(cast["centre.supervisor"], asked)
    assert (found.total.value, useful.total.numerator, useful.total.denominator) == (1, 1, 1)
    assert str(METRICS["risk_findings"].name) == "Findings of risk rules"


# Techniques ----------------------------------------------------------------------------------------------------------
def test_a_technique_is_proposed_from_a_finding_by_the_act_of_the_case(cast):
    finding = stories.risk_finding(cast)
    browser = cast.browser("customs.officer")
    form = browser.get(f"/risk-findings/{finding.pk}/do/propose/").text
    assert '<option value="TRANSSHIP" selected>' in form
    assert "Rule R-diverted, version 1: Declared for Vietnam, bound for Thailand." in form
    perform(
        FINDINGS, cast["customs.officer"], finding, "propose", {"technique": "TRANSSHIP", "source": "R-1"}, strict=True
    )
    held = CaseTechnique.objects.get(case=finding.case, technique__code="TRANSSHIP")
    assert (held.standing, held.source) == ("suspected", "R-1")
    timeline = browser.get(f"/cases/{finding.case_id}/?tab=timeline").text
    assert "recorded techniques of evasion" in timeline


def test_a_finding_changes_no_technique_that_a_person_recorded(cast):
    finding = stories.risk_finding(cast)
    with invalid_at("/technique"):
        perform(
            FINDINGS, cast["customs.officer"], finding, "propose", {"technique": "MISNAME", "source": "R"}, strict=True
        )
    assert CaseTechnique.objects.get(case=finding.case).technique.code == "MISNAME"


def test_no_technique_is_proposed_on_a_closed_case(cast):
    finding = stories.risk_finding(cast)
    Case.objects.filter(pk=finding.case_id).update(state="CLOSED")
    finding.refresh_from_db()
    with refused_for("case"):
        perform(FINDINGS, cast["customs.officer"], finding, "propose", {"technique": "SHELL", "source": "R"})
    assert CaseTechnique.objects.count() == 1


def test_the_list_begins_with_standing_findings(cast):
    finding = stories.risk_finding(cast)
    assert "Declared for Vietnam" in cast.browser("customs.officer").get(reverse("risk_findings")).text
    RULE_ACTIONS["retire"](finding.rule, actor=cast[CENTRE], reason="No longer useful")
    follow()
    assert "Declared for Vietnam" not in cast.browser("customs.officer").get(reverse("risk_findings")).text
