"""The page of a case, for each kind of reader."""

from contextlib import ExitStack

import pytest
from django.urls import reverse

from cases.casefile.models import Case, Item
from cases.clocks.models import Clock
from cases.sharing.actions import share_case
from tests import stories
from tests.costs import costs_no_more
from tests.kept_stories import story

TABS = ["overview", "timeline", "tasks", "clocks", "papers", "access"]


def read(cast, username, case, tab="", language="en"):
    answer = cast.browser(username, language).get(reverse("case", args=[case.pk]), {"tab": tab} if tab else {})
    return answer, answer.content.decode()


@pytest.fixture
@story
def busy_case(cast):
    """A case with two proceedings, a filed transfer, a request under way, tasks, clocks and three readers."""
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="kept informed")
    line = stories.decision(cast, stories.proceeding(cast, "INVESTIGATE", case))
    stories.serve_notice(cast, line, proposed="Fine of 300,000 CNY")
    stories.transfer(cast, "FILED", case)
    stories.assistance(cast, "SENT", matter=case)
    stories.task(cast, matter=case)
    return Case.objects.get(pk=case.pk)


@pytest.mark.slow
def test_readers_of_the_whole_case_open_every_part(cast, busy_case):
    readers = ("customs.officer", "commerce.officer", "antismuggling.head", "centre.coordinator")
    answers = {(who, tab): read(cast, who, busy_case, tab)[0].status_code for who in readers for tab in TABS}
    assert {part: status for part, status in answers.items() if status != 200} == {}


def test_each_proceeding_and_referral_has_a_row_with_the_phone_of_its_handler(cast, busy_case):
    _, text = read(cast, "commerce.officer", busy_case)
    officer, head = cast.user("customs.officer"), cast.user("antismuggling.head")

    assert all(words in text for words in ("Administrative (customs)", "Criminal", "Request for assistance"))
    assert officer.phone in text
    assert head.phone in text
    assert cast.user("customs.lead").phone not in text


def test_the_page_shows_each_state_once_and_names_parties_items_and_the_rule_of_the_day(cast, busy_case):
    _, text = read(cast, "customs.officer", busy_case)

    own = text.split("cv-strands")[1].split("Administrative (customs)")[1].split("</tr>")[0]
    path = [own.index(f"{state} <time") for state in ("Verification", "Filed", "Investigation")]
    assert path == sorted(path)
    assert "Example Metals Ltd" in text
    assert "91110000600037341L" in text
    assert "Antimony metal" in text
    assert "Licence needed" in text
    assert "MOFCOM+MIIT+GACC+SCA Ann. 2024 No.51" in text
    assert "China → Vietnam" in text
    assert "A criminal case must be considered." in text


@pytest.mark.slow
def test_hidden_steps_are_left_out_except_the_present_state(cast, busy_case):
    own, centre = (read(cast, name, busy_case)[1] for name in ("customs.officer", "centre.coordinator"))

    assert "Report being drafted <time" in own
    assert "Report being drafted <time" not in centre
    assert "Transfer of a suspected crime" in centre
    assert "since <time" in centre


@pytest.mark.slow
def test_a_draft_is_hidden_from_other_agencies(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "HEAD_DECISION", case)

    assert "Transfer of a suspected crime" in read(cast, "customs.officer", case)[1]
    for tab in TABS:
        assert "Transfer of a suspected crime" not in read(cast, "commerce.officer", case, tab)[1]
    assert "Head decides" in read(cast, "customs.officer", case, "clocks")[1]
    assert "Head decides" not in read(cast, "commerce.officer", case, "clocks")[1]


def test_a_share_of_profile_status_shows_the_state_and_no_contents(cast, busy_case):
    answer, text = read(cast, "police.officer", busy_case)

    assert answer.status_code == 200
    assert "Administrative (customs)" in text
    assert "Example Metals Ltd" not in text
    assert "kept informed" not in text
    for tab in ("overview", "timeline", "clocks", "access"):
        assert read(cast, "police.officer", busy_case, tab)[0].status_code == 404


@pytest.mark.slow
def test_a_wrong_check_digit_is_marked_and_a_missing_weight_or_value_is_shown_as_unknown(cast):
    party = {"name": "Odd Ltd", "kind": "company", "identifiers": [{"scheme": "USCC", "value": "911100006000373410"}]}

    assert "Check digit is wrong" in read(cast, "customs.officer", stories.case(cast, parties=[party]))[1]
    case = stories.case(cast, items=[{"description": "powder"}])
    _, text = read(cast, "customs.officer", case)

    assert "A weight or a value in CNY is missing." in text
    assert "value in CNY unknown" in text
    assert "weight unknown" in text


