"""Pages of notes: the tab of a case, a person's list, the counter, and no leaks."""

import pytest
from django.urls import reverse

from coordination.exchange.notes.actions import edit_note, withdraw_note
from coordination.exchange.notes.models import Note
from tests import stories
from tests.costs import costs_no_more


def tab(cast, who, case, language="en"):
    return cast.browser(who, language).get(f"{reverse('case', args=[case.pk])}?tab=notes")


def count(cast, who):
    nav = cast.browser(who).get("/notes/").context["nav"]
    return next(item["count"] or 0 for item in nav if item["url"].startswith("/notes/"))


def test_the_form_of_the_tab_writes_a_note_and_nothing_is_chosen_beforehand(cast):
    case = stories.shared_case(cast)
    shown = tab(cast, "customs.officer", case)
    assert 'name="audience"' in shown.text
    assert "selected" not in shown.text.split('name="audience"')[1].split("</select>")[0].split("<option", 2)[2]
    url = reverse("verb", args=["cases", case.pk, "write_note"])
    sent = cast.browser("customs.officer").post(
        url, {"text": "First\nsecond https://example.org/x", "audience": "case"}
    )
    note = Note.objects.get()
    assert sent.url == reverse("note", args=[note.pk])
    result = tab(cast, "commerce.officer", case).text
    assert "First\nsecond" in result
    assert '<a href="https://example.org/x" rel="nofollow">' in result
    assert cast.user("customs.officer").name not in result  # people of another agency are not named
    assert "visible to: all agencies that read the case" in result


def test_a_note_without_readers_is_refused_and_keeps_the_input(cast):
    url = reverse("verb", args=["cases", stories.case(cast).pk, "write_note"])
    answer = cast.browser("customs.officer").post(url, {"text": "Kept"})
    assert answer.status_code == 400
    assert "Kept" in answer.text


def test_words_are_shown_as_words(cast):
    note = stories.note(cast, text="<script>alert(1)</script> javascript:alert(1)")
    shown = tab(cast, "customs.officer", note.case).text
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert 'href="javascript' not in shown


def test_a_mentioned_person_finds_the_note_unread_until_marked_read(cast):
    note = stories.note(cast, text="@customs.lead please look")
    assert (count(cast, "customs.lead"), count(cast, "customs.legal")) == (1, 0)
    assert cast.browser("customs.lead").get("/notes/?unread=1").context["page"].items == [note]
    cast.browser("customs.lead").post(reverse("notes_read", args=[note.case_id]), {"upto": note.pk})
    assert count(cast, "customs.lead") == 0
    edit_note(note, actor=cast["customs.officer"], text="@customs.lead please look again")
    assert count(cast, "customs.lead") == 1
    withdraw_note(note, actor=cast["customs.officer"], reason="settled")
    assert count(cast, "customs.lead") == 0


def test_authors_on_a_case_see_new_notes_of_others_as_unread(cast):
    case = stories.case(cast)
    stories.note(cast, "agency", case, by="customs.lead")
    assert count(cast, "customs.lead") == 0
    stories.note(cast, "agency", case)
    assert count(cast, "customs.lead") == 1


def test_notes_written_after_opening_the_page_stay_unread(cast):
    case = stories.case(cast)
    seen = stories.note(cast, "agency", case, text="@customs.lead one")
    later = stories.note(cast, "agency", case, text="@customs.lead two")
    cast.browser("customs.lead").post(reverse("notes_read", args=[case.pk]), {"upto": seen.pk})
    assert cast.browser("customs.lead").get("/notes/?unread=1").context["page"].items == [later]


@pytest.mark.parametrize("upto", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_reading_up_to_a_note_that_is_not_there_is_a_404(cast, upto):
    case = stories.case(cast)
    answer = cast.browser("customs.lead").post(reverse("notes_read", args=[case.pk]), {"upto": upto})
    assert answer.status_code == 404


def test_a_withdrawn_note_shows_its_reason_and_no_text(cast):
    note = stories.note(cast, "case", stories.shared_case(cast), text="Canary")
    withdraw_note(note, actor=cast["customs.officer"], reason="wrong case")
    shown = tab(cast, "commerce.officer", note.case).text
    assert "wrong case" in shown
    assert "Canary" not in shown
    answer = cast.browser("commerce.officer").get(f"/api/v1/notes/{note.pk}/").json()
    assert (answer["text"], answer["author"], answer["reason"]) == ("", None, "wrong case")


def test_an_edited_note_shows_its_earlier_words_on_its_page(cast):
    note = stories.note(cast, text="Zinc")
    edit_note(note, actor=cast["customs.officer"], text="Antimony")
    answer = cast.browser("customs.legal").get(reverse("note", args=[note.pk])).text
    assert "Zinc" in answer
    assert "Antimony" in answer


@pytest.mark.slow
def test_the_tab_and_the_list_cost_the_same_however_many_notes(cast):
    inside = stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast))
    transfer = stories.transfer(cast, matter=inside.case)
    abouts = ["", f"proceeding:{inside.pk}", f"referral:{transfer.pk}"]

    def write(times):
        for about in abouts * times:
            stories.note(cast, "agency", inside.case, text="@customs.lead look", about=about)

    write(1)
    tab = f"{reverse('case', args=[inside.case_id])}?tab=notes"
    with costs_no_more(cast.browser("customs.lead"), tab, "/notes/"):
        write(4)


def test_in_chinese_the_tab_speaks_chinese(cast):
    note = stories.note(cast)
    assert "办案记录" in tab(cast, "customs.officer", note.case, "zh-hans").text
