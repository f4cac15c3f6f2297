"""What officers type into the search box, and what they find."""

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from coordination.insight.search.actions import index_changed
from coordination.insight.search.finding import groups
from coordination.insight.search.models import Entry
from coordination.insight.search.words import agency_word
from tests import stories
from tests.kept_stories import story

pytestmark = pytest.mark.both_databases  # full text


@pytest.fixture
@story
def office(cast):
    """Two matters of customs: one in Chinese, one in English."""
    chinese = stories.case(
        cast,
        title="锑锭伪报锌锭经越南转运",
        narrative="货物密度与申报不符。",
        parties=[{"role": "exporter", "kind": "company", "name": "深圳市华锐国际贸易有限公司", "identifiers": []}],
    )
    english = stories.case(cast, title="Antimony ingots declared as zinc")
    index_changed()
    return {"chinese": chinese, "english": english}


def found(cast, typed, who="customs.officer"):
    return {(group.resource, group.similar): [hit.thing for hit in group.hits] for group in groups(typed, cast[who])}


def marked(cast, typed, resource, who="customs.officer"):
    shown = [hit for group in groups(typed, cast[who]) if group.resource == resource for hit in group.hits]
    return [text for hit in shown for why in hit.whys for text, is_it in why.pieces if is_it]


@pytest.mark.parametrize(
    "typed", ["锑", "锑锭", "转运", "tiding", "zhuanyun", "ti ding", "锑锭 转运", "越南转运", "锌"]
)
def test_chinese_is_found_by_character_word_phrase_and_pinyin(cast, office, typed):
    assert office["chinese"] in found(cast, typed)[("cases", False)]


@pytest.mark.parametrize("typed", ["antimony", "Antimony ingot", "antimony ingots", "ANTI", "zinc antimony"])
def test_english_is_found_by_word_beginning_and_in_any_order(cast, office, typed):
    assert office["english"] in found(cast, typed)[("cases", False)]


def test_a_word_of_the_trade_is_found_in_the_other_language_too(cast, office):
    assert {*found(cast, "antimony")[("cases", False)]} == {office["chinese"], office["english"]}
    assert {*found(cast, "锑锭")[("cases", False)]} == {office["chinese"], office["english"]}


@pytest.mark.parametrize("typed", ["锑铋", "运转", "dinging", "铋", "antimony bismuth"])
def test_absent_words_are_not_found(cast, office, typed):
    assert ("cases", False) not in found(cast, typed)


@pytest.mark.parametrize(
    "typed",
    ["华瑞", "深圳市华锐国际茂易有限公司", "深圳华瑞贸易公司", "华锐国济", "Exampel Metals", "Exmple Metals Ltd"],
)
def test_a_name_with_one_wrong_character_is_found_and_marked_as_similar(cast, office, typed):
    assert len(found(cast, typed)[("parties", True)]) == 1


def test_two_firms_that_share_only_their_legal_form_are_not_similar(cast, office):
    assert ("parties", True) not in found(cast, "宁波鼎源新材料有限公司")


@pytest.mark.parametrize("typed", ["越南", "Vietnam", "VNM", "vn", "yuenan"])
def test_shipments_and_leads_are_found_by_a_country_of_their_route(cast, office, typed):
    answer = found(cast, typed)
    assert {one.case for one in answer[("shipments", False)]} == {office["chinese"], office["english"]}
    assert ("leads", False) in answer


def test_items_are_found_by_the_name_that_was_declared(cast):
    item = {"description": "Antimony ingots", "declared_as": "tin ingot", "value": 1, "currency": "CNY"}
    case = stories.case(cast, title="Other goods", items=[item])
    index_changed()
    assert [one.case for one in found(cast, "tin ingot")[("items", False)]] == [case]


def test_titles_are_found_by_the_initials_of_their_pinyin(cast):
    case = stories.case(cast, title="稀土出口案")
    index_changed()
    for typed in ("xt", "xtck"):
        assert case in found(cast, typed)[("cases", False)], typed


@pytest.mark.parametrize("typed", ["antimny", "antimoyn", "antimonny", "antimory"])
def test_one_wrong_letter_finds_similar_matters_in_both_languages(cast, office, typed):
    answer = found(cast, typed)
    assert set(answer[("cases", True)]) == {office["chinese"], office["english"]}
    assert ("cases", False) not in answer


def test_a_handler_is_found_by_the_own_agency_only(cast):
    """By name, pinyin or initials, also together with other words."""
    task = stories.task(cast, "CLAIMED")
    index_changed()
    name = cast.user("commerce.officer").name_zh
    for typed in (name, f"{name} {task.title}", cast.user("commerce.officer").name_en):
        assert task in found(cast, typed, "commerce.lead")[("tasks", False)], typed
        assert ("tasks", False) not in found(cast, typed, "customs.officer"), typed
    forged = f"§{cast['commerce.officer'].agency_id}§{name[:2]}"
    assert ("tasks", False) not in found(cast, forged, "customs.officer")
    for group in groups(task.title, cast["customs.officer"]):
        assert name not in str([hit.whys for hit in group.hits])
    assert name in marked(cast, name, "tasks", "commerce.lead")


def test_a_hit_shows_where_and_why(cast, office):
    assert marked(cast, "tiding", "cases") == ["锑锭"]
    assert marked(cast, "越南转运", "cases") == ["越南转运"]
    assert marked(cast, "密度", "leads") == ["密度"]
    assert marked(cast, "hrgj", "parties") == ["华锐国际"]


def test_entries_of_a_kind_that_is_no_more_are_left_out_until_the_index_is_rebuilt(cast, office):
    Entry.objects.filter(kind="case").update(kind="no_more")
    assert found(cast, "锑锭")
    assert ("cases", False) not in found(cast, "锑锭")


def test_a_matter_is_found_behind_many_that_the_reader_may_not_see(cast, monkeypatch):
    """However few entries are read at a time, and however many newer ones are hidden."""
    monkeypatch.setattr("agencies.kernel.paging.PRINTED", 2)
    monkeypatch.setattr("coordination.insight.search.finding.MOST", 1)
    shared = stories.shared_case(cast, title="锑锭伪报")
    index_changed()
    before = shown(cast, "锑")
    for _ in range(4):
        stories.case(cast, title="锑锭伪报")
    index_changed()
    word = Value(f" {agency_word(cast['commerce.officer'].agency_id)}")  # as if the agency had read them before
    Entry.objects.filter(kind="case").update(words=Concat("words", word))
    assert shown(cast, "锑") == before
    assert found(cast, "锑", "commerce.officer")[("cases", False)] == [shared]


def shown(cast, typed):
    return [(one.resource, one.count, one.more) for one in groups(typed, cast["commerce.officer"])]