def test_the_law_of_the_day_of_the_conduct_counts(cast):
    case = stories.case(cast)
    Item.objects.filter(case=case).update(conduct_on="2020-01-01")

    assert "Not controlled" in read(cast, "customs.officer", case)[1]


def test_a_missed_duty_is_overdue_and_a_partys_right_is_not(cast, busy_case):
    past = "2026-01-01T00:00:00Z"
    Clock.objects.filter(case=busy_case).update(started_at="2025-12-01T00:00:00Z", due_at=past, breach_at=past)
    _, text = read(cast, "customs.officer", busy_case, "clocks")

    right = text[text.index("Party requests a hearing") :]
    assert "overdue" in text
    assert "lapsed" in right[: right.index("</tr>")]
    assert "overdue" not in right[: right.index("</tr>")]


@pytest.mark.slow
def test_periods_of_persons_and_private_events_are_visible_to_their_agency_only(cast, busy_case):
    assert "Party requests a hearing" in read(cast, "customs.officer", busy_case, "clocks")[1]
    assert "Party requests a hearing" not in read(cast, "commerce.officer", busy_case, "clocks")[1]
    assert "served the pre-penalty notice" in read(cast, "customs.officer", busy_case, "timeline")[1]
    assert "served the pre-penalty notice" not in read(cast, "commerce.officer", busy_case, "timeline")[1]


def test_agencies_on_the_case_see_all_shares_and_their_reasons(cast, busy_case):
    _, text = read(cast, "commerce.officer", busy_case, "access")

    assert "kept informed" in text
    assert "sees the status only" in text
    assert "because the case is not restricted" in text


def test_the_page_says_that_the_centre_does_not_see_a_restricted_case(cast):
    case = stories.case(cast, handling="H3")

    assert "because the case is restricted" in read(cast, "customs.officer", case, "access")[1]
    assert read(cast, "centre.coordinator", case)[0].status_code == 404


@pytest.mark.slow
def test_the_timeline_names_parties_agencies_and_acts_to_permitted_readers(cast, busy_case):
    own, other = (read(cast, name, busy_case, "timeline")[1] for name in ("customs.officer", "commerce.officer"))

    assert "MPS Economic Crime Investigation Bureau" in own  # with whom it was shared
    assert "Example Metals Ltd" in own  # whose notice was served
    assert "signed the receipt" in own
    assert "accepted the request" not in own
    assert "Check licences" in other  # the task it was asked for
    assert "Example Metals Ltd" not in other.split("cv-tabs")[1]
    assert "Transfer of a suspected crime" not in other
    assert cast.user("customs.head").name_en not in other


@pytest.mark.slow
def test_the_next_action_and_that_of_a_row_are_the_readers_own_and_not_blocked(cast, busy_case):
    assert "Share with an agency" in read(cast, "customs.officer", busy_case)[1]
    assert "Share with an agency" not in read(cast, "commerce.officer", busy_case)[1]
    assert "Waits for" in read(cast, "centre.supervisor", busy_case)[1]
    assert "/do/accept/" in read(cast, "commerce.officer", busy_case)[1]
    assert "/do/accept/" not in read(cast, "customs.officer", busy_case)[1]
    answer, _ = read(cast, "customs.officer", busy_case)
    text = answer.content.decode()

    assert "Conclude the case" not in text.split("cv-panel-next")[1].split("</section>")[0]
    assert "Conclude the case" in text.split("data-commands-body")[1]


def test_user_text_is_escaped(cast):
    case = stories.case(cast, title="<script>alert(1)</script>")

    assert "<script>alert" not in read(cast, "customs.officer", case)[1]


@pytest.mark.slow
def test_every_part_costs_no_more_queries_when_the_case_grows(cast, busy_case):
    def grow(number):
        stories.proceeding(cast, "INVESTIGATE", busy_case)
        stories.assistance(cast, "SENT", matter=busy_case)
        stories.task(cast, matter=busy_case)
        busy_case.parties.create(name=f"Party {number}", role="exporter")
        busy_case.items.create(description="antimony")
        busy_case.shipments.create(route=["CHN", "VNM"])

    parts = [f"{reverse('case', args=[busy_case.pk])}?tab={tab}" for tab in TABS]
    grow(0)
    with ExitStack() as costs:
        for username in ("customs.head", "commerce.officer", "centre.coordinator"):
            costs.enter_context(costs_no_more(cast.browser(username), *parts))
        for number in range(1, 7):
            grow(number)
