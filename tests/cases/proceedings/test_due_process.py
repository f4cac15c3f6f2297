"""No penalty is decided that the party was not notified of, and no step counts without its paper, time and person."""

import random

import pytest
from django.db import IntegrityError, transaction

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic
from cases.clocks.models import Clock
from cases.proceedings import powers
from cases.proceedings.models import Decision, ProceduralStep
from tests import stories
from tests.coordination.test_workflow_matrix import perform

pytestmark = pytest.mark.both_databases  # a constraint refuses a procedural step without its paper

OFFICER, HEAD = "customs.officer", "customs.head"
STEPS = ("serve_notice", "hear_party", "waive_statement", "request_hearing", "waive_hearing", "withdraw_hearing")


def refusal(cast, line, verb="decide", who=HEAD, **given):
    """The refusal of a step, None if it was taken."""
    try:
        with atomic():
            stories.walk(cast, line, [(verb, who, given)])
    except TransitionRefused as refused:
        return {missing.code: missing.detail for missing in refused.missing}
    return None


def test_a_penalty_heavier_than_notified_and_unheard_cannot_be_decided(cast):
    """The notice proposes 200,000 CNY; nothing is served; the decision imposes five million and a revocation."""
    line = stories.decision(cast)
    small = stories.notice(proposed_penalties=["fine"], proposed_fine_cny="200000")
    stories.walk(cast, line, [("assess_transfer", OFFICER, stories.ASSESSED), ("notify", OFFICER, small)])
    said = {"statement": "x", **stories.by_person("hear_party")}
    assert "state" in refusal(cast, line, "hear_party", OFFICER, **said)
    assert "state" in refusal(cast, line, "waive_hearing", OFFICER, **stories.by_person("waive_hearing"))
    heavy = {"fine_cny": "5000000", "penalties": ["fine", "revoke"]}
    assert "state" in refusal(cast, line, **heavy)
    served = {"notice_number": "1", **stories.by_person("serve_notice")}
    stories.walk(cast, line, [("serve_notice", OFFICER, served)])
    with pytest.raises(Invalid):
        perform(cast[OFFICER], line, "waive_hearing", paper="", person="")
    stories.heard(cast, line)
    assert set(refusal(cast, line, **heavy)) == {"notice:kinds", "notice:fine", "review", "discussion"}
    assert Decision.objects.get(pk=line.pk).state == "REVIEW"


DIFFERENCES = [
    ({"fine_cny": "300000.01"}, {"notice:fine"}, "300,000"),
    ({"fine_cny": "300000", "penalties": ["fine", "revoke"]}, {"notice:kinds"}, "Revocation"),
    ({"fine_cny": "300000", "penalties": ["fine", "criticism"]}, {"notice:kinds"}, "criticism"),
    ({"fine_cny": "1", "penalties": ["warning"], "confiscated_cny": "5"}, {"notice:kinds"}, "gains"),
    ({"fine_cny": "1", "penalties": ["fine", "suspend"], "months": 7}, {"notice:months"}, "7"),
    ({"fine_cny": "1", "penalties": ["fine", "suspend"]}, {"notice:months"}, "without limit"),
    ({"fine_cny": "1", "facts": "Exported without a licence. Lied to customs."}, {"notice:facts"}, "Lied to customs"),
    ({"fine_cny": "1", "basis": "CPR art. 15"}, {"notice:articles"}, "CPR art. 15"),
    ({"fine_cny": "1", "basis_rule": "CPR15_3"}, {"notice:articles"}, "CPR15_3"),
]
LIGHTER = [
    {"fine_cny": "300000"},
    {"fine_cny": "1"},
    {"penalties": ["warning"]},
    {"penalties": ["suspend"], "months": 6},
    {"fine_cny": "1", "penalties": ["fine", "suspend"], "months": 1},
    {"fine_cny": "5", "facts": "Exported without  a licence."},
]
NOTICED = {
    "facts": "Exported without a licence. Hid the goods.",
    "proposed_penalties": ["fine", "warning", "suspend"],
    "proposed_fine_cny": "300000",
    "proposed_months": 6,
}


