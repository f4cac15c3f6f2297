"""Printed instructions: filled from the letter, under its number, readable by the addressee."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.papers.models import Paper
from coordination.exchange.instructions.models import Instruction
from tests import stories

WAYS = {
    "assign_down": ("DIR_ASSIGN", "RECEIVED", "customs", "antismuggling"),
    "instruct": ("DIR_INSTRUCT", "RECEIVED", "customs", "antismuggling"),
    "designate": ("DIR_DESIGNATE", "RECEIVED", "customs", "antismuggling"),
    "take_up": ("DIR_TAKE_UP", "RECEIVED", "customs", "antismuggling"),
    "ask_up": ("DIR_ASK_UP", "RECEIVED", "antismuggling", "customs"),
}
ANSWERS = {
    "take_up": ("REPORTED", "DIR_REPORT"),
    "instruct": ("REPORTED", "DIR_REPORT"),
    "ask_up": ("AGREED", "DIR_REPLY"),
}


def drafted(cast, who, letter, form):
    data = {"subject": "instructions", "id": str(letter.pk), "form": form}
    answer = cast.browser(who).post(reverse("paper_draft"), data)
    assert answer.status_code == 302, answer.content
    return Paper.objects.get(form=form)


@pytest.mark.parametrize("kind", WAYS)
def test_each_kind_is_drafted_from_its_page_and_issued_under_its_number(cast, kind):
    form, state, writer, reader = WAYS[kind]
    letter = stories.instruction(cast, state, kind=kind)
    page = reverse("instruction", args=[letter.pk])
    assert f'value="{form}"' in cast.browser(f"{writer}.officer").get(page).text
    assert f'value="{form}"' not in cast.browser(f"{reader}.officer").get(page).text
    paper = drafted(cast, f"{writer}.officer", letter, form)
    assert (paper.number, paper.to_id) == (letter.number, letter.receiver_id)
    assert letter.text in paper.body
    if "【" in paper.body:
        assert kind == "designate"
        body = paper.body.replace("【指定管辖依据】", "《中华人民共和国行政处罚法》第二十五条")
        data = {"addressee": paper.addressee, "title": paper.title, "body": body, "annexes": "", "copies": ""}
        stories.walk(cast, paper, [("edit", f"{writer}.officer", data)])
    stories.walk(cast, paper, [("issue", f"{writer}.lead", {})])
    assert paper.content["number"] == letter.number
    shown = cast.browser(f"{reader}.officer").get(reverse("paper_print", args=[paper.pk]))
    assert shown.status_code == 200
    for words in (letter.number, letter.text, paper.title):
        assert words in shown.text, words
    assert "【" not in shown.text


def test_the_title_is_written_as_that_of_an_official_paper(cast):
    letter = stories.instruction(cast, "SENT", kind="ask_up", title="关于锑锭案管辖的请示")
    assert drafted(cast, "antismuggling.officer", letter, "DIR_ASK_UP").title == "关于锑锭案管辖的请示"
    marked = stories.instruction(cast, "SENT", kind="instruct", title="批示：逐票核对拆分申报")
    assert drafted(cast, "customs.officer", marked, "DIR_INSTRUCT").title == "关于逐票核对拆分申报的批示办理通知"
    decided = stories.instruction(cast, "SENT", kind="designate")
    assert drafted(cast, "customs.officer", decided, "DIR_DESIGNATE").title == "指定管辖决定书"


def test_a_letter_drafted_before_it_is_sent_takes_the_number_of_its_sending(cast):
    letter = stories.instruction(cast, "DRAFT", kind="assign_down")
    paper = drafted(cast, "customs.lead", letter, "DIR_ASSIGN")
    assert paper.number == ""
    stories.walk(cast, letter, [("send", "customs.lead", {})])
    assert Paper.objects.get(pk=paper.pk).number == Instruction.objects.get(pk=letter.pk).number != ""


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_answer_is_a_paper_of_the_answering_agency(cast, kind):
    state, form = ANSWERS[kind]
    _form, _state, writer, reader = WAYS[kind]
    letter = stories.instruction(cast, state, kind=kind)
    paper = drafted(cast, f"{reader}.officer", letter, form)
    assert paper.to_id == letter.sender_id
    for words in (letter.answer, letter.number, letter.title):
        assert words in paper.body
    assert ("同意你单位意见。" in paper.body) == (kind == "ask_up")
    stories.walk(cast, paper, [("issue", f"{reader}.lead", {})])
    assert cast.browser(f"{writer}.officer").get(reverse("paper", args=[paper.pk])).status_code == 200


def test_the_sheet_shows_nothing_of_the_case_to_an_addressee_without_share(cast):
    letter = stories.instruction(cast, "RECEIVED", kind="assign_down")
    paper = drafted(cast, "customs.officer", letter, "DIR_ASSIGN")
    stories.walk(cast, paper, [("issue", "customs.lead", {})])
    browser = cast.browser("antismuggling.officer")
    assert browser.get(reverse("case", args=[letter.case_id])).status_code == 404
    for name in ("paper", "paper_print"):
        shown = browser.get(reverse(name, args=[paper.pk])).text
        assert letter.case.number not in shown
        assert letter.case.title not in shown


def test_the_sheet_shows_the_day_of_the_answer_in_shanghai_time(cast):
    due = timezone.now() + timedelta(days=9)
    paper = drafted(cast, "customs.officer", stories.instruction(cast, "SENT", due_at=due), "DIR_INSTRUCT")
    local = timezone.localtime(due)
    assert f"请于{local.year}年{local.month}月{local.day}日前" in paper.body
