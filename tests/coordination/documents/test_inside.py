"""Papers of a proceeding: filing, order and release of a property measure, and letters to the procuratorate."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import resource_of
from cases.papers.models import Paper
from cases.papers.texts import blanks
from cases.proceedings.actions import open_proceeding
from cases.proceedings.models import Suspect
from coordination.documents.actions import draft_paper
from tests import stories
from tests.refusals import refused_for

from .drafting import due

BY_HAND = {"犯罪事实": "以伪报品名的方式出口", "犯罪证据": "报关单、鉴定意见", "逮捕必要性": "可能毁灭证据"}


def draft(cast, who, thing, form):
    return draft_paper(thing, resource_of(thing).workflow_of(thing), actor=cast[who], form=form)


def finished(cast, who, paper):
    """Fills in the fields that only the officer can write."""
    body = paper.body
    for name, words in BY_HAND.items():
        body = body.replace(f"【{name}】", words)
    data = {name: getattr(paper, name) for name in ("addressee", "title", "annexes", "copies")}
    stories.walk(cast, paper, [("edit", who, {**data, "body": body})])
    return paper


@pytest.fixture
def filed(cast):
    inside = stories.proceeding(cast, "INVESTIGATE")
    stories.decision(cast, inside)
    return inside


@pytest.fixture
def detention(cast, filed):
    return stories.property_measure(cast, filed)


def test_the_filing_is_a_decision_on_paper_with_its_day_number_and_party(cast, filed):
    assert "FILE_ADM" in due(cast, "customs.officer", filed)
    made = draft(cast, "customs.officer", filed, "FILE_ADM")
    for words in (filed.external_number, "Example Metals Ltd", "锑锭", "《中华人民共和国行政处罚法》第五十四条"):
        assert words in made.body
    assert "【" not in made.body
    assert made.addressee == "Example Metals Ltd"
    stories.walk(cast, made, [("issue", "customs.lead", {})])
    assert made.state == "ISSUED"
    assert "FILE_ADM" not in due(cast, "customs.officer", filed)


def test_before_the_filing_its_paper_waits_for_the_day(cast):
    inside = stories.proceeding(cast)
    made = draft(cast, "customs.lead", inside, "FILE_ADM")
    assert "【立案日期】" in made.body


def test_the_order_of_a_detention_has_number_goods_period_and_remedies(cast, detention):
    assert due(cast, "customs.officer", detention)[0] == "DETAIN"
    made = draft(cast, "customs.officer", detention, "DETAIN")
    assert "【" not in made.body
    assert made.number == detention.paper
    for words in (
        detention.authority,
        detention.reason,
        "60日内向海关总署申请行政复议",
        "直接向北京市第二中级人民法院提起行政诉讼",
    ):
        assert words in made.body
    [table] = made.tables
    assert [row[1] for row in table["rows"]] == [lot.number for lot in detention.lots.all()]
    stories.walk(cast, made, [("issue", "customs.lead", {})])
    assert made.content["number"] == detention.paper


def test_a_reason_that_ends_in_a_stop_does_not_break_the_sentence(cast, detention):
    type(detention).objects.filter(pk=detention.pk).update(reason="防止货物转移。")
    detention.refresh_from_db()
    assert "因防止货物转移，根据" in draft(cast, "customs.officer", detention, "DETAIN").body


def test_the_release_is_issued_under_the_number_that_ended_the_measure(cast, detention):
    made = draft(cast, "customs.officer", detention, "RELEASE")
    with refused_for("blanks", "number"):
        stories.walk(cast, made, [("issue", "customs.lead", {})])
    stories.walk(cast, detention, [("release", "customs.officer", {"paper": "沪关解〔2026〕3号", "reason": "已补证"})])
    made.refresh_from_db()
    stories.walk(cast, made, [("refill", "customs.officer", {}), ("issue", "customs.lead", {})])
    assert made.number == "沪关解〔2026〕3号"
    assert detention.paper in made.body
    assert "已补证" in made.body


def test_commerce_seals_with_a_paper_of_its_own(cast):
    case = stories.case(cast, by="commerce.officer")
    inside = open_proceeding(case, actor=cast["commerce.officer"], kind="commerce")
    steps = [("file", "commerce.lead", {"external_number": "商安控立〔2026〕8号"})]
    team = [cast["commerce.officer"].id, cast["commerce.lead"].id]
    stories.walk(cast, inside, [*steps, ("investigate", "commerce.officer", {"team": team})])
    order = {
        "measure": "seal",
        "subject": "仓库一处",
        "authority": "司长",
        "paper": "商查扣〔2026〕1号",
        "reason": "可能转移货物",
    }
    made = resource_of(inside).actions_of(inside)["order_measure"](inside, actor=cast["commerce.officer"], **order)
    assert due(cast, "commerce.officer", made)[0] == "SEAL"
    with pytest.raises(Invalid):
        draft(cast, "commerce.officer", made, "DETAIN")
    paper = draft(cast, "commerce.officer", made, "SEAL")
    assert "【" not in paper.body
    assert "一式二份" in paper.body
    assert "仓库一处" in paper.body


def test_the_request_for_arrest_names_suspect_and_measures_and_leaves_the_facts_to_the_officer(cast):
    line = stories.suspect(cast)
    stories.suspect_walk(cast, line, ("charge", {"charges": ["SMUG_PROHIBITED"]}))
    detention = stories.measure(cast, line)
    assert "ARREST_REQ" in due(cast, "antismuggling.officer", line)
    made = draft(cast, "antismuggling.officer", line, "ARREST_REQ")
    for words in (line.party.name, detention.paper, "走私国家禁止进出口的货物", line.proceeding.external_number):
        assert words in made.body
    assert made.addressee == "人民检察院"
    with refused_for("blanks"):
        stories.walk(cast, made, [("issue", "antismuggling.lead", {})])
    stories.walk(cast, finished(cast, "antismuggling.officer", made), [("issue", "antismuggling.lead", {})])
    assert "提捕〔" in made.number


def test_a_technical_measure_is_on_no_paper(cast):
    line = stories.suspect(cast)
    hidden = stories.measure(cast, line, "use_technical")
    made = draft(cast, "antismuggling.officer", line, "ARREST_REQ")
    assert hidden.paper not in made.body


def test_the_notice_of_a_hearing_has_its_time_and_needs_room_and_chair(cast):
    line = stories.noticed(cast)
    stories.walk(cast, line, [("request_hearing", "customs.officer", stories.by_person("request_hearing"))])
    on = timezone.localtime() + timedelta(days=60)
    on = on.replace(hour=9, minute=30, second=0, microsecond=0)
    stories.walk(
        cast, line, [("notify_hearing", "customs.officer", {"hearing_on": on, **stories.by_person("notify_hearing")})]
    )
    made = draft(cast, "customs.officer", line, "HEARING")
    assert f"{on.year}年{on.month}月{on.day}日9时30分" in made.body
    assert blanks(made.body) == ["听证地点", "听证主持人"]


def test_a_warning_letter_gives_the_reason_and_leaves_the_request_to_the_officer(cast):
    inside = stories.proceeding(cast)
    stories.walk(cast, inside, [("warn", "customs.officer", {"outcome_reason": "收货人为货代公司"})])
    made = draft(cast, "customs.officer", inside, "WARN")
    assert "收货人为货代公司" in made.body
    assert blanks(made.body) == ["答复期限", "要求的措施"]


def test_the_opinion_for_prosecution_names_every_suspect(cast):
    first = stories.suspect(cast)
    other = stories.suspect(cast, first.proceeding)
    made = draft(cast, "antismuggling.lead", first.proceeding, "PROSECUTE")
    assert first.party.name in made.body
    assert other.party.name in made.body
    assert Suspect.objects.filter(proceeding=first.proceeding).count() == 2


@pytest.mark.parametrize("who", ["commerce.officer", "antismuggling.officer", "centre.coordinator"])
def test_no_other_agency_drafts_or_reads_them(cast, filed, who):
    made = draft(cast, "customs.officer", filed, "FILE_ADM")
    stories.walk(cast, made, [("issue", "customs.lead", {})])
    assert not Paper.objects.visible_to(cast[who]).filter(pk=made.pk).exists()
    with pytest.raises(Forbidden):
        draft(cast, who, filed, "FILE_ADM")


def test_within_a_bureau_handlers_of_the_other_side_cannot_read_or_draft_them(cast):
    """行刑隔离: a paper would disclose the proceeding behind the wall."""
    line = stories.suspect(cast)
    criminal = line.proceeding
    criminal.team.set([cast["antismuggling.officer"].id])
    made = [
        draft(cast, "antismuggling.officer", thing, form)
        for thing, form in ((line, "ARREST_REQ"), (criminal, "PROSECUTE"))
    ]
    other = stories.bureau_proceeding(cast)
    other.team.set([cast["antismuggling.lead"].id])
    type(other).objects.filter(pk=other.pk).update(case=criminal.case, handler=cast["antismuggling.lead"].id)
    ids = [paper.pk for paper in made]
    assert Paper.objects.visible_to(cast["antismuggling.officer"]).filter(pk__in=ids).count() == 2
    assert not Paper.objects.visible_to(cast["antismuggling.lead"]).filter(pk__in=ids).exists()
    assert Paper.objects.visible_to(cast["antismuggling.head"]).filter(pk__in=ids).count() == 2
    with pytest.raises(Forbidden):
        draft(cast, "antismuggling.lead", criminal, "PROSECUTE")
