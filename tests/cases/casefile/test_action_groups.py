"""The actions of a case in groups: none is missing, none is twice, and each is as open as before."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from agencies.kernel.resource import RESOURCES
from cases.casefile.action_groups import GROUPS
from tests import stories


def table():
    return RESOURCES["cases"].workflows[0]


def page_of(cast, who, case, tab="overview"):
    answer = cast.browser(who).get(reverse("case", args=[case.pk]), {"tab": tab})
    assert answer.status_code == 200
    return answer.content.decode()


def unfolded(text):
    """The page without what is folded."""
    inner = re.compile(r"<details\b(?:(?!<details\b).)*?</details>", re.DOTALL)
    while (shorter := inner.sub("", text)) != text:
        text = shorter
    return text


def test_each_action_of_a_case_is_in_one_group_or_beside_its_row():
    in_groups = Counter(verb for group in GROUPS for verb in group.verbs)
    expected = {verb for verb, line in table().transitions.items() if not line.system and not line.of_row}
    assert set(in_groups) == expected
    assert max(in_groups.values()) == 1


@pytest.mark.slow
def test_the_commands_link_every_open_action_and_a_section_what_adds_to_it(cast):
    case = stories.shared_case(cast)
    for who in ("customs.officer", "customs.head", "commerce.officer", "centre.coordinator"):
        text = page_of(cast, who, case)
        commands = text.split("data-commands-body")[-1].split("</details>")[0]
        open_now = [b for b in RESOURCES["cases"].buttons(cast[who], case) if not table().transitions[b.verb].of_row]
        assert all(f'href="{button.url}"' in commands for button in open_now), who

    add = reverse("verb", args=["cases", case.pk, "add_party"])
    assert f'href="{add}"' in page_of(cast, "customs.officer", case).split('id="parties"')[1].split('id="items"')[0]
    assert add not in page_of(cast, "centre.supervisor", case)
    for tab, verb in (("goods", "take_goods"), ("papers", "add_paper"), ("tasks", "ask_task"), ("access", "share")):
        link = reverse("verb", args=["cases", case.pk, verb])
        assert link in page_of(cast, "customs.officer", case, tab).split("cv-tabs")[1], tab


@pytest.mark.slow
def test_at_most_eight_actions_are_in_sight_and_the_rest_is_found_by_typing(cast):
    case = stories.shared_case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    stories.transfer(cast, "APPROVED", case)
    for who in ("customs.officer", "customs.lead", "customs.head", "commerce.officer", "centre.coordinator"):
        in_sight = re.findall(r'(?:href|action)="([^"]*/do/[^"]*)"', unfolded(page_of(cast, who, case)))
        assert len(in_sight) <= 8, (who, in_sight)


def test_a_command_is_found_in_chinese_pinyin_initials_and_english(cast):
    case = stories.shared_case(cast)
    commands = page_of(cast, "customs.officer", case).split("data-commands-body")[1]
    found = commands.split("/do/add_party/")[1].split("</a>")[0]
    assert all(words in found for words in ("Add a party", "添加当事人", "tianjiadangshiren", "tjdsr")), found
    party = case.parties.first()
    assert f'href="?tab=overview#party-{party.pk}"' in commands
    assert f"/do/change_party/?party={party.pk}" in commands


@pytest.mark.slow
def test_one_button_is_filled_and_it_is_what_the_law_waits_for(cast):
    case = stories.case(cast)
    stories.proceeding(cast, "FILED_ADM", case)
    stories.transfer(cast, "APPROVED", case)  # to be handed over within 24 hours
    text = page_of(cast, "customs.officer", case)
    assert text.count("cv-btn-primary") == 1
    filled = text.split("cv-btn-primary")[1].split("</a>")[0]
    assert "/referrals/" in filled
    assert "Start the investigation" in text.split("cv-panel-next")[1].split("</section>")[0]


@pytest.mark.slow
def test_the_tabs_count_what_the_reader_sees_there(cast):
    case = stories.shared_case(cast)
    stories.task(cast, matter=case)  # between customs and commerce
    own, other = (tab_counts(page_of(cast, who, case)) for who in ("customs.officer", "centre.coordinator"))
    assert own["Tasks"] == 1
    assert own["Access"] == case.shares.count() + 1  # and the centre
    assert "Tasks" in other


def test_a_reader_of_the_status_sees_no_count_of_contents(cast):
    case = stories.shared_case(cast, profile="status")
    stories.incoming(cast, matter=case)
    counts = tab_counts(page_of(cast, "commerce.officer", case, "tasks"))
    assert set(counts) == {"Tasks", "Coordination"}
    assert set(counts.values()) == {0}


def tab_counts(text):
    part = text.split('class="cv-tabs"')[1].split("</nav>")[0]
    found = {}
    for piece in part.split("<a ")[1:]:
        words = piece.split(">", 1)[1].split("</a>")[0]
        if "cv-tab-count" in words:
            name, count = words.split("<span", 1)
            found[name.strip()] = int(count.split(">")[1].split("<")[0])
    return found