@pytest.mark.parametrize(("decided", "codes", "named"), DIFFERENCES)
def test_what_the_notice_does_not_cover_is_refused_by_name(cast, decided, codes, named):
    line = stories.reviewed(cast, **NOTICED)
    found = refusal(cast, line, **decided)
    assert set(found) == codes
    assert named in " ".join(found.values())
    assert set(refusal(cast, line, "mitigate", ground="x", ground_kind="APL32_1", **decided)) == codes


@pytest.mark.parametrize("decided", LIGHTER)
def test_what_is_lighter_than_the_notice_passes(cast, decided):
    assert refusal(cast, stories.reviewed(cast, **NOTICED), **decided) is None


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"turnover_cny": "200"}, "notice:figures"),
        ({"gains_cny": "1"}, "notice:figures"),
        ({"serious": True}, "notice:serious"),
        ({"rules": ["ECL34_1"]}, "notice:articles"),
        ({"turnover_cny": "99"}, None),
    ],
)
def test_figures_recorded_after_the_notice_are_other_facts(cast, figures, code):
    line = stories.reviewed(cast, figures={"turnover_cny": "100"})
    stories.walk(cast, line, [("record_figures", OFFICER, figures)])
    found = refusal(cast, line, fine_cny="500000")
    assert (set(found) if found else None) == ({code} if code else None)


def test_after_a_new_notice_is_served_and_the_party_heard_again_the_heavier_penalty_is_decided(cast):
    line = stories.reviewed(cast, proposed_penalties=["fine"], proposed_fine_cny="200000")
    heavy = {"fine_cny": "5000000", "penalties": ["fine", "revoke"]}
    assert set(refusal(cast, line, **heavy)) == {"notice:kinds", "notice:fine"}
    stories.walk(cast, line, [("send_back", OFFICER, {"reason": "New facts"})])
    stories.serve_notice(cast, line, proposed_penalties=["fine", "revoke"], proposed_fine_cny="5000000")
    assert line.statement == ""
    assert {"statement", "hearing"} <= set(refusal(cast, line, "review", OFFICER))
    stories.heard(cast, line)
    assert set(refusal(cast, line, **heavy)) == {"review", "discussion"}
    stories.review_and_discuss(cast, line)
    assert refusal(cast, line, **heavy) is None
    assert [step.round for step in line.procedural_steps.filter(verb="serve_notice")] == [1, 2]


def test_a_penalty_names_its_sum_in_notice_and_decision(cast):
    with pytest.raises(Invalid, match="names the sum"):
        stories.noticed(cast, proposed_penalties=["fine"])
    with pytest.raises(Invalid, match="names the sum"):
        refusal(cast, stories.reviewed(cast))


