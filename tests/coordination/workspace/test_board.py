"""The board: the agency's work in columns, each card with its open moves, and never more than its reader sees."""

import pytest

from coordination.automation.routing.dispatch import route_arrivals
from coordination.workspace.board import CARDS, boards
from tests import stories
from tests.costs import costs_no_more


def board(cast, who, query=""):
    return cast.browser(who).get(f"/board/?{query}")


def columns(cast, who, query=""):
    return {column.state: column for column in board(cast, who, query).context["columns"]}


def test_each_state_is_a_column_with_its_count(cast):
    case = stories.shared_case(cast)
    for state in ("ASKED", "OPEN", "CLAIMED", "DONE"):
        stories.task(cast, state, case)
    found = columns(cast, "commerce.officer", "resource=tasks")
    assert {state: column.count for state, column in found.items()} == {"ASKED": 1, "OPEN": 1, "CLAIMED": 1, "DONE": 1}
    assert columns(cast, "customs.officer", "resource=tasks")["ASKED"].count == 0, "whose work it is, not who asked"


def test_a_card_shows_the_way_on_as_a_link_to_the_verbs_page(cast):
    lead = stories.lead(cast)
    [card] = columns(cast, "customs.officer", "resource=leads")["RECEIVED"].cards
    assert card.buttons[0].url == f"/leads/{lead.pk}/do/take_up/"
    shown = board(cast, "customs.officer", "resource=leads").content.decode()
    assert f'href="/leads/{lead.pk}/do/take_up/"' in shown
    assert lead.title in shown


def test_completed_items_are_not_late(cast):
    late = stories.late_task(cast)
    [card] = columns(cast, "commerce.officer", "resource=tasks")["CLAIMED"].cards
    assert card.line.due_at == late.due_at
    stories.walk(cast, late, [("complete", "commerce.officer", {"result": "Checked"})])
    [card] = columns(cast, "commerce.officer", "resource=tasks")["DONE"].cards
    assert card.line.due_at is None
    assert "overdue" not in board(cast, "commerce.officer", "resource=tasks").content.decode().split("cv-board")[-1]


def test_a_full_column_is_capped_and_leads_to_all_of_it(cast):
    leads = [stories.lead(cast) for _ in range(CARDS + 3)]
    column = columns(cast, "customs.officer", "resource=leads")["RECEIVED"]
    assert (column.count, len(column.cards), column.has_more) == (len(leads), CARDS, True)
    whole = cast.browser("customs.officer").get(f"/board/{column.url}")
    assert len(whole.context["page"].items) == len(leads)


def test_it_is_cut_by_unit_and_by_person(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,urgent,customs.officer,lead,,antimony", "2,1,GACC")
    mine, free = stories.lead(cast), stories.lead(cast, items=[])
    route_arrivals()

    def shown(query):
        return {card.line.key[1] for card in columns(cast, "customs.lead", f"resource=leads&{query}")["RECEIVED"].cards}

    assert shown("person=customs.officer") == shown("unit=GACC_RISK") == {mine.pk}
    assert shown("person=-") == shown("unit=GACC") == {free.pk}
    assert shown("") == {mine.pk, free.pk}
    [card] = columns(cast, "customs.lead", "resource=leads&person=customs.officer")["RECEIVED"].cards
    assert (card.person, card.routing.priority) == (cast.user("customs.officer"), 3)


@pytest.mark.parametrize(
    "query", ["resource=dreams", "unit=MOFCOM_SCB", "person=commerce.officer", "state=LOST", "person=%00"]
)
def test_invalid_parameters_are_refused(cast, query):
    assert board(cast, "customs.officer", query).status_code == 400


def test_a_referral_shows_its_receiver_no_more_than_its_envelope(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    shown = board(cast, "antismuggling.officer", "resource=referrals").content.decode()
    assert transfer.number in shown
    assert transfer.title not in shown


def test_a_step_names_its_referral_before_its_case_is_read(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    cards = [card for column in columns(cast, "antismuggling.lead", "resource=tasks").values() for card in column.cards]
    assert [card.line.key for card in cards] == [("referral", transfer.pk)]
    assert transfer.number in cards[0].line.note
    assert transfer.case.number not in board(cast, "antismuggling.lead", "resource=tasks").text


@pytest.mark.parametrize("who", ["auditor", "sysadmin", "customs.admin", "centre.coordinator"])
def test_people_without_cases_have_no_board(cast, who):
    assert board(cast, who).status_code == 403
    assert "/board/" not in [item["url"] for item in cast.browser(who).get("/").context["nav"]]


@pytest.mark.slow
@pytest.mark.parametrize("resource", boards())
def test_a_board_costs_no_more_however_full(cast, resource):
    case = stories.shared_case(cast)

    def fill(number):
        for _ in range(number):
            if resource == "referrals":
                stories.transfer(cast, "DELIVERED")
            elif resource == "proceedings":
                stories.proceeding(cast, matter=case)
            elif resource == "leads":
                stories.lead(cast)
            else:
                stories.task(cast, "ASKED", case)

    who = {"tasks": "commerce.lead", "referrals": "antismuggling.lead"}.get(resource, "customs.lead")
    board = f"/board/?resource={resource}"
    fill(1)
    with costs_no_more(cast.browser(who), board, f"{board}&unit={cast[who].agency_code}&person=-"):
        fill(6)
