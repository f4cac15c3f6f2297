"""Approvals: the responsible person reads and decides on the page; others see why they may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from agencies.people.models import OfficeHolder
from cases.clocks.actions import apply_for_extension
from cases.clocks.models import Clock, ClockExtension
from coordination.exchange.referrals.models import Referral
from coordination.workspace.approvals import kinds
from tests import stories
from tests.costs import costs_no_more

PAGE, API = "/approvals/", "/api/v1/approvals/"
HEAD, DEPUTY, OFFICER = "customs.head", "customs.lead", "customs.officer"

# Actions of office holders that no decision waits for: performed on the object's own page when needed.
NOT_WAITED_FOR = {
    ("referrals", "override_checklist"),  # after the approval, from the page of the transfer
    *(("decisions", "ban"), ("decisions", "lift_ban"), ("instructions", "set_due")),
    ("opinions", "take_back"),
    # The steps of a demand after it was sent, from its page.
    *(("referrals", verb) for verb in ("insist", "give_reasons", "recall")),
    ("confidential-letters", "appoint"),  # the decider finds the letter of a former drafter on the home page
}


def waits(cast, who, **params):
    answer = cast.browser(who).get(PAGE, params)
    assert answer.status_code == 200
    return answer.context["page"].items


def decide(cast, who, thing, verb, resource="referrals", **answers):
    return cast.browser(who).post(f"{PAGE}?resource={resource}&id={thing.pk}&verb={verb}", answers)


def in_review(cast):
    return stories.reviewed(cast, proposed="A fine of 50,000")


def ending(cast, days=2):
    """An investigation whose period the responsible person of customs may extend, and the officer applied for it."""
    inside = stories.proceeding(cast, "INVESTIGATE")
    clock = Clock.objects.extendable_by(["agency_head", "customs_head", "district_customs_head"]).about(inside).first()
    assert clock is not None
    Clock.objects.filter(pk=clock.pk).update(due_at=timezone.now() + timedelta(days=days), breach_at=None)
    clock.refresh_from_db()
    apply_for_extension(clock, actor=cast[OFFICER], step=str(clock.rule.extension_steps.first().step), reason="complex")
    return clock


def test_every_verb_of_an_office_holder_is_offered_or_named_here():
    offered = {(kind.name, verb) for kind in kinds() for verb in kind.decision.verbs}
    held = {
        (resource.name, verb)
        for resource in RESOURCES.values()
        for workflow in resource.workflows
        for verb, line in workflow.transitions.items()
        if "office_holder" in line.by.__name__
    }
    assert held - offered == NOT_WAITED_FOR


def test_wherever_a_responsible_person_decides_the_matter_may_be_returned_for_revision():
    back = {"revise", "send_back", "return_proposal"}
    assert [kind.name for kind in kinds() if not back & set(kind.decision.verbs)] == []


def test_the_head_finds_transfers_decisions_and_extensions_the_nearest_end_first(cast):
    transfer, line, clock = stories.transfer(cast, "HEAD_DECISION"), in_review(cast), ending(cast)
    found = [one.thing.pk for one in waits(cast, HEAD)]
    assert set(found) == {transfer.pk, line.pk, clock.pk}
    dues = [one.thing.due_at for one in waits(cast, HEAD) if one.thing.due_at]
    assert dues == sorted(dues)


@pytest.mark.slow
def test_only_office_holders_have_approvals_in_the_navigation_with_their_count(cast):
    stories.transfer(cast, "HEAD_DECISION")
    entries = {who: [i for i in cast.browser(who).get("/").context["nav"] if i["url"] == PAGE] for who in
               (HEAD, DEPUTY, OFFICER, "commerce.head", "centre.supervisor")}  # fmt: skip
    assert [i["count"] for i in entries[HEAD]] == [1]
    assert [i["count"] for i in entries["commerce.head"]] == [0]
    assert entries[DEPUTY] == entries[OFFICER] == entries["centre.supervisor"] == []


def test_the_letter_the_article_and_the_time_left_are_read_in_place(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    text = cast.browser(HEAD).get(PAGE).content.decode()
    for words in (transfer.report, "D310 art.5", transfer.title, cast.user(OFFICER).name_en, "left"):
        assert words in text, words


def test_approving_on_the_page_opens_the_next_item(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    answer = decide(cast, HEAD, transfer, "approve", **stories.ON_PAPER)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    transfer.refresh_from_db()
    assert transfer.state == "APPROVED"
    assert transfer.approver == cast.user(HEAD)


def test_refusing_needs_reasons(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    answer = decide(cast, HEAD, transfer, "refuse")
    assert answer.status_code == 400
    assert "remark" in answer.context["form"].errors
    assert decide(cast, HEAD, transfer, "refuse", remark="No crime").status_code == 302
    transfer.refresh_from_db()
    assert transfer.ending_reason == "No crime"


def test_one_remark_serves_every_decision_and_says_which_of_them_need_it(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    form = cast.browser(HEAD).get(PAGE).context["form"]
    assert str(form.remark.label) == "Your remark (needed for: Return for revision, Do not approve)"
    assert decide(cast, HEAD, transfer, "revise", remark="Name the account").status_code == 302
    transfer.refresh_from_db()
    assert transfer.to_revise == "Name the account"


def test_a_returned_matter_names_the_item_that_the_remark_is_about(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    party = transfer.case.parties.first()
    offered = {key for _group, items in cast.browser(HEAD).get(PAGE).context["form"].fields["about"].choices[1:]
               for key, _name in items}  # fmt: skip
    assert f"party:{party.pk}" in offered
    assert {key.partition(":")[0] for key in offered} >= {"party", "goods"}
    assert decide(cast, HEAD, transfer, "revise", remark="Which?", about="party:0").status_code == 400
    assert decide(cast, HEAD, transfer, "revise", remark="Which?", about=f"party:{party.pk}").status_code == 302
    transfer.refresh_from_db()
    assert transfer.to_revise == f"{party.name}: Which?"


def test_the_head_reads_goods_threshold_acts_and_the_other_matters_beside_the_buttons(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    file = cast.browser(HEAD).get(PAGE).context["file"]
    assert [one.item.case for one in file.items] == [transfer.case] * transfer.case.items.count()
    assert file.line.verdict in ("above", "below", "unknown")
    assert [act.case for act in file.acts] == list(transfer.case.acts.values_list("case", flat=True)) or file.acts == []
    assert transfer not in [row.thing for row in file.strands]


def test_a_party_is_decided_on_the_page(cast):
    line = in_review(cast)
    text = cast.browser(HEAD).get(PAGE).content.decode()
    assert "A fine of 50,000" in text
    assert (
        decide(cast, HEAD, line, "decide", resource="decisions", decision_number="1", fine_cny="5").status_code == 302
    )
    line.refresh_from_db()
    assert line.state == "DECIDED"


def test_a_period_is_extended_up_to_its_limit(cast):
    clock = ending(cast)
    step = clock.rule.extension_steps.first()
    given = {"step": str(step.step), "paper": "No. 7", "reason": "complex"}
    assert decide(cast, HEAD, clock, "extend", resource="clocks", **given).status_code == 302
    assert ClockExtension.objects.filter(clock=clock).count() == 1
    Clock.objects.filter(pk=clock.pk).update(due_at=timezone.now() + timedelta(days=1))
    left = {one.thing.pk for one in waits(cast, HEAD)}
    assert (clock.pk in left) == (step.times is None or step.times > 1)


def test_a_conversion_inside_the_bureau_waits_with_its_own_ways_on(cast):
    conversion = stories.conversion(cast, "HEAD_DECISION")
    answer = cast.browser("antismuggling.head").get(PAGE)
    assert answer.context["chosen"].thing == conversion
    assert [one.verb for one in answer.context["buttons"]] == ["file", "take_back", "revise", "refuse"]
    assert conversion.get_kind_display() in answer.content.decode()


def test_items_that_wait_for_no_decision_cannot_be_decided_by_address(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    answer = cast.browser(HEAD).get(PAGE, {"resource": "referrals", "id": transfer.pk})
    assert answer.context["buttons"] == []
    assert "This is no longer waiting for a decision." in answer.content.decode()


def test_a_period_is_decided_when_somebody_applied_and_not_because_it_ends(cast):
    clock = ending(cast)
    clock.applications.all().delete()
    assert waits(cast, HEAD) == []


def test_a_decision_taken_meanwhile_is_shown_and_not_repeated(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.walk(cast, transfer, [("refuse", HEAD, {"ending_reason": "No crime"})])
    answer = decide(cast, HEAD, transfer, "approve")
    assert answer.status_code == 409
    assert "recorded this on" in answer.content.decode()


def test_an_office_holder_on_the_team_sees_the_reason(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    stories.joins_team(cast, transfer, HEAD, "referral")
    item = waits(cast, HEAD)[0]
    assert item.thing.barred
    text = cast.browser(HEAD).get(PAGE).content.decode()
    assert "You drafted or edited this report, or were on its team: another person decides." in text
    assert decide(cast, HEAD, transfer, "approve").status_code == 409
    assert cast.browser(HEAD).get(API).json()["results"][0]["may_decide"] is False


def test_a_deputy_reads_it_and_sees_the_reason(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    answer = cast.browser(DEPUTY).get(PAGE)
    text = answer.content.decode()
    assert transfer.report in text
    assert "a deputy may not" in text
    assert cast.user(HEAD).name_en in text
    assert answer.context["buttons"] == []
    assert decide(cast, DEPUTY, transfer, "approve").status_code == 403


@pytest.mark.parametrize("who", ["centre.supervisor", "auditor", "sysadmin"])
def test_people_without_an_agency_have_no_approvals(cast, who):
    assert cast.browser(who).get(PAGE).status_code == 403
    assert cast.browser(who).get(API).status_code == 403


def test_another_agencies_decisions_are_not_there(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    assert waits(cast, "commerce.head") == []
    assert cast.browser("commerce.head").get(PAGE, {"resource": "referrals", "id": transfer.pk}).status_code == 404
    assert decide(cast, "commerce.head", transfer, "approve").status_code == 404


@pytest.mark.parametrize("query", ["resource=cases&id=1", "resource=referrals&id=x", "resource=referrals", "id=0"])
def test_nonsense_is_not_found(cast, query):
    assert cast.browser(HEAD).get(f"{PAGE}?{query}").status_code == 404


def test_a_verb_that_is_no_decision_is_refused(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    for verb in ("edit", "", "withdraw"):
        assert decide(cast, HEAD, transfer, verb).status_code == 400


def test_the_receiver_extends_the_review_without_seeing_the_case_number(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    for clock in Clock.objects.about(transfer).filter(rule__extension_steps__isnull=False).distinct():
        apply_for_extension(clock, actor=cast["antismuggling.officer"], step="1", reason="complex")
    head = cast.browser("antismuggling.head")
    assert transfer.case.number not in head.get(PAGE).content.decode()
    assert not [row["case"] for row in head.get(API).json()["results"] if row["case"]]


def test_the_api_shows_the_same(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    row = cast.browser(HEAD).get(API).json()["results"][0]
    assert row["id"] == str(transfer.pk)
    assert (row["resource"], row["title"], row["article"], row["may_decide"]) == (
        *("referrals", transfer.title, "D310 art.5", True),
    )
    assert [verb["verb"] for verb in row["verbs"]] == ["approve", "revise", "refuse"]
    assert cast.browser(DEPUTY).get(API).json()["results"][0]["verbs"] == []


@pytest.mark.slow
def test_the_api_pages_through_all_kinds_in_one_order(cast):
    for _ in range(3):
        stories.transfer(cast, "HEAD_DECISION")
        in_review(cast)
    client, seen, url = cast.browser(HEAD), [], f"{API}?size=2"
    while url:
        data = client.get(url).json()
        seen += [row["id"] for row in data["results"]]
        url = data["next"]
    assert len(seen) == len(set(seen)) == 6
    assert client.get(f"{API}?size=0").status_code == 400
    assert client.get(f"{API}?after=nonsense").status_code == 400


@pytest.mark.slow
def test_page_and_api_cost_the_same_for_many(cast):
    def waiting(number):
        for _ in range(number):
            stories.transfer(cast, "HEAD_DECISION")
            in_review(cast)

    waiting(1)
    ending(cast)
    with costs_no_more(cast.browser(HEAD), PAGE, API):
        waiting(6)


# No eligible approver ------------------------------------------------------------------------------------------------
ALARM = "No person may decide on this"


def home(cast, who):
    return cast.browser(who).get("/").content.decode()


@pytest.mark.slow
def test_without_an_eligible_approver_the_chiefs_and_the_centre_are_alarmed(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    assert ALARM not in home(cast, DEPUTY)
    OfficeHolder.objects.filter(agency=transfer.sender).update(until=timezone.localdate() - timedelta(days=1))
    for who in (DEPUTY, "centre.supervisor", "centre.coordinator"):
        assert ALARM in home(cast, who), who
        assert transfer.title in home(cast, who)
        assert "Appoint an acting holder" in home(cast, who)
    for who in (OFFICER, "commerce.lead", "antismuggling.head", "auditor"):
        assert ALARM not in home(cast, who), who


def test_the_alarm_ends_with_an_acting_holder_outside_the_team(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    OfficeHolder.objects.filter(agency=transfer.sender).update(until=timezone.localdate() - timedelta(days=1))
    inside, outside = cast.user(DEPUTY), cast.user("customs.admin")
    OfficeHolder.objects.create(user=inside, agency=transfer.sender, is_acting=True, document="No. 1")
    assert ALARM in home(cast, "centre.supervisor")
    OfficeHolder.objects.create(user=outside, agency=transfer.sender, is_acting=True, document="No. 2")
    assert ALARM not in home(cast, "centre.supervisor")


def test_a_disabled_holder_is_no_holder(cast):
    stories.transfer(cast, "HEAD_DECISION")
    user = cast.user(HEAD)
    user.is_active = False
    user.save()
    assert ALARM in home(cast, DEPUTY)


def test_the_handler_does_not_decide_about_the_parties(cast):
    line = in_review(cast)
    stories.joins_team(cast, line.proceeding, HEAD, "proceeding")
    assert waits(cast, HEAD)[0].thing.barred
    assert home(cast, DEPUTY).count(line.party.name) > 0
    assert decide(cast, HEAD, line, "decide", resource="decisions", decision_number="1").status_code == 409


def test_dissent_in_the_discussion_is_read_with_the_recommendation(cast):
    line = in_review(cast)
    data = {"discussed_by": "All three", "minutes": "One of three dissents: too low.", "conclusion": "Fine"}
    stories.walk(cast, line, [("record_discussion", OFFICER, data)])
    text = cast.browser(HEAD).get(PAGE).content.decode()
    assert all(words in text for words in data.values())


def test_a_decision_about_a_party_alarms_as_well(cast):
    line = in_review(cast)
    OfficeHolder.objects.filter(agency=line.proceeding.agency).delete()
    assert line.party.name in home(cast, DEPUTY)


def test_a_restricted_case_alarms_the_centre_of_nothing(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION", stories.case(cast, handling="H3"))
    OfficeHolder.objects.filter(agency=transfer.sender).delete()
    assert ALARM not in home(cast, "centre.supervisor")
    assert Referral.objects.filter(pk=transfer.pk, state="HEAD_DECISION").exists()


def test_below_a_fourth_button_stands_what_no_action_needs(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    proposed = {"proposed": "file", "proposal": "There was a crime"}
    stories.walk(cast, transfer, [("propose", "antismuggling.officer", proposed)])
    form = cast.browser("antismuggling.head").get(PAGE, {"resource": "referrals", "id": transfer.pk}).context["form"]
    assert ([one.name for one in form.shown], [one.name for one in form.further]) == (
        ["external_number"],
        ["same_person_because"],
    )
    three = stories.transfer(cast, "HEAD_DECISION")
    form = cast.browser(HEAD).get(PAGE, {"resource": "referrals", "id": three.pk}).context["form"]
    assert [one.name for one in form.shown] == ["incomplete_because"]
    assert form.further == []