@pytest.mark.parametrize("empty", ["paper", "person"])
def test_a_step_without_paper_or_person_is_not_kept(cast, empty):
    line = stories.noticed(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProceduralStep.objects.filter(decision=line).update(**{empty: ""})


def test_annulling_the_service_of_the_notice_takes_its_record_back(cast):
    line = stories.noticed(cast)
    at = line.procedural_steps.get().at
    assert line.take_back("serve_notice", at)["part_of"] == "procedural_steps"
    assert not line.steps_taken("serve_notice").exists()


def test_each_kind_of_penalty_has_its_rule_and_its_power_in_each_line():
    kinds = set(Decision.Penalty.values)
    assert {row["code"] for row in powers.rows_on("sanctions")} == kinds
    for line in ("customs", "commerce"):
        rows = [row["measure"] for row in powers.rows_on("powers") if row["line"] == line]
        assert len(rows) == len(set(rows))
        assert {f"penalty:{kind}" for kind in kinds} <= set(rows)


def test_a_penalty_that_no_statute_gives_is_not_offered_and_is_refused_with_the_article(cast):
    line = stories.decision(cast)
    field = next(
        f
        for f in RESOURCES["decisions"].workflow_of(line).transitions["notify"].fields
        if f.name == "proposed_penalties"
    )
    offered = dict(field.offered(line, cast[OFFICER]))
    assert {"criticism", "downgrade", "restrict", "revoke"} <= set(offered)
    assert "detention" not in offered
    given = {**stories.notice(), "proposed_penalties": ["detention"]}
    answer = cast.browser(OFFICER).post(f"/api/v1/decisions/{line.pk}/notify/", given, content_type="application/json")
    assert answer.status_code == 400
    assert "APL art.18" in answer.content.decode()


@pytest.mark.parametrize("ground", [row["code"] for row in powers.rows_on("grounds") if "no_penalty" in row["result"]])
def test_each_ground_of_no_penalty_can_be_decided(cast, ground):
    line = stories.decision(cast)
    stories.walk(cast, line, [("assess_transfer", OFFICER, stories.ASSESSED)])
    given = {"ground": "As the law provides", "ground_kind": ground, "decision_number": "1"}
    assert refusal(cast, line, "no_penalty", **given) is None
    assert line.ground_kind == ground


@pytest.mark.slow
def test_no_order_of_actions_reaches_a_penalty_without_its_papers(cast):
    """Any action is tried at random, with the least answers; what is decided has its whole course."""
    roll = random.Random("due process")
    line = stories.decision(cast)
    stories.walk(cast, line, [("assess_transfer", OFFICER, stories.ASSESSED)])
    workflow = RESOURCES["decisions"].workflow_of(line)
    verbs = sorted(
        verb
        for verb, one in workflow.transitions.items()
        if not one.system
        and one.sources & set(Decision.UNDECIDED)
        and verb not in ("transfer", "drop", "assess_transfer")
    )
    decided = 0
    for _walk in range(12):
        with atomic():
            for _step in range(80):
                line = Decision.objects.get(pk=line.pk)
                if line.state not in Decision.UNDECIDED or decided_about(cast, line, roll, workflow, verbs):
                    break
            line = Decision.objects.get(pk=line.pk)
            if line.result in ("penalty", "mitigated"):
                decided += 1
                has_its_papers(line)
            transaction.set_rollback(True)
    assert decided


# What leads to a decision, tried more often than the rest.
COURSE = ("notify", "review", "record_review", "record_discussion", "notify_hearing", "hold_hearing", "decide", *STEPS)


def decided_about(cast, line, roll, workflow, verbs):
    """One attempt; mostly an action of the present state. Returns whether the party was decided about."""
    if roll.random() < 0.1:  # time passes
        Clock.objects.running().about(line).update(due_at=line.state_since)
    here = [verb for verb in COURSE if line.state in workflow.transitions[verb].sources]
    verb = roll.choice(here if roll.random() < 0.7 else verbs)
    # An act that writes what is decided bars its author from deciding or reviewing.
    who = {"record_review": "customs.legal", "decide": HEAD, "mitigate": HEAD, "no_penalty": HEAD}.get(verb, OFFICER)
    more = {}
    if verb == "notify":
        more = roll.choice([{}, {"proposed_fine_cny": "100000"}, {"proposed_penalties": ["warning", "revoke"]}])
    if verb == "decide":
        more = roll.choice([{}, {"fine_cny": "1"}, {"fine_cny": "100000"}, {"penalties": ["warning", "revoke"]}])
    try:
        with atomic():
            perform(cast[who], line, verb, **more)
    except (Forbidden, Invalid, TransitionRefused):
        return False
    return verb in ("decide", "mitigate", "no_penalty")


def has_its_papers(line):
    taken = {step.verb: step for step in line.steps_taken()}
    assert "serve_notice" in taken
    lapsed = {
        clock.rule.code
        for clock in Clock.objects.about(line).filter(started_at__gte=taken["serve_notice"].at).select_related("rule")
        if clock.due_at < (clock.stopped_at or line.decided_at)
    }
    assert {"hear_party", "waive_statement", "hold_hearing"} & set(taken) or "CUS_DEFENCE" in lapsed
    settled = {"waive_hearing", "hold_hearing", "withdraw_hearing"} & set(taken)
    assert line.without_hearing or settled or "ADM_HEARING_REQ" in lapsed
    assert set(line.penalties) <= set(line.proposed_penalties)
    assert all(step.paper and step.person for step in taken.values())
    grave = powers.kinds_where("grave") & set(line.penalties)
    assert not grave or (line.review_opinion and line.minutes)
